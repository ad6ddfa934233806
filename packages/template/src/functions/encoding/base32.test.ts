import { assert, property, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBase32, encodeBase32 } from './base32.ts';

const bytes = uint8Array({ maxLength: 64 }).map((list) => String.fromCharCode(...list));

// RFC 4648 section 10.
test.each([
  ['', ''],
  ['f', 'MY======'],
  ['fo', 'MZXQ===='],
  ['foo', 'MZXW6==='],
  ['foob', 'MZXW6YQ='],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI======'],
])('%j is %s', (text, encoded) => {
  expect(encodeBase32(text)).toBe(encoded);
  expect(decodeBase32(encoded)).toBe(text);
});

test('what is encoded is decoded, line breaks or not', () => {
  assert(property(bytes, (text) => decodeBase32(encodeBase32(text).replaceAll(/(.{5})/g, '$1\r\n')) === text));
});
