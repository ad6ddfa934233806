import { readExternalSecret } from '@signet/api';
import type { ExternalSecret } from '@signet/api';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { earlyByMs, nextRefreshAt, shouldRefresh } from './refresh.ts';
import { syncedVersionOf } from './resource-version.ts';

const now = Date.parse('2026-06-01T12:00:00Z');
const hour = 3_600_000;
const at = (ms: number): string => new Date(ms).toISOString();

interface Given {
  readonly spec?: object;
  readonly metadata?: object;
  /** Milliseconds before `now`; undefined: no refreshTime. */
  readonly age?: number | undefined;
  /** `none`: never synced; `other`: something has changed since. */
  readonly synced?: 'this' | 'other' | 'none';
}

function secret({ spec = {}, metadata = {}, age, synced = 'this' }: Given): ExternalSecret {
  const raw = { metadata: { name: 'db', namespace: 'web', uid: 'u-1', generation: 2, ...metadata }, spec };
  const version = { this: syncedVersionOf(readExternalSecret(raw)), other: '1-abc', none: undefined }[synced];
  const status = {
    refreshTime: age === undefined ? null : at(now - age),
    ...(version !== undefined && { syncedResourceVersion: version }),
  };
  return readExternalSecret({ ...raw, status });
}

type Row = readonly [name: string, given: Given, expected: boolean];

const isDue = (given: Given, isTargetValid = true): boolean => shouldRefresh(secret(given), { now, isTargetValid });

// Source: external-secrets v2.9 refreshInterval.
describe('external acceptance 28: refreshInterval 0', () => {
  const spec = { refreshInterval: '0' };
  test.each<Row>([
    ['never synced', { spec, synced: 'none' }, true],
    ['synced', { spec, age: 100 * hour }, false],
    ['the spec has changed', { spec, age: hour, synced: 'other' }, false],
    ['a label was added', { spec, age: hour, metadata: { labels: { a: 'b' } }, synced: 'other' }, false],
    ['synced, the time is gone', { spec }, false],
    ['a negative interval', { spec: { refreshInterval: '-1h' }, age: hour, synced: 'other' }, false],
    ['the same by name of the policy', { spec: { ...spec, refreshPolicy: 'Periodic' }, age: hour, synced: 'other' }, false],
    ['OnChange does not look at the interval', { spec: { ...spec, refreshPolicy: 'OnChange' }, age: hour, synced: 'other' }, true],
  ])('%s', (_, given, expected) => {
    expect(isDue(given)).toBe(expected);
  });

  test('it is scheduled never again', () => {
    expect(nextRefreshAt(secret({ spec, age: hour, synced: 'other' }), { now })).toBeUndefined();
  });
});

// Source: external-secrets v2.9 refreshPolicy Periodic, which no policy is too.
describe.each(['Periodic', undefined])('external acceptance 29: refreshPolicy %s', (refreshPolicy) => {
  const spec = { refreshPolicy, refreshInterval: '1h' };
  test.each<Row>([
    ['just refreshed', { spec, age: 0 }, false],
    ['the interval is not over', { spec, age: hour - 61_000 }, false],
    ['the interval is over', { spec, age: hour + 1 }, true],
    ['never synced', { spec, synced: 'none' }, true],
    ['the version differs', { spec, age: 0, synced: 'other' }, true],
    ['no refreshTime', { spec }, true],
    ['a refreshTime in the future', { spec, age: -1000 }, true],
    ['interval of the default, one hour', { spec: { refreshPolicy }, age: hour + 1 }, true],
  ])('%s', (_, given, expected) => {
    expect(isDue(given)).toBe(expected);
  });
});

