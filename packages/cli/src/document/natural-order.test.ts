import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { naturalOrder } from './natural-order.ts';

// Source: the order in which kubectl prints mapping keys.
test.each([
  ['a', 'b'],
  ['a', 'ab'],
  ['key2', 'key10'],
  ['random-32.txt', 'random-1000.x'],
  ['a-b', 'ab'],
  ['a.b', 'ab'],
  ['1', 'a'],
  ['A', 'a'],
  ['a1b', 'a1c'],
  ['a1', 'a01'],
  ['a1', 'a01b'],
  ['tls.crt', 'tls.key'],
])('%s comes before %s', (first, second) => {
  expect(naturalOrder(first, second)).toBeLessThan(0);
  expect(naturalOrder(second, first)).toBeGreaterThan(0);
});

test('is zero only for equal keys, and opposite when swapped', () => {
  const key = fc.string({ unit: fc.constantFrom('a', 'b', 'B', '0', '1', '9', '-', '.', 'é', '\u0663') });
  fc.assert(
    fc.property(key, key, (one, other) => {
      expect(naturalOrder(one, other) === 0).toBe(one === other);
      // Plus zero: -0 and 0 are the same order.
      expect(Math.sign(naturalOrder(one, other)) + 0).toBe(-Math.sign(naturalOrder(other, one)) + 0);
    }),
  );
});
