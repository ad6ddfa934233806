// Expected values: what strconv of Go 1.26 makes of the same texts.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canBackquote, quote, quoteRune, quoteToAscii } from './strconv-quote.ts';
import { unquote } from './strconv-unquote.ts';
import { toGo as utf8 } from './utf8.ts';

describe('quoting', () => {
  test.each([
    ['', '""'],
    ['plain text', '"plain text"'],
    ['a"b\\c\'d`', '"a\\"b\\\\c\'d`"'],
    ['\x07\b\t\n\v\f\r\x00\x1b\x7f', '"\\a\\b\\t\\n\\v\\f\\r\\x00\\x1b\\x7f"'],
    [utf8('é 世界 😀'), '"\xc3\xa9 \xe4\xb8\x96\xe7\x95\x8c \xf0\x9f\x98\x80"'],
    [utf8('\u00a0\u00ad\u200b\u2028\ufeff\ufffd\u3000'), '"\\u00a0\\u00ad\\u200b\\u2028\\ufeff\xef\xbf\xbd\\u3000"'],
    [utf8('\u{10ffff}\ue000'), '"\\U0010ffff\\ue000"'],
    ['\xff\xc3\xe2\x82', '"\\xff\\xc3\\xe2\\x82"'],
    ['\xed\xa0\x80', '"\\xed\\xa0\\x80"'],
    [utf8('\u{1fadf}\u{10d40}\u1c89'), '"\\U0001fadf\\U00010d40\\u1c89"'],
  ])('quote %j', (text, expected) => {
    expect(quote(text)).toBe(expected);
  });

  test.each([
    [utf8('é😀a\n'), '"\\u00e9\\U0001f600a\\n"'],
    ['\xff', '"\\xff"'],
  ])('quoteToAscii %j', (text, expected) => {
    expect(quoteToAscii(text)).toBe(expected);
  });

  test.each([
    [65, "'A'"],
    [39, "'\\''"],
    [34, "'\"'"],
    [10, "'\\n'"],
    [0x1f600, "'\xf0\x9f\x98\x80'"],
    [0xd800, "'\xef\xbf\xbd'"],
    [0x110000, "'\xef\xbf\xbd'"],
    [-1, "'\xef\xbf\xbd'"],
    [0, "'\\x00'"],
    [0xa0, "'\\u00a0'"],
  ])('quoteRune %j', (code, expected) => {
    expect(quoteRune(code)).toBe(expected);
  });

  test.each([
    ['plain \t text', true],
    ['a`b', false],
    ['a\nb', false],
    ['\x7f', false],
    ['\xff', false],
    [utf8('é'), true],
    [utf8('\ufeff'), false],
  ])('canBackquote %j', (text, expected) => {
    expect(canBackquote(text)).toBe(expected);
  });

  test('what is quoted reads back the same, whatever its bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = String.fromCharCode(...bytes);
        expect(unquote(quote(text))).toBe(text);
        expect(unquote(quoteToAscii(text))).toBe(text);
        expect(canBackquote(text) ? unquote(`\`${text}\``) : text).toBe(text);
      }),
    );
  });
});
