import { expect, test } from 'vitest';
import { parseTime, surroundingsOf } from './surroundings.ts';

const random = (seed: string): ((length: number) => Uint8Array) =>
  surroundingsOf({ nowMs: 5, seed }).random ?? (() => new Uint8Array());

test('the same seed gives the same bytes, however they are asked for, and another seed gives others', () => {
  const [one, other] = [random('1'), random('1')];
  const whole = Buffer.from(one(100));
  const pieces = Buffer.concat([other(1), other(0), other(63), other(36)]);
  expect(pieces.equals(whole)).toBe(true);
  expect(new Set(whole).size).toBeGreaterThan(50); // 100 random bytes: about 83 different ones
  expect(Buffer.from(random('2')(100)).equals(whole)).toBe(false);
  expect(Buffer.from(one(100)).equals(whole)).toBe(false);
});

test('without a seed chance is left to the machine', () => {
  expect(surroundingsOf({ nowMs: 5, seed: undefined })).toEqual({ now: expect.any(Function) as unknown });
});

test.each([
  ['2026-01-31T12:00:00Z', Date.UTC(2026, 0, 31, 12)],
  ['2026-01-31t12:00:00.5z', Date.UTC(2026, 0, 31, 12, 0, 0, 500)],
  ['2026-01-31T12:00:00+02:00', Date.UTC(2026, 0, 31, 10)],
  ['2026-01-31', undefined],
  ['2026-13-31T12:00:00Z', undefined],
  ['now', undefined],
])('%s is %s', (text, time) => {
  expect(parseTime(text)).toBe(time);
});
