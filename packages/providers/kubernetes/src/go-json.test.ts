import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { goJson } from './go-json.ts';

// Source: Go 1.26, json.Encoder with SetEscapeHTML(false) of map[string]string and of what json.Unmarshal reads into any.
describe('JSON as Go writes it', () => {
  test.each([
    ['HTML stays', '<&>', '"<&>"'],
    ['line separators are escaped', '\u2028\u2029', String.raw`"\u2028\u2029"`],
    ['control characters', '\b\f\n\r\t\u0001\u001f\u007f', '"\\b\\f\\n\\r\\t\\u0001\\u001f\u007f"'],
    ['half a surrogate pair', '\ud800x', '"\ufffdx"'],
    ['the replacement character itself', '\ufffd', '"\ufffd"'],
    ['minus zero', -0, '-0'],
    ['large numbers', 1e21, '1e+21'],
    ['small numbers', 1e-7, '1e-7'],
    [
      'keys in the order of their bytes',
      { '\uffff': 1, '\u{10000}': 2, b: 3, a: 4, 10: 5, 9: 6 },
      '{"10":5,"9":6,"a":4,"b":3,"\uffff":1,"\u{10000}":2}',
    ],
    ['nothing', null, 'null'],
  ])('%s', (_title, value, expected) => {
    expect(goJson(value)).toBe(expected);
  });

  test.each([
    ['a byte that begins nothing', [0x61, 0xff, 0x62], String.raw`"a\ufffdb"`],
    ['each byte of a sequence that breaks off', [0xe2, 0x82, 0x61], String.raw`"\ufffd\ufffda"`],
    ['a sequence that breaks off at the end', [0x61, 0xe2, 0x82], String.raw`"a\ufffd\ufffd"`],
    ['an overlong form', [0xc0, 0x80], String.raw`"\ufffd\ufffd"`],
    ['an encoded surrogate', [0xed, 0xa0, 0x80], String.raw`"\ufffd\ufffd\ufffd"`],
    ['beyond the last character', [0xf4, 0x90, 0x80, 0x80], String.raw`"\ufffd\ufffd\ufffd\ufffd"`],
    ['a byte order mark', [0xef, 0xbb, 0xbf], '"\ufeff"'],
  ])('bytes that are no UTF-8: %s', (_title, bytes, expected) => {
    expect(goJson(Uint8Array.from(bytes))).toBe(expected);
  });

  test('text is the same as bytes and as text, and reads back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(goJson(Buffer.from(text, 'utf8'))).toBe(goJson(text));
        expect(JSON.parse(goJson(text))).toBe(text);
      }),
    );
  });

  test('any bytes read back as the replacement characters say', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const read: unknown = JSON.parse(goJson(bytes));
        const kept = Buffer.from(bytes).toString('utf8').replaceAll('\ufffd', '');
        expect(String(read).replaceAll('\ufffd', '')).toBe(kept);
      }),
    );
  });
});
