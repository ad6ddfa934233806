import type { ObjectKey } from '@signet/kube/cache';
import { keyText } from '@signet/kube/cache';

const firstMs = 1000;
/** While a store is in trouble; its users are told when it is back. */
const longestStoreMs = 60_000;
/** What only a change can mend, at a backend that tells nobody of it. */
const longestMs = 300_000;

/** How soon an object that failed is tried again: later each time, and each at a time of its own. */
export class Pace {
  readonly #failures = new Map<string, number>();
  readonly #random: () => number;

  /** @param random in [0, 1) */
  constructor(random: () => number) {
    this.#random = random;
  }

  /**
   * It failed once more. @returns milliseconds until the next try
   *
   * @param atLeastMs what the backend asked for
   */
  failed(key: ObjectKey, isStoreTrouble: boolean, atLeastMs = 0): number {
    const failures = (this.#failures.get(keyText(key)) ?? 0) + 1;
    this.#failures.set(keyText(key), failures);
    const longest = isStoreTrouble ? longestStoreMs : longestMs;
    const pause = Math.min(longest, firstMs * 2 ** Math.min(failures - 1, 20));
    return Math.max(pause, atLeastMs) * (1 + 0.2 * this.#random());
  }

  /** How often it has failed since it last worked. */
  failures(key: ObjectKey): number {
    return this.#failures.get(keyText(key)) ?? 0;
  }

  /** It worked, or it is gone. */
  forget(key: ObjectKey): void {
    this.#failures.delete(keyText(key));
  }
}
