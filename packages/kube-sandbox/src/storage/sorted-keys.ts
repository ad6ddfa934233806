/** Distinct strings in code-unit order: for the ASCII names of Kubernetes, the byte order of etcd. */
export class SortedKeys {
  readonly #keys: string[];

  constructor(keys: Iterable<string> = []) {
    this.#keys = [...keys].sort();
  }

  get size(): number {
    return this.#keys.length;
  }

  /** Adds a key that is not there yet. */
  add(key: string): void {
    this.#keys.splice(this.#lowerBound(key), 0, key);
  }

  /** Removes a key that is there. */
  remove(key: string): void {
    const at = this.#lowerBound(key);
    if (this.#keys[at] === key) this.#keys.splice(at, 1);
  }

  /** All keys from `start` on that begin with `prefix`, in order. `start` must not lie before `prefix`. */
  from(start: string, prefix: string): string[] {
    const first = this.#lowerBound(start);
    if (prefix === '') return this.#keys.slice(first);
    const length = this.#keys.slice(first).findIndex((key) => !key.startsWith(prefix));
    return this.#keys.slice(first, length === -1 ? undefined : first + length);
  }

  #lowerBound(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] as string) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
