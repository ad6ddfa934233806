// Expected values: what strconv.ParseFloat of Go 1.26 makes of the same texts, as the bits of the double, then the error.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatFloat } from './strconv-float.ts';
import { NumberError } from './strconv-number.ts';
import { parseFloat } from './strconv-parse-float.ts';

function bits(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16);
}

function outcome(run: () => number): string {
  try {
    return bits(run());
  } catch (error) {
    if (error instanceof NumberError) return `${bits(Number(error.value))}|${error.message}`;
    throw error;
  }
}

describe('reading floats', () => {
  test.each<[string, number, string]>([
    ['1.5', 64, '3ff8000000000000'],
    ['-0', 64, '8000000000000000'],
    ['.5', 64, '3fe0000000000000'],
    ['5.', 64, '4014000000000000'],
    ['+1e3', 64, '408f400000000000'],
    ['1_000.5', 64, '408f440000000000'],
    ['1__0', 64, '0|strconv.ParseFloat: parsing "…": invalid syntax'],
    ['0x1p-2', 64, '3fd0000000000000'],
    ['-0X1.8p3', 64, 'c028000000000000'],
    ['0x1.fffffffffffff8p0', 64, '4000000000000000'],
    ['0x1p-1075', 64, '0'],
    ['0x1.8p-1075', 64, '1'],
    ['0x1p1024', 64, '7ff0000000000000|strconv.ParseFloat: parsing "…": value out of range'],
    ['0x1', 64, '0|strconv.ParseFloat: parsing "…": invalid syntax'],
    ['0x.p1', 64, '0|strconv.ParseFloat: parsing "…": invalid syntax'],
    ['Inf', 64, '7ff0000000000000'],
    ['-infinity', 64, 'fff0000000000000'],
    ['1e400', 64, '7ff0000000000000|strconv.ParseFloat: parsing "…": value out of range'],
    ['-1e400', 64, 'fff0000000000000|strconv.ParseFloat: parsing "…": value out of range'],
    ['1e-400', 64, '0'],
    ['4.9e-324', 64, '1'],
    ['2.4703282292062327e-324', 64, '0'],
    ['2.4703282292062328e-324', 64, '1'],
    ['9007199254740993', 64, '4340000000000000'],
    ['16777217', 32, '4170000000000000'],
    ['16777217.0000000001', 32, '4170000020000000'],
    ['16777219', 32, '4170000040000000'],
    ['3.4028235677973365e38', 32, '47efffffe0000000'],
    ['3.4028235677973367e38', 32, '7ff0000000000000|strconv.ParseFloat: parsing "…": value out of range'],
    ['0.1', 32, '3fb99999a0000000'],
    ['', 64, '0|strconv.ParseFloat: parsing "…": invalid syntax'],
    ['.', 64, '0|strconv.ParseFloat: parsing "…": invalid syntax'],
    ['1e', 64, '0|strconv.ParseFloat: parsing "…": invalid syntax'],
    ['+nan', 64, '0|strconv.ParseFloat: parsing "…": invalid syntax'],
    [' 1', 64, '0|strconv.ParseFloat: parsing "…": invalid syntax'],
    ['1x', 64, '0|strconv.ParseFloat: parsing "…": invalid syntax'],
  ])('%j in %i bits', (text, size, expected) => {
    expect(outcome(() => parseFloat(text, size))).toBe(expected);
  });

  test('nan in any case is one', () => {
    expect(parseFloat('nan')).toBeNaN();
    expect(parseFloat('NaN')).toBeNaN();
  });

  test('the hexadecimal form is exact', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseFloat(formatFloat(value, 'x', -1))).toBe(value);
      }),
    );
  });

  test('the shortest form reads back as the same float32', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseFloat(formatFloat(value, 'g', -1, 32), 32)).toBe(value);
      }),
    );
  });
});
