import { expect, test } from 'vitest';
import { compareKeys } from './yaml-order.ts';

// Source: the order in which go.yaml.in/yaml/v2 writes the keys of a map.
test('numbers count by value, letters come last', () => {
  const sorted = ['', '-', '0', '00', '1', '01', '2', '10', '_', 'A', 'B', 'a', 'a_', 'a1', 'a2', 'a02', 'a10', 'ab', 'b', 'é'];
  const shuffled = sorted.toSorted((a, b) => (a < b ? 1 : -1));
  expect(new Set(shuffled.toSorted(compareKeys))).toEqual(new Set(sorted));
  for (const [less, more] of [
    ['a2', 'a10'],
    ['a1', 'ab'],
    ['a_', 'ab'],
    ['1', 'a'],
    ['A', 'a'],
    ['a', 'a1'],
    ['', 'a'],
    ['x9y', 'x10y'],
  ] as const) {
    expect(compareKeys(less, more), `${less} before ${more}`).toBeLessThan(0);
    expect(compareKeys(more, less), `${more} after ${less}`).toBeGreaterThan(0);
  }
  expect(compareKeys('a1', 'a1')).toBe(0);
});
