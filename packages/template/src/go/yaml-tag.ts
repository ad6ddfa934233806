import { Buffer } from 'node:buffer';
import { isBlank, isBlankOrEnd, isBreakOrEnd, isDigit, isWord } from './yaml-cursor.ts';
import type { Cursor } from './yaml-cursor.ts';
import { scanError } from './yaml-error.ts';
import { token } from './yaml-token.ts';
import type { Token } from './yaml-token.ts';

function word(cursor: Cursor): string {
  const start = cursor.at;
  while (isWord(cursor.code())) cursor.skip();
  return cursor.text.slice(start, cursor.at);
}

/** `&name` or `*name`. */
export function anchorToken(cursor: Cursor): Token {
  const { line } = cursor;
  const type = cursor.code() === 42 ? 'alias' : 'anchor';
  cursor.skip();
  const value = word(cursor);
  if (value === '' || !(isBlankOrEnd(cursor.code()) || cursor.isOneOf('?:,]}%@`'))) {
    throw scanError(cursor.line, 'did not find expected alphabetic or numeric character');
  }
  return token(type, line, { value });
}

/** `!tag`, `!!tag`, `!handle!tag`, `!<uri>` or `!`. */
export function tagToken(cursor: Cursor): Token {
  const { line } = cursor;
  let value = '';
  let suffix = '';
  if (cursor.code(1) === 60) {
    cursor.skip(2);
    suffix = uri(cursor, '');
    if (cursor.code() !== 62) throw scanError(cursor.line, "did not find the expected '>'");
    cursor.skip();
  } else {
    value = handle(cursor, false);
    if (value.length > 1 && value.endsWith('!')) {
      suffix = uri(cursor, '');
    } else {
      suffix = uri(cursor, value);
      value = '!';
      if (suffix === '') [value, suffix] = [suffix, value];
    }
  }
  if (!isBlankOrEnd(cursor.code())) throw scanError(cursor.line, 'did not find expected whitespace or line break');
  return token('tag', line, { value, suffix });
}

function handle(cursor: Cursor, isDirective: boolean): string {
  if (cursor.code() !== 33) throw scanError(cursor.line, "did not find expected '!'");
  let text = cursor.read() + word(cursor);
  if (cursor.code() === 33) text += cursor.read();
  else if (isDirective && text !== '!') throw scanError(cursor.line, "did not find expected '!'");
  return text;
}

function uri(cursor: Cursor, head: string): string {
  let text = head.slice(1);
  let any = head !== '';
  while (isWord(cursor.code()) || cursor.isOneOf(";/?:@&=+$,.!~*'()[]%")) {
    text += cursor.code() === 37 ? escapedOctets(cursor) : cursor.read();
    any = true;
  }
  if (!any) throw scanError(cursor.line, 'did not find expected tag URI');
  return text;
}

/** `%C3%A9` and the like: the octets of one character. */
function escapedOctets(cursor: Cursor): string {
  const octets: number[] = [];
  let left = 1;
  while (left > 0) {
    const digits = cursor.text.slice(cursor.at + 1, cursor.at + 3);
    if (cursor.code() !== 37 || !/^[0-9A-Fa-f]{2}$/.test(digits)) throw scanError(cursor.line, 'did not find URI escaped octet');
    const octet = Number.parseInt(digits, 16);
    if (octets.length === 0) {
      left = octet < 0x80 ? 1 : (octet & 0xe0) === 0xc0 ? 2 : (octet & 0xf0) === 0xe0 ? 3 : (octet & 0xf8) === 0xf0 ? 4 : 0;
      if (left === 0) throw scanError(cursor.line, 'found an incorrect leading UTF-8 octet');
    } else if ((octet & 0xc0) !== 0x80) {
      throw scanError(cursor.line, 'found an incorrect trailing UTF-8 octet');
    }
    octets.push(octet);
    cursor.skip(3);
    left--;
  }
  return Buffer.from(octets).toString('utf8');
}

/** `%YAML 1.1` or `%TAG !e! tag:...`. */
export function directiveToken(cursor: Cursor): Token {
  const { line } = cursor;
  cursor.skip();
  const name = word(cursor);
  if (name === '') throw scanError(cursor.line, 'could not find expected directive name');
  if (!isBlankOrEnd(cursor.code())) throw scanError(cursor.line, 'found unexpected non-alphabetical character');
  if (name !== 'YAML' && name !== 'TAG') throw scanError(cursor.line, 'found unknown directive name');
  cursor.skipBlanks();
  const made = name === 'YAML' ? version(cursor, line) : tagDirective(cursor, line);
  cursor.skipBlanks();
  cursor.skipComment();
  if (!isBreakOrEnd(cursor.code())) throw scanError(cursor.line, 'did not find expected comment or line break');
  cursor.readLine();
  return made;
}

function version(cursor: Cursor, line: number): Token {
  const number = (): string => {
    let digits = '';
    while (isDigit(cursor.code())) {
      if (digits.length === 2) throw scanError(cursor.line, 'found extremely long version number');
      digits += cursor.read();
    }
    if (digits === '') throw scanError(cursor.line, 'did not find expected version number');
    return String(Number(digits));
  };
  const value = number();
  if (cursor.code() !== 46) throw scanError(cursor.line, "did not find expected digit or '.' character");
  cursor.skip();
  return token('version', line, { value, suffix: number() });
}

function tagDirective(cursor: Cursor, line: number): Token {
  const value = handle(cursor, true);
  if (!isBlank(cursor.code())) throw scanError(cursor.line, 'did not find expected whitespace');
  cursor.skipBlanks();
  const suffix = uri(cursor, '');
  if (!isBlankOrEnd(cursor.code())) throw scanError(cursor.line, 'did not find expected whitespace or line break');
  return token('tag directive', line, { value, suffix });
}
