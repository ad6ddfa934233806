import type { Handler, ObjectKey } from '../cache/index.ts';
import { keyOf, keyText } from '../cache/index.ts';
import type { Clock, KubeObject, Logger } from '../client/index.ts';
import { isConflict, silentLogger, systemClock } from '../client/index.ts';
import type { QueueObserver } from './queue-metrics.ts';
import type { Attempt, Reconciler, Result } from './reconciler.ts';
import { TerminalError } from './reconciler.ts';
import { runtimeErrors } from './runtime-errors.ts';
import { steady } from '../client/steady-clock.ts';
import type { AddOptions } from './work-queue.ts';
import { WorkQueue } from './work-queue.ts';

/** How an attempt ended; see {@link Reconciler} for the rules. */
export type Outcome = 'success' | 'requeue_after' | 'conflict' | 'error' | 'terminal' | 'interrupted';

/** What a metrics library hears of one controller. */
export interface ControllerObserver {
  readonly queue?: QueueObserver | undefined;
  reconciled?(outcome: Outcome, seconds: number): void;
}

/** Where a controller's keys come from: a Reflector, or anything that tells of changes the same way. */
export interface ChangeSource<T extends KubeObject> {
  subscribe(handler: Handler<T>): () => void;
}

/** Which keys a change concerns. Default: the object's own. */
export type ToKeys<T extends KubeObject> = (
  object: T,
  previous: T | undefined,
  kind: 'changed' | 'removed',
  initial: boolean,
) => readonly ObjectKey[];

/** What a controller is made of. */
export interface ControllerOptions {
  readonly name: string;
  readonly reconciler: Reconciler;
  /** Objects worked on at the same time. Default 1. */
  readonly concurrency?: number | undefined;
  /** Default 120 000. */
  readonly reconcileTimeoutMs?: number | undefined;
  /** How long an attempt may go on after its signal was aborted, before its worker stops waiting for it. Default 10 000. */
  readonly graceMs?: number | undefined;
  /** Longest delay of a failing key. Default 1 000 000. */
  readonly maxBackoffMs?: number | undefined;
  readonly logger?: Logger | undefined;
  readonly clock?: Clock | undefined;
  /** In [0, 1), for reconcile ids. */
  readonly random?: (() => number) | undefined;
  readonly observer?: ControllerObserver | undefined;
}

/**
 * Runs a {@link Reconciler} over a queue of keys with a fixed number of workers.
 *
 * Nothing a reconciler does stops the loop: a throw, a rejection, or a promise that never settles. The last is given up
 * after its timeout and grace; its worker goes on with other keys, and its key stays taken until it settles, since two
 * attempts at one object must not overlap. After the run's signal is aborted no attempt starts, those under way see their
 * signal aborted and are waited for up to the grace. A controller may run again; keys it did not finish are still queued.
 *
 * @example
 * const controller = new Controller({ name: 'sealedsecret', reconciler, concurrency: 4, logger });
 * controller.watch(sealedSecrets);
 * controller.watch(secrets, (secret) => ownersOf(secret));
 * await controller.run(signal);
 */
