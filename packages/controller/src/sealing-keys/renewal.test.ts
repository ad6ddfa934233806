import { describe, expect, test } from 'vitest';
import { dueAt } from './renewal.ts';

// Source: sealed-secrets v0.38: one key at the start when there is none, or when the newest is older than the cutoff; then by age.
describe('the next key is due', () => {
  const hour = 3_600_000;
  const made = new Date('2026-01-01T00:00:00Z');
  const at = made.getTime();
  const month = 720 * hour;

  test.each([
    // newest    period   cutoff         -> due
    ['no key', undefined, month, undefined, Number.NEGATIVE_INFINITY],
    ['no key, not renewed by age', undefined, 0, undefined, Number.NEGATIVE_INFINITY],
    ['a key', made, month, undefined, at + month],
    ['a key that is not renewed by age', made, 0, undefined, undefined],
    ['a key older than the cutoff', made, month, at + hour, at + hour],
    ['a key older than the cutoff, not renewed by age', made, 0, at + hour, at + hour],
    ['a key of the cutoff itself', made, 0, at, undefined],
    ['a key newer than the cutoff', made, month, at - hour, at + month],
    ['a key that is too old before the cutoff', made, hour, at + month, at + hour],
  ] as const)('%s', (_, newest, periodMs, cutoff, due) => {
    expect(dueAt(newest, { periodMs, cutoff })).toBe(due);
  });
});
