// Expected values: what strconv of Go 1.26 makes of the same texts.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GoError } from './error.ts';
import { atoi, formatInt, parseBool, parseInt, parseUint } from './strconv-int.ts';
import { NumberError } from './strconv-number.ts';

/** The value and, behind a bar, the error: Go returns both. */
function outcome(run: () => bigint): string {
  try {
    return String(run());
  } catch (error) {
    if (error instanceof NumberError) return `${error.value}|${error.message}`;
    if (error instanceof GoError) return `0|${error.message}`;
    throw error;
  }
}

describe('integers', () => {
  test.each<[string, number, number, string]>([
    ['42', 10, 64, '42'],
    ['-42', 10, 0, '-42'],
    ['+7', 10, 64, '7'],
    ['9223372036854775807', 10, 64, '9223372036854775807'],
    ['9223372036854775808', 10, 64, '9223372036854775807|strconv.ParseInt: parsing "…": value out of range'],
    ['-9223372036854775808', 10, 64, '-9223372036854775808'],
    ['-9223372036854775809', 10, 64, '-9223372036854775808|strconv.ParseInt: parsing "…": value out of range'],
    ['128', 10, 8, '127|strconv.ParseInt: parsing "…": value out of range'],
    ['-129', 10, 8, '-128|strconv.ParseInt: parsing "…": value out of range'],
    ['ff', 16, 64, '255'],
    ['ZZ', 36, 64, '1295'],
    ['0xff', 0, 64, '255'],
    ['0XfF', 16, 64, '0|strconv.ParseInt: parsing "…": invalid syntax'],
    ['0b101', 0, 64, '5'],
    ['0o17', 0, 64, '15'],
    ['017', 0, 64, '15'],
    ['0', 0, 64, '0'],
    ['1_000', 0, 64, '1000'],
    ['1_000', 10, 64, '0|strconv.ParseInt: parsing "…": invalid syntax'],
    ['1__0', 0, 64, '0|strconv.ParseInt: parsing "…": invalid syntax'],
    ['0x_1f', 0, 64, '31'],
    ['_1', 0, 64, '0|strconv.ParseInt: parsing "…": invalid syntax'],
    ['1_', 0, 64, '0|strconv.ParseInt: parsing "…": invalid syntax'],
    ['0_7', 0, 64, '7'],
    ['08', 0, 64, '0|strconv.ParseInt: parsing "…": invalid syntax'],
    ['', 10, 64, '0|strconv.ParseInt: parsing "…": invalid syntax'],
    ['-', 10, 64, '0|strconv.ParseInt: parsing "…": invalid syntax'],
    [' 1', 10, 64, '0|strconv.ParseInt: parsing "…": invalid syntax'],
    ['1\n', 10, 64, '0|strconv.ParseInt: parsing "…": invalid syntax'],
    ['1.5', 10, 64, '0|strconv.ParseInt: parsing "…": invalid syntax'],
    ['1', 1, 64, '0|strconv.ParseInt: parsing "…": invalid base 1'],
    ['1', 37, 64, '0|strconv.ParseInt: parsing "…": invalid base 37'],
    ['1', 10, 65, '0|strconv.ParseInt: parsing "…": invalid bit size 65'],
    ['999x', 10, 8, '127|strconv.ParseInt: parsing "…": value out of range'],
  ])('parseInt %j base %i, %i bits', (text, base, bits, expected) => {
    expect(outcome(() => parseInt(text, base, bits))).toBe(expected);
  });

  test.each<[string, number, number, string]>([
    ['42', 10, 64, '42'],
    ['18446744073709551615', 10, 64, '18446744073709551615'],
    ['18446744073709551616', 10, 64, '18446744073709551615|strconv.ParseUint: parsing "…": value out of range'],
    ['-1', 10, 64, '0|strconv.ParseUint: parsing "…": invalid syntax'],
    ['+1', 10, 64, '0|strconv.ParseUint: parsing "…": invalid syntax'],
    ['256', 10, 8, '255|strconv.ParseUint: parsing "…": value out of range'],
  ])('parseUint %j base %i, %i bits', (text, base, bits, expected) => {
    expect(outcome(() => parseUint(text, base, bits))).toBe(expected);
  });

  test.each([
    ['42', '42'],
    ['-0042', '-42'],
    ['+42', '42'],
    ['99999999999999999999', '9223372036854775807|strconv.Atoi: parsing "…": value out of range'],
    ['-99999999999999999999', '-9223372036854775808|strconv.Atoi: parsing "…": value out of range'],
    ['1e3', '0|strconv.Atoi: parsing "…": invalid syntax'],
    ['0x10', '0|strconv.Atoi: parsing "…": invalid syntax'],
    ['', '0|strconv.Atoi: parsing "…": invalid syntax'],
  ])('atoi %j', (text, expected) => {
    expect(outcome(() => atoi(text))).toBe(expected);
  });

  test.each([
    ['1', 'true'],
    ['t', 'true'],
    ['TRUE', 'true'],
    ['True', 'true'],
    ['tRUE', 'false|strconv.ParseBool: parsing "…": invalid syntax'],
    ['0', 'false'],
    ['F', 'false'],
    ['false', 'false'],
    ['', 'false|strconv.ParseBool: parsing "…": invalid syntax'],
    ['yes', 'false|strconv.ParseBool: parsing "…": invalid syntax'],
  ])('parseBool %j', (text, expected) => {
    let made: string;
    try {
      made = String(parseBool(text));
    } catch (error) {
      made = `false|${(error as GoError).message}`;
    }
    expect(made).toBe(expected);
  });

  test('what is written reads back the same in every base', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.integer({ min: 2, max: 36 }), (value, base) => {
        expect(parseInt(formatInt(value, base), base, 64)).toBe(value);
        expect(atoi(String(value))).toBe(value);
      }),
    );
  });
});
