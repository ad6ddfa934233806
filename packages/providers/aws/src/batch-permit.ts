import type { Clock } from '@signet/provider';

/** A batch that was refused is not tried again for so long. */
const offMs = 3_600_000;
/** More keys than these are not remembered: a store with so many forbidden keys does without batches. */
const maxSingledOut = 1_000;

/**
 * Whether reads may share a call. Many policies grant the single read and not the batch; and one forbidden key can spoil a batch for all.
 * Both are learned from what became of the same reads, done singly.
 */
export class BatchPermit {
  readonly #clock: Clock;
  readonly #singledOut = new Set<string>();
  #offUntil = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param identity what the shelf calls this read */
  covers(identity: string): boolean {
    return this.#clock.now() >= this.#offUntil && !this.#singledOut.has(identity);
  }

  /**
   * A batch was refused, and these reads of it were done singly.
   *
   * @param spoilers those of them that were refused in the same way. None: it is the batch itself that is not allowed
   */
  refused(spoilers: readonly string[]): void {
    for (const identity of spoilers) this.#singledOut.add(identity);
    if (spoilers.length === 0 || this.#singledOut.size > maxSingledOut) {
      this.#offUntil = this.#clock.now() + offMs;
      this.#singledOut.clear();
    }
  }

  /** This read works now. */
  works(identity: string): void {
    this.#singledOut.delete(identity);
  }
}
