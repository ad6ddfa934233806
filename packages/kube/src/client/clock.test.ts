import { expect, test } from 'vitest';
import { thrown } from '../testing/thrown.ts';
import { systemClock } from './clock.ts';
import { manualClock } from './manual-clock.ts';

test('the manual clock fires in order of due time, and a sleeper that sleeps again is seen', async () => {
  const clock = manualClock(0);
  const seen: string[] = [];
  clock.setTimeout(() => seen.push(`b@${clock.now()}`), 20);
  clock.setTimeout(() => seen.push(`a@${clock.now()}`), 10);
  const cancel = clock.setTimeout(() => seen.push('never'), 15);
  cancel();
  const loop = (async () => {
    for (let i = 0; i < 3; i += 1) {
      await clock.sleep(7);
      seen.push(`s@${clock.now()}`);
    }
  })();
  await clock.advance(30);
  await loop;
  expect(seen).toEqual(['s@7', 'a@10', 's@14', 'b@20', 's@21']);
  expect(clock.pending).toBe(0);
});

test.each([
  ['system', systemClock],
  ['manual', manualClock()],
])('%s: sleep rejects with the reason, at once and later', async (_name, clock) => {
  await expect(clock.sleep(60_000, AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
  const controller = new AbortController();
  const sleeping = thrown(clock.sleep(60_000, controller.signal));
  controller.abort(new Error('later'));
  expect(await sleeping).toBe(controller.signal.reason);
});
