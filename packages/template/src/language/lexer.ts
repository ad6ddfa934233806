import { hidden } from '../go/error.ts';
import { runeAt } from '../go/utf8.ts';
import { keywords } from './token.ts';
import type { Token, TokenKind } from './token.ts';

/** Where actions begin and end. */
export type Delimiters = readonly [left: string, right: string];

const tab = 9;
const newline = 10;
const carriageReturn = 13;
const space = 32;
const doubleQuote = 34;
const dollar = 36;
const singleQuote = 39;
const plus = 43;
const minus = 45;
const point = 46;
const zero = 48;
const nine = 57;
const colon = 58;
const equals = 61;
const backslash = 92;
const backtick = 96;
const lowerI = 105;
const endOfText = -1;

const decimalDigits = '0123456789_';
const hexDigits = '0123456789abcdefABCDEF_';

/** Letters and digits of ASCII and the underscore, by char code. */
const wordCodes: readonly boolean[] = Array.from({ length: 128 }, (_, code) => /\w/.test(String.fromCharCode(code)));
const wideLetterOrDigit = /^[\p{L}\p{Nd}]$/u;
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u;

function isSpace(code: number): boolean {
  return code === space || code === tab || code === carriageReturn || code === newline;
}

function isDigit(code: number): boolean {
  return code >= zero && code <= nine;
}

function isWord(code: number): boolean {
  return code < 128 ? wordCodes[code] === true : wideLetterOrDigit.test(String.fromCodePoint(code));
}

/** A character as `%#U` prints it: `U+0021 '!'`. */
function describeRune(code: number): string {
  const hex = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const char = String.fromCodePoint(code);
  return code === space || printable.test(char) ? `${hex} '${char}'` : hex;
}

/** Cuts the text of a template into tokens, one at a time. After an error there are no more. */
export class Lexer {
  readonly #text: string;
  readonly #left: string;
  readonly #right: string;
  #at = 0;
  #start = 0;
  #line = 1;
  #nextNewline: number;
  #parens = 0;
  #inAction = false;

  constructor(text: string, [left, right]: Delimiters) {
    this.#text = text;
    this.#nextNewline = text.indexOf('\n');
    this.#left = left === '' ? '{{' : left;
    this.#right = right === '' ? '}}' : right;
  }

  next(): Token {
    return this.#inAction ? this.#action() : this.#plain();
  }

