import type { Client, Clock, KubeObject, Logger } from '../client/index.ts';
import { events, isApiError, isNotFound, silentLogger, systemClock } from '../client/index.ts';
import { withDeadline } from './deadline.ts';
import { EventBacklog } from './event-backlog.ts';
import type { EventObject, Happening, Teller } from './event-record.ts';
import { eventOf, eventTime } from './event-record.ts';
import { RecentMap } from './recent-map.ts';
import { steady } from '../client/steady-clock.ts';
import { TokenBucket } from './token-bucket.ts';

/** What a recorder is made of. */
export interface EventRecorderOptions extends Teller {
  readonly client: Pick<Client, 'create' | 'patch'>;
  readonly clock?: Clock | undefined;
  /** In [0, 1), for names. */
  readonly random?: (() => number) | undefined;
  readonly logger?: Logger | undefined;
}

/** One Event of the server: what it says, and how often that happened. */
interface Series {
  readonly object: KubeObject;
  readonly happening: Happening;
  readonly firstAt: number;
  lastAt: number;
  count: number;
  /** Name on the server, once it was created. */
  written: { readonly namespace: string; readonly name: string } | undefined;
}

/** The same happening within this time is counted on the Event that is there. */
const windowMs = 600_000;
/** Per object, as client-go: 25 at once, then one in five minutes. */
const spamRate = { perSecond: 1 / 300, burst: 25 };
/** For all objects together: thousands of objects at once must not cost the API server as much as the work itself. */
const pace = { perSecond: 10, burst: 200 };
const maxRemembered = 4096;
const maxPending = 1000;
const callTimeoutMs = 10_000;
const attempts = 3;

/**
 * Records core/v1 Events about objects, for `kubectl describe`. Best effort by design: `record` returns at once and never
 * throws; a repeated happening is counted on the Event that is there; an object that floods is cut short; after 200 Events at once
 * they are sent at 10 a second, warnings first; and at most 1000 wait, the rest is dropped.
 *
 * @example
 * const recorder = new EventRecorder({ client, component: 'sealed-secrets', host: hostname() });
 * recorder.record(sealedSecret, { type: 'Normal', reason: 'Unsealed', message: 'SealedSecret unsealed successfully' });
 * await recorder.flush();
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #wall: Clock;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #logger: Logger;
  readonly #series = new RecentMap<string, Series>(maxRemembered);
  readonly #buckets = new RecentMap<string, TokenBucket>(maxRemembered);
  readonly #pending = new EventBacklog<Series>(maxPending);
  readonly #pace: TokenBucket;
  #sending: Promise<void> | undefined;
  #dropped = 0;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#wall = options.clock ?? systemClock;
    this.#clock = steady(this.#wall);
    this.#pace = new TokenBucket(pace, this.#clock.now());
    this.#random = options.random ?? Math.random;
    this.#logger = options.logger ?? silentLogger;
  }

  /** Happenings that were not recorded: floods, a full queue, refusals of the API server. */
  get dropped(): number {
    return this.#dropped;
  }

  record(object: KubeObject, happening: Happening): void {
    const { uid, namespace, name } = object.metadata;
    const identity = JSON.stringify([object.kind, uid ?? [namespace, name]]);
    const now = this.#clock.now();
    const bucket = this.#buckets.getOr(identity, () => new TokenBucket(spamRate, now));
    if (!bucket.take(now)) {
      this.#dropped++;
      return;
    }
    const what = JSON.stringify([identity, happening.type, happening.reason, happening.message]);
    let series = this.#series.get(what);
    if (series && now - series.firstAt < windowMs) {
      series.count++;
      series.lastAt = this.#wall.now();
    } else {
      series = { object: about(object), happening, firstAt: now, lastAt: this.#wall.now(), count: 1, written: undefined };
      this.#series.set(what, series);
    }
    this.#dropped += this.#pending.add(series);
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = undefined));
  }

  /**
   * Waits until everything recorded was sent or given up, but no longer than `timeoutMs` (default 5 s); what waits then is
   * dropped, so that it does not keep a program from ending. Never rejects.
   */
  async flush(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    const sent = this.#sending ?? Promise.resolve();
    await withDeadline({ clock: this.#clock, ms: options.timeoutMs ?? 5000 }, () => sent).catch(() => {
      this.#dropped += this.#pending.size;
      this.#pending.clear();
    });
  }

  /** One at a time, so that a burst of events does not compete with the work it tells of. */
  async #sendAll(): Promise<void> {
    await Promise.resolve();
    while (this.#pending.size > 0) {
      const waitMs = this.#pace.reserve(this.#clock.now());
      if (waitMs > 0) await this.#clock.sleep(waitMs);
      const series = this.#pending.take();
      if (series) await this.#send(series);
    }
  }

  async #send(series: Series): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await withDeadline({ clock: this.#clock, ms: callTimeoutMs }, (signal) => this.#write(series, signal));
        return;
      } catch (error) {
        if (attempt === attempts || isRefusal(error)) {
          this.#dropped++;
          const { namespace, name } = series.object.metadata;
          this.#logger.debug(
            { err: error, key: `${namespace ?? ''}/${name}`, reason: series.happening.reason },
            'could not record an event',
          );
          return;
        }
        await this.#clock.sleep(1000 * attempt);
      }
    }
  }

  async #write(series: Series, signal: AbortSignal): Promise<void> {
    const { client } = this.#options;
    const times = { count: series.count, lastTimestamp: eventTime(series.lastAt) };
    if (series.written) {
      try {
        await client.patch(events, series.written, times, { type: 'merge', signal });
        return;
      } catch (error) {
        // events live for an hour; one that is gone is told anew
        if (!isNotFound(error)) throw error;
      }
    }
    const event: EventObject = {
      ...eventOf(series.object, series.happening, this.#options, series.lastAt, this.#suffix()),
      ...times,
    };
    const { metadata } = event;
    await client.create(events, event, { signal });
    series.written = { namespace: metadata.namespace as string, name: metadata.name as string };
  }

  #suffix(): string {
    const salt = Math.floor(this.#random() * 2 ** 24)
      .toString(16)
      .padStart(6, '0');
    return this.#wall.now().toString(16) + salt;
  }
}

/** What an Event needs of its object, so that a queue of events keeps no secrets and no specs. */
function about({ apiVersion, kind, metadata: { namespace, name, uid, resourceVersion } }: KubeObject): KubeObject {
  return {
    ...(apiVersion !== undefined && { apiVersion }),
    ...(kind !== undefined && { kind }),
    metadata: {
      ...(namespace !== undefined && { namespace }),
      ...(name !== undefined && { name }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    },
  };
}

/** The server understood and said no: a terminating namespace, no permission. Asking again would not help. */
function isRefusal(error: unknown): boolean {
  return isApiError(error) && error.status >= 400 && error.status < 500 && error.status !== 429 && error.status !== 408;
}