export class Controller {
  readonly queue: WorkQueue<ObjectKey>;
  readonly #options: ControllerOptions;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #random: () => number;
  readonly #underWay = new Set<AbortController>();
  #state: 'idle' | 'running' = 'idle';

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#clock = steady(options.clock ?? systemClock);
    this.#logger = options.logger ?? silentLogger;
    this.#random = options.random ?? Math.random;
    this.queue = new WorkQueue<ObjectKey>({
      identify: keyText,
      clock: this.#clock,
      observer: options.observer?.queue,
      ...(options.maxBackoffMs !== undefined && { maxBackoffMs: options.maxBackoffMs }),
    });
  }

  enqueue(key: ObjectKey, options?: AddOptions): void {
    this.queue.add(key, options);
  }

  /**
   * Queues the keys that each change concerns: objects of the first list at low priority, new objects at high, all other
   * changes at normal. Begins at once, so that a standby that comes to lead has its work queued.
   */
  watch<T extends KubeObject>(source: ChangeSource<T>, toKeys: ToKeys<T> = ownKey): void {
    const enqueue = (object: T, previous: T | undefined, kind: 'changed' | 'removed', initial: boolean): void => {
      const isNew = kind === 'changed' && previous === undefined;
      const priority = initial ? 'low' : isNew ? 'high' : 'normal';
      try {
        for (const key of toKeys(object, previous, kind, initial)) this.enqueue(key, { priority });
      } catch (error) {
        const fields = { controller: this.#options.name, key: keyText(keyOf(object)), err: error };
        this.#logger.error(fields, 'could not tell which objects a change concerns');
      }
    };
    source.subscribe({
      changed: (object, previous, initial) => enqueue(object, previous, 'changed', initial),
      removed: (object) => enqueue(object, object, 'removed', false),
    });
  }

  /** Works until `signal` is aborted; never rejects because of a reconciler. */
  async run(signal: AbortSignal): Promise<void> {
    if (this.#state === 'running') throw runtimeErrors.ALREADY_RUNNING({ what: `controller ${this.#options.name}` });
    this.#state = 'running';
    // One listener for all attempts: adding and removing one walks the list of those that are there.
    const onStop = (): void => {
      for (const attempt of this.#underWay) attempt.abort(signal.reason);
    };
    signal.addEventListener('abort', onStop);
    try {
      await Promise.all(Array.from({ length: this.#options.concurrency ?? 1 }, () => this.#work(signal)));
    } finally {
      signal.removeEventListener('abort', onStop);
      this.#state = 'idle';
    }
  }

  async #work(signal: AbortSignal): Promise<void> {
    for (let key = await this.queue.get(signal); key; key = await this.queue.get(signal)) {
      if (signal.aborted) {
        this.queue.add(key);
        this.queue.done(key);
      } else {
        await this.#attempt(key, signal);
      }
    }
  }

  /** One attempt; resolves when it is over, or when it ignores its aborted signal for longer than the grace. */
  async #attempt(key: ObjectKey, run: AbortSignal): Promise<void> {
    const { name, reconciler, reconcileTimeoutMs = 120_000, graceMs = 10_000 } = this.#options;
    const reconcileId = Math.floor(this.#random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
    const fields = { controller: name, key: keyText(key), reconcileId };
    const logger = withFields(this.#logger, fields);
    const attempt: Attempt = { reconcileId, failures: this.queue.failures(key), logger };

    const abort = new AbortController();
    this.#underWay.add(abort);
    const onTimeout = (): void =>
      abort.abort(runtimeErrors.RECONCILE_TIMEOUT({ controller: name, key: keyText(key), timeoutMs: reconcileTimeoutMs }));
    const cancelTimeout = this.#clock.setTimeout(onTimeout, reconcileTimeoutMs);

    const startedAt = this.#clock.now();
    const settled = (async (): Promise<Result | void> => reconciler.reconcile(key, abort.signal, attempt))().then(
      (result) => this.#succeeded(key, result),
      (error: unknown) => this.#failed(key, error, run, logger),
    );
    const over = settled.then((outcome) => {
      cancelTimeout();
      this.#underWay.delete(abort);
      this.queue.done(key);
      this.#options.observer?.reconciled?.(outcome, (this.#clock.now() - startedAt) / 1000);
    });

    await new Promise<void>((resolve) => {
      let cancelGrace = (): void => {};
      abort.signal.addEventListener('abort', () => {
        cancelGrace = this.#clock.setTimeout(() => {
          logger.error({ graceMs }, 'a reconcile goes on after its signal was aborted; no longer waiting for it');
          resolve();
        }, graceMs);
      });
      void over.then(() => {
        cancelGrace();
        resolve();
      });
    });
  }

  #succeeded(key: ObjectKey, result: Result | void): Outcome {
    this.queue.forget(key);
    const afterMs = result?.requeueAfterMs ?? 0;
    if (!(afterMs > 0)) return 'success';
    this.queue.add(key, { afterMs, priority: 'low' });
    return 'requeue_after';
  }

  #failed(key: ObjectKey, error: unknown, run: AbortSignal, logger: Logger): Outcome {
    if (run.aborted) {
      this.queue.add(key);
      return 'interrupted';
    }
    if (error instanceof TerminalError) {
      this.queue.forget(key);
      logger.error({ err: error }, 'reconcile failed for good; waiting for a change');
      return 'terminal';
    }
    this.queue.addRateLimited(key, { atLeastMs: retryAfterMs(error) });
    if (isConflict(error)) {
      logger.debug({ err: error }, 'the object changed meanwhile; trying again');
      return 'conflict';
    }
    logger.error({ err: error, failures: this.queue.failures(key) }, 'reconcile failed; trying again');
    return 'error';
  }
}

function ownKey(object: KubeObject): readonly ObjectKey[] {
  return [keyOf(object)];
}

/** What a server that is protecting itself asked for, in whatever error it came. */
function retryAfterMs(error: unknown): number {
  const asked = error instanceof Error && 'retryAfterMs' in error ? error.retryAfterMs : undefined;
  return typeof asked === 'number' ? asked : 0;
}

function withFields(logger: Logger, fields: object): Logger {
  return {
    debug: (more, message) => logger.debug({ ...fields, ...more }, message),
    info: (more, message) => logger.info({ ...fields, ...more }, message),
    warn: (more, message) => logger.warn({ ...fields, ...more }, message),
    error: (more, message) => logger.error({ ...fields, ...more }, message),
  };
}