// Source: external-secrets v2.9 refreshPolicy OnChange and CreatedOnce.
describe('external acceptance 30: refreshPolicy', () => {
  const onChange = { refreshPolicy: 'OnChange' };
  const once = { refreshPolicy: 'CreatedOnce' };
  test.each<Row>([
    ['OnChange, nothing changed, long ago', { spec: onChange, age: 1000 * hour }, false],
    ['OnChange, changed', { spec: onChange, age: 0, synced: 'other' }, true],
    ['OnChange, never synced', { spec: onChange, synced: 'none' }, true],
    ['OnChange, no refreshTime', { spec: onChange }, true],
    ['OnChange, a refreshTime in the future', { spec: onChange, age: -hour }, false],
    ['CreatedOnce, synced', { spec: once, age: 1000 * hour }, false],
    ['CreatedOnce, changed', { spec: once, age: 0, synced: 'other' }, false],
    ['CreatedOnce, never synced', { spec: once, synced: 'none' }, true],
    ['CreatedOnce, a time but no version', { spec: once, age: 0, synced: 'none' }, true],
    ['CreatedOnce, no refreshTime', { spec: once }, true],
  ])('%s', (_, given, expected) => {
    expect(isDue(given)).toBe(expected);
  });

  test.each(['OnChange', 'CreatedOnce'])('%s is not scheduled once it is synced', (refreshPolicy) => {
    expect(nextRefreshAt(secret({ spec: { refreshPolicy }, age: hour }), { now })).toBeUndefined();
    expect(nextRefreshAt(secret({ spec: { refreshPolicy }, synced: 'none' }), { now })).toBe(now);
  });

  test.each(['OnChange', 'CreatedOnce', 'Periodic'])(
    '%s: a target that is not as it was made is mended at once',
    (refreshPolicy) => {
      expect(isDue({ spec: { refreshPolicy, refreshInterval: '0' }, age: 0 }, false)).toBe(true);
    },
  );
});

// Source: external-secrets v2.9 syncWindows: only time-based refreshes are gated.
describe('external acceptance 33: windows and refreshes', () => {
  const closed = { refreshInterval: '1h', syncWindows: { kind: 'allow', windows: [{ schedule: '0 22 * * *', duration: '2h' }] } };
  test.each<Row>([
    ['the interval is over: waits', { spec: closed, age: 2 * hour }, false],
    ['never synced: does not wait', { spec: closed, synced: 'none' }, true],
    ['changed: does not wait', { spec: closed, age: 0, synced: 'other' }, true],
    ['no refreshTime: does not wait', { spec: closed }, true],
    ['in the future: does not wait', { spec: closed, age: -hour }, true],
  ])('%s', (_, given, expected) => {
    expect(isDue(given)).toBe(expected);
  });

  test('drift is mended whatever they say', () => {
    expect(isDue({ spec: closed, age: 0 }, false)).toBe(true);
  });

  test('the next refresh is when they open', () => {
    expect(nextRefreshAt(secret({ spec: closed, age: 2 * hour }), { now })).toBe(Date.parse('2026-06-01T22:00:00Z'));
  });

  test('windows that never open: never', () => {
    const spec = { ...closed, syncWindows: { kind: 'allow', windows: [{ schedule: 'x', duration: '2h' }] } };
    expect(nextRefreshAt(secret({ spec, age: 2 * hour }), { now })).toBeUndefined();
  });
});

const interval = fc.integer({ min: 1000, max: 48 * hour });
const uid = fc.uuid();

// Promise 7: providers are not hammered.
describe('the spread of refreshes', () => {
  const spreadOf = (uidText: string, intervalMs: number): number =>
    earlyByMs(secret({ metadata: { uid: uidText }, spec: { refreshInterval: `${intervalMs}ms` } }));

  test('is early by 5 % and a minute at most, never late, and the same each time', () => {
    fc.assert(
      fc.property(uid, interval, (uidText, intervalMs) => {
        const early = spreadOf(uidText, intervalMs);
        expect(early).toBeGreaterThanOrEqual(0);
        expect(early).toBeLessThanOrEqual(Math.min(60_000, intervalMs * 0.05));
        expect(spreadOf(uidText, intervalMs)).toBe(early);
      }),
    );
  });

  test('1,000 objects of one moment are spread over the whole minute', () => {
    const early = Array.from({ length: 1000 }, (_, index) => spreadOf(`uid-${index}`, hour));
    const perSecond = Map.groupBy(early, (ms) => Math.floor(ms / 1000));
    expect(perSecond.size).toBe(60);
    expect(Math.max(...[...perSecond.values()].map((group) => group.length))).toBeLessThan(40);
  });
});

