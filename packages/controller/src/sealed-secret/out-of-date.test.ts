import type { KubeObject } from '@signet/kube/client';
import { describe, expect, test } from 'vitest';
import { countByKey, OutOfDate } from './out-of-date.ts';

const key = { namespace: 'web', name: 'db' };
const t0 = Date.parse('2026-01-01T00:00:00Z');

/** web/db as a cache shows it. */
const shown = (generation: number, status?: object): KubeObject => ({ metadata: { ...key, generation }, status });
const synced = (observedGeneration: number, truth: string, lastTransitionTime?: string): object => ({
  observedGeneration,
  conditions: [{ type: 'Synced', status: truth, lastTransitionTime }],
});

describe('since when an object is out of date', () => {
  const rows = [
    ['carried out', shown(1, synced(1, 'True')), undefined],
    ['never looked at', shown(1), t0],
    ['without conditions', shown(1, { conditions: null }), t0],
    ['changed since it was carried out', shown(2, synced(1, 'True')), t0],
    ['failing: since it began to fail', shown(1, synced(1, 'False', '2025-12-31T23:59:00Z')), t0 - 60_000],
    ['failing, with a time that is none', shown(1, synced(1, 'False', 'yesterday')), t0],
    ['failing, with a time to come', shown(1, synced(1, 'False', '2027-01-01T00:00:00Z')), t0],
  ] as const;
  test.each(rows)('%s', (_, object, since) => {
    const late = new OutOfDate(() => t0);
    late.seen(object);
    expect(late.longest(10)).toEqual(since === undefined ? [] : [{ key, since }]);
  });

  test('from the first change that was not carried out, until one is', () => {
    let now = t0;
    const late = new OutOfDate(() => now);
    late.seen(shown(2, synced(1, 'True')));
    now += 5000;
    late.seen(shown(3, synced(1, 'True')));
    late.late(key);
    expect(late.longest(1)).toEqual([{ key, since: t0 }]);
    late.current(key);
    expect(late.size).toBe(0);
    late.late(key);
    late.forget(key);
    expect(late.size).toBe(0);
  });

  test('the longest come first, and no more than asked for', () => {
    const late = new OutOfDate(() => t0);
    for (const [name, ago] of [
      ['b', 2],
      ['c', 1],
      ['a', 3],
    ] as const)
      late.late({ namespace: 'web', name }, t0 - ago);
    expect(late.longest(2).map(({ key: { name } }) => name)).toEqual(['a', 'b']);
  });
});

test('objects are counted for each key they need; what says nothing of keys is unknown', () => {
  const with_ = (...keys: string[]): KubeObject => ({ metadata: {}, status: { produced: { keys } } });
  const nothing = [{}, { status: null }, { status: { produced: null } }, { status: { produced: { keys: 'a' } } }];
  const objects = [with_('a'), with_('a', 'b'), with_('a', 'a'), with_(), ...nothing.map((rest) => ({ metadata: {}, ...rest }))];
  const { needed, unknown } = countByKey(objects as KubeObject[]);
  expect(Object.fromEntries(needed)).toEqual({ a: 3, b: 1 });
  expect(unknown).toBe(4);
});
