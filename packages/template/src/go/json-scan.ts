import { GoError, hidden } from './error.ts';

/**
 * A mistake in a JSON text. The character that does not fit is data: it is hidden, and so is the word it was found in.
 */
export class JsonError extends GoError {}

function unexpected(where: string): JsonError {
  return new JsonError(`invalid character '${hidden}' ${where}`);
}

const endOfInput = (): JsonError => new JsonError('unexpected end of JSON input');

const plainNumber = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** Nesting beyond this is refused. */
const deepest = 10_000;

/** Steps along a JSON text and refuses what is not JSON, with the words of encoding/json. */
export class Scanner {
  readonly json: string;
  at = 0;
  #depth = 0;

  constructor(json: string) {
    this.json = json;
  }

  /** Skips white space and gives the next character, '' at the end. */
  peek(): string {
    let at = this.at;
    let code = this.json.charCodeAt(at);
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = this.json.charCodeAt(++at);
    this.at = at;
    return this.json.charAt(at);
  }

  /** A list or an object begins. */
  open(): void {
    this.at++;
    this.#depth++;
    if (this.#depth > deepest) throw new JsonError('exceeded max depth');
  }

  /** A list or an object ends. */
  close(): void {
    this.at++;
    this.#depth--;
  }

  /** What was found does not fit there. */
  refuse(where: string): JsonError {
    return this.at >= this.json.length ? endOfInput() : unexpected(where);
  }

  /** After the outermost value only white space may follow. */
  end(): void {
    if (this.peek() !== '') throw unexpected('after top-level value');
  }

  /** Takes a literal word that begins here. */
  word(word: 'true' | 'false' | 'null'): void {
    for (const expected of word) {
      if (this.json.charAt(this.at) !== expected) throw unexpected(`in literal ${hidden} (expecting '${hidden}')`);
      this.at++;
    }
  }

  /** Takes a number and gives its text. */
  number(): string {
    plainNumber.lastIndex = this.at;
    const found = plainNumber.exec(this.json)?.[0];
    if (found === undefined) throw unexpected('in numeric literal');
    this.at += found.length;
    const next = this.json.charAt(this.at);
    if (next !== '.' && next !== 'e' && next !== 'E') return found;
    if (next === '.' && !/[.eE]/.test(found)) throw unexpected('after decimal point in numeric literal');
    if ((next === 'e' || next === 'E') && !/[eE]/.test(found)) throw unexpected('in exponent of numeric literal');
    return found;
  }

  /** Takes a string that begins here and gives what is between its quotes, escapes as they are. */
  string(): string {
    const { json } = this;
    const start = this.at + 1;
    let at = start;
    for (;;) {
      const code = json.charCodeAt(at);
      if (code === 0x22) break;
      if (code === 0x5c) {
        const escape = json.charAt(at + 1);
        if (escape === 'u') {
          at = this.#unicodeEscape(at + 2);
          continue;
        }
        // At the end of the input Go sees a space there.
        if (escape === '' || !'"\\/bfnrt'.includes(escape)) throw unexpected('in string escape code');
        at += 2;
        continue;
      }
      if (at >= json.length) throw endOfInput();
      if (code < 0x20) throw unexpected('in string literal');
      at++;
    }
    this.at = at + 1;
    return json.slice(start, at);
  }

  /** Four hexadecimal digits; gives where they end. */
  #unicodeEscape(start: number): number {
    for (let at = start; at < start + 4; at++) {
      if (!/[\da-fA-F]/.test(this.json.charAt(at))) throw unexpected('in \\u hexadecimal character escape');
    }
    return start + 4;
  }
}
