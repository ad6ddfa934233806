import type { Clock, Logger } from '../client/index.ts';
import { silentLogger, systemClock } from '../client/index.ts';
import { HealthChecks } from './health-checks.ts';
import { runtimeErrors } from './runtime-errors.ts';
import { steady } from '../client/steady-clock.ts';

/** A part of a program that runs until it is told to stop. */
export interface Runnable {
  readonly name: string;
  /** Resolves after `signal` aborts, or when it has nothing more to do. A rejection stops the whole program. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves when the parts that build on it may start. Default: at once. */
  ready?(signal: AbortSignal): Promise<void>;
}

/** In the order they start; they stop in reverse. */
export type RunnableGroup = 'http' | 'caches' | 'others' | 'controllers';

/** What a manager can be told. */
export interface ManagerOptions {
  readonly logger?: Logger | undefined;
  /** Time for the whole stop. Default 30 000. */
  readonly graceMs?: number | undefined;
  readonly clock?: Clock | undefined;
}

interface Running {
  readonly group: RunnableGroup;
  readonly name: string;
  state: 'running' | 'ended';
  readonly abort: AbortController;
  /** Settled when it ended, whatever the outcome. */
  readonly ended: Promise<void>;
}

const groups: readonly RunnableGroup[] = ['http', 'caches', 'others', 'controllers'];

/**
 * Starts the parts of a program in order and stops them in reverse: probes answer before caches fill, caches are full
 * before controllers work, and controllers have ended before what they use goes away.
 *
 * @example
 * const manager = new Manager({ logger });
 * manager.add('http', server);
 * manager.add('caches', { name: 'secrets', run: (signal) => secrets.run(signal), ready: (signal) => secrets.synced(signal) });
 * manager.add('controllers', { name: 'leader', run: (signal) => elector.run(signal, (leading) => controller.run(leading)) });
 * await manager.run(signalFromProcess());
 */
export class Manager {
  /** Healthy once every part that has a `ready` is ready, and until the stop begins. More checks may be added. */
  readonly readyz: HealthChecks = new HealthChecks();
  /** Healthy while the process answers; add a check to have it restarted. */
  readonly healthz: HealthChecks = new HealthChecks();
  readonly #runnables: Readonly<Record<RunnableGroup, Runnable[]>> = { http: [], caches: [], others: [], controllers: [] };
  readonly #logger: Logger;
  readonly #graceMs: number;
  readonly #clock: Clock;
  readonly #ready = new Set<Runnable>();
  #state: 'idle' | 'starting' | 'started' | 'stopping' | 'stopped' = 'idle';

  constructor(options: ManagerOptions = {}) {
    this.#logger = options.logger ?? silentLogger;
    this.#graceMs = options.graceMs ?? 30_000;
    this.#clock = steady(options.clock ?? systemClock);
    this.healthz.add('ping', () => {});
    this.readyz.add('running', () => {
      if (this.#state !== 'started') throw new Error(this.#state);
    });
  }

  /** Before `run`. */
  add(group: RunnableGroup, runnable: Runnable): void {
    if (this.#state !== 'idle') throw runtimeErrors.ALREADY_RUNNING({ what: 'the manager' });
    this.#runnables[group].push(runnable);
    if (!runnable.ready) return;
    this.readyz.add(runnable.name, () => {
      if (!this.#ready.has(runnable)) throw new Error('not ready');
    });
  }

  /**
   * Runs everything until `signal` aborts or a part fails; then stops everything. Once only.
   *
   * @throws the first failure of a part, or SIGNET_RUNTIME_STOP_GRACE naming those that did not stop in time
   */
  async run(signal: AbortSignal): Promise<void> {
    if (this.#state !== 'idle') throw runtimeErrors.ALREADY_RUNNING({ what: 'the manager' });
    const stop = new AbortController();
    const failures: unknown[] = [];
    const fail = (name: string, error: unknown): void => {
      if (this.#state !== 'stopping') this.#logger.error({ runnable: name, err: error }, 'a part of the program failed; stopping');
      failures.push(error);
      stop.abort(error);
    };
    const onSignal = (): void => stop.abort(signal.reason);
    signal.addEventListener('abort', onSignal);
    if (signal.aborted) onSignal();

    const running: Running[] = [];
    this.#state = 'starting';
    for (const group of groups) {
      if (stop.signal.aborted) break;
      await this.#startGroup(group, running, stop.signal, fail);
    }
    if (!stop.signal.aborted) {
      this.#state = 'started';
      this.#logger.info({}, 'started');
      await aborted(stop.signal);
    }
    this.#state = 'stopping';
    signal.removeEventListener('abort', onSignal);
    const left = await this.#stopAll(running, stop.signal.reason);
    this.#state = 'stopped';
    if (failures.length > 0) throw failures[0];
    if (left.length > 0) throw runtimeErrors.STOP_GRACE({ running: left, graceMs: this.#graceMs });
  }

  /** Starts the parts of a group together; resolves when all are ready, or when the stop begins. */
  async #startGroup(
    group: RunnableGroup,
    running: Running[],
    stop: AbortSignal,
    fail: (name: string, error: unknown) => void,
  ): Promise<void> {
    const becomeReady = this.#runnables[group].map(async (runnable) => {
      const { name } = runnable;
      const abort = new AbortController();
      const part: Running = {
        group,
        name,
        abort,
        state: 'running',
        ended: (async (): Promise<void> => runnable.run(abort.signal))().then(
          () => {
            part.state = 'ended';
            if (!abort.signal.aborted) this.#logger.info({ runnable: name }, 'a part of the program ended');
          },
          (error: unknown) => {
            part.state = 'ended';
            if (!isBecauseOf(abort.signal, error)) fail(name, error);
          },
        ),
      };
      running.push(part);
      try {
        await runnable.ready?.(stop);
        this.#ready.add(runnable);
        this.#logger.debug({ runnable: name }, 'ready');
      } catch (error) {
        if (!stop.aborted) fail(name, error);
      }
    });
    await Promise.race([Promise.all(becomeReady), aborted(stop)]);
  }

  /** Stops group by group; those that are late are left behind, and named. */
  async #stopAll(running: readonly Running[], reason: unknown): Promise<string[]> {
    const late = new AbortController();
    const cancel = this.#clock.setTimeout(() => late.abort(), this.#graceMs);
    for (const group of groups.toReversed()) {
      const parts = running.filter((part) => part.group === group);
      for (const part of parts) part.abort.abort(reason);
      await Promise.race([Promise.all(parts.map((part) => part.ended)), aborted(late.signal)]);
    }
    cancel();
    return running.filter((part) => part.state === 'running').map((part) => part.name);
  }
}

/** What is thrown because of the stop is no failure. */
function isBecauseOf(signal: AbortSignal, error: unknown): boolean {
  return signal.aborted && (error === signal.reason || (error instanceof Error && error.name === 'AbortError'));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
