import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DerError, readDer } from './reader.ts';
import { constructed, tag } from './tag.ts';
import * as der from './writer.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => Buffer.from(text, 'hex');

// X.690 sections 8.1.3 (length), 8.2 (boolean), 8.3 (integer), 8.6 (bit string), 8.19 (object identifier), 11.6 (set of).
describe('writing', () => {
  test.each([
    [0, '0400'],
    [127, '047f'],
    [128, '048180'],
    [256, '04820100'],
    [65_536, '0483010000'],
  ])('the head of %i bytes', (length, head) => {
    expect(hex(der.octetString(new Uint8Array(length)).subarray(0, head.length / 2))).toBe(head);
  });

  test.each([
    [0n, '020100'],
    [127n, '02017f'],
    [128n, '02020080'],
    [256n, '02020100'],
    [-1n, '0201ff'],
    [-128n, '020180'],
    [-129n, '0202ff7f'],
  ])('the integer %s', (value, text) => {
    expect(hex(der.integer(value))).toBe(text);
    expect(readDer(bytes(text)).integer()).toBe(value);
  });

  test.each([
    ['', '020100'],
    ['0000', '020100'],
    ['00ff', '020200ff'],
    ['000100', '02020100'],
  ])('the digits %s', (digits, text) => {
    expect(hex(der.integer(bytes(digits)))).toBe(text);
  });

  test.each([
    ['1.2.840.113549.1.1.1', '06092a864886f70d010101'],
    ['2.5.29.15', '0603551d0f'],
    ['2.999.3', '0603883703'],
  ])('the object identifier %s', (dotted, text) => {
    expect(hex(der.oid(dotted))).toBe(text);
    expect(readDer(bytes(text)).oid()).toBe(dotted);
  });

  test.each([
    ['1949-12-31T23:59:59.9Z', '180f31393439313233313233353935395a'],
    ['1950-01-01T00:00:00Z', '170d3530303130313030303030305a'],
    ['2049-12-31T23:59:59.999Z', '170d3439313233313233353935395a'],
    ['2050-01-01T00:00:00Z', '180f32303530303130313030303030305a'],
  ])('the time %s', (at, text) => {
    expect(hex(der.time(new Date(at)))).toBe(text);
  });

  test('members of a set are in the order of their bytes', () => {
    expect(hex(der.setOf(der.integer(2), der.integer(1)))).toBe('3106020101020102');
  });

  test('the others', () => {
    expect(hex(der.bitString(Uint8Array.of(0xa0), 5))).toBe('030205a0');
    expect(hex(der.boolean(true))).toBe('0101ff');
    expect(hex(der.nullValue())).toBe('0500');
    expect(hex(der.bmpString('Aé'))).toBe('1e04004100e9');
    expect(hex(der.contextTag(3, der.nullValue()))).toBe('a3020500');
    expect(hex(der.contextBytes(2, Uint8Array.of(1)))).toBe('820101');
  });
});

describe('reading', () => {
  test('nodes come back as they were written', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 })), (parts) => {
        const reader = readDer(der.sequence(...parts.map((part) => der.octetString(part)))).enter();
        expect(parts.map(() => Uint8Array.from(reader.octets()))).toEqual(parts);
        reader.end();
      }),
    );
  });

  test('integers of any size come back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 300n), max: 1n << 300n }), (value) => {
        expect(readDer(der.integer(value)).integer()).toBe(value);
      }),
    );
  });

  test('what is optional is left where it is when it is something else', () => {
    const reader = readDer(der.sequence(der.nullValue(), der.contextTag(0, der.integer(1)))).enter();
    expect(reader.optional(tag.integer)).toBeUndefined();
    expect(reader.enterContext(0)).toBeUndefined();
    reader.next(tag.null);
    expect(reader.peek()).toBe(constructed(0));
    expect(reader.enterContext(0)?.integer()).toBe(1n);
    expect(reader.done).toBe(true);
    expect(reader.rest).toHaveLength(0);
  });

  test.each([
    ['nothing', ''],
    ['no length', '30'],
    ['a length beyond the end', '300502'],
    ['a huge length', '3084ffffffff00'],
    ['an indefinite length', '30800000'],
    ['a length of five bytes', '30850000000001aa'],
    ['a short length in the long form', '30810100'],
    ['a length that begins with zero', '3082008000'],
    ['another tag', '3100'],
  ])('%s is refused', (_, text) => {
    expect(() => readDer(bytes(text)).enter()).toThrow(DerError);
  });

  test.each([
    ['a tag of several bytes', '1f8100', (text: string) => readDer(bytes(text)).next()],
    ['an integer without digits', '0200', (text: string) => readDer(bytes(text)).integer()],
    ['an integer with a needless zero', '02020001', (text: string) => readDer(bytes(text)).integer()],
    ['an integer with a needless sign', '0202ff80', (text: string) => readDer(bytes(text)).integer()],
    ['an empty object identifier', '0600', (text: string) => readDer(bytes(text)).oid()],
    ['an object identifier that does not end', '060288b7', (text: string) => readDer(bytes(text)).oid()],
    ['an object identifier with a needless digit', '06032a8001', (text: string) => readDer(bytes(text)).oid()],
    ['an object identifier with a long number', '0606538880808000', (text: string) => readDer(bytes(text)).oid()],
    ['bits that are not bytes', '030201fe', (text: string) => readDer(bytes(text)).bits()],
    ['bits without a count', '0300', (text: string) => readDer(bytes(text)).bits()],
    [
      'bytes after the end',
      '050000',
      (text: string) => {
        const reader = readDer(bytes(text));
        reader.next();
        reader.end();
      },
    ],
  ] as const)('%s', (_, text, read) => {
    expect(() => read(text)).toThrow(DerError);
  });
});
