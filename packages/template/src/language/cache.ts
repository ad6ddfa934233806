/** How much a cache keeps. */
export interface CacheSize {
  readonly entries: number;
  /** Of all together. */
  readonly weight: number;
}

/** Keeps what was used last, by an owner (an object) and a text. What is used longest ago goes first. */
export class Cache<Owner extends object, T> {
  readonly #size: CacheSize;
  readonly #owners = new WeakMap<Owner, number>();
  readonly #kept = new Map<string, T>();
  readonly #weigh: (key: string, made: T) => number;
  #nextOwner = 0;
  #weight = 0;

  /** @param weigh what one takes of the room for all, always the same for the same */
  constructor(size: CacheSize, weigh: (key: string, made: T) => number) {
    this.#size = size;
    this.#weigh = weigh;
  }

  /** What is kept under a key, or what `make` makes for it; a failure is not kept. */
  get(owner: Owner, text: string, make: () => T): T {
    const key = `${this.#numberOf(owner)} ${text}`;
    const known = this.#kept.get(key);
    if (known !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known;
    }
    const made = make();
    this.#kept.set(key, made);
    this.#weight += this.#weigh(key, made);
    this.#trim();
    return made;
  }

  /** How many there are. */
  get entries(): number {
    return this.#kept.size;
  }

  #numberOf(owner: Owner): number {
    let number = this.#owners.get(owner);
    if (number === undefined) this.#owners.set(owner, (number = this.#nextOwner++));
    return number;
  }

  #trim(): void {
    for (const [key, made] of this.#kept) {
      if (this.#kept.size <= this.#size.entries && this.#weight <= this.#size.weight) return;
      this.#kept.delete(key);
      this.#weight -= this.#weigh(key, made);
    }
  }
}
