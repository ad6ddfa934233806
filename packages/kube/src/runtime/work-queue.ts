import type { Clock } from '../client/index.ts';
import { systemClock } from '../client/index.ts';
import { DueHeap } from './due-heap.ts';
import type { QueueObserver } from './queue-metrics.ts';
import { steady } from '../client/steady-clock.ts';
import type { BucketRate } from './token-bucket.ts';
import { TokenBucket } from './token-bucket.ts';

/** `high` and `normal` for live events, `low` for the initial list and for resyncs. */
export type Priority = 'high' | 'normal' | 'low';

/** How to queue a key. */
export interface AddOptions {
  /** Default `normal`. A queued key takes the higher of its old and its new priority. */
  readonly priority?: Priority;
  /** Earliest time from now. A queued key takes the earlier of its old and its new time. */
  readonly afterMs?: number;
}

/** Everything a queue can be told; only `identify` has no default, for keys that are objects. */
export interface WorkQueueOptions<K> {
  /** The identity of a key. */
  readonly identify: (key: K) => string;
  /** Default: the machine's, immune to changes of its date. */
  readonly clock?: Clock | undefined;
  /** First delay of a failing key. Default 5 ms, doubled with each failure. */
  readonly baseBackoffMs?: number;
  /** Longest delay of a failing key. Default 1000 s. */
  readonly maxBackoffMs?: number;
  /** Retries of all keys together. Default 10/s with a burst of 100. */
  readonly retryRate?: BucketRate;
  readonly observer?: QueueObserver | undefined;
}

interface Item<K> {
  readonly key: K;
  readonly id: string;
  priority: Priority;
  /** When it may run. */
  readyAt: number;
  state: 'ready' | 'delayed' | 'held';
}

interface Work {
  readonly startedAt: number;
  readonly priority: Priority;
}

interface Waiter<K> {
  readonly settle: (key: K | undefined) => void;
}

const order: readonly Priority[] = ['high', 'normal', 'low'];

/** One get in this many serves the key that has waited longest, so that a busy priority starves none below it. */
const fairTurn = 10;

/**
 * A queue of keys for level-based reconcilers.
 *
 * - A key is in the queue once, however often it is added; a key being worked on is handed to nobody else, and when it
 *   was added meanwhile it comes out once more after `done`.
 * - Higher priorities come out first, equal ones in the order they became due; each tenth turn goes to the oldest key.
 * - `addRateLimited` waits for the longer of the key's exponential delay and the queue's token bucket.
 *
 * There is one entry per key: a key waiting for a later time that is added for now comes out now, and not again later.
 * No timer runs while nobody waits in `get`.
 *
 * @example
 * for (let key; (key = await queue.get(signal)) !== undefined; ) {
 *   try { await work(key); queue.forget(key); } catch { queue.addRateLimited(key); } finally { queue.done(key); }
 * }
 */
export class WorkQueue<K> {
  readonly #identify: (key: K) => string;
  readonly #clock: Clock;
  readonly #baseBackoffMs: number;
  readonly #maxBackoffMs: number;
  readonly #bucket: TokenBucket;
  readonly #observer: QueueObserver | undefined;
  readonly #items = new Map<string, Item<K>>();
  readonly #ready: Readonly<Record<Priority, Map<string, Item<K>>>> = { high: new Map(), normal: new Map(), low: new Map() };
  readonly #delayed = new DueHeap<Item<K>>();
  readonly #working = new Map<string, Work>();
  readonly #failures = new Map<string, number>();
  readonly #waiters = new Set<Waiter<K>>();
  #turn = 0;
  #state: 'open' | 'shut' = 'open';
  #cancelTimer: (() => void) | undefined;

