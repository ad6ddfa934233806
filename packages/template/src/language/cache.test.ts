import { expect, test } from 'vitest';
import { Cache } from './cache.ts';

const owner = {};

test('what is there is not made again', () => {
  const cache = new Cache<object, object>({ entries: 2, weight: 100 }, (key) => key.length);
  const made = cache.get(owner, 'a', () => ({}));
  expect(cache.get(owner, 'a', () => ({}))).toBe(made);
  expect(cache.get({}, 'a', () => ({}))).not.toBe(made);
});

test('what was used longest ago goes first', () => {
  const cache = new Cache<object, object>({ entries: 2, weight: 100 }, (key) => key.length);
  const a = cache.get(owner, 'a', () => ({}));
  const b = cache.get(owner, 'b', () => ({}));
  cache.get(owner, 'a', () => ({}));
  cache.get(owner, 'c', () => ({}));
  expect(cache.get(owner, 'a', () => ({}))).toBe(a);
  expect(cache.get(owner, 'b', () => ({}))).not.toBe(b);
});

test('long texts push others out, and themselves when they are too long', () => {
  const cache = new Cache<object, object>({ entries: 100, weight: 50 }, (key) => key.length);
  for (const text of ['x'.repeat(20), 'y'.repeat(20), 'z'.repeat(20)]) cache.get(owner, text, () => ({}));
  expect(cache.entries).toBe(2);
  cache.get(owner, 'x'.repeat(60), () => ({}));
  expect(cache.entries).toBe(0);
});

test('a failure is not kept', () => {
  const cache = new Cache<object, number>({ entries: 2, weight: 100 }, (key) => key.length);
  expect(() =>
    cache.get(owner, 'a', () => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(cache.get(owner, 'a', () => 1)).toBe(1);
});
