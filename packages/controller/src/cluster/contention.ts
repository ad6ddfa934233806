import type { ObjectKey } from '@signet/kube/cache';
import { keyText } from '@signet/kube/cache';
import type { ObjectMeta } from '@signet/kube/client';

/** Mends that are done at once before it counts as a fight. */
const patience = 5;
const firstPauseMs = 1000;
const longestPauseMs = 300_000;
/** After this long without a mend the next one is the first again. */
const calmMs = 2 * longestPauseMs;

/**
 * Keeps a fight over a Secret from becoming a storm. When somebody else (another controller, a GitOps tool) undoes each of
 * our mends, the mends go on, but with pauses that double from one second to five minutes.
 *
 * It counts for itself, and does not rely on what the status says: a status may be refused.
 */
export class Contention {
  readonly #mends = new Map<string, { readonly of: string; readonly count: number; readonly lastAt: number }>();

  /**
   * How long to leave the Secret alone; 0: mend it now.
   *
   * @param of what the Secret is made of (see {@link inputsOf}); of something new it is made at once
   */
  pauseMs(key: ObjectKey, of: string, now: number): number {
    const known = this.#mends.get(keyText(key));
    if (!known || known.of !== of || known.count < patience) return 0;
    return Math.max(0, known.lastAt + Math.min(firstPauseMs * 2 ** (known.count - patience), longestPauseMs) - now);
  }

  /** A Secret was written. @param wasRight the status says that it was right before, so that this write is a mend already */
  wrote(key: ObjectKey, of: string, wasRight: boolean, now: number): void {
    const known = this.#mends.get(keyText(key));
    const isRepeat = known?.of === of && now - known.lastAt < calmMs;
    this.#mends.set(keyText(key), { of, count: isRepeat ? known.count + 1 : Number(wasRight), lastAt: now });
  }

  forget(key: ObjectKey): void {
    this.#mends.delete(keyText(key));
  }
}

/** Names what a Secret is made of: while it stays the same, a second write of the Secret undoes what somebody else did. */
export function inputsOf({ uid, generation }: ObjectMeta, scope: string): string {
  return `${uid} ${generation} ${scope}`;
}
