import { describe, expect, test } from 'vitest';
import { defaultLimits } from './limits.ts';
import { Budget, Spent } from './run.ts';

const budget = (limits: Partial<typeof defaultLimits>, spent = new Spent()): Budget =>
  new Budget({ ...defaultLimits, ...limits }, undefined, spent);

describe('what is slow by its nature', () => {
  test('is refused before it is done, by its weight, for all renderings together', () => {
    const spent = new Spent();
    let done = 0;
    const work = (weight: number) => () => budget({ slow: 5 }, spent).slow(weight, () => ++done);
    expect(work(4)()).toBe(1);
    expect(work(2)).toThrow('exceeds the limit of 5 units of slow cryptography');
    expect(done).toBe(1);
  });

  test('takes nothing of the time for the rest', () => {
    const limited = budget({ milliseconds: 200 });
    limited.slow(1, () => {
      const { user } = process.threadCpuUsage();
      while (process.threadCpuUsage().user - user < 300_000);
    });
    expect(() => {
      limited.step(1000);
    }).not.toThrow();
  });
});

test('work that no other limit counts ends at the clock', () => {
  const limited = budget({ milliseconds: 5, steps: Number.MAX_SAFE_INTEGER });
  expect(() => {
    for (;;) limited.step();
  }).toThrow('exceeds the limit of 5 milliseconds of work');
});
