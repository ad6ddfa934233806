interface Due<T> {
  readonly at: number;
  readonly order: number;
  readonly value: T;
}

/** A binary heap of values by due time; values due at the same time come out in the order they went in. */
export class DueHeap<T> {
  readonly #heap: Due<T>[] = [];
  #order = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** When the earliest value is due; undefined when empty. */
  get nextAt(): number | undefined {
    return this.#heap[0]?.at;
  }

  push(at: number, value: T): void {
    const heap = this.#heap;
    const entry: Due<T> = { at, order: this.#order++, value };
    let index = heap.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Due<T>;
      if (!before(entry, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  /** Removes and returns the earliest value if it is due at `now`. */
  popDue(now: number): T | undefined {
    const heap = this.#heap;
    const top = heap[0];
    if (!top || top.at > now) return undefined;
    const last = heap.pop() as Due<T>;
    if (heap.length > 0) this.#sink(last);
    return top.value;
  }

  /** Drops every value that is not wanted any more. O(n log n). */
  retain(wanted: (value: T, at: number) => boolean): void {
    const kept = this.#heap.splice(0).filter((entry) => wanted(entry.value, entry.at));
    kept.sort((a, b) => (before(a, b) ? -1 : 1));
    this.#heap.push(...kept);
  }

  #sink(entry: Due<T>): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right && before(right, heap[child] as Due<T>)) child++;
      const smallest = heap[child] as Due<T>;
      if (!before(smallest, entry)) break;
      heap[index] = smallest;
      index = child;
    }
    heap[index] = entry;
  }
}

function before<T>(a: Due<T>, b: Due<T>): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
