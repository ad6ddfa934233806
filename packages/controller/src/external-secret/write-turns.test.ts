import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { WriteTurns } from './write-turns.ts';

const calm = new AbortController().signal;
const tick = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Work that lasts until it is told to end. */
function held(): { readonly work: () => Promise<string>; readonly end: () => void } {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { work: async () => promise, end: () => resolve('done') };
}

test('so many at a time; then those that somebody waits for, then the others in order', async () => {
  const turns = new WriteTurns(1);
  const first = held();
  const begun: string[] = [];
  const ask = async (name: string, urgent: boolean): Promise<unknown> => turns.during(urgent, calm, async () => begun.push(name));
  const all = [turns.during(false, calm, first.work), ask('one', false), ask('two', false), ask('urgent', true)];
  await tick();
  expect([begun, turns.busy]).toEqual([[], 1]);
  first.end();
  await Promise.all(all);
  expect([begun, turns.busy]).toEqual([['urgent', 'one', 'two'], 0]);
});

test('who is aborted while waiting never works, and costs nobody a turn', async () => {
  const turns = new WriteTurns(1);
  const first = held();
  const working = turns.during(false, calm, first.work);
  const end = new AbortController();
  const leaving = turns.during(true, end.signal, async () => 'never');
  const staying = turns.during(false, calm, async () => 'its turn');
  end.abort(new Error('gone'));
  await expect(leaving).rejects.toThrow('gone');
  first.end();
  expect(await Promise.all([working, staying])).toEqual(['done', 'its turn']);
  await expect(turns.during(true, end.signal, async () => 'never')).rejects.toThrow('gone');
  expect(turns.busy).toBe(0);
});

test('property: never more than the limit, everybody once, whoever fails or leaves', async () => {
  const turn = fc.record({ urgent: fc.boolean(), ticks: fc.nat(3), fails: fc.boolean(), leavesAfter: fc.option(fc.nat(6)) });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(turn, { maxLength: 20 }), async (limit, plan) => {
      const turns = new WriteTurns(limit);
      let busy = 0;
      let most = 0;
      const outcomes = plan.map(async ({ urgent, ticks, fails, leavesAfter }) => {
        const end = new AbortController();
        const asked = turns.during(urgent, end.signal, async () => {
          most = Math.max(most, ++busy);
          for (let left = ticks; left > 0; left--) await tick();
          busy -= 1;
          if (fails) throw new Error('failed');
          return 'done';
        });
        const told = asked.catch((error: Error) => error.message);
        for (let left = leavesAfter ?? 0; left > 0; left--) await tick();
        if (leavesAfter !== null) end.abort(new Error('gone'));
        return told;
      });
      const ends = await Promise.all(outcomes);
      expect(ends.every((end) => ['done', 'failed', 'gone'].includes(end))).toBe(true);
      expect(most).toBeLessThanOrEqual(limit);
      expect([busy, turns.busy]).toEqual([0, 0]);
    }),
  );
});
