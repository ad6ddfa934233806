// Expected values: what Go 1.26 makes of the same bytes in a range over a string, and of the same runes in a conversion.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBytes, fromRunes, runes, toBytes, toGo, toText } from './utf8.ts';

const bad = 0xfffd;

describe('bytes and text', () => {
  test.each<[string, [at: number, code: number][]]>([
    [
      'a\xffb',
      [
        [0, 0x61],
        [1, bad],
        [2, 0x62],
      ],
    ],
    [
      '\xed\xa0\x80',
      [
        [0, bad],
        [1, bad],
        [2, bad],
      ],
    ],
    [
      '\xe2\x80',
      [
        [0, bad],
        [1, bad],
      ],
    ],
    [
      '\xe2\x80x',
      [
        [0, bad],
        [1, bad],
        [2, 0x78],
      ],
    ],
    [
      '\xf4\x90\x80\x80',
      [
        [0, bad],
        [1, bad],
        [2, bad],
        [3, bad],
      ],
    ],
    [
      '\xc0\x80',
      [
        [0, bad],
        [1, bad],
      ],
    ],
    [
      '\xf0\x9f\x98',
      [
        [0, bad],
        [1, bad],
        [2, bad],
      ],
    ],
    [
      '\xf0\x80\x80\x80',
      [
        [0, bad],
        [1, bad],
        [2, bad],
        [3, bad],
      ],
    ],
    [
      '\xe0\x80\x80',
      [
        [0, bad],
        [1, bad],
        [2, bad],
      ],
    ],
    ['\xef\xbf\xbd', [[0, bad]]],
    ['\xf0\x9f\x98\x80', [[0, 0x1f600]]],
    [
      '\x80\xc2\xa0',
      [
        [0, bad],
        [1, 0xa0],
      ],
    ],
    ['', []],
  ])('the runes of %j', (text, expected) => {
    expect(Array.from(runes(text), ({ at, code }) => [at, code])).toEqual(expected);
    expect(toText(text)).toBe(expected.map(([, code]) => String.fromCodePoint(code)).join(''));
  });

  test.each([
    [0x41, 'A'],
    [0xe9, '\xc3\xa9'],
    [0x4e16, '\xe4\xb8\x96'],
    [0x1f600, '\xf0\x9f\x98\x80'],
    [0xd800, '\xef\xbf\xbd'],
    [0x110000, '\xef\xbf\xbd'],
    [-1, '\xef\xbf\xbd'],
  ])('the rune %i as bytes', (code, expected) => {
    expect(fromRunes([code])).toBe(expected);
  });

  test('text survives the way there and back, and so do bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.uint8Array(), (text, bytes) => {
        expect(toText(toGo(text))).toBe(text);
        expect(Uint8Array.from(toBytes(fromBytes(bytes)))).toEqual(bytes);
        expect(fromRunes(Array.from(runes(toGo(text)), ({ code }) => code))).toBe(toGo(text));
      }),
    );
  });
});
