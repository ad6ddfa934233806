import { describe, expect, test } from 'vitest';
import { Integer } from '../../go/value.ts';
import { externalSecretsFunctions } from '../../sets.ts';
import { outcomeOf } from '../../testing/outcome.ts';
import { esoCast, sprigCast } from './cast.ts';
import { typeOfText } from '../../go/type.ts';

describe('what counts as which number', () => {
  const rows = [
    ['{{ int "42" }}', '42'],
    ['{{ int "3.7" }}', '0'],
    ['{{ int "3.0" }}', '3'],
    ['{{ int "08" }}', '0'],
    ['{{ int "010" }}', '8'],
    ['{{ int "0x1F" }}', '31'],
    ['{{ int "0b11" }}', '3'],
    ['{{ int "1_000" }}', '1000'],
    ['{{ int " 1" }}', '0'],
    ['{{ int "1e3" }}', '0'],
    ['{{ int "" }}', '0'],
    ['{{ int "-0x10" }}', '-16'],
    ['{{ int ".5" }}', '0'],
    ['{{ int "3." }}', '0'],
    ['{{ int 3.9 }}', '3'],
    ['{{ int -3.9 }}', '-3'],
    ['{{ int true }}', '1'],
    ['{{ int nil }}', '0'],
    ['{{ int (list) }}', '0'],
    ['{{ int 1e30 }}', '-9223372036854775808'],
    ['{{ int (float64 "NaN") }}', '-9223372036854775808'],
    ['{{ int "9223372036854775808" }}', '0'],
    ['{{ printf "%T %T" (int "1") (int64 "1") }}', 'int int64'],
    ['{{ float64 "3.5" }}', '3.5'],
    ['{{ float64 "x" }}', '0'],
    ['{{ float64 2 }}', '2'],
    ['{{ float64 true }}', '1'],
    ['{{ float64 nil }}', '0'],
    ['{{ float64 "1_000" }}', '1000'],
    ['{{ float64 "0x1p4" }}', '16'],
    ['{{ float64 "inf" }}', '+Inf'],
    ['{{ float64 "1e400" }}', '0'],
    ['{{ float64 "-0" }}', '-0'],
    ['{{ float64 ".5" }}', '0.5'],
    ['{{ atoi "42" }}', '42'],
    ['{{ atoi "x" }}', '0'],
    ['{{ atoi "-3" }}', '-3'],
    ['{{ atoi "+3" }}', '3'],
    ['{{ atoi "0x1" }}', '0'],
    ['{{ atoi "010" }}', '10'],
    ['{{ atoi "99999999999999999999" }}', '9223372036854775807'],
    // A number outgrows its bits before what is behind it is read.
    ['{{ atoi "99999999999999999999x" }}', '9223372036854775807'],
    ['{{ atoi "9999999999999999999x" }}', '0'],
    ['{{ atoi "-99999999999999999999" }}', '-9223372036854775808'],
    ['{{ atoi "00000000000000000000000000005" }}', '5'],
    ['{{ toDecimal "777" }}', '511'],
    ['{{ toDecimal 777 }}', '511'],
    ['{{ toDecimal "0777" }}', '511'],
    ['{{ toDecimal 8 }}', '0'],
    ['{{ toDecimal "-17" }}', '-15'],
    ['{{ toDecimal "777777777777777777777" }}', '9223372036854775807'],
    ['{{ toDecimal "1777777777777777777777" }}', '0'],
    ['{{ toDecimal nil }}', '0'],
    ['{{ toDecimal "0o7" }}', '0'],
  ] as const;

  test.each(rows)('%s is %j', (template, expected) => {
    expect(outcomeOf(template)).toBe(expected);
  });
});

// Source: spf13/cast 1.7 (sealed-secrets) and 1.10 (External Secrets), asked with the same values.
describe('where the two sets differ', () => {
  const rows = [
    // expression         sealed-secrets  External Secrets
    ['{{ int "3.7" }}', '0', '3'],
    ['{{ int "-3.7" }}', '0', '-3'],
    ['{{ int "3." }}', '0', '3'],
    ['{{ int "010.5" }}', '0', '8'],
    ['{{ int ".5" }}', '0', '0'],
    ['{{ int "-.5" }}', '0', '0'],
    ['{{ int "3.0" }}', '3', '3'],
    ['{{ int "0x10.0" }}', '16', '0'],
    ['{{ int "1e3.0" }}', '0', '0'],
    ['{{ add "1.9" 1 }}', '1', '2'],
    ['{{ max "5.5" 1 }}', '1', '5'],
    ['{{ slice (list 1 2 3) "1.5" }}', '[1 2 3]', '[2 3]'],
  ] as const;

  test.each(rows)('%s is %j and %j', (template, sealed, external) => {
    expect([outcomeOf(template), outcomeOf(template, { functions: externalSecretsFunctions })]).toEqual([sealed, external]);
  });

  test('a duration is a number for External Secrets only; a month is one for both', () => {
    const duration = new Integer({ text: 'time.Duration', kind: 'int64' }, 5n);
    const month = new Integer({ text: 'time.Month', kind: 'int' }, 5n);
    expect([sprigCast.toInt64(duration), esoCast.toInt64(duration)]).toEqual([0n, 5n]);
    expect([sprigCast.toFloat64(duration), esoCast.toFloat64(duration)]).toEqual([0, 5]);
    expect([sprigCast.toInt64(month), esoCast.toInt64(month)]).toEqual([5n, 5n]);
  });

  test('a uint64 that is no int64 wraps round, and is itself as a float', () => {
    const most = new Integer(typeOfText('uint64'), 2n ** 64n - 1n);
    expect([sprigCast.toInt64(most), sprigCast.toFloat64(most)]).toEqual([-1n, 2 ** 64]);
  });
});
