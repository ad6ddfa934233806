import type { ManualClock } from '../../client/index.ts';
import { manualClock } from '../../client/index.ts';
import type { LeaderElectorOptions } from '../leader-election.ts';
import { LeaderElector } from '../leader-election.ts';
import type { Skew, Weather } from './lease-server.ts';
import { LeaseServer, skewed } from './lease-server.ts';

/** A term of leadership. */
export interface Span {
  readonly who: string;
  readonly from: number;
  /** When its signal aborted. */
  until: number;
}

/** A process that competes. */
export interface Candidate {
  readonly elector: LeaderElector;
  readonly stop: AbortController;
  readonly run: Promise<void>;
  /** What its network does from now on. */
  readonly network: { weather: Weather };
}

/** A network as it should be. */
export const fine: Weather = { thereMs: 1, backMs: 1 };
/** Nothing arrives. */
export const dead: Weather = { thereMs: undefined, backMs: undefined };

/** Candidates for one lease, on one server, under one clock; it knows who led when. */
export class Town {
  readonly clock: ManualClock = manualClock();
  readonly server: LeaseServer = new LeaseServer(this.clock);
  readonly spans: Span[] = [];
  readonly candidates: Candidate[] = [];

  /** A candidate whose work stops `stopsInMs` after it was told to. */
  candidate(
    who: string,
    options: { skew?: Skew; stopsInMs?: number; weather?: () => Weather } & Partial<LeaderElectorOptions> = {},
  ): Candidate {
    const { skew = { offsetMs: 0, speed: 1 }, stopsInMs = 0, weather, ...rest } = options;
    const network = { weather: fine };
    const elector = new LeaderElector({
      client: this.server.client(() => weather?.() ?? network.weather),
      namespace: 'kube-system',
      name: 'signet',
      identity: who,
      clock: skewed(this.clock, skew),
      random: () => 0,
      ...rest,
    });
    const stop = new AbortController();
    const lead = async (signal: AbortSignal): Promise<void> => {
      const span: Span = { who, from: this.clock.now(), until: Infinity };
      this.spans.push(span);
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      span.until = this.clock.now();
      if (stopsInMs > 0) await this.clock.sleep(stopsInMs);
    };
    const candidate: Candidate = { elector, stop, network, run: elector.run(stop.signal, lead) };
    this.candidates.push(candidate);
    return candidate;
  }

  get leaders(): string[] {
    return this.spans.filter((span) => span.until === Infinity).map((span) => span.who);
  }

  async close(): Promise<void> {
    for (const candidate of this.candidates) {
      candidate.network.weather = fine;
      candidate.stop.abort();
    }
    await this.clock.advance(60_000);
    await Promise.all(this.candidates.map(({ run }) => run));
  }
}
