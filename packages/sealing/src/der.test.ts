import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { der, DerError, derOid, DerReader, derUnsigned, tag } from './der.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

// X.690 sections 8.1.3 (length), 8.3 (integer), 8.19 (object identifier).
test.each([
  [0, '0400'],
  [127, '047f'],
  [128, '048180'],
  [256, '04820100'],
  [65_536, '0483010000'],
])('the head of %i bytes is %s', (length, head) => {
  expect(hex(der(tag.octetString, new Uint8Array(length)).subarray(0, head.length / 2))).toBe(head);
});

test.each([
  [[], '020100'],
  [[0, 0], '020100'],
  [[127], '02017f'],
  [[128], '02020080'],
  [[0, 1, 0], '02020100'],
])('the integer %j is %s', (digits, text) => {
  expect(hex(derUnsigned(Uint8Array.from(digits)))).toBe(text);
});

test('object identifiers', () => {
  expect(hex(derOid('1.2.840.113549.1.1.1'))).toBe('06092a864886f70d010101');
  expect(hex(derOid('2.5.29.15'))).toBe('0603551d0f');
});

test('nodes come back as they were written', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 400 })), (parts) => {
      const reader = new DerReader(der(tag.sequence, ...parts.map((part) => der(tag.octetString, part)))).enter(tag.sequence);
      expect(parts.map(() => reader.next(tag.octetString).value)).toEqual(parts);
      reader.end();
    }),
  );
});

test.each([
  ['nothing', ''],
  ['no length', '30'],
  ['a length beyond the end', '300502'],
  ['a huge length', '3084ffffffff00'],
  ['an indefinite length', '30800000'],
  ['a length of five bytes', '30850000000001aa'],
  ['another tag', '3100'],
  ['a long tag', '1f8100'],
])('%s is refused', (_, text) => {
  expect(() => new DerReader(Buffer.from(text, 'hex')).next(text.startsWith('1f') ? undefined : tag.sequence)).toThrow(DerError);
});

test.each([
  ['negative', '0201ff'],
  ['empty', '0200'],
])('an integer that is %s is refused', (_, text) => {
  expect(() => new DerReader(Buffer.from(text, 'hex')).unsigned()).toThrow(DerError);
});
