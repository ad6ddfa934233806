import type { ObjectKey } from '@signet/kube/cache';
import { keyText } from '@signet/kube/cache';

/** Mends that are done at once before it counts as a fight. */
const patience = 5;
const firstPauseMs = 1000;
const longestPauseMs = 300_000;
/** After this long without a mend the next one is the first again. */
const calmMs = 2 * longestPauseMs;

/**
 * Keeps a fight over a Secret from becoming a storm. When somebody else (another controller, a GitOps tool) undoes each of
 * our mends, the mends go on, but with pauses that double from one second to five minutes.
 */
export class Contention {
  readonly #mends = new Map<string, { readonly count: number; readonly lastAt: number }>();

  /** How long to leave the Secret alone; 0: mend it now. */
  pauseMs(key: ObjectKey, now: number): number {
    const { count, lastAt } = this.#mends.get(keyText(key)) ?? { count: 0, lastAt: now };
    if (count < patience) return 0;
    return Math.max(0, lastAt + Math.min(firstPauseMs * 2 ** (count - patience), longestPauseMs) - now);
  }

  /** A Secret that was right before had to be put right. */
  mended(key: ObjectKey, now: number): void {
    const known = this.#mends.get(keyText(key));
    const count = known && now - known.lastAt < calmMs ? known.count + 1 : 1;
    this.#mends.set(keyText(key), { count, lastAt: now });
  }

  forget(key: ObjectKey): void {
    this.#mends.delete(keyText(key));
  }
}
