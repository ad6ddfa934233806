import { expect, test } from 'vitest';
import { thrown } from '../testing/thrown.ts';
import { manualClock } from './manual-clock.ts';
import { rateLimit } from './rate-limit.ts';

const never = new AbortController().signal;

test('a burst passes at once, then one per interval, in the order of asking', async () => {
  const clock = manualClock(0);
  const limit = rateLimit(10, 3, clock);
  const passed: [number, number][] = [];
  const all = [0, 1, 2, 3, 4, 5].map((who) => limit.take(never).then(() => passed.push([who, clock.now()])));
  await clock.advance(1000);
  await Promise.all(all);
  expect(passed).toEqual([
    [0, 0],
    [1, 0],
    [2, 0],
    [3, 100],
    [4, 200],
    [5, 300],
  ]);
});

test('who gives up while waiting uses no token', async () => {
  const clock = manualClock(0);
  const limit = rateLimit(1, 1, clock);
  await limit.take(never);
  const controller = new AbortController();
  const given = thrown(limit.take(controller.signal));
  controller.abort(new Error('gave up'));
  expect(await given).toBe(controller.signal.reason);
  let passedAt: number | undefined;
  const waiting = limit.take(never).then(() => (passedAt = clock.now()));
  await clock.advance(1000);
  await waiting;
  expect(passedAt).toBe(1000);
});

test('saved tokens do not exceed the burst', async () => {
  const clock = manualClock(0);
  const limit = rateLimit(10, 2, clock);
  await clock.advance(60_000);
  let passed = 0;
  const all = [1, 2, 3].map(() => limit.take(never).then(() => (passed += 1)));
  await clock.advance(0);
  expect(passed).toBe(2);
  await clock.advance(100);
  await Promise.all(all);
});

test('qps of 0 or less lets everything through', async () => {
  const limit = rateLimit(0, 0, manualClock());
  await Promise.all(Array.from({ length: 100 }, () => limit.take(never)));
});
