// Expected values: what fmt.Sprintf of Go 1.26 makes of the same operands.
import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../limits.ts';
import { Budget } from '../run.ts';
import { sprintf } from './fmt.ts';
import type { Value } from './value.ts';

describe('mistakes, indexes and star', () => {
  test.each<[string, Value[], string]>([
    ['%d', ['hi'], '%!d(string=hi)'],
    ['%z %!', [1n], '%!z(int=1) %!!(MISSING)'],
    ['%d %d', [1n], '1 %!d(MISSING)'],
    ['%d', [1n, 'x', null], '1%!(EXTRA string=x, <nil>)'],
    ['%', [], '%!(NOVERB)'],
    ['100%', [], '100%!(NOVERB)'],
    ['%-', [1n], '%!(NOVERB)%!(EXTRA int=1)'],
    ['%s %d %v %T %t', [null, null, null, null, null], '%!s(<nil>) %!d(<nil>) <nil> <nil> %!t(<nil>)'],
    ['%[2]d %[1]d', [1n, 2n], '2 1'],
    ['%[3]d %[x]d %[]d %[2', [1n, 2n], '%!d(BADINDEX) %!d(BADINDEX) %!d(BADINDEX) %!(NOVERB)'],
    ['%[2]*[1]d|%[1]*.[2]*[3]f', [5n, 2n, 3.14159], ' 5| 3.14'],
    ['%[1]d %d %[1]q', [65n, 66n], "65 66 'A'"],
    ['%*d|%-*d|%*d', [5n, 1n, 5n, 1n, -5n, 1n], '    1|1    |1    '],
    ['%.*f %.*f', [2n, 3.14159, -2n, 1.5], '3.14 %!(BADPREC)1.500000'],
    ['%*d', ['x', 1n], '%!(BADWIDTH)1'],
    ['%*d', [10000000n, 1n], '%!(BADWIDTH)1'],
    ['%100000000d!', [1n], '%!(NOVERB)%!(EXTRA int=1)'],
    ['%%|%5%|%c', [65n], '%|%|A'],
    ['%s %s', [1n, true], '%!s(int=1) %!s(bool=true)'],
    ['%x', [true], '%!x(bool=true)'],
    ['%p %w', [1n, 'a'], '%!p(int=1) %!w(string=a)'],
    ['%!(d)', [1n], '%!!(int=1)(d)'],
    ['%.', ['a'], '%!.(string=a)'],
  ])('%j', (format, values, expected) => {
    expect(sprintf(format, values)).toBe(expected);
  });

  test('widths and precisions are paid for before they are made', () => {
    const budget = (): Budget => new Budget({ ...defaultLimits, workBytes: 10_000 });
    for (const [format, value] of [
      ['%1000000d', 1n],
      ['%.1000000d', 1n],
      ['%-1000000s', 's'],
      ['%.1000000f', 1.5],
      ['%#.1000000g', 1.5],
      ['%1000000x', 's'],
      ['%.1000000U', 1n],
      ['%1000000v', true],
      ['%01000000f', 2.5],
    ] as const) {
      expect(() => sprintf(format, [value], budget()), format).toThrow(/limit of 10000 bytes of intermediate values/);
    }
  });

  test('an operand that many verbs take is paid for each time', () => {
    expect(() => sprintf('%[1]s'.repeat(100), ['x'.repeat(1000)], new Budget({ ...defaultLimits, workBytes: 50_000 }))).toThrow(
      /limit of 50000 bytes/,
    );
  });

  test("a width of 7 digits is Go's largest", () => {
    expect(sprintf('%10000009d', [1n])).toHaveLength(10_000_009);
  });
});
