/** The product of lengths up to which the engine's own search is fast whatever the texts are. */
const smallProduct = 1 << 16;

/**
 * A part to look for in texts. What the engine does for long parts takes as long as the product of both lengths at worst; this takes
 * as long as their sum (Knuth, Morris and Pratt, "Fast Pattern Matching in Strings", 1977).
 */
export class Search {
  readonly #part: string;
  #fallbacks: Int32Array | undefined;

  constructor(part: string) {
    this.#part = part;
  }

  /** Where the part begins next in a text, from an offset on; -1 for nowhere. */
  next(text: string, from: number): number {
    const part = this.#part;
    if (part.length < 2 || text.length * part.length <= smallProduct) return text.indexOf(part, from);
    const fallbacks = (this.#fallbacks ??= fallbacksOf(part));
    let matched = 0;
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      while (matched > 0 && part.charCodeAt(matched) !== code) matched = fallbacks[matched - 1] as number;
      if (part.charCodeAt(matched) === code) matched++;
      if (matched === part.length) return at - matched + 1;
    }
    return -1;
  }

  /** All places, none overlapping. */
  all(text: string): number[] {
    const found: number[] = [];
    for (let at = this.next(text, 0); at >= 0; at = this.next(text, at + this.#part.length)) found.push(at);
    return found;
  }
}

/** For each beginning of a text: how much of its end is also its beginning. */
function fallbacksOf(part: string): Int32Array {
  const fallbacks = new Int32Array(part.length);
  let matched = 0;
  for (let at = 1; at < part.length; at++) {
    const code = part.charCodeAt(at);
    while (matched > 0 && part.charCodeAt(matched) !== code) matched = fallbacks[matched - 1] as number;
    if (part.charCodeAt(matched) === code) matched++;
    fallbacks[at] = matched;
  }
  return fallbacks;
}
