import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { convertKey, convertKeys, withValidKeys } from './convert-keys.ts';

// Source: external-secrets v2.9 conversionStrategy.
describe('key conversion', () => {
  test.each([
    ['db/password', 'db_password', 'db_U002f_password'],
    ['a b', 'a_b', 'a_U0020_b'],
    ['key.with-all_3', 'key.with-all_3', 'key.with-all_3'],
    ['größe', 'größe', 'größe'],
    ['x²', 'x²', 'x²'],
    ['😀', '_', '_U1f600_'],
    ['$', '_', '_U0024_'],
    ['\ud800', '_', '_Ufffd_'],
    ['', '', ''],
  ])('%j -> Default %j, Unicode %j', (key, byDefault, unicode) => {
    expect([convertKey(key, 'Default'), convertKey(key, 'Unicode')]).toEqual([byDefault, unicode]);
  });

  test('two keys that become one are an error that names both', () => {
    const values = new Map([
      ['a/b', 1],
      ['a:b', 2],
    ]);
    expect(() => convertKeys(values, 'Default')).toThrow('the keys "a/b" and "a:b" both become "a_b"');
    expect([...convertKeys(values, 'Unicode').keys()]).toEqual(['a_U002f_b', 'a_U003a_b']);
  });

  test('a key that was converted already collides too', () => {
    expect(() => convertKeys(new Map([['a_b', 1], ['a/b', 2]]), 'Default')).toThrow('"a/b" and "a_b"'); // prettier-ignore
  });

  test('no value is ever lost: all keys are kept or an error is thrown, and they are valid', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '_', '/', ':', ' ', 'ä', '😀', '_U002f_') });
    fc.assert(
      fc.property(fc.uniqueArray(text), fc.constantFrom('Default' as const, 'Unicode' as const), (keys, strategy) => {
        const values = new Map(keys.map((key, index) => [key, index]));
        const targets = new Set(keys.map((key) => convertKey(key, strategy)));
        let kept: readonly number[] | 'refused';
        try {
          const converted = convertKeys(values, strategy);
          kept = [...converted.values()];
          withValidKeys(converted);
        } catch {
          kept = 'refused';
        }
        expect(kept).toEqual(targets.size < keys.length ? 'refused' : [...values.values()]);
      }),
    );
  });
});

// Source: external-secrets v2.9: keys are not empty, 253 bytes at most, letters, digits, "-", "." and "_".
describe('validation of keys', () => {
  const validOf = (...keys: string[]) => [...withValidKeys(new Map(keys.map((key) => [key, 1]))).keys()];

  test('keeps good keys, of other scripts too, and drops the empty one without a word', () => {
    expect(validOf('a', '', 'B-1._', 'größe', '中')).toEqual(['a', 'B-1._', 'größe', '中']);
  });

  test.each([
    ['a/b', '"a/b" is no key of a Secret: only letters'],
    [' ', '" " is no key'],
    ['😀', 'is no key'],
    ['a\u0301', 'is no key'],
    ['x'.repeat(254), 'it has 254 bytes, and 253 are allowed'],
    ['ä'.repeat(127), 'it has 254 bytes, and 253 are allowed'],
  ])('refuses %j', (key, message) => {
    expect(() => validOf('good', key)).toThrow(message);
  });

  test('takes 253 bytes', () => {
    expect(validOf('x'.repeat(253), `${'ä'.repeat(126)}x`)).toHaveLength(2);
  });
});
