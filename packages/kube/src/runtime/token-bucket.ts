/** How fast a bucket refills and how much it holds. */
export interface BucketRate {
  /** Tokens that come back each second. */
  readonly perSecond: number;
  /** Most tokens at once; a new bucket is full. */
  readonly burst: number;
}

/**
 * A token bucket that reads the time from its caller, so that one million of them cost no timer.
 *
 * @example
 * const bucket = new TokenBucket({ perSecond: 10, burst: 100 }, clock.now());
 * if (!bucket.take(clock.now())) return; // flooded: drop
 */
export class TokenBucket {
  readonly #rate: BucketRate;
  #tokens: number;
  #at: number;

  /** @param nowMs any clock in milliseconds, the same one for all calls */
  constructor(rate: BucketRate, nowMs: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#at = nowMs;
  }

  /** Takes a token if there is one now. */
  take(nowMs: number): boolean {
    this.#refill(nowMs);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Takes the next token, even from the future, and says in how many milliseconds it may be spent. */
  reserve(nowMs: number): number {
    this.#refill(nowMs);
    this.#tokens -= 1;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.#rate.perSecond) * 1000;
  }

  #refill(nowMs: number): void {
    const passedMs = Math.max(0, nowMs - this.#at);
    this.#at = nowMs;
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + (passedMs / 1000) * this.#rate.perSecond);
  }
}
