/**
 * Events that wait to be sent, each once. Warnings go first: of ten thousand objects that start at once, the one that failed is
 * the one somebody looks for. A full backlog gives up its newest normal event for a warning, and refuses everything else.
 */
export class EventBacklog<E extends { readonly happening: { readonly type: 'Normal' | 'Warning' } }> {
  readonly #most: number;
  readonly #warnings = new Set<E>();
  readonly #normal = new Set<E>();

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#warnings.size + this.#normal.size;
  }

  /** Adds an event unless it waits already. @returns how many events were given up for lack of room: 0 or 1 */
  add(event: E): number {
    const kind = event.happening.type === 'Warning' ? this.#warnings : this.#normal;
    if (kind.has(event) || this.size < this.#most) {
      kind.add(event);
      return 0;
    }
    const newest = [...this.#normal].at(-1);
    if (kind === this.#warnings && newest) {
      this.#normal.delete(newest);
      kind.add(event);
    }
    return 1;
  }

  /** The one to send next, taken out. */
  take(): E | undefined {
    for (const kind of [this.#warnings, this.#normal]) {
      for (const event of kind) {
        kind.delete(event);
        return event;
      }
    }
    return undefined;
  }

  clear(): void {
    this.#warnings.clear();
    this.#normal.clear();
  }
}
