import type { Client, Clock, Lease, Logger } from '../client/index.ts';
import { isAlreadyExists, isConflict, isNotFound, leases, silentLogger, systemClock } from '../client/index.ts';
import { withDeadline } from './deadline.ts';
import { claim, released } from './lease-record.ts';
import { runtimeErrors } from './runtime-errors.ts';
import { steady } from '../client/steady-clock.ts';

/** Which lease, who asks for it, and how patient everybody is. */
export interface LeaderElectorOptions {
  readonly client: Pick<Client, 'get' | 'create' | 'replace'>;
  /** Of the Lease. */
  readonly namespace: string;
  readonly name: string;
  /** Unique to this process, also across its restarts: pod name and a random part. */
  readonly identity: string;
  /** How long others wait for a silent leader. Whole seconds. Default 15 000. */
  readonly leaseDurationMs?: number | undefined;
  /** When a leader that cannot renew stops leading. Default 10 000. */
  readonly renewDeadlineMs?: number | undefined;
  /** Time between renewals. Those who wait look every quarter to half of it. Default 2 000. */
  readonly retryPeriodMs?: number | undefined;
  /** Give the lease back at the end, so that another need not wait for it to run out. Default true. */
  readonly releaseOnCancel?: boolean | undefined;
  readonly clock?: Clock | undefined;
  /** In [0, 1), spreads the attempts of candidates. */
  readonly random?: (() => number) | undefined;
  readonly logger?: Logger | undefined;
}

/** A term of leadership under way. */
interface Term {
  readonly abort: AbortController;
  /** When leading began to be safe until `renewDeadlineMs` later: just before the last successful write was sent. */
  renewedAt: number;
}

type Call = { readonly signal: AbortSignal };
type Attempt = 'held' | 'other' | 'raced';

/**
 * Elects one leader among the processes that use the same Lease.
 *
 * What holds: a candidate takes a lease over only after it has seen the record unchanged for the lease duration, and a
 * leader's signal aborts at the latest `renewDeadlineMs` after it *sent* its last successful renewal, whatever the API
 * server does meanwhile. Both measure with their own monotonic clock, so wrong dates do no harm; clocks that run at
 * speeds differing by more than leaseDuration / renewDeadline would. Two leaders can overlap only while work that was told
 * to stop has not stopped yet, or after a person deleted or edited the Lease. Every write is conditional on the
 * resourceVersion that was read.
 *
 * @example
 * const elector = new LeaderElector({ client, namespace: 'kube-system', name: 'signet', identity: `${hostname()}_${randomUUID()}` });
 * await elector.run(signal, (leading) => controller.run(leading));
 */
export class LeaderElector {
  readonly #client: LeaderElectorOptions['client'];
  readonly #ref: { readonly namespace: string; readonly name: string };
  readonly #identity: string;
  readonly #times: { readonly leaseDurationMs: number; readonly renewDeadlineMs: number; readonly retryPeriodMs: number };
  readonly #releaseOnCancel: boolean;
  readonly #wall: Clock;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #logger: Logger;
  #lease: Lease | undefined;
  #record = '';
  #recordSince = 0;
  #trouble = '';
  #state: 'idle' | 'competing' | 'leading' | 'stopping' = 'idle';

