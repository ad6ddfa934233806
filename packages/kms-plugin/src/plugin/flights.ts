interface Flight<T> {
  readonly landing: Promise<T>;
  readonly stop: AbortController;
  passengers: number;
}

/**
 * One call for all who ask for the same thing at the same time. It goes on as long as anybody waits, and is aborted when the last one has left:
 * the cancellation of one does not fail the others.
 */
export class Flights<T> {
  readonly #under = new Map<string, Flight<T>>();

  /** How many calls are under way. */
  get size(): number {
    return this.#under.size;
  }

  /** Joins the call for `key`, or starts it. Rejects with the signal's reason when this one stops waiting. */
  async join(key: string, start: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const flight = this.#under.get(key) ?? this.#start(key, start);
    flight.passengers += 1;
    const { promise: left, reject } = Promise.withResolvers<never>();
    const leave = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([flight.landing, left]);
    } finally {
      signal.removeEventListener('abort', leave);
      flight.passengers -= 1;
      if (flight.passengers === 0) {
        if (this.#under.get(key) === flight) this.#under.delete(key);
        flight.stop.abort(signal.reason);
      }
    }
  }

  #start(key: string, start: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const stop = new AbortController();
    const landing = start(stop.signal);
    // Those who wait hear of it; when nobody does any more, nobody needs to.
    landing.catch(() => undefined);
    const flight: Flight<T> = { landing, stop, passengers: 0 };
    this.#under.set(key, flight);
    return flight;
  }
}
