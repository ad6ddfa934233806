import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Mood } from './testing/scripted-backend.ts';
import { storesInMemory } from './testing/stores-in-memory.ts';

const vault = { kind: 'SecretStore', name: 'vault' } as const;
const lanes = { calls: 2, perSecond: 20, burst: 5, hangAfterMs: 1000, probeTimeoutMs: 500 };
const callTimeoutMs = 3000;

type Step =
  | { readonly do: 'read'; readonly keys: readonly string[]; readonly urgent: boolean; readonly leavesAfterMs: number | undefined }
  | { readonly do: 'mood'; readonly mood: Mood }
  | { readonly do: 'spec' | 'credentials' | 'validate' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('read' as const),
      keys: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), { minLength: 1, maxLength: 4 }),
      urgent: fc.boolean(),
      leavesAfterMs: fc.option(fc.nat(2000), { nil: undefined }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('mood' as const),
      mood: fc.constantFrom<Mood>('up', 'down', 'hanging', 'throttling', 'denying'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('spec' as const, 'credentials' as const, 'validate' as const) }) },
);

test('model: whatever a backend does and whoever leaves, all are answered, calls stay in bounds, and a store that is well works again', async () => {
  const plan = fc.record({
    steps: fc.array(fc.tuple(step, fc.nat(1500)), { minLength: 1, maxLength: 40 }),
    batchSize: fc.integer({ min: 1, max: 3 }),
    latencyMs: fc.nat(300),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ steps, batchSize, latencyMs }) => {
      const made = storesInMemory({ lanes });
      const { clock, backend, stores } = made;
      backend.latencyMs = latencyMs;
      backend.hangsForMs = callTimeoutMs;
      backend.retryAfterMs = 2000;
      const scripted = { secret: { name: 'login' }, batchSize };
      made.put('SecretStore', 'vault', { scripted });
      made.secret('web', 'login', 'first');
      for (const key of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) backend.values.set(key, `value of ${key}`);
      const waiting = new Set<number>();
      let asked = 0;

      const read = async (keys: readonly string[], urgent: boolean, signal: AbortSignal): Promise<string> => {
        const id = asked++;
        waiting.add(id);
        try {
          const store = await stores.store(vault, 'web', signal);
          const refs = keys.map((key) => ({ key }));
          const outcomes = await store.fetch(refs, { notBefore: clock.now(), urgent }, signal);
          return outcomes.map((one) => (one instanceof Error ? 'error' : Buffer.from(one.value(undefined)).toString())).join();
        } catch {
          return 'refused';
        } finally {
          waiting.delete(id);
        }
      };
      const right = (keys: readonly string[]): string => keys.map((key) => `value of ${key}`).join();

      const answers: Promise<boolean>[] = [];
      let opened = 1;
      for (const [one, pauseMs] of steps) {
        if (one.do === 'mood') backend.mood = one.mood;
        if (one.do === 'spec') made.put('SecretStore', 'vault', { scripted });
        if (one.do === 'credentials') made.secret('web', 'login', 'another');
        if (one.do === 'spec') opened += 1;
        if (one.do === 'read') {
          const end = new AbortController();
          const { leavesAfterMs } = one;
          if (leavesAfterMs !== undefined) clock.setTimeout(() => end.abort(new Error('gone')), leavesAfterMs);
          answers.push(read(one.keys, one.urgent, end.signal).then((answer) => answer === 'refused' || answer === right(one.keys)));
        }
        await clock.advance(pauseMs);
      }
      backend.mood = 'up';
      await clock.advance(60_000);
      expect([...waiting]).toEqual([]);
      expect(await Promise.all(answers)).not.toContain(false);

      // A store that was replaced may end what it had begun beside the new one; and a probe is made beside the lanes.
      expect(backend.mostBusy).toBeLessThanOrEqual((lanes.calls + 1) * opened);
      const most = (lanes.burst + lanes.perSecond + 2) * opened;
      for (const { at } of backend.calls)
        expect(backend.calls.filter((other) => other.at >= at && other.at < at + 1000).length).toBeLessThanOrEqual(most);

      const last = read(['a', 'g'], false, new AbortController().signal);
      await clock.advance(2000);
      expect(await last).toBe(right(['a', 'g']));
      await stores.close();
      expect(backend.busy).toBe(0);
    }),
    { numRuns: 100 },
  );
});
