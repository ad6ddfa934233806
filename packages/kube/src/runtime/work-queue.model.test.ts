import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ManualClock } from '../client/index.ts';
import { manualClock } from '../client/index.ts';
import { drain, next, queueOn } from './testing/queue.ts';
import type { Priority, WorkQueue } from './work-queue.ts';

// The model: per key, at most one pending entry (priority, time) and at most one worker.
interface Pending {
  priority: Priority;
  readyAt: number;
}
interface Model {
  readonly pending: Map<string, Pending>;
  readonly working: Map<string, Priority>;
  readonly failures: Map<string, number>;
  turns: number;
}
interface Real {
  readonly queue: WorkQueue<string>;
  readonly clock: ManualClock;
}

const rank: Readonly<Record<Priority, number>> = { high: 0, normal: 1, low: 2 };

function modelAdd(model: Model, key: string, wanted: Pending): void {
  const pending = model.pending.get(key);
  if (!pending) model.pending.set(key, { ...wanted });
  else {
    if (rank[wanted.priority] < rank[pending.priority]) pending.priority = wanted.priority;
    pending.readyAt = Math.min(pending.readyAt, wanted.readyAt);
  }
}

function ready(model: Model, now: number): [string, Pending][] {
  return [...model.pending].filter(([key, { readyAt }]) => readyAt <= now && !model.working.has(key));
}

const keys = fc.constantFrom('a', 'b', 'c', 'd');
const priorities = fc.constantFrom<Priority>('high', 'normal', 'low');

type Command = fc.AsyncCommand<Model, Real>;
const command = (name: string, run: (model: Model, real: Real) => Promise<void>): Command => ({
  check: () => true,
  toString: () => name,
  run,
});

const commands = [
  fc.tuple(keys, priorities, fc.constantFrom(0, 0, 10, 1000)).map(([key, priority, afterMs]) =>
    command(`add(${key}, ${priority}, ${afterMs})`, async (model, { queue, clock }) => {
      queue.add(key, { priority, afterMs });
      modelAdd(model, key, { priority, readyAt: clock.now() + afterMs });
    }),
  ),
  keys.map((key) =>
    command(`addRateLimited(${key})`, async (model, { queue, clock }) => {
      queue.addRateLimited(key);
      const failures = model.failures.get(key) ?? 0;
      model.failures.set(key, failures + 1);
      const readyAt = clock.now() + Math.min(1000, 5 * 2 ** failures);
      modelAdd(model, key, { priority: model.working.get(key) ?? 'normal', readyAt });
    }),
  ),
  keys.map((key) =>
    command(`forget(${key})`, async (model, { queue }) => {
      queue.forget(key);
      model.failures.delete(key);
    }),
  ),
  keys.map((key) =>
    command(`done(${key})`, async (model, { queue }) => {
      queue.done(key);
      model.working.delete(key);
    }),
  ),
  fc.constantFrom(1, 9, 10, 1000).map((ms) => command(`advance(${ms})`, async (_model, { clock }) => clock.advance(ms))),
  fc.constant(
    command('get', async (model, { queue, clock }) => {
      const choices = ready(model, clock.now());
      const key = await next(queue);
      if (choices.length === 0) {
        expect(key).toBeUndefined();
        return;
      }
      model.turns++;
      const chosen = choices.find(([choice]) => choice === key);
      expect(chosen, `got ${key}, which is not ready`).toBeDefined();
      const { priority } = (chosen as [string, Pending])[1];
      if (model.turns % 10 !== 0) {
        expect(rank[priority]).toBe(Math.min(...choices.map(([, pending]) => rank[pending.priority])));
      }
      model.pending.delete(key as string);
      model.working.set(key as string, priority);
    }),
  ),
];

test('property: the queue behaves as its model, and no key is lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 60 }), async (run) => {
      const clock = manualClock();
      const queue = queueOn(clock, { maxBackoffMs: 1000, retryRate: { perSecond: 1e9, burst: 1e9 } });
      const model: Model = { pending: new Map(), working: new Map(), failures: new Map(), turns: 0 };
      await fc.asyncModelRun(() => ({ model, real: { queue, clock } }), run);
      expect(queue.depth).toBe(ready(model, clock.now()).length);
      for (const key of model.working.keys()) queue.done(key);
      await clock.advance(1000);
      expect(new Set(await drain(queue))).toEqual(new Set(model.pending.keys()));
    }),
    { numRuns: 1000 },
  );
});

test('property: with workers waiting, each key comes out exactly at its time', async () => {
  const jobs = fc.uniqueArray(fc.record({ key: fc.nat(50).map(String), afterMs: fc.nat(500) }), {
    selector: (job) => job.key,
    minLength: 1,
    maxLength: 30,
  });
  await fc.assert(
    fc.asyncProperty(jobs, fc.integer({ min: 1, max: 4 }), async (wanted, workers) => {
      const clock = manualClock(0);
      const queue = queueOn(clock);
      const stop = new AbortController();
      const cameOut: { key: string; afterMs: number }[] = [];
      const worker = async (): Promise<void> => {
        for (let key; (key = await queue.get(stop.signal)) !== undefined; queue.done(key)) {
          cameOut.push({ key, afterMs: clock.now() });
        }
      };
      const running = Array.from({ length: workers }, worker);
      for (const { key, afterMs } of wanted) queue.add(key, { afterMs });
      await clock.advance(500);
      stop.abort();
      await Promise.all(running);
      const byKey = (a: { key: string }, b: { key: string }): number => Number(a.key) - Number(b.key);
      expect(cameOut.sort(byKey)).toEqual([...wanted].sort(byKey));
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 50 },
  );
});
