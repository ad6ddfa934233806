import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Weather } from './testing/lease-server.ts';
import type { Span } from './testing/town.ts';
import { dead, fine, Town } from './testing/town.ts';

interface Phase {
  readonly weather: Weather;
  readonly forMs: number;
}

/** The weather `atMs` into the phases; the last one stays. */
function weatherAt(phases: readonly Phase[], atMs: number): Weather {
  let end = 0;
  return phases.find(({ forMs }) => (end += forMs) > atMs)?.weather ?? fine;
}

const delay = fc.integer({ min: 1, max: 14_000 });
const weather = fc.oneof(
  fc.constant(fine),
  fc.constant(dead),
  fc.record({ thereMs: delay, backMs: fc.constant(1) }),
  fc.record({ thereMs: fc.constant(1), backMs: delay }),
  fc.constant({ thereMs: 1, backMs: undefined }),
  fc.record({ thereMs: fc.constant(1), backMs: fc.constant(1), status: fc.constantFrom(429, 500, 503) }),
);
const phases = fc.array(fc.record({ weather, forMs: fc.integer({ min: 500, max: 30_000 }) }), {
  minLength: 3,
  maxLength: 15,
  size: 'max',
});
const member = fc.record({
  skew: fc.record({ offsetMs: fc.integer({ min: -1e6, max: 1e6 }), speed: fc.constantFrom(0.9, 1, 1.1) }),
  stopsInMs: fc.constantFrom(0, 0, 500, 20_000),
  random: fc.constantFrom(0, 0.3, 0.9),
  phases,
  leavesAtMs: fc.option(fc.integer({ min: 0, max: 150_000 }), { freq: 3 }),
});

test('property: whatever the network and the clocks do, terms never overlap, and in the end one leads', async () => {
  let terms = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(member, { minLength: 2, maxLength: 3 }), async (members) => {
      const town = new Town();
      const began = town.clock.now();
      for (const [index, { skew, stopsInMs, random, phases, leavesAtMs }] of members.entries()) {
        const candidate = town.candidate(`c${index}`, {
          skew,
          stopsInMs,
          random: () => random,
          weather: () => weatherAt(phases, town.clock.now() - began),
        });
        if (leavesAtMs !== null && index > 0) town.clock.setTimeout(() => candidate.stop.abort(), leavesAtMs);
      }
      await town.clock.advance(480_000);
      const inOrder = town.spans.toSorted((a, b) => a.from - b.from);
      for (const [index, span] of inOrder.slice(1).entries()) {
        const before = inOrder[index] as Span;
        expect(before.until, `${before.who} still led when ${span.who} began`).toBeLessThanOrEqual(span.from);
      }
      expect(town.leaders).toHaveLength(1);
      terms += town.spans.length;
      await town.close();
    }),
    { numRuns: 100 },
  );
  // a schedule in which leadership hardly moves would prove nothing
  expect(terms).toBeGreaterThan(1.5 * 100);
});
