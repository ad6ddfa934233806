import { expect, test } from 'vitest';
import { powerOfTen } from './power-of-ten.ts';

// Expected: Go's math.Pow(10, n) on amd64. Several are not the nearest float64.
test.each([
  [0, 1],
  [1, 10],
  [-1, 0.1],
  [22, 1e22],
  [23, 1e23],
  [-23, 1.0000000000000001e-23],
  [33, 1.0000000000000001e33],
  [100, 1.0000000000000002e100],
  [308, 1.0000000000000006e308],
  [309, Infinity],
  [-308, 9.999999999999994e-309],
  [-323, 1e-323],
  [-324, 0],
  [401, Infinity],
  [-401, 0],
])('10 to the %i is %d', (places, expected) => {
  expect(powerOfTen(places)).toBe(expected);
});
