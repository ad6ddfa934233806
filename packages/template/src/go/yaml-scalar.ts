import { isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, isDigit } from './yaml-cursor.ts';
import type { Cursor } from './yaml-cursor.ts';
import { scanError } from './yaml-error.ts';

/** Lines and blanks between two words of a scalar, and what folding makes of them. */
class Gap {
  blanks = '';
  first = '';
  more = '';
  hasBreak = false;

  /** Takes one blank or line end. Blanks after a line end count for nothing. */
  take(cursor: Cursor): void {
    if (isBlank(cursor.code())) {
      const blank = cursor.read();
      if (!this.hasBreak) this.blanks += blank;
    } else if (this.hasBreak) {
      this.more += cursor.readLine();
    } else {
      this.blanks = '';
      this.first = cursor.readLine();
      this.hasBreak = true;
    }
  }

  /** The text it becomes; afterwards it is empty. */
  fold(): string {
    const { blanks, first, more, hasBreak } = this;
    this.blanks = this.first = this.more = '';
    this.hasBreak = false;
    if (!hasBreak) return blanks;
    return first === '\n' ? (more === '' ? ' ' : more) : first + more;
  }
}

/** A scalar without quotes. `endsLine` is true when a line ended after it: a key may start there. */
export function plainScalar(cursor: Cursor, indent: number, inFlow: boolean): { value: string; endsLine: boolean } {
  const gap = new Gap();
  let value = '';
  for (;;) {
    if (cursor.atDocumentMark() || cursor.code() === 35) break;
    for (let code = cursor.code(); !isBlankOrEnd(code); code = cursor.code()) {
      if (code === 58 && isBlankOrEnd(cursor.code(1))) break;
      if (inFlow && cursor.isOneOf(',?[]{}')) break;
      if (gap.hasBreak || gap.blanks !== '') value += gap.fold();
      value += cursor.read();
    }
    if (!isBlank(cursor.code()) && !isBreak(cursor.code())) break;
    while (isBlank(cursor.code()) || isBreak(cursor.code())) {
      if (gap.hasBreak && cursor.column < indent && cursor.code() === 9) {
        throw scanError(cursor.line, 'found a tab character that violates indentation');
      }
      gap.take(cursor);
    }
    if (!inFlow && cursor.column < indent) break;
  }
  return { value, endsLine: gap.hasBreak };
}

const escapes: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};
const escapeLengths: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** A scalar in quotes. */
export function quotedScalar(cursor: Cursor): string {
  const quote = cursor.code();
  const isSingle = quote === 39;
  const gap = new Gap();
  let value = '';
  cursor.skip();
  for (;;) {
    if (cursor.atDocumentMark()) throw scanError(cursor.line, 'found unexpected document indicator');
    if (cursor.code() === 0) throw scanError(cursor.line, 'found unexpected end of stream');
    for (let code = cursor.code(); !isBlankOrEnd(code); code = cursor.code()) {
      if (isSingle && code === quote && cursor.code(1) === quote) {
        value += "'";
        cursor.skip(2);
      } else if (code === quote) {
        break;
      } else if (!isSingle && code === 92 && isBreak(cursor.code(1))) {
        cursor.skip();
        cursor.readLine();
        gap.hasBreak = true;
        break;
      } else if (!isSingle && code === 92) {
        value += escaped(cursor);
      } else {
        value += cursor.read();
      }
    }
    if (cursor.code() === quote) break;
    while (isBlank(cursor.code()) || isBreak(cursor.code())) gap.take(cursor);
    value += gap.fold();
  }
  cursor.skip();
  return value;
}

function escaped(cursor: Cursor): string {
  const letter = String.fromCharCode(cursor.code(1));
  const plain = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined;
  const length = Object.hasOwn(escapeLengths, letter) ? (escapeLengths[letter] ?? 0) : 0;
  if (plain === undefined && length === 0) throw scanError(cursor.line, 'found unknown escape character');
  cursor.skip(2);
  if (plain !== undefined) return plain;
  const digits = cursor.text.slice(cursor.at, cursor.at + length);
  if (digits.length < length || !/^[0-9A-Fa-f]+$/.test(digits))
    throw scanError(cursor.line, 'did not find expected hexdecimal number');
  const code = Number.parseInt(digits, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff)
    throw scanError(cursor.line, 'found invalid Unicode character escape code');
  cursor.skip(length);
  return String.fromCodePoint(code);
}

/** A scalar after `|` or `>`; `parent` is the column of the block it stands in, -1 at the root. */
export function blockScalar(cursor: Cursor, parent: number): string {
  const isLiteral = cursor.code() === 124;
  cursor.skip();
  const { keeps, increment } = blockHeader(cursor);
  cursor.skipBlanks();
  cursor.skipComment();
  if (!isBreakOrEnd(cursor.code())) throw scanError(cursor.line, 'did not find expected comment or line break');
  cursor.readLine();

  let value = '';
  let lineEnd = '';
  let wasBlank = false;
  const first = blockBreaks(cursor, increment === 0 ? 0 : Math.max(parent, 0) + increment, parent);
  const { indent } = first;
  let { breaks } = first;
  while (cursor.column === indent && cursor.code() !== 0) {
    const isMoreIndented = isBlank(cursor.code());
    if (!isLiteral && !wasBlank && !isMoreIndented && lineEnd === '\n') value += breaks === '' ? ' ' : '';
    else value += lineEnd;
    value += breaks;
    wasBlank = isMoreIndented;
    const start = cursor.at;
    while (!isBreakOrEnd(cursor.code())) cursor.skip();
    value += cursor.text.slice(start, cursor.at);
    lineEnd = cursor.readLine();
    ({ breaks } = blockBreaks(cursor, indent, parent));
  }
  if (keeps !== 'none') value += lineEnd;
  return keeps === 'all' ? value + breaks : value;
}

/** Which line ends at the end are kept, and the indentation said outright (0: found from the text). */
function blockHeader(cursor: Cursor): { keeps: 'none' | 'one' | 'all'; increment: number } {
  let keeps: 'none' | 'one' | 'all' = 'one';
  let increment = 0;
  const chomping = (): void => {
    if (!cursor.isOneOf('+-')) return;
    keeps = cursor.code() === 43 ? 'all' : 'none';
    cursor.skip();
  };
  const indentation = (): void => {
    const code = cursor.code();
    if (!isDigit(code)) return;
    if (code === 48) throw scanError(cursor.line, 'found an indentation indicator equal to 0');
    increment = code - 48;
    cursor.skip();
  };
  if (cursor.isOneOf('+-')) {
    chomping();
    indentation();
  } else if (isDigit(cursor.code())) {
    indentation();
    chomping();
  }
  return { keeps, increment };
}

/** Empty lines before a line of a block; an indentation of 0 is found from them and from that line. */
function blockBreaks(cursor: Cursor, known: number, parent: number): { breaks: string; indent: number } {
  let breaks = '';
  let widest = 0;
  const limit = known === 0 ? Infinity : known;
  for (;;) {
    while (cursor.column < limit && cursor.code() === 32) cursor.skip();
    widest = Math.max(widest, cursor.column);
    if (cursor.column < limit && cursor.code() === 9) {
      throw scanError(cursor.line, 'found a tab character where an indentation space is expected');
    }
    if (!isBreak(cursor.code())) break;
    breaks += cursor.readLine();
  }
  return { breaks, indent: known === 0 ? Math.max(widest, parent + 1, 1) : known };
}
