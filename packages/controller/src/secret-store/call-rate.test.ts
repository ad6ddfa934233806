import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { CallRate } from './call-rate.ts';

test('property: in no stretch of time more calls pass than the burst and the rate allow', () => {
  const options = fc.record({ perSecond: fc.integer({ min: 1, max: 100 }), burst: fc.integer({ min: 1, max: 20 }) });
  fc.assert(
    fc.property(options, fc.array(fc.nat(400), { minLength: 1, maxLength: 100 }), (options, pauses) => {
      const rate = new CallRate(options, 0);
      const made: number[] = [];
      let now = 0;
      for (const pause of pauses) {
        now += pause;
        if (rate.waitMs(now) > 0) continue;
        rate.take(now);
        made.push(now);
      }
      for (const [first, from] of made.entries())
        for (const [more, until] of made.slice(first).entries())
          expect(more + 1).toBeLessThanOrEqual(options.burst + ((until - from) / 1000) * options.perSecond + 1e-6);
    }),
  );
});

test('who waits as long as told may call', () => {
  const rate = new CallRate({ perSecond: 3, burst: 1 }, 0);
  rate.take(0);
  const waitMs = rate.waitMs(0);
  expect(waitMs).toBe(334); // a third of a second, rounded up
  expect(rate.waitMs(waitMs)).toBe(0);
});

test('after a drain nothing saved up is left', () => {
  const rate = new CallRate({ perSecond: 10, burst: 50 }, 0);
  rate.drain(1000);
  expect(rate.waitMs(1000)).toBe(100);
});

test('a backend that asks to slow down gets half, again and again, and within a minute all of it back', () => {
  const rate = new CallRate({ perSecond: 100, burst: 1 }, 0);
  rate.slowDown(0);
  expect(rate.waitMs(0)).toBe(20); // 50 a second
  for (let times = 0; times < 20; times++) rate.slowDown(0);
  expect(rate.waitMs(0)).toBe(1000); // never slower than one a second
  rate.waitMs(60_000);
  rate.drain(60_000);
  expect(rate.waitMs(60_000)).toBe(10);
});
