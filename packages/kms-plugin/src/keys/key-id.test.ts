import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { annotationsOf, versionAnnotation, versionIn } from './annotations.ts';
import { keyIdOf } from './key-id.ts';
import type { KeyIdParts } from './key-id.ts';

const parts: KeyIdParts = { backend: 'local', identity: 'signet', lineage: 'a', version: '1-ff', generation: 0 };

describe('key ids', () => {
  test('kms 18: the same on every node and after every restart: it never changes, because etcd is full of it', () => {
    // SHA-256 of the parts, each led by its length as four bytes, computed with Python's hashlib.
    expect(keyIdOf(parts)).toBe('k1-vwyO3V6tchr0-ZIRP4NO1_Lsvd5L7yLnnV-NtjfIXhs');
  });

  test.each([
    ['another backend', { backend: 'vault' }],
    ['another key', { identity: 'other' }],
    ['kms 20: a key that was made anew', { lineage: 'b' }],
    ['another version', { version: '2-ee' }],
    ['kms 17: A, then B, then A again with a higher generation', { generation: 1 }],
  ])('%s has another key id', (_, change) => {
    expect(keyIdOf({ ...parts, ...change })).not.toBe(keyIdOf(parts));
  });

  test('kms 17: no two ways to cut the same text into parts give the same key id', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (a, b, c) => {
        fc.pre(b !== '');
        expect(keyIdOf({ ...parts, identity: a + b, lineage: c })).not.toBe(keyIdOf({ ...parts, identity: a, lineage: b + c }));
      }),
    );
  });

  test('kms 1: a key id is short: it stands in every object of etcd', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 500 }), (identity) => {
        expect(keyIdOf({ ...parts, identity })).toMatch(/^k1-[\w-]{43}$/);
      }),
    );
  });
});

describe('annotations', () => {
  test('kms 9: the key is a lower-case domain with a dot', () => {
    expect(versionAnnotation).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/);
    expect([...annotationsOf('1-ff').keys()]).toEqual([versionAnnotation]);
  });

  test.each<[string, Record<string, Uint8Array>]>([
    ['none', {}],
    ['another one', { 'other.example.com': Buffer.from('1-ff') }],
    ['one more', { [versionAnnotation]: Buffer.from('1-ff'), 'other.example.com': Buffer.from('x') }],
    ['an empty one', { [versionAnnotation]: Buffer.alloc(0) }],
    ['a long one', { [versionAnnotation]: Buffer.alloc(129, 0x31) }],
    ['control characters', { [versionAnnotation]: Buffer.from('1\n2') }],
    ['not ASCII', { [versionAnnotation]: Buffer.from('ü') }],
  ])('kms 12: %s: no version is told', (_, annotations) => {
    expect(versionIn(new Map(Object.entries(annotations)))).toBeUndefined();
  });

  test('what was written is read', () => {
    expect(versionIn(annotationsOf('7@1700000000'))).toBe('7@1700000000');
  });
});
