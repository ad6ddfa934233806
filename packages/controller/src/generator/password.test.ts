import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { base32 } from './base32.ts';
import { encoded, impossible, password } from './password.ts';
import type { PasswordSpec } from './password.ts';
import { systemRandomness } from './randomness.ts';
import type { Randomness } from './randomness.ts';

const usual: PasswordSpec = {
  length: 24,
  digits: 6,
  symbols: 6,
  symbolCharacters: '~!@#$%^&*()_+`-={}|[]\\:"<>?,./',
  noUpper: false,
  allowRepeat: false,
};
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const specs = fc
  .record({
    digits: fc.nat(10),
    symbols: fc.nat(8),
    letters: fc.nat(26),
    symbolCharacters: fc.constantFrom('-_$@!%&/', '日本語é–…¿¡'),
    noUpper: fc.boolean(),
    allowRepeat: fc.boolean(),
  })
  .map(({ letters, ...spec }): PasswordSpec => ({ ...spec, length: letters + spec.digits + spec.symbols }));

describe('a password', () => {
  test('has what was asked for and nothing else', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        expect(impossible(spec)).toBeUndefined();
        const characters = Array.from(password(spec, systemRandomness));
        const count = (pattern: RegExp): number => characters.filter((one) => pattern.test(one)).length;
        expect(characters).toHaveLength(spec.length);
        expect(count(/[0-9]/)).toBe(spec.digits);
        expect(characters.filter((one) => spec.symbolCharacters.includes(one))).toHaveLength(spec.symbols);
        expect(count(spec.noUpper ? /[a-z]/ : /[a-zA-Z]/)).toBe(spec.length - spec.digits - spec.symbols);
      }),
    );
  });

  test('without allowRepeat has no character twice', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const characters = Array.from(password({ ...spec, allowRepeat: false }, systemRandomness));
        expect(new Set(characters).size).toBe(characters.length);
      }),
    );
  });

  test('is every one of those that are possible, each as often as the others', () => {
    // All ways in which the randomness can fall, for one digit of two symbols' worth of choice: 10 digits, 2 symbols, 2 orders.
    const seen = new Map<string, number>();
    for (const choice of choices([10, 2, 2])) {
      const made = password({ ...usual, length: 2, digits: 1, symbols: 1, symbolCharacters: '-_' }, choice);
      seen.set(made, (seen.get(made) ?? 0) + 1);
    }
    expect(seen.size).toBe(40);
    expect(new Set(seen.values())).toEqual(new Set([1]));
  });
});

/** A source of randomness for each way in which draws below these counts can fall. */
function choices(counts: readonly number[]): Randomness[] {
  const total = counts.reduce((product, count) => product * count, 1);
  return Array.from({ length: total }, (_, index) => {
    let [rest, at] = [index, 0];
    return {
      uuid: () => '',
      below(count) {
        expect(count).toBe(counts[at++]);
        const drawn = rest % count;
        rest = Math.floor(rest / count);
        return drawn;
      },
    };
  });
}

describe('what cannot be is told with its field', () => {
  test.each([
    ['more digits and symbols than there is room', { length: 11 }, 'spec.length'],
    ['more different digits than ten', { digits: 11 }, 'spec.digits'],
    ['more different symbols than given', { symbolCharacters: '---' }, 'spec.symbols'],
    ['no symbols to choose from', { symbolCharacters: '', allowRepeat: true }, 'spec.symbols'],
    ['more different letters than there are', { length: 65 }, 'spec.length'],
    ['more different small letters than there are', { length: 39, noUpper: true }, 'spec.length'],
  ])('%s', (_title, change, field) => {
    expect(impossible({ ...usual, ...change })?.field).toBe(field);
  });

  test.each([
    ['ten digits', { digits: 10 }],
    ['52 letters', { length: 64 }],
    ['26 small letters', { length: 38, noUpper: true }],
    ['any number with allowRepeat', { length: 400, digits: 100, symbols: 100, allowRepeat: true }],
    ['none at all', { length: 0, digits: 0, symbols: 0 }],
  ])('%s can be', (_title, change) => {
    expect(impossible({ ...usual, ...change })).toBeUndefined();
  });
});

describe('encodings', () => {
  // Source: RFC 4648 section 10.
  test.each([
    ['', ''],
    ['f', 'MY======'],
    ['fo', 'MZXQ===='],
    ['foo', 'MZXW6==='],
    ['foob', 'MZXW6YQ='],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI======'],
  ])('base32 of %j is %s', (plain, expected) => {
    expect(base32(Buffer.from(plain))).toBe(expected);
  });

  // Source: RFC 4648 sections 4, 5 and 8; url text is padded as by Go.
  test.each([
    ['raw', 'a?>b'],
    ['base64', 'YT8+Yg=='],
    ['base64url', 'YT8-Yg=='],
    ['base32', 'ME7T4YQ='],
    ['hex', '613f3e62'],
  ] as const)('%s', (encoding, expected) => {
    expect(text(encoded('a?>b', encoding))).toBe(expected);
  });
});
