import { setImmediate } from 'node:timers/promises';
import { controllerErrors } from '../errors.ts';

/** After so long it is somebody else's turn, milliseconds. */
const sliceMs = 20;
/** All that one object may take, milliseconds. Real ones take a few. */
const longestMs = 5000;
/** All values of one object together. A Secret holds one MiB; templates may be given more than that. */
const maxBytes = 16 * 2 ** 20;

/**
 * How much of the one thread, and of the memory, an ExternalSecret takes to read its items: it has thousands of them if its author likes, and each
 * may search a large document, or copy it (promise 10).
 */
export class FairShare {
  readonly #stopwatch: () => number;
  #begin: number;
  #spentMs = 0;
  #bytes = 0;

  /** @param stopwatch milliseconds from any moment */
  constructor(stopwatch: () => number) {
    this.#stopwatch = stopwatch;
    this.#begin = stopwatch();
  }

  /** Counts what an item gave. */
  holds(bytes: number): void {
    this.#bytes += bytes;
  }

  /**
   * Before each item: lets others go on when it has worked for a while.
   *
   * @throws ITEMS_LIMIT when it has had its share; the signal's reason
   */
  async turn(signal: AbortSignal): Promise<void> {
    if (this.#bytes > maxBytes) throw controllerErrors.ITEMS_LIMIT({ limit: `${maxBytes / 2 ** 20} MiB` });
    const workedMs = this.#stopwatch() - this.#begin;
    if (this.#spentMs + workedMs > longestMs) throw controllerErrors.ITEMS_LIMIT({ limit: `${longestMs / 1000} s to read` });
    if (workedMs < sliceMs) return;
    this.#spentMs += workedMs;
    await setImmediate();
    signal.throwIfAborted();
    this.#begin = this.#stopwatch();
  }
}
