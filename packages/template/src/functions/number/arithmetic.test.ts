import { describe, expect, test } from 'vitest';
import { outcomeOf } from '../../testing/outcome.ts';

describe('whole numbers', () => {
  const rows = [
    ['{{ add }}', '0'],
    ['{{ add 1 "2" 3.9 true }}', '7'],
    ['{{ add 9223372036854775807 1 }}', '-9223372036854775808'],
    ['{{ add1 "9" }}', '10'],
    ['{{ add1 9223372036854775807 }}', '-9223372036854775808'],
    ['{{ sub 5 "7" }}', '-2'],
    ['{{ sub -9223372036854775808 1 }}', '9223372036854775807'],
    ['{{ mul 3 4 5 }}', '60'],
    ['{{ mul 2 }}', '2'],
    ['{{ mul 4611686018427387904 2 }}', '-9223372036854775808'],
    ['{{ div 7 2 }}', '3'],
    ['{{ div -7 2 }}', '-3'],
    ['{{ mod 7 3 }}', '1'],
    ['{{ mod -7 3 }}', '-1'],
    ['{{ mod 7 -3 }}', '1'],
    ['{{ div -9223372036854775808 -1 }}', '-9223372036854775808'],
    ['{{ mod -9223372036854775808 -1 }}', '0'],
    ['{{ div 1 0 }}', 'error: runtime error: integer divide by zero'],
    ['{{ mod 1 "x" }}', 'error: runtime error: integer divide by zero'],
    ['{{ max 1 "5" 2.9 }}', '5'],
    ['{{ biggest -1 -2 }}', '-1'],
    ['{{ max 3 }}', '3'],
    ['{{ min 3 1 "2" }}', '1'],
    ['{{ min nil -1 }}', '-1'],
  ] as const;

  test.each(rows)('%s is %j', (template, expected) => {
    expect(outcomeOf(template)).toBe(expected);
  });
});

describe('floating numbers are added and multiplied exactly', () => {
  const rows = [
    ['{{ addf 0.1 0.2 }}', '0.3'],
    ['{{ addf }}', '0'],
    ['{{ add1f 0.1 }}', '1.1'],
    ['{{ subf 0.3 0.1 }}', '0.2'],
    ['{{ subf 7.5 2 3 }}', '2.5'],
    ['{{ mulf 1.1 1.1 }}', '1.21'],
    ['{{ mulf 1e308 1e308 }}', '+Inf'],
    ['{{ mulf 1e-200 1e-200 }}', '0'],
    ['{{ addf 1e308 1e-308 }}', '1e+308'],
    ['{{ mulf -0.0 1 }}', '0'],
    ['{{ divf 1 3 }}', '0.3333333333333333'],
    ['{{ divf -2 3 }}', '-0.6666666666666667'],
    ['{{ divf 1e-20 1 }}', '0'],
    ['{{ divf 10 4 2 }}', '1.25'],
    ['{{ divf 1e300 1e-300 }}', '+Inf'],
    ['{{ divf 5e-17 1 }}', '1e-16'],
    ['{{ divf 4e-17 1 }}', '0'],
    ['{{ divf -5e-17 1 }}', '-1e-16'],
    ['{{ divf 1 0 }}', 'error: decimal division by 0'],
    ['{{ addf (float64 "NaN") }}', 'error: Cannot create a Decimal from NaN'],
    ['{{ mulf 1 (float64 "-inf") }}', 'error: Cannot create a Decimal from -Inf'],
    ['{{ maxf 1 2.5 "3" }}', '3'],
    ['{{ minf 1 0.5 }}', '0.5'],
    ['{{ maxf (float64 "NaN") 1 }}', 'NaN'],
    ['{{ maxf (float64 "NaN") (float64 "inf") }}', '+Inf'],
    ['{{ minf (float64 "NaN") (float64 "-inf") }}', '-Inf'],
    ['{{ maxf -0.0 0 }}', '0'],
    ['{{ ceil 123.001 }}', '124'],
    ['{{ floor -123.1 }}', '-124'],
    ['{{ ceil "1.1" }}', '2'],
    ['{{ floor "x" }}', '0'],
    ['{{ ceil -0.5 }}', '-0'],
    ['{{ ceil 1e300 }}', '1e+300'],
    ['{{ round 123.555555 3 }}', '123.556'],
    ['{{ round 123.555555 3 0.6 }}', '123.555'],
    ['{{ round 2.5 0 }}', '3'],
    ['{{ round -2.5 0 }}', '-3'],
    ['{{ round -2.4 0 }}', '-3'],
    ['{{ round 1.005 2 }}', '1'],
    ['{{ round 12345 -2 }}', '12300'],
    ['{{ round 1.5 400 }}', 'NaN'],
    ['{{ round "3.14159" 2 }}', '3.14'],
    ['{{ round 0.1 20 }}', '0.1'],
    ['{{ round 1 25 }}', '1'],
    ['{{ round 5e-324 323 }}', 'NaN'],
  ] as const;

  test.each(rows)('%s is %j', (template, expected) => {
    expect(outcomeOf(template)).toBe(expected);
  });
});