  /** @throws SIGNET_RUNTIME_LEASE_TIMES unless duration > deadline > 1.2 * period > 0 and the duration is whole seconds */
  constructor(options: LeaderElectorOptions) {
    const { leaseDurationMs = 15_000, renewDeadlineMs = 10_000, retryPeriodMs = 2_000 } = options;
    this.#times = { leaseDurationMs, renewDeadlineMs, retryPeriodMs };
    const fits = leaseDurationMs > renewDeadlineMs && renewDeadlineMs > 1.2 * retryPeriodMs && retryPeriodMs > 0;
    if (!fits || leaseDurationMs % 1000 !== 0) throw runtimeErrors.LEASE_TIMES(this.#times);
    this.#client = options.client;
    this.#ref = { namespace: options.namespace, name: options.name };
    this.#identity = options.identity;
    this.#releaseOnCancel = options.releaseOnCancel ?? true;
    this.#wall = options.clock ?? systemClock;
    this.#clock = steady(this.#wall);
    this.#random = options.random ?? Math.random;
    this.#logger = options.logger ?? silentLogger;
  }

  /** True from winning the lease until the signal given to `lead` is aborted. */
  get isLeader(): boolean {
    return this.#state === 'leading';
  }

  /** Who held the lease when it was last read; undefined when nobody did. */
  get leader(): string | undefined {
    return this.#lease?.spec?.holderIdentity || undefined;
  }

  /**
   * Competes for the lease, and calls `lead` each time it is won. The signal given to `lead` aborts when leadership is lost
   * or `signal` aborts; nothing else happens until `lead` has settled. Then it competes again, or gives the lease back and
   * resolves. Errors of the API are retried for ever. When `lead` settles of its own accord the run ends as it did.
   */
  async run(signal: AbortSignal, lead: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#state !== 'idle') throw runtimeErrors.ALREADY_RUNNING({ what: `leader election of ${this.#identity}` });
    this.#state = 'competing';
    try {
      while (!signal.aborted) {
        const renewedAt = await this.#acquire(signal);
        if (renewedAt === undefined) break;
        if (signal.aborted) {
          await this.#release();
          break;
        }
        if ((await this.#lead(renewedAt, signal, lead)) === 'finished') break;
      }
    } finally {
      this.#state = 'idle';
    }
  }

  /** Tries until the lease is held, and says when the winning write was sent; undefined once `signal` aborts. */
  async #acquire(signal: AbortSignal): Promise<number | undefined> {
    this.#state = 'competing';
    while (!signal.aborted) {
      const sentAt = this.#clock.now();
      if ((await this.#attempt(signal)) === 'held') return sentAt;
      // Well within the period: a lease that was given back is to be taken before anybody misses the leader.
      await this.#pause(this.#times.retryPeriodMs * (0.25 + 0.25 * this.#random()), signal);
    }
    return undefined;
  }

  async #lead(renewedAt: number, signal: AbortSignal, lead: (signal: AbortSignal) => Promise<void>): Promise<'lost' | 'finished'> {
    const term: Term = { abort: new AbortController(), renewedAt };
    const over = new AbortController();
    this.#state = 'leading';
    this.#logger.info({ lease: this.#ref, identity: this.#identity }, 'leading');

    const onStop = (): void => this.#stop(term, signal.reason);
    signal.addEventListener('abort', onStop);
    const renewing = this.#keepRenewing(term, over.signal);
    let failure: { readonly error: unknown } | undefined;
    try {
      await lead(term.abort.signal);
    } catch (error) {
      if (term.abort.signal.aborted) this.#logger.debug({ err: error }, 'the work of the leader was cut short');
      else failure = { error };
    }
    signal.removeEventListener('abort', onStop);
    const cutShort = term.abort.signal.aborted;
    this.#stop(term, new DOMException('the work of the leader is done', 'AbortError'));
    over.abort();
    const lost = (await renewing) === 'lost';
    if (!lost) await this.#release();
    if (failure) throw failure.error;
    return lost && cutShort ? 'lost' : 'finished';
  }

  #stop(term: Term, reason: unknown): void {
    if (term.abort.signal.aborted) return;
    this.#state = 'stopping';
    term.abort.abort(reason);
  }

  /**
   * Renews until `over`, also while the work is stopping; the fence is a timer of its own, so that no answer of the API server
   * is needed for it to fall.
   */
  async #keepRenewing(term: Term, over: AbortSignal): Promise<'lost' | 'over'> {
    const { renewDeadlineMs, retryPeriodMs } = this.#times;
    const lost = new AbortController();
    const lose = (because: string): void => {
      if (over.aborted || lost.signal.aborted) return;
      const error = runtimeErrors.LEADERSHIP_LOST({ lease: `${this.#ref.namespace}/${this.#ref.name}`, because });
      this.#logger.warn({ identity: this.#identity, leader: this.leader, code: error.code }, error.message);
      this.#stop(term, error);
      lost.abort();
    };
    const arm = (): (() => void) =>
      this.#clock.setTimeout(
        () => lose(`no renewal succeeded for ${renewDeadlineMs / 1000} s`),
        term.renewedAt + renewDeadlineMs - this.#clock.now(),
      );
    let disarm = arm();
    const ended = AbortSignal.any([over, lost.signal]);
    while (!ended.aborted) {
      await this.#pause(retryPeriodMs, ended);
      if (ended.aborted) break;
      const sentAt = this.#clock.now();
      const attempt = await this.#attempt(ended);
      if (ended.aborted) break;
      if (attempt === 'held') {
        term.renewedAt = sentAt;
        disarm();
        disarm = arm();
      } else if (attempt === 'other') {
        lose(`${this.leader} holds it`);
      }
    }
    disarm();
    return lost.signal.aborted ? 'lost' : 'over';
  }

