/**
 * What we wrote ourselves and the watch has not shown yet, so that the echo of our own write does not look like a change of
 * somebody else's, and an object is not opened twice because a cache is some milliseconds behind.
 *
 * The memory of a key lasts from the answer to our write until the first event of that key. An event that came between the
 * start of the write and its answer may be newer than the write: then nothing is remembered.
 */
export class RecentWrites<T> {
  readonly #written = new Map<string, T>();
  readonly #underWay = new Map<string, { seen: boolean }>();

  /** Runs a write, and remembers what it answers. One write per key at a time. */
  async during(key: string, write: () => Promise<T>): Promise<T> {
    const watch = { seen: false };
    this.#underWay.set(key, watch);
    try {
      const answer = await write();
      if (!watch.seen) this.#written.set(key, answer);
      return answer;
    } finally {
      this.#underWay.delete(key);
    }
  }

  /** The cache has shown an event of this key: from here on the cache knows best. */
  seen(key: string): void {
    this.#written.delete(key);
    const watch = this.#underWay.get(key);
    if (watch) watch.seen = true;
  }

  /** What we wrote, while the cache is behind. */
  latest(key: string): T | undefined {
    return this.#written.get(key);
  }
}
