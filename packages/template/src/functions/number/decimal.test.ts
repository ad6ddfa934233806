import { assert, double, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../../limits.ts';
import { Budget } from '../../run.ts';
import type { Run } from '../../run.ts';
import { add, divide, multiply, subtract, toDecimal, toFloat } from './decimal.ts';

const run: Run = {
  budget: new Budget({ ...defaultLimits, workBytes: Infinity }),
  now: () => 0,
  random: (length) => new Uint8Array(length),
};
const finite = double({ noNaN: true, noDefaultInfinity: true });

describe('decimals', () => {
  test('every float64 comes back, but for the negative zero', () => {
    assert(property(finite, (value) => toFloat(toDecimal(value)) === value));
    expect(toFloat(toDecimal(-0))).toBe(0);
  });

  test('a sum is taken apart again without loss', () => {
    assert(property(finite, finite, (a, b) => toFloat(subtract(run, add(run, toDecimal(a), toDecimal(b)), toDecimal(b))) === a));
  });

  test('a product of whole numbers divides again', () => {
    assert(
      property(
        integer(),
        integer({ min: 1 }),
        (a, b) => toFloat(divide(run, multiply(run, toDecimal(a), toDecimal(b)), toDecimal(b))) === a,
      ),
    );
  });

  test('a quotient has 16 places and is rounded away from zero', () => {
    const two = toDecimal(2);
    expect(divide(run, { digits: 1n, exponent: -16 }, two)).toEqual({ digits: 1n, exponent: -16 });
    expect(divide(run, { digits: -1n, exponent: -16 }, two)).toEqual({ digits: -1n, exponent: -16 });
    expect(divide(run, toDecimal(-1), toDecimal(3))).toEqual({ digits: -3_333_333_333_333_333n, exponent: -16 });
  });
});
