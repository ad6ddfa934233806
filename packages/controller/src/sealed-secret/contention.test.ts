import { expect, test } from 'vitest';
import { Contention } from './contention.ts';

const key = { namespace: 'web', name: 'db' };

test('a few mends are immediate, then pauses double up to five minutes', () => {
  const contention = new Contention();
  const pauses: number[] = [];
  for (let now = 0, turn = 0; turn < 16; turn++) {
    now += contention.pauseMs(key, now);
    contention.mended(key, now);
    pauses.push(contention.pauseMs(key, now));
  }
  expect(pauses).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300].map((seconds) => seconds * 1000));
});

test('a pause runs out, another object is not affected, and calm is remembered as calm', () => {
  const contention = new Contention();
  for (let turn = 0; turn < 6; turn++) contention.mended(key, 0);
  expect(contention.pauseMs(key, 500)).toBe(1500);
  expect(contention.pauseMs(key, 2000)).toBe(0);
  expect(contention.pauseMs({ ...key, name: 'other' }, 0)).toBe(0);
  contention.mended(key, 700_000);
  expect(contention.pauseMs(key, 700_000)).toBe(0);
});
