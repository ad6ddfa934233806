import { expect, test } from 'vitest';
import { Contention, inputsOf } from './contention.ts';

const key = { namespace: 'web', name: 'db' };
const of = inputsOf({ uid: 'u', generation: 1 }, 'strict');

test('a few mends are immediate, then pauses double up to five minutes', () => {
  const contention = new Contention();
  const pauses: number[] = [];
  for (let now = 0, turn = 0; turn < 16; turn++) {
    now += contention.pauseMs(key, of, now);
    contention.wrote(key, of, true, now);
    pauses.push(contention.pauseMs(key, of, now));
  }
  expect(pauses).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300].map((seconds) => seconds * 1000));
});

test('a pause runs out, another object is not affected, and calm is remembered as calm', () => {
  const contention = new Contention();
  for (let turn = 0; turn < 6; turn++) contention.wrote(key, of, true, 0);
  expect(contention.pauseMs(key, of, 500)).toBe(1500);
  expect(contention.pauseMs(key, of, 2000)).toBe(0);
  expect(contention.pauseMs({ ...key, name: 'other' }, of, 0)).toBe(0);
  contention.wrote(key, of, true, 700_000);
  expect(contention.pauseMs(key, of, 700_000)).toBe(0);
});

test('a first write is no mend, and a new generation is never made to wait', () => {
  const contention = new Contention();
  for (let turn = 0; turn < 5; turn++) contention.wrote(key, of, false, 0);
  expect(contention.pauseMs(key, of, 0)).toBe(0);
  contention.wrote(key, of, false, 0);
  expect(contention.pauseMs(key, of, 0)).toBe(1000);
  const next = inputsOf({ uid: 'u', generation: 2 }, 'strict');
  expect(contention.pauseMs(key, next, 0)).toBe(0);
  contention.wrote(key, next, false, 0);
  expect(contention.pauseMs(key, next, 0)).toBe(0);
});