// Promise 7: one read per distinct remote key and refresh.
describe('objects that read the same', () => {
  const earlyOf = (spec: object, metadata: object = {}): number =>
    earlyByMs(secret({ spec: { refreshInterval: '1h', secretStoreRef: { name: 'vault' }, ...spec }, metadata }));
  const reading = (...keys: string[]): object => ({ data: keys.map((key) => ({ secretKey: key, remoteRef: { key } })) });
  const rows: readonly (readonly [what: string, spec: object, metadata: object, isTogether: boolean])[] = [
    ['another object', reading('db', 'web'), { uid: 'u-2', name: 'other' }, true],
    ['in another order, twice', reading('web', 'db', 'web'), { uid: 'u-2' }, true],
    ['as a whole', { dataFrom: [{ extract: { key: 'db' } }, { extract: { key: 'web' } }] }, { uid: 'u-2' }, true],
    ['less of it', reading('db'), {}, false],
    ['from another store', { ...reading('db', 'web'), secretStoreRef: { name: 'other' } }, {}, false],
    ['from a store of the same name in another namespace', reading('db', 'web'), { namespace: 'other' }, false],
  ];
  test.each(rows)('are refreshed together, others are not: %s', (_, spec, metadata, isTogether) => {
    expect(earlyOf(spec, metadata) === earlyOf(reading('db', 'web'))).toBe(isTogether);
  });

  test('a cluster store is one store for all namespaces', () => {
    const spec = { ...reading('db'), secretStoreRef: { name: 'vault', kind: 'ClusterSecretStore' } };
    expect(earlyOf(spec, { namespace: 'one', uid: 'u-1' })).toBe(earlyOf(spec, { namespace: 'two', uid: 'u-2' }));
  });
});

describe('the next refresh', () => {
  const any = fc.record({
    policy: fc.constantFrom('Periodic', 'OnChange', 'CreatedOnce'),
    refreshInterval: fc.oneof(interval, fc.constant(0)).map((ms) => `${ms}ms`),
    age: fc.option(fc.integer({ min: 0, max: 100 * hour }), { nil: undefined }),
    synced: fc.constantFrom('this' as const, 'other' as const, 'none' as const),
    uid,
    windows: fc.option(fc.constantFrom('allow', 'deny'), { nil: undefined }),
  });

  test('is the first moment at which a refresh is due, and it stays due until windows close', () => {
    fc.assert(
      fc.property(any, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (one, share) => {
        const syncWindows = one.windows && { kind: one.windows, windows: [{ schedule: '0 22 * * *', duration: '2h' }] };
        const spec = { refreshPolicy: one.policy, refreshInterval: one.refreshInterval, syncWindows };
        const es = secret({ spec, metadata: { uid: one.uid }, age: one.age, synced: one.synced });
        const dueAt = (moment: number): boolean => shouldRefresh(es, { now: moment, isTargetValid: true });
        const next = nextRefreshAt(es, { now });
        const later = now + share * 1000 * hour;
        const before = next === undefined ? later : Math.min(next - 1, now + share * (next - now));
        const isFirst = next === now || !dueAt(before);
        const comes = next === undefined || dueAt(next);
        const stays = next === undefined || syncWindows !== undefined || dueAt(next + share * 1000 * hour);
        expect({ isFirst, comes, stays }).toEqual({ isFirst: true, comes: true, stays: true });
      }),
      { numRuns: 500 },
    );
  });

  test('no value is older than its interval', () => {
    fc.assert(
      fc.property(interval, uid, (ms, uidText) => {
        const es = secret({ spec: { refreshInterval: `${ms}ms` }, metadata: { uid: uidText }, age: 0 });
        expect((nextRefreshAt(es, { now }) ?? Infinity) - now).toBeLessThanOrEqual(ms);
        expect(shouldRefresh(es, { now: now + ms, isTargetValid: true })).toBe(true);
      }),
    );
  });
});
