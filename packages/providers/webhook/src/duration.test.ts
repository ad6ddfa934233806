import { expect, test } from 'vitest';
import { durationMs } from './duration.ts';

// Source: Go's time.ParseDuration.
test.each([
  ['10s', 10_000],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
  ['.5s', 500],
  ['+1s', 1000],
  ['1500us', 1.5],
  ['0', 0],
  ['', undefined],
  ['10', undefined],
  ['-1s', undefined],
  ['1 s', undefined],
  ['1d', undefined],
])('%j is %s ms', (text, expected) => {
  expect(durationMs(text)).toBe(expected);
});
