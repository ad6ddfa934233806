import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { afterwards, healthy } from './breaker.ts';
import type { Circuit, Happening } from './breaker.ts';

const at = (now: number): { now: number; random: number } => ({ now, random: 0 });
const trouble: Happening = { is: 'trouble', throttled: false };
const after = (...happenings: Happening[]): Circuit =>
  happenings.reduce((circuit, happening) => afterwards(circuit, happening, at(0)), healthy);

describe('when a store is not asked any more', () => {
  const rows: readonly (readonly [string, readonly Happening[], Circuit['state']])[] = [
    ['one trouble', [trouble], 'closed'],
    ['two in a row', [trouble, trouble], 'closed'],
    ['three in a row', [trouble, trouble, trouble], 'open'],
    ['two, an answer, two', [trouble, trouble, { is: 'answered' }, trouble, trouble], 'closed'],
    ['one hang', [{ is: 'hung' }], 'open'],
    ['throttled once', [{ is: 'trouble', throttled: true }], 'open'],
    ['unavailable with a time to come back', [{ is: 'trouble', throttled: false, retryAfterMs: 500 }], 'open'],
    ['an answer to a call that began before it opened', [{ is: 'hung' }, { is: 'answered' }], 'closed'],
    ['a probe before its time', [{ is: 'hung' }, { is: 'probe' }], 'open'],
  ];

  test.each(rows)('%s', (_, happenings, state) => {
    expect(after(...happenings).state).toBe(state);
  });
});

describe('a backend that wants to be left alone', () => {
  const wish = (retryAfterMs: number): Happening => ({ is: 'trouble', throttled: true, retryAfterMs });

  test('is, though a call that began before is answered', () => {
    const circuit = afterwards(after(wish(30_000)), { is: 'answered' }, at(10_000));
    expect(circuit).toMatchObject({ state: 'open', nextProbeAt: 30_000 });
  });

  test('is, for as long as the longest of its wishes, also if it was shut already', () => {
    const circuit = afterwards(after(trouble, trouble, trouble, wish(30_000), wish(20_000)), wish(25_000), at(10_000));
    expect(circuit).toMatchObject({ state: 'open', nextProbeAt: 35_000 });
  });

  test('is asked at once when what made the trouble was changed', () => {
    expect(after(wish(30_000), { is: 'renewed' }).state).toBe('closed');
  });

  test('is asked again when its time is over', () => {
    expect(afterwards(after(wish(30_000)), { is: 'probe' }, at(30_000)).state).toBe('half-open');
  });
});

test('probes come after 1, 2, 4, and then every 5 seconds', () => {
  let now = 0;
  let circuit = afterwards(healthy, { is: 'hung' }, at(now));
  const delays: number[] = [];
  while (circuit.state === 'open' && delays.length < 6) {
    delays.push(circuit.nextProbeAt - now);
    now = circuit.nextProbeAt;
    circuit = afterwards(circuit, { is: 'probe' }, at(now));
    expect(circuit.state).toBe('half-open');
    circuit = afterwards(circuit, { is: 'probe-failed' }, at(now));
  }
  expect(delays).toEqual([1000, 2000, 4000, 5000, 5000, 5000]);
});

test.each([
  [30_000, 30_000],
  [200, 1000], // never sooner than our own pace
  [86_400_000, 300_000], // and not for days
])('a wish to come back after %i ms is honoured by %i ms', (retryAfterMs, waited) => {
  const circuit = afterwards(healthy, { is: 'trouble', throttled: true, retryAfterMs }, at(0));
  expect(circuit).toMatchObject({ state: 'open', nextProbeAt: waited });
});

test('property: an answer closes unless the backend wants to be left alone, and only a probe that is due leads from open to half-open', () => {
  const happening = fc.oneof(
    fc.constantFrom<Happening>({ is: 'answered' }, { is: 'renewed' }, { is: 'hung' }, { is: 'probe' }, trouble, {
      is: 'probe-failed',
    }),
    fc.record({ is: fc.constant('trouble' as const), throttled: fc.boolean(), retryAfterMs: fc.nat(10_000) }),
  );
  const step = fc.record({ happening, passesMs: fc.nat(6000), random: fc.double({ min: 0, max: 0.999, noNaN: true }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let now = 0;
      let circuit: Circuit = healthy;
      for (const { happening, passesMs, random } of steps) {
        now += passesMs;
        const next = afterwards(circuit, happening, { now, random });
        const wasDue = circuit.state === 'open' && happening.is === 'probe' && circuit.nextProbeAt <= now;
        const isLeftAlone = circuit.state === 'open' && (circuit.leftAloneUntil ?? 0) > now;
        expect(happening.is !== 'answered' || next.state === (isLeftAlone ? 'open' : 'closed')).toBe(true);
        expect(happening.is !== 'renewed' || next.state === 'closed').toBe(true);
        expect(next.state !== 'half-open' || circuit.state === 'half-open' || wasDue).toBe(true);
        expect(next.state !== 'open' || circuit.state === 'open' || next.nextProbeAt > now).toBe(true);
        circuit = next;
      }
    }),
  );
});