  #lineOf(at: number): number {
    while (this.#nextNewline >= 0 && this.#nextNewline < at) {
      this.#line++;
      this.#nextNewline = this.#text.indexOf('\n', this.#nextNewline + 1);
    }
    return this.#line;
  }

  #token(kind: TokenKind, end: number = this.#at): Token {
    const token = { kind, at: this.#start, text: this.#text.slice(this.#start, end), line: this.#lineOf(this.#start) };
    this.#start = this.#at;
    return token;
  }

  #error(message: string): Token {
    const token: Token = { kind: 'error', at: this.#start, text: message, line: this.#lineOf(this.#start) };
    this.#at = this.#start = this.#text.length;
    this.#inAction = false;
    return token;
  }

  #skipTo(at: number): void {
    this.#at = at;
    this.#start = at;
  }

  #spacesEnd(from: number): number {
    let at = from;
    while (isSpace(this.#text.charCodeAt(at))) at++;
    return at;
  }

  /** Plain text up to the next action; comments are passed over here. */
  #plain(): Token {
    for (;;) {
      const found = this.#text.indexOf(this.#left, this.#at);
      if (found < 0) {
        this.#at = this.#text.length;
        return this.#token(this.#at > this.#start ? 'text' : 'end of file');
      }
      const inside = found + this.#left.length;
      const trims = this.#text.charCodeAt(inside) === minus && isSpace(this.#text.charCodeAt(inside + 1));
      if (found > this.#at) {
        let end = found;
        if (trims) while (end > this.#start && isSpace(this.#text.charCodeAt(end - 1))) end--;
        this.#at = found;
        if (end > this.#start) return this.#token('text', end);
        this.#start = found;
      }
      const first = trims ? inside + 2 : inside;
      if (!this.#text.startsWith('/*', first)) {
        this.#at = inside;
        const token = this.#token('left delimiter');
        this.#skipTo(first);
        this.#inAction = true;
        this.#parens = 0;
        return token;
      }
      this.#start = first;
      const problem = this.#comment(first + 2);
      if (problem) return problem;
    }
  }

  #comment(from: number): Token | undefined {
    const end = this.#text.indexOf('*/', from);
    if (end < 0) return this.#error('unclosed comment');
    const after = end + 2;
    if (this.#trimsBefore(after)) this.#skipTo(this.#spacesEnd(after + 2 + this.#right.length));
    else if (this.#text.startsWith(this.#right, after)) this.#skipTo(after + this.#right.length);
    else return this.#error('comment ends before closing delimiter');
    return undefined;
  }

  /** True at a right delimiter with its trim marker: a space and a minus. */
  #trimsBefore(at: number): boolean {
    return (
      isSpace(this.#text.charCodeAt(at)) && this.#text.charCodeAt(at + 1) === minus && this.#text.startsWith(this.#right, at + 2)
    );
  }

  #rightDelimiter(trims: boolean): Token {
    if (trims) this.#skipTo(this.#at + 2);
    this.#at += this.#right.length;
    const token = this.#token('right delimiter');
    if (trims) this.#skipTo(this.#spacesEnd(this.#at));
    this.#inAction = false;
    return token;
  }

  #action(): Token {
    const trims = this.#trimsBefore(this.#at);
    if (trims || this.#text.startsWith(this.#right, this.#at)) {
      return this.#parens === 0 ? this.#rightDelimiter(trims) : this.#error('unclosed left paren');
    }
    if (this.#at >= this.#text.length) return this.#error('unclosed action');
    const code = this.#text.charCodeAt(this.#at);
    if (isSpace(code)) return this.#spaces();
    if (isDigit(code) || code === plus || code === minus) return this.#number();
    if (code < 128 && wordCodes[code]) return this.#word();
    this.#at++;
    switch (code) {
      case equals:
        return this.#token('assign');
      case colon:
        if (this.#text.charCodeAt(this.#at) !== equals) return this.#error('expected :=');
        this.#at++;
        return this.#token('declare');
      case 124:
        return this.#token('pipe');
      case doubleQuote:
        return this.#quoted(doubleQuote, 'string', 'unterminated quoted string');
      case singleQuote:
        return this.#quoted(singleQuote, 'rune', 'unterminated character constant');
      case backtick:
        return this.#rawString();
      case dollar:
        return this.#name('variable', 'variable');
      case point:
        if (!isDigit(this.#text.charCodeAt(this.#at)))
          return this.#at < this.#text.length ? this.#name('field', 'dot') : this.#number();
        return this.#number();
      case 40:
        this.#parens++;
        return this.#token('left paren');
      case 41:
        this.#parens--;
        return this.#parens < 0 ? this.#error('unexpected right paren') : this.#token('right paren');
      default:
        this.#at--;
        return this.#other();
    }
  }

  #other(): Token {
    const rune = runeAt(this.#text, this.#at);
    if (isWord(rune.code)) return this.#word();
    if (rune.code < space || rune.code > 126) return this.#error(`unrecognized character in action: ${describeRune(rune.code)}`);
    this.#at++;
    return this.#token('char');
  }

  #spaces(): Token {
    const end = this.#spacesEnd(this.#at);
    if (!this.#trimsBefore(end - 1)) {
      this.#at = end;
      return this.#token('space');
    }
    if (end - 1 === this.#at) return this.#rightDelimiter(true);
    this.#at = end - 1;
    return this.#token('space');
  }

  /** Passes over letters and digits and returns the code point after them. */
  #passWord(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code < 128) {
        if (!wordCodes[code]) return code;
        this.#at++;
      } else if (this.#at >= this.#text.length) {
        return endOfText;
      } else {
        const rune = runeAt(this.#text, this.#at);
        if (!isWord(rune.code)) return rune.code;
        this.#at += rune.size;
      }
    }
  }

  /** True where a name may end: at a space, the end, one of `.,|:()` or the right delimiter. */
  #nameMayEnd(): boolean {
    if (this.#at >= this.#text.length) return true;
    const code = this.#text.charCodeAt(this.#at);
    return (
      isSpace(code) ||
      code === point ||
      code === 44 ||
      code === 124 ||
      code === colon ||
      code === 41 ||
      code === 40 ||
      this.#text.startsWith(this.#right, this.#at)
    );
  }

  #word(): Token {
    const after = this.#passWord();
    if (!this.#nameMayEnd()) return this.#error(`bad character ${describeRune(after)}`);
    const token = this.#token('identifier');
    if (keywords.has(token.text)) return { ...token, kind: token.text as TokenKind };
    return token.text === 'true' || token.text === 'false' ? { ...token, kind: 'bool' } : token;
  }

  /** A field or a variable whose first char is passed; alone it is `bare`. */
  #name(kind: TokenKind, bare: TokenKind): Token {
    if (this.#nameMayEnd()) return this.#token(bare);
    const after = this.#passWord();
    return this.#nameMayEnd() ? this.#token(kind) : this.#error(`bad character ${describeRune(after)}`);
  }

  #quoted(mark: number, kind: TokenKind, unterminated: string): Token {
    for (;;) {
      let code = this.#text.charCodeAt(this.#at++);
      if (code === mark) return this.#token(kind);
      if (code === backslash) code = this.#text.charCodeAt(this.#at++);
      if (Number.isNaN(code) || code === newline) return this.#error(unterminated);
    }
  }

  #rawString(): Token {
    const end = this.#text.indexOf('`', this.#at);
    if (end < 0) return this.#error('unterminated raw quoted string');
    this.#at = end + 1;
    return this.#token('raw string');
  }

  #number(): Token {
    this.#at = this.#start;
    if (!this.#passNumber()) return this.#badNumber();
    const sign = this.#text.charCodeAt(this.#at);
    if (sign !== plus && sign !== minus) return this.#token('number');
    if (!this.#passNumber() || this.#text.charCodeAt(this.#at - 1) !== lowerI) return this.#badNumber();
    return this.#token('complex');
  }

  #badNumber(): Token {
    return this.#error(`bad number syntax: "${hidden}"`);
  }

  #accept(chars: string): boolean {
    if (this.#at >= this.#text.length || !chars.includes(this.#text.charAt(this.#at))) return false;
    this.#at++;
    return true;
  }

  #acceptAll(chars: string): void {
    while (this.#accept(chars)) continue;
  }

  /** Passes over what looks like a number; whether it is one is seen when it is read. */
  #passNumber(): boolean {
    this.#accept('+-');
    let digits = decimalDigits;
    if (this.#accept('0')) {
      if (this.#accept('xX')) digits = hexDigits;
      else if (this.#accept('oO')) digits = '01234567_';
      else if (this.#accept('bB')) digits = '01_';
    }
    this.#acceptAll(digits);
    if (this.#accept('.')) this.#acceptAll(digits);
    const exponent = digits === decimalDigits ? 'eE' : digits === hexDigits ? 'pP' : '';
    if (exponent !== '' && this.#accept(exponent)) {
      this.#accept('+-');
      this.#acceptAll(decimalDigits);
    }
    this.#accept('i');
    return this.#at >= this.#text.length || !isWord(runeAt(this.#text, this.#at).code);
  }
}
