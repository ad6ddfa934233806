/** How many calls a store gets. */
export interface CallRateOptions {
  /** Calls a second, in the long run. */
  readonly perSecond: number;
  /** Calls that may be made at once after a rest. */
  readonly burst: number;
}

/** No backend is asked less often than this, however often it says that it is too much. */
const slowest = 1;
/** After a backend asked to slow down, the full rate is back after this. */
const recoveryMs = 60_000;

/** A token bucket that yields when the backend asks to slow down, and comes back by itself. Reads the time from its caller. */
export class CallRate {
  readonly #options: CallRateOptions;
  #perSecond: number;
  #tokens: number;
  #at: number;

  /** @param now milliseconds, the same clock for all calls */
  constructor(options: CallRateOptions, now: number) {
    this.#options = options;
    this.#perSecond = options.perSecond;
    this.#tokens = options.burst;
    this.#at = now;
  }

  /** Milliseconds until a call may be made; 0: now. */
  waitMs(now: number): number {
    this.#refill(now);
    return this.#tokens >= 1 ? 0 : Math.max(1, Math.ceil(((1 - this.#tokens) / this.#perSecond) * 1000));
  }

  /** Counts a call that is made now. */
  take(now: number): void {
    this.#refill(now);
    this.#tokens -= 1;
  }

  /** Forgets what was saved up: a backend that comes back is not met by a burst. */
  drain(now: number): void {
    this.#refill(now);
    this.#tokens = Math.min(this.#tokens, 0);
  }

  /** The backend asked for less: half of the rate, coming back within a minute. */
  slowDown(now: number): void {
    this.drain(now);
    this.#perSecond = Math.max(Math.min(slowest, this.#options.perSecond), this.#perSecond / 2);
  }

  #refill(now: number): void {
    const passedMs = Math.max(0, now - this.#at);
    this.#at = now;
    this.#tokens = Math.min(Math.max(1, this.#options.burst), this.#tokens + (passedMs / 1000) * this.#perSecond);
    this.#perSecond = Math.min(this.#options.perSecond, this.#perSecond + (this.#options.perSecond * passedMs) / recoveryMs);
  }
}