  /**
   * One try to take or renew the lease. `raced`: no answer, or somebody wrote in between; what is true shows next time.
   * A call is given half of the renew deadline, so that one that hangs leaves time for another.
   */
  async #attempt(signal: AbortSignal): Promise<Attempt> {
    const deadline = { clock: this.#clock, ms: this.#times.renewDeadlineMs / 2, parent: signal };
    try {
      return await withDeadline(deadline, (limit) => this.#hold({ signal: limit }));
    } catch (error) {
      if (!signal.aborted && !isConflict(error) && !isAlreadyExists(error)) this.#report(error);
      return 'raced';
    }
  }

  /** A leader knows its lease: one conditional write, and a read only when that was refused. */
  async #hold(call: Call): Promise<Attempt> {
    if (this.#lease?.spec?.holderIdentity === this.#identity) {
      try {
        return await this.#write(call);
      } catch (error) {
        if (!isConflict(error) && !isNotFound(error)) throw error;
      }
    }
    await this.#read(call);
    return this.#write(call);
  }

  async #write(call: Call): Promise<Attempt> {
    const observed = { lease: this.#lease, unchangedForMs: this.#clock.now() - this.#recordSince };
    const me = { identity: this.#identity, leaseDurationMs: this.#times.leaseDurationMs };
    const decision = claim(observed, me, this.#wall.now());
    if (decision.do === 'wait') {
      this.#trouble = '';
      return 'other';
    }
    const lease: Lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      ...this.#lease,
      metadata: this.#lease?.metadata ?? this.#ref,
      spec: decision.spec,
    };
    this.#observe(
      decision.do === 'create' ? await this.#client.create(leases, lease, call) : await this.#client.replace(leases, lease, call),
    );
    this.#trouble = '';
    return 'held';
  }

  async #read(call: Call): Promise<void> {
    try {
      this.#observe(await this.#client.get(leases, this.#ref, call));
    } catch (error) {
      if (!isNotFound(error)) throw error;
      this.#observe(undefined);
    }
  }

  /** Remembers a record, and since when it is what it is. */
  #observe(lease: Lease | undefined): void {
    const before = this.leader;
    const record = JSON.stringify([lease?.metadata.uid, lease?.spec]);
    if (record !== this.#record) {
      this.#record = record;
      this.#recordSince = this.#clock.now();
    }
    this.#lease = lease;
    if (this.leader && this.leader !== before) this.#logger.info({ lease: this.#ref, leader: this.leader }, 'the leader is known');
  }

  /** Gives the lease back. Best effort: what fails here costs the others one lease duration. */
  async #release(): Promise<void> {
    if (!this.#releaseOnCancel) return;
    try {
      await withDeadline({ clock: this.#clock, ms: this.#times.retryPeriodMs }, async (signal) => {
        await this.#read({ signal });
        const lease = this.#lease;
        if (lease?.spec?.holderIdentity !== this.#identity) return;
        this.#observe(await this.#client.replace(leases, { ...lease, spec: released(lease.spec, this.#wall.now()) }, { signal }));
        this.#logger.info({ lease: this.#ref, identity: this.#identity }, 'gave the lease back');
      });
    } catch (error) {
      this.#logger.warn({ lease: this.#ref, err: error }, 'could not give the lease back; another replica waits until it runs out');
    }
  }

  /** An outage is one line at warn, not one per attempt. */
  #report(error: unknown): void {
    const trouble = error instanceof Error ? error.message : String(error);
    const level = trouble === this.#trouble ? 'debug' : 'warn';
    this.#trouble = trouble;
    this.#logger[level]({ lease: this.#ref, err: error }, 'could not read or write the lease; trying again');
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    await this.#clock.sleep(ms, signal).catch(() => {});
  }
}
