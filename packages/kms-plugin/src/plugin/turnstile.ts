import { Refusal } from './refusal.ts';
import { unlessAborted } from './within.ts';

/** Lets so many through at once. The others wait in a line, at most so many of them. */
export class Turnstile {
  readonly #limit: number;
  readonly #maxWaiting: number;
  #inside = 0;
  readonly #line: (() => void)[] = [];

  constructor(limit: number, maxWaiting: number) {
    this.#limit = limit;
    this.#maxWaiting = maxWaiting;
  }

  /** Does the work when it is its turn. @throws Refusal RESOURCE_EXHAUSTED when the line is full, the signal's reason when it is aborted in it */
  async pass<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#inside >= this.#limit) await this.#wait(signal);
    else this.#inside += 1;
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  async #wait(signal: AbortSignal): Promise<void> {
    if (this.#line.length >= this.#maxWaiting) {
      throw new Refusal('RESOURCE_EXHAUSTED', 'too many calls to the key service are waiting');
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#line.push(resolve);
    try {
      await unlessAborted(promise, signal);
    } catch (error) {
      const at = this.#line.indexOf(resolve);
      if (at >= 0) this.#line.splice(at, 1);
      // It had its turn in the same moment: the next one takes it.
      else this.#leave();
      throw error;
    }
  }

  /** Whoever is next takes the place, which is never free in between. */
  #leave(): void {
    const next = this.#line.shift();
    if (next) next();
    else this.#inside -= 1;
  }
}
