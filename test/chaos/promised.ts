/** What a Secret holds, as text by key. */
export type Plaintext = Readonly<Record<string, string>>;

interface History {
  /** Every plaintext that was ever asked for, oldest first. */
  readonly asked: Plaintext[];
  /** Index of the newest that was seen. */
  seen: number | undefined;
}

/**
 * What may be seen of the produced Secrets, whatever breaks: nothing before the first success; then exactly the plaintext of
 * one of the generations asked for so far, whole, and never an older one after a newer. Collects what breaks this.
 */
export class Promised {
  readonly #histories = new Map<string, History>();
  readonly violations: string[] = [];

  get names(): readonly string[] {
    return [...this.#histories.keys()];
  }

  /** To be told before the write is sent: from then on its outcome may be seen. */
  asks(name: string, plaintext: Plaintext): void {
    const history = this.#histories.get(name) ?? { asked: [], seen: undefined };
    this.#histories.set(name, history);
    history.asked.push(plaintext);
  }

  /** Somebody looked: `found` is undefined when there was no Secret. */
  sees(name: string, found: Plaintext | undefined): void {
    const history = this.#histories.get(name);
    const complain = (what: string): void => void this.violations.push(`${name}: ${what}`);
    if (!history) return complain('a Secret nobody asked for');
    const { asked, seen } = history;
    if (found === undefined) return seen === undefined ? undefined : complain(`gone after generation ${seen} was seen`);
    const generation = asked.findLastIndex((plaintext) => same(plaintext, found));
    if (generation === -1) return complain(`a third thing: ${JSON.stringify(found)}; asked for: ${JSON.stringify(asked)}`);
    if (seen !== undefined && generation < seen) return complain(`back to generation ${generation} after ${seen}`);
    history.seen = generation;
  }

  /** Names whose newest plaintext was not the last thing seen. */
  get unsettled(): readonly string[] {
    return [...this.#histories].filter(([, { asked, seen }]) => seen !== asked.length - 1).map(([name]) => name);
  }
}

function same(one: Plaintext, other: Plaintext): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}
