import { expect, test } from 'vitest';
import { RecentWrites } from './recent-writes.ts';

test('a write is remembered until the cache shows an event', async () => {
  const recent = new RecentWrites<number>();
  await recent.during('a', async () => 1);
  expect(recent.latest('a')).toBe(1);
  expect(recent.latest('b')).toBeUndefined();
  recent.seen('a');
  expect(recent.latest('a')).toBeUndefined();
});

test('an event that overtook the answer may be newer: nothing is remembered', async () => {
  const recent = new RecentWrites<number>();
  await recent.during('a', async () => {
    recent.seen('a');
    return 1;
  });
  expect(recent.latest('a')).toBeUndefined();
});

test('a failed write is not remembered', async () => {
  const recent = new RecentWrites<number>();
  await expect(recent.during('a', async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(recent.latest('a')).toBeUndefined();
});
