/**
 * Turns to write to the API server: so many objects at a time, those that somebody waits for first. More at once would make nothing
 * faster: they would stand in the API server's queue, where nobody can go ahead.
 */
export class WriteTurns {
  readonly #limit: number;
  readonly #waiting = { urgent: new Set<() => void>(), other: new Set<() => void>() };
  #busy = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Those who write now. */
  get busy(): number {
    return this.#busy;
  }

  /** Those who wait for their turn. */
  get waiting(): number {
    return this.#waiting.urgent.size + this.#waiting.other.size;
  }

  /** Does the work when it is its turn. @throws the signal's reason when it is aborted before that */
  async during<T>(urgent: boolean, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    if (this.#busy < this.#limit) this.#busy += 1;
    else await this.#turn(this.#waiting[urgent ? 'urgent' : 'other'], signal);
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  /** A place that is given up goes to the next one, without a moment in between. */
  #next(): void {
    const { urgent, other } = this.#waiting;
    const line = urgent.size > 0 ? urgent : other;
    const next = line.values().next().value;
    if (next === undefined) {
      this.#busy -= 1;
    } else {
      line.delete(next);
      next();
    }
  }

  async #turn(line: Set<() => void>, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onAbort = (): void => {
      if (line.delete(resolve)) reject(signal.reason);
    };
    line.add(resolve);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }
}
