import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { onlyCodedErrors } from '../test/only-coded-errors.ts';
import { fromBase64, toBase64 } from './base64.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

// RFC 4648 section 10.
const known = [
  ['', ''],
  ['f', 'Zg=='],
  ['fo', 'Zm8='],
  ['foo', 'Zm9v'],
  ['foob', 'Zm9vYg=='],
  ['fooba', 'Zm9vYmE='],
  ['foobar', 'Zm9vYmFy'],
] as const;

test.each(known)('%j is %j', (plain, text) => {
  expect(toBase64(utf8(plain))).toBe(text);
  expect(fromBase64(text)).toEqual(utf8(plain));
});

test('any bytes come back, with line breaks strewn in anywhere', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.nat(500)), (bytes, breaks) => {
      let text = toBase64(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64'));
      for (const at of breaks) text = `${text.slice(0, at % (text.length + 1))}\r\n${text.slice(at % (text.length + 1))}`;
      expect(fromBase64(text)).toEqual(bytes);
    }),
  );
});

test('bits after the last byte may be set, as in Go', () => {
  expect(fromBase64('Zh==')).toEqual(utf8('f'));
});

// The offsets are those of Go's encoding/base64; test/interop compares many more against Go itself.
describe('refused at the byte Go names', () => {
  const rows = [
    ['Zg', 0], // ends inside the first group: where that group starts
    ['Zm9vY', 4],
    ['Zm9vY\n', 5], // counted back from the end, so that a line break inside the group shifts it
    ['Zg=', 3], // the second padding character is missing at the end
    ['Zg=x', 2], // something else where it should be
    ['=', 0],
    ['Z===', 1],
    ['Zg==Zg==', 4], // anything after padding
    ['Zm8=\n!', 5],
    ['Zm-v', 2], // the URL alphabet
    ['Zm 9v', 2],
    ['Zmäv', 2],
    ['Zm9v\u{1F512}', 4],
    ['\0', 0],
  ] as const;

  test.each(rows)('%j -> %i', (text, offset) => {
    expect(() => fromBase64(text)).toThrow(
      expect.objectContaining({ code: 'SIGNET_SEAL_BASE64', message: `illegal base64 data at input byte ${offset}` }),
    );
  });
});

test('whatever the text, the only error is the coded one', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('A', 'Z', 'a', '9', '+', '/', '=', '=', '\r', '\n', '-') }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      return onlyCodedErrors(() => fromBase64(text));
    }),
    { numRuns: 2000 },
  );
});
