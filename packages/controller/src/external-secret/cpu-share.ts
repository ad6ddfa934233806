import { setImmediate } from 'node:timers/promises';
import { controllerErrors } from '../errors.ts';

/** After so long it is somebody else's turn, milliseconds. */
const sliceMs = 20;
/** All that one object may take, milliseconds. Real ones take a few. */
const longestMs = 5000;

/**
 * How much of the one thread an ExternalSecret takes to read its items: it has thousands of them if its author likes, and each may search a large
 * document (promise 10).
 */
export class CpuShare {
  readonly #stopwatch: () => number;
  #begin: number;
  #spentMs = 0;

  /** @param stopwatch milliseconds from any moment */
  constructor(stopwatch: () => number) {
    this.#stopwatch = stopwatch;
    this.#begin = stopwatch();
  }

  /**
   * Before each item: lets others go on when it has worked for a while.
   *
   * @throws ITEMS_LIMIT when it has had its share; the signal's reason
   */
  async turn(signal: AbortSignal): Promise<void> {
    const workedMs = this.#stopwatch() - this.#begin;
    if (this.#spentMs + workedMs > longestMs) throw controllerErrors.ITEMS_LIMIT({ seconds: longestMs / 1000 });
    if (workedMs < sliceMs) return;
    this.#spentMs += workedMs;
    await setImmediate();
    signal.throwIfAborted();
    this.#begin = this.#stopwatch();
  }
}
