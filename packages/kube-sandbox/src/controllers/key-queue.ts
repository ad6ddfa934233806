/**
 * Work by key, done in a later turn of the event loop and once however often it was asked for. Nothing runs after `stop`.
 * A piece of work that throws is dropped: the next change of its object brings it back.
 */
export class KeyQueue {
  readonly #waiting = new Set<string>();
  readonly #work: (key: string) => void;
  #scheduled: NodeJS.Immediate | undefined;
  #stopped = false;

  constructor(work: (key: string) => void) {
    this.#work = work;
  }

  add(key: string): void {
    if (this.#stopped) return;
    this.#waiting.add(key);
    this.#scheduled ??= setImmediate(() => this.#drain());
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
    if (this.#scheduled) clearImmediate(this.#scheduled);
  }

  #drain(): void {
    this.#scheduled = undefined;
    const keys = [...this.#waiting];
    this.#waiting.clear();
    for (const key of keys) {
      if (this.#stopped) return;
      try {
        this.#work(key);
      } catch {
        // Another writer got there first.
      }
    }
  }
}
