import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Weather } from './testing/lease-server.ts';
import type { Span } from './testing/town.ts';
import { fine, Town } from './testing/town.ts';

test('property: whatever the network and the clocks do, terms never overlap, and in the end one leads', async () => {
  const travel = fc.oneof(
    { weight: 6, arbitrary: fc.constant(1) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 14_000 }) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
  const weather = fc.record({
    thereMs: travel,
    backMs: travel,
    status: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constantFrom(429, 500, 503) }),
  });
  const skew = fc.record({ offsetMs: fc.integer({ min: -1e6, max: 1e6 }), speed: fc.constantFrom(0.9, 1, 1.1) });
  const member = fc.record({
    skew,
    stopsInMs: fc.constantFrom(0, 0, 500, 20_000),
    random: fc.constantFrom(0, 0.3, 0.9),
    weathers: fc.array(weather, { minLength: 1, maxLength: 25 }),
    leavesAtMs: fc.option(fc.integer({ min: 0, max: 150_000 }), { freq: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(member, { minLength: 2, maxLength: 3 }), async (members) => {
      const t = new Town();
      let stormy = true;
      for (const [index, { skew, stopsInMs, random, weathers, leavesAtMs }] of members.entries()) {
        let calls = 0;
        const candidate = t.candidate(`c${index}`, {
          skew,
          stopsInMs,
          random: () => random,
          weather: () => (stormy ? (weathers[calls++ % weathers.length] as Weather) : fine),
        });
        if (leavesAtMs !== null && index > 0) t.clock.setTimeout(() => candidate.stop.abort(), leavesAtMs);
      }
      await t.clock.advance(150_000);
      stormy = false;
      await t.clock.advance(120_000);
      const inOrder = t.spans.toSorted((a, b) => a.from - b.from);
      for (const [index, span] of inOrder.slice(1).entries()) {
        const before = inOrder[index] as Span;
        expect(before.until, `${before.who} still led when ${span.who} began`).toBeLessThanOrEqual(span.from);
      }
      expect(t.leaders).toHaveLength(1);
      await t.close();
    }),
    { numRuns: 200 },
  );
});
