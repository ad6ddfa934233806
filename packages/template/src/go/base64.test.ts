import { expect, test } from 'vitest';
import { decodeBase64, encodeBase64 } from './base64.ts';

// What Go's base64.StdEncoding gives was asked of Go.
test.each([
  ['', ''],
  ['AP8=', '\0\xff'],
  ['A\nP\r8\n=\n', '\0\xff'],
  ['AAAA', '\0\0\0'],
  ['AB==', '\0'],
])('%j is decoded', (text, bytes) => {
  expect(decodeBase64(text)).toBe(bytes);
});

test.each([
  ['!', 0],
  ['AAA', 0],
  ['AAAAA', 4],
  ['A=AA', 1],
  ['AA=A', 2],
  ['AA=', 3],
  ['AA=\r', 4],
  ['AA==AA', 4],
  ['AAA=A', 4],
  ['AAA-', 3],
  ['=', 0],
])('%j is illegal at %i', (text, offset) => {
  expect(() => decodeBase64(text)).toThrow(`illegal base64 data at input byte ${offset}`);
});

test('encoding', () => {
  expect(encodeBase64('\0\xff')).toBe('AP8=');
  expect(encodeBase64(Uint8Array.of(0, 255))).toBe('AP8=');
});
