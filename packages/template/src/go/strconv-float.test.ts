// Expected values: what strconv.FormatFloat of Go 1.26 makes of the same numbers.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatFloat } from './strconv-float.ts';
import type { FloatFormat } from './strconv-float.ts';

const rows: readonly (readonly [number, FloatFormat, number, string] | readonly [number, FloatFormat, number, 32, string])[] = [
  [0, 'g', -1, '0'],
  [-0, 'f', 2, '-0.00'],
  [100000, 'g', -1, '100000'],
  [1000000, 'g', -1, '1e+06'],
  [123456789, 'g', -1, '1.23456789e+08'],
  [0.0001, 'g', -1, '0.0001'],
  [0.00001, 'G', -1, '1E-05'],
  [1e21, 'f', -1, '1000000000000000000000'],
  [5e-324, 'e', -1, '5e-324'],
  [1.7976931348623157e308, 'g', -1, '1.7976931348623157e+308'],
  [1e23, 'g', -1, '1e+23'],
  [0.1, 'f', 60, '0.100000000000000005551115123125782702118158340454101562500000'],
  [0.1, 'e', 0, '1e-01'],
  [2.5, 'f', 0, '2'],
  [3.5, 'f', 0, '4'],
  [0.5, 'f', 0, '0'],
  [-2.5, 'e', 0, '-2e+00'],
  [1.25, 'g', 2, '1.2'],
  [1.005, 'f', 2, '1.00'],
  [8.5, 'g', 1, '8'],
  [2500, 'e', 0, '2e+03'],
  [3500, 'g', 1, '4e+03'],
  [9.995, 'f', 2, '9.99'],
  [9.5, 'e', 0, '1e+01'],
  [99.5, 'f', 0, '100'],
  [0.000123, 'f', 3, '0.000'],
  [
    1e300,
    'f',
    1,
    '1000000000000000052504760255204420248704468581108159154915854115511802457988908195786371375080447864043704443832883878176942523235360430575644792184786706982848387200926575803737830233794788090059368953234970799945081119038967640880074652742780142494579258788820056842838115669472196386865459400540160.0',
  ],
  [2251799813685248.5, 'f', 0, '2251799813685248'],
  [123456, 'g', 3, '1.23e+05'],
  [100, 'g', 3, '100'],
  [100, 'g', 2, '1e+02'],
  [0, 'e', 3, '0.000e+00'],
  [0, 'g', 5, '0'],
  [
    1,
    'e',
    120,
    '1.000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000e+00',
  ],
  [0.1, 'g', 32, 32, '0.100000001490116119384765625'],
  [0.1, 'g', -1, 32, '0.1'],
  [16777216, 'g', -1, 32, '1.6777216e+07'],
  [3.4028234663852886e38, 'g', -1, 32, '3.4028235e+38'],
  [1.401298464324817e-45, 'e', -1, 32, '1e-45'],
  [1e39, 'g', -1, 32, '+Inf'],
  [1, 'x', -1, '0x1p+00'],
  [1.999999, 'x', 2, '0x1.00p+01'],
  [255.5, 'X', 0, '0X1P+08'],
  [0, 'x', 3, '0x0.000p+00'],
  [1.5, 'b', -1, '6755399441055744p-52'],
  [1.5, 'b', -1, 32, '12582912p-23'],
  [NaN, 'f', 2, 'NaN'],
  [Infinity, 'g', -1, '+Inf'],
  [-Infinity, 'e', 3, '-Inf'],
];

describe('writing floats', () => {
  test.each(rows.map((row) => [row]))('%j', (row) => {
    const [value, format, precision] = row;
    expect(formatFloat(value, format, precision, row.length === 5 ? 32 : 64)).toBe(row.at(-1));
  });

  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

  test('the shortest form reads back the same in every format', () => {
    fc.assert(
      fc.property(finite, (value) => {
        for (const format of ['e', 'f', 'g'] as const) expect(Number(formatFloat(value, format, -1))).toBe(value);
      }),
    );
  });

  test('no shorter float32 reads back the same', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true, min: Math.fround(1e-30) }), (value) => {
        const digits = formatFloat(value, 'e', -1, 32).replace(/e.*/, '').replace('.', '').length;
        fc.pre(digits > 1);
        expect(Math.fround(Number(formatFloat(value, 'e', digits - 2)))).not.toBe(value);
      }),
    );
  });

  // The exact value is a fraction of two integers: rounding half to even can be done by hand.
  test('digits behind the point are those of the exact value, rounded half to even', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.double({ min: 0, max: 1e25, noNaN: true }),
          fc.integer({ min: 0, max: 1 << 20 }).map((n) => n / 256),
        ),
        fc.integer({ min: 0, max: 130 }),
        (value, precision) => {
          let numerator = value;
          let power = 0n;
          while (!Number.isInteger(numerator)) {
            numerator *= 2;
            power++;
          }
          const scaled = BigInt(numerator) * 10n ** BigInt(precision);
          const floor = scaled >> power;
          const twice = 2n * (scaled - (floor << power));
          const one = 1n << power;
          const nearest = twice > one || (twice === one && (floor & 1n) === 1n) ? floor + 1n : floor;
          expect(BigInt(formatFloat(value, 'f', precision).replace('.', ''))).toBe(nearest);
        },
      ),
    );
  });
});
