import { goError } from './error.ts';
import type { GoError } from './error.ts';
import { fromRunes, isAscii, runeAt } from './utf8.ts';

/** One character of a quoted literal: what it stands for, whether it is a whole rune (or one byte), and the rest of the text. */
export interface Unquoted {
  readonly code: number;
  readonly isRune: boolean;
  readonly rest: string;
}

function syntax(): GoError {
  return goError`invalid syntax`;
}

/** strconv.Unquote: the value of a literal in double quotes, single quotes or backquotes. */
export function unquote(literal: string): string {
  const mark = literal.charAt(0);
  const inner = literal.slice(1, -1);
  if (literal.length < 2 || !literal.endsWith(mark)) throw syntax();
  if (mark === '`') {
    if (inner.includes('`')) throw syntax();
    return inner.replaceAll('\r', '');
  }
  if ((mark !== '"' && mark !== "'") || inner.includes('\n')) throw syntax();
  // Go takes the empty character literal for an empty string.
  if (mark === "'" && inner === '') return '';
  if (mark === '"' && !/[\\"]/.test(inner) && isAscii(inner)) return inner;
  let out = '';
  let rest = inner;
  let count = 0;
  while (rest !== '') {
    const next = unquoteChar(rest, mark);
    out += next.isRune ? fromRunes([next.code]) : String.fromCharCode(next.code);
    rest = next.rest;
    count++;
  }
  if (mark === "'" && count !== 1) throw syntax();
  return out;
}

const simple: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 0x5c };
const digitsOf: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** strconv.UnquoteChar: takes the first character, escaped or not, off a literal's inside. `mark` may only stand there escaped. */
export function unquoteChar(text: string, mark: '"' | "'" | ''): Unquoted {
  const first = text.charAt(0);
  if (first === '' || (first === mark && mark !== '')) throw syntax();
  if (first !== '\\') {
    const { code, size } = runeAt(text, 0);
    return { code, isRune: code >= 0x80, rest: text.slice(size) };
  }
  const kind = text.charAt(1);
  const plain = simple[kind];
  if (plain !== undefined) return { code: plain, isRune: false, rest: text.slice(2) };
  if (kind === '"' || kind === "'") {
    if (kind !== mark) throw syntax();
    return { code: kind.charCodeAt(0), isRune: false, rest: text.slice(2) };
  }
  const digits = digitsOf[kind];
  return digits === undefined ? octal(text) : hexadecimal(text, kind, digits);
}

function hexadecimal(text: string, kind: string, digits: number): Unquoted {
  const part = text.slice(2, 2 + digits);
  if (part.length < digits || !/^[\da-fA-F]+$/.test(part)) throw syntax();
  const code = Number.parseInt(part, 16);
  const rest = text.slice(2 + digits);
  if (kind === 'x') return { code, isRune: false, rest };
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw syntax();
  return { code, isRune: true, rest };
}

function octal(text: string): Unquoted {
  const part = text.slice(1, 4);
  if (!/^[0-7]{3}$/.test(part)) throw syntax();
  const code = Number.parseInt(part, 8);
  if (code > 255) throw syntax();
  return { code, isRune: false, rest: text.slice(4) };
}
