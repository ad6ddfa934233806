const firstPauseMs = 1000;
const longestPauseMs = 3_600_000;

/**
 * Keeps something that is done again and again from being done without end: after the first time there is a pause of a second, and
 * each next one is twice as long, up to an hour. After two quiet hours it is the first time again.
 */
export class Pace {
  #lastAt = 0;
  #row = 0;

  /** @param now milliseconds; a clock that is set back makes no pause longer */
  took(now: number): void {
    this.#row = this.#row > 0 && now - this.#lastAt < 2 * longestPauseMs ? this.#row + 1 : 1;
    this.#lastAt = now;
  }

  /** How long to wait before the next time, in milliseconds. @param atMost a pause that is asked for is long enough */
  waitMs(now: number, atMost: number = longestPauseMs): number {
    if (this.#row === 0) return 0;
    if (now < this.#lastAt) this.#lastAt = now;
    const pauseMs = Math.min(firstPauseMs * 2 ** (this.#row - 1), longestPauseMs, atMost);
    return Math.max(0, this.#lastAt + pauseMs - now);
  }
}
