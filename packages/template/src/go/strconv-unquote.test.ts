// Expected values: what strconv of Go 1.26 makes of the same literals; a bar stands before an error.
import { describe, expect, test } from 'vitest';
import { GoError } from './error.ts';
import { unquote, unquoteChar } from './strconv-unquote.ts';

function outcome(run: () => string): string {
  try {
    return run();
  } catch (error) {
    if (error instanceof GoError) return `|${error.message}`;
    throw error;
  }
}

describe('unquoting', () => {
  test.each([
    ['"plain"', 'plain'],
    ['"\\a\\b\\f\\n\\r\\t\\v\\\\\\""', '\x07\x08\x0c\n\r\t\x0b\\"'],
    ['"\\x41\\xff\\101\\377\\u00e9\\U0001f600"', 'A\xffA\xff\xc3\xa9\xf0\x9f\x98\x80'],
    ['"\xff"', '\xef\xbf\xbd'],
    ['`a\\n\r\n"b`', 'a\\n\n"b'],
    ["'a'", 'a'],
    ["'\\''", "'"],
    ["'\\x80'", '\x80'],
    ["''", ''],
    ['"\\\'"', '|invalid syntax'],
    ["'ab'", '|invalid syntax'],
    ['"a', '|invalid syntax'],
    ['"a"b"', '|invalid syntax'],
    ['"a\nb"', '|invalid syntax'],
    ['"\\ud800"', '|invalid syntax'],
    ['"\\U00110000"', '|invalid syntax'],
    ['"\\400"', '|invalid syntax'],
    ['"\\8"', '|invalid syntax'],
    ['"\\x4"', '|invalid syntax'],
    ['"\\q"', '|invalid syntax'],
    ['"\\"', '|invalid syntax'],
    ['`a`b`', '|invalid syntax'],
    ['"', '|invalid syntax'],
    ['', '|invalid syntax'],
    ['abc', '|invalid syntax'],
  ])('%j', (literal, expected) => {
    expect(outcome(() => unquote(literal))).toBe(expected);
  });

  test.each<[string, '"' | "'", string]>([
    ['abc', '"', '97 false bc'],
    ['\\nrest', '"', '10 false rest'],
    ['\\u00e9x', "'", '233 true x'],
    ['\\xe9x', "'", '233 false x'],
    ["\\'", "'", '39 false '],
    ["\\'", '"', '|invalid syntax'],
    ['"', '"', '|invalid syntax'],
    ["'", '"', '39 false '],
    ['', '"', '|invalid syntax'],
    ['\xff', '"', '65533 true '],
  ])('the first character of %j within %s', (text, mark, expected) => {
    const made = outcome(() => {
      const { code, isRune, rest } = unquoteChar(text, mark);
      return `${code} ${isRune} ${rest}`;
    });
    expect(made).toBe(expected);
  });
});
