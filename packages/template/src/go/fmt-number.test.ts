// Expected values: what fmt.Sprintf of Go 1.26 makes of the same operands.
import { describe, expect, test } from 'vitest';
import { sprintf } from './fmt.ts';
import { typeOfText } from './type.ts';
import { Complex, Integer } from './value.ts';
import type { Value } from './value.ts';

const int = (type: string, value: bigint): Integer => new Integer(typeOfText(type), value);

describe('numbers', () => {
  test.each<[string, Value[], string]>([
    ['%d', [42n], '42'],
    ['%5d|%-5d|%05d', [42n, 42n, -42n], '   42|42   |-0042'],
    ['%+d % d', [42n, 42n], '+42  42'],
    ['%.5d|%8.5d|%-8.3d|', [42n, 42n, 7n], '00042|   00042|007     |'],
    ['%.0d|%3.0d', [0n, 0n], '|   '],
    [
      '%b %o %O %x %X %#b %#o %#x %#X',
      [10n, 10n, 10n, 254n, 254n, 10n, 10n, 254n, 254n],
      '1010 12 0o12 fe FE 0b1010 012 0xfe 0XFE',
    ],
    ['%c %q %U %#U %c', [65n, 65n, 128512n, 128512n, -1n], "A 'A' U+1F600 U+1F600 '\xf0\x9f\x98\x80' \xef\xbf\xbd"],
    ['%d %x %v', [int('uint8', 200n), int('uint64', 18446744073709551615n), int('int64', -5n)], '200 ffffffffffffffff -5'],
    ['%#v %#v %#v', [int('uint8', 200n), int('int64', -5n), 7n], '0xc8 -5 7'],
    ['%x|% d', [-255n, -1n], '-ff|-1'],
  ])('integers: %j', (format, values, expected) => {
    expect(sprintf(format, values)).toBe(expected);
  });

  test.each<[string, Value[], string]>([
    ['%v %v %v %v %v', [1.0, 1e6, 123456789.0, 1e-5, 0.1], '1 1e+06 1.23456789e+08 1e-05 0.1'],
    ['%f %.2f %8.3f %-8.1f| %08.2f', [3.14159, 2.345, -2.5, 1.25, -1.5], '3.141590 2.35   -2.500 1.2     | -0001.50'],
    ['%e %E %.3e', [123456.789, 0.00012, 1e100], '1.234568e+05 1.200000E-04 1.000e+100'],
    ['%g %G %.3g %.10g %g', [1e21, 1e-7, 1234.5678, 1234.5678, 100000.0], '1e+21 1E-07 1.23e+03 1234.5678 100000'],
    ['%+f % f %+.1e', [1.0, 1.0, 1.0], '+1.000000  1.000000 +1.0e+00'],
    ['%#g %#.3g %#.0f %#e', [1.0, 2.0, 3.0, 4.0], '1.00000 2.00 3. 4.000000e+00'],
    ['%x %X %.3x %#x', [1.0, -0.1, 3.14159, 2.0], '0x1p+00 -0X1.999999999999AP-04 0x1.922p+01 0x1.0000p+01'],
    ['%b', [1.5], '6755399441055744p-52'],
    ['%.0f %.0f %.0f %.1f', [0.5, 1.5, 2.5, 0.25], '0 2 2 0.2'],
    ['%v %v %v %08v %+v', [Infinity, -Infinity, NaN, Infinity, NaN], '+Inf -Inf NaN     +Inf NaN'],
    ['%6.2f|%+06.1f|%-+8.1f|', [NaN, Infinity, 1.0], '   NaN|  +Inf|+1.0    |'],
    ['%v %.1f %+v', [new Complex(1, -2), new Complex(1, 2), new Complex(0, 0)], '(1-2i) (1.0+2.0i) (0+0i)'],
    ['%v %g', [-0, -0], '-0 -0'],
    ['%.25f', [0.1], '0.1000000000000000055511151'],
    ['%5t|%-7t|%v|%q', [true, false, true, true], ' true|false  |true|%!q(bool=true)'],
  ])('floats, complex numbers and booleans: %j', (format, values, expected) => {
    expect(sprintf(format, values)).toBe(expected);
  });
});