  constructor(options: WorkQueueOptions<K>) {
    this.#identify = options.identify;
    this.#clock = steady(options.clock ?? systemClock);
    this.#baseBackoffMs = options.baseBackoffMs ?? 5;
    this.#maxBackoffMs = options.maxBackoffMs ?? 1_000_000;
    this.#bucket = new TokenBucket(options.retryRate ?? { perSecond: 10, burst: 100 }, this.#clock.now());
    this.#observer = options.observer;
    this.#observer?.gauges(() => this.#gauges());
  }

  /** Keys that could be handed out now; neither delayed ones nor those being worked on. */
  get depth(): number {
    this.#promote();
    return this.#ready.high.size + this.#ready.normal.size + this.#ready.low.size;
  }

  /** How long the oldest key that could be handed out has waited; 0 when there is none. */
  get oldestAgeMs(): number {
    this.#promote();
    const now = this.#clock.now();
    let oldest = now;
    for (const priority of order) for (const item of this.#ready[priority].values()) oldest = Math.min(oldest, item.readyAt);
    return now - oldest;
  }

  /** Failures of a key since it was last forgotten. */
  failures(key: K): number {
    return this.#failures.get(this.#identify(key)) ?? 0;
  }

  /** Queues a key; see the class for what happens when it is queued or being worked on already. */
  add(key: K, options: AddOptions = {}): void {
    if (this.#state === 'shut') return;
    const afterMs = Math.max(0, options.afterMs ?? 0);
    if (afterMs > 0) this.#observer?.count('workqueue_retries_total');
    this.#put(key, options.priority ?? 'normal', afterMs);
  }

  /** Queues a key that failed, later each time and not before `atLeastMs`. Keeps the priority it is being worked on with. */
  addRateLimited(key: K, options: { readonly atLeastMs?: number } = {}): void {
    if (this.#state === 'shut') return;
    const id = this.#identify(key);
    const failures = this.#failures.get(id) ?? 0;
    this.#failures.set(id, failures + 1);
    const backoffMs = Math.min(this.#maxBackoffMs, this.#baseBackoffMs * 2 ** failures);
    const afterMs = Math.max(backoffMs, options.atLeastMs ?? 0, this.#bucket.reserve(this.#clock.now()));
    this.#observer?.count('workqueue_retries_total');
    this.#put(key, this.#working.get(id)?.priority ?? 'normal', afterMs);
  }

  /** The key works again: its next failure starts from the first delay. */
  forget(key: K): void {
    this.#failures.delete(this.#identify(key));
  }

  /** The next key, to be given back with `done`; undefined once `signal` aborts or the queue is shut. */
  async get(signal?: AbortSignal): Promise<K | undefined> {
    if (signal?.aborted || this.#state === 'shut') return undefined;
    const key = this.#take();
    if (key !== undefined) return key;
    return new Promise((resolve) => {
      const onAbort = (): void => waiter.settle(undefined);
      const waiter: Waiter<K> = {
        settle: (settled) => {
          this.#waiters.delete(waiter);
          signal?.removeEventListener('abort', onAbort);
          resolve(settled);
          this.#schedule();
        },
      };
      signal?.addEventListener('abort', onAbort);
      this.#waiters.add(waiter);
      this.#schedule();
    });
  }

  /** Ends the work on a key that `get` handed out; if it was added meanwhile it is queued now. */
  done(key: K): void {
    const id = this.#identify(key);
    const work = this.#working.get(id);
    if (!work) return;
    this.#working.delete(id);
    this.#observer?.observe('workqueue_work_duration_seconds', (this.#clock.now() - work.startedAt) / 1000);
    const again = this.#items.get(id);
    if (again) this.#place(again);
  }

  /** Refuses what is added from now on and answers every `get` with undefined. */
  shutdown(): void {
    this.#state = 'shut';
    for (const waiter of this.#waiters) waiter.settle(undefined);
  }

  #put(key: K, priority: Priority, afterMs: number): void {
    this.#promote();
    const id = this.#identify(key);
    const readyAt = this.#clock.now() + afterMs;
    const item = this.#items.get(id);
    if (!item) {
      const fresh: Item<K> = { key, id, priority, readyAt, state: 'held' };
      this.#items.set(id, fresh);
      this.#place(fresh);
      return;
    }
    const raised = order.indexOf(priority) < order.indexOf(item.priority);
    if (raised && item.state === 'ready') {
      this.#ready[item.priority].delete(id);
      this.#ready[priority].set(id, item);
    }
    if (raised) item.priority = priority;
    if (readyAt < item.readyAt) {
      item.readyAt = readyAt;
      if (item.state === 'delayed') this.#place(item);
    }
  }

  /** Puts an item where it belongs: held while its key is worked on, delayed until its time, else ready. */
  #place(item: Item<K>): void {
    if (this.#working.has(item.id)) {
      item.state = 'held';
    } else if (item.readyAt > this.#clock.now()) {
      item.state = 'delayed';
      this.#delayed.push(item.readyAt, item);
      this.#forgetMovedItems();
      this.#schedule();
    } else {
      this.#makeReady(item);
      this.#handOut();
    }
  }

  #makeReady(item: Item<K>): void {
    item.state = 'ready';
    this.#ready[item.priority].set(item.id, item);
    this.#observer?.count('workqueue_adds_total');
  }

  /** Makes every delayed item ready whose time has come. */
  #promote(): void {
    const now = this.#clock.now();
    for (let at = this.#delayed.nextAt; at !== undefined && at <= now; at = this.#delayed.nextAt) {
      const item = this.#delayed.popDue(now);
      if (item && this.#isWaitingFor(item, at)) this.#makeReady(item);
    }
  }

  #isWaitingFor(item: Item<K>, at: number): boolean {
    return item.state === 'delayed' && item.readyAt === at && this.#items.get(item.id) === item;
  }

  // an item that moved leaves its old place in the heap behind; without this, far-off times would pile up
  #forgetMovedItems(): void {
    if (this.#delayed.size > 64 && this.#delayed.size > 2 * this.#items.size) {
      this.#delayed.retain((item, at) => this.#isWaitingFor(item, at));
    }
  }

  #take(): K | undefined {
    this.#promote();
    const heads = order.flatMap((priority) => this.#ready[priority].values().next().value ?? []);
    if (heads.length === 0) return undefined;
    this.#turn = (this.#turn + 1) % fairTurn;
    const fair = this.#turn === 0;
    const item = heads.reduce((best, head) => (fair && head.readyAt < best.readyAt ? head : best));
    const now = this.#clock.now();
    this.#ready[item.priority].delete(item.id);
    this.#items.delete(item.id);
    this.#working.set(item.id, { startedAt: now, priority: item.priority });
    this.#observer?.observe('workqueue_queue_duration_seconds', (now - item.readyAt) / 1000);
    return item.key;
  }

  #handOut(): void {
    for (const waiter of this.#waiters) {
      const key = this.#take();
      if (key === undefined) return;
      waiter.settle(key);
    }
  }

  /** Keeps one timer for the earliest delayed item, only while somebody waits. */
  #schedule(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const at = this.#delayed.nextAt;
    if (at === undefined || this.#waiters.size === 0) return;
    this.#cancelTimer = this.#clock.setTimeout(() => {
      this.#cancelTimer = undefined;
      this.#promote();
      this.#handOut();
      this.#schedule();
    }, at - this.#clock.now());
  }

  #gauges(): ReturnType<Parameters<QueueObserver['gauges']>[0]> {
    const now = this.#clock.now();
    const ages = [...this.#working.values()].map((work) => (now - work.startedAt) / 1000);
    return {
      workqueue_depth: this.depth,
      workqueue_unfinished_work_seconds: ages.reduce((sum, age) => sum + age, 0),
      workqueue_longest_running_processor_seconds: ages.reduce((longest, age) => Math.max(longest, age), 0),
    };
  }
}
