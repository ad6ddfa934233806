import type { Clock } from '@signet/provider';

/** Bounds of what is remembered of reads, all stores together. */
export interface ReadMemoryOptions {
  readonly clock: Clock;
  /** Default 10 000: a secret is not kept longer than one wave of refreshes needs it. */
  readonly keepMs?: number | undefined;
  /** Default 20 000. */
  readonly maxReads?: number | undefined;
  /** Default 32 MiB. */
  readonly maxBytes?: number | undefined;
}

interface Kept {
  readonly drop: () => void;
  readonly bytes: number;
  readonly until: number;
}

/** Says when the answer of a read has to be dropped: soon, and sooner when there are too many. The oldest go first. */
export class ReadMemory {
  readonly #clock: Clock;
  readonly #keepMs: number;
  readonly #maxReads: number;
  readonly #maxBytes: number;
  readonly #kept = new Set<Kept>();
  #bytes = 0;
  #cancelTimer: (() => void) | undefined;

  constructor({ clock, keepMs = 10_000, maxReads = 20_000, maxBytes = 32 * 2 ** 20 }: ReadMemoryOptions) {
    this.#clock = clock;
    this.#keepMs = keepMs;
    this.#maxReads = maxReads;
    this.#maxBytes = maxBytes;
  }

  /** Answers that are remembered now. */
  get size(): number {
    return this.#kept.size;
  }

  /** What they take, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Remembers an answer until `drop` is called, which may be at once.
   *
   * @returns forgets it before that, without calling `drop`
   */
  keep(bytes: number, drop: () => void): () => void {
    const kept: Kept = { drop, bytes, until: this.#clock.now() + this.#keepMs };
    this.#kept.add(kept);
    this.#bytes += bytes;
    for (const oldest of this.#kept) {
      if (this.#kept.size <= this.#maxReads && this.#bytes <= this.#maxBytes) break;
      this.#drop(oldest);
    }
    this.#schedule();
    return () => this.#forget(kept);
  }

  #drop(kept: Kept): void {
    this.#forget(kept);
    kept.drop();
  }

  #forget(kept: Kept): void {
    if (!this.#kept.delete(kept)) return;
    this.#bytes -= kept.bytes;
    if (this.#kept.size > 0) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  /** One timer, for the oldest; all are kept equally long. */
  #schedule(): void {
    const oldest = this.#kept.values().next().value;
    if (!oldest || this.#cancelTimer) return;
    this.#cancelTimer = this.#clock.setTimeout(() => {
      this.#cancelTimer = undefined;
      const now = this.#clock.now();
      for (const kept of this.#kept) {
        if (kept.until > now) break;
        this.#drop(kept);
      }
      this.#schedule();
    }, oldest.until - this.#clock.now());
  }
}
