import { isBreak } from './yaml-cursor.ts';

/** Lines longer than this are folded at the next single space. */
const bestWidth = 80;

/** How a scalar may be written. */
export type Style = 'plain' | 'single' | 'double' | 'literal';

/** The pen of the emitter: it knows its column and what the last thing written was. */
export class YamlWriter {
  text = '';
  indent = -1;
  #column = 0;
  /** After white space: an indicator needs none before it. */
  #afterSpace = true;
  /** Nothing but indentation and indicators in this line yet. */
  #inIndentation = true;

  get inIndentation(): boolean {
    return this.#inIndentation;
  }

  put(text: string): void {
    this.text += text;
    for (const _character of text) this.#column++;
  }

  #break(character = '\n'): void {
    this.text += character;
    this.#column = 0;
  }

  toIndent(): void {
    const indent = Math.max(this.indent, 0);
    if (!this.#inIndentation || this.#column > indent || (this.#column === indent && !this.#afterSpace)) this.#break();
    if (this.#column < indent) this.put(' '.repeat(indent - this.#column));
    this.#afterSpace = true;
    this.#inIndentation = true;
  }

  /** `-`, `?`, `:` and brackets and quotes. */
  indicator(text: string, o: { spaced?: boolean; keepsIndentation?: boolean } = {}): void {
    if (o.spaced && !this.#afterSpace) this.put(' ');
    this.put(text);
    this.#afterSpace = false;
    this.#inIndentation &&= o.keepsIndentation ?? false;
  }

  plain(text: string, mayFold: boolean): void {
    if (!this.#afterSpace) this.put(' ');
    this.#words(text, mayFold, false);
    this.#afterSpace = false;
    this.#inIndentation = false;
  }

  single(text: string, mayFold: boolean): void {
    this.indicator("'", { spaced: true });
    this.#words(text, mayFold, true);
    this.indicator("'");
    this.#inIndentation = false;
  }

  /** Words with single spaces between them, where lines may be folded, and with line ends doubled as folding asks. */
  #words(text: string, mayFold: boolean, quoted: boolean): void {
    const characters = Array.from(text);
    let afterSpace = false;
    let afterBreak = false;
    characters.forEach((character, i) => {
      if (character === ' ') {
        const inside = !quoted || (i > 0 && i < characters.length - 1);
        if (mayFold && !afterSpace && this.#column > bestWidth && inside && characters[i + 1] !== ' ') this.toIndent();
        else this.put(character);
        afterSpace = true;
      } else if (isBreak(character.codePointAt(0) ?? 0)) {
        if (!afterBreak && character === '\n') this.#break();
        this.#break(character);
        this.#inIndentation = true;
        afterBreak = true;
      } else {
        if (afterBreak) this.toIndent();
        this.put(quoted && character === "'" ? "''" : character);
        this.#inIndentation = false;
        afterSpace = afterBreak = false;
      }
    });
  }

  double(text: string, mayFold: boolean): void {
    const characters = Array.from(text);
    const escapesAll = text.startsWith('\ufeff');
    let afterSpace = false;
    this.indicator('"', { spaced: true });
    characters.forEach((character, i) => {
      if (
        escapesAll ||
        character === '"' ||
        character === '\\' ||
        !isPrintable(character) ||
        isBreak(character.codePointAt(0) ?? 0)
      ) {
        this.put(escape(character));
        afterSpace = false;
      } else if (character === ' ') {
        if (mayFold && !afterSpace && this.#column > bestWidth && i > 0 && i < characters.length - 1) {
          this.toIndent();
          if (characters[i + 1] === ' ') this.put('\\');
        } else {
          this.put(character);
        }
        afterSpace = true;
      } else {
        this.put(character);
        afterSpace = false;
      }
    });
    this.indicator('"');
    this.#inIndentation = false;
  }

  literal(text: string): void {
    const characters = Array.from(text);
    const isBreakAt = (at: number): boolean => isBreak(characters.at(at)?.codePointAt(0) ?? 0);
    this.indicator('|', { spaced: true });
    if (characters[0] === ' ' || isBreakAt(0)) this.indicator('2');
    if (!isBreakAt(-1)) this.indicator('-');
    else if (characters.length === 1 || isBreakAt(-2)) this.indicator('+');
    this.#break();
    this.#inIndentation = true;
    this.#afterSpace = true;
    let afterBreak = true;
    for (const character of characters) {
      if (isBreak(character.codePointAt(0) ?? 0)) {
        this.#break(character);
        this.#inIndentation = true;
        afterBreak = true;
      } else {
        if (afterBreak) this.toIndent();
        this.put(character);
        this.#inIndentation = false;
        afterBreak = false;
      }
    }
  }
}

/** What libyaml writes as it is: not tabs, not control characters, and nothing beyond U+FFFD. */
export function isPrintable(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return code === 10 || (code >= 0x20 && code <= 0x7e) || (code >= 0xa0 && code <= 0xfffd && code !== 0xfeff);
}

const named: Readonly<Record<string, string>> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\x85': 'N',
  '\xa0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
};

function escape(character: string): string {
  const name = named[character];
  if (name !== undefined) return `\\${name}`;
  const digits = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  if (digits.length <= 2) return `\\x${digits.padStart(2, '0')}`;
  return digits.length <= 4 ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`;
}
