import type { SyncWindows } from '@signet/api';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextPermitted, permits } from './sync-windows.ts';

const time = (text: string): number => Date.parse(`2026-06-${text}Z`);
const windows = (kind: string, ...entries: readonly (readonly [schedule: string, duration: string])[]): SyncWindows => ({
  kind,
  windows: entries.map(([schedule, duration]) => ({ schedule, duration })),
});

const nightly = ['0 22 * * *', '2h'] as const;
const broken = ['not-a-cron', '2h'] as const;

// Source: external-secrets v2.9 syncWindows.
describe('external acceptance 33: a window', () => {
  test.each([
    ['before', '01T21:59:59.999', false],
    ['at its start, which counts', '01T22:00:00', true],
    ['inside', '01T22:30:00', true],
    ['inside, between two seconds', '01T23:59:59.999', true],
    ['at its end, which counts', '02T00:00:00', true],
    ['after', '02T00:00:00.001', false],
    ['between two occurrences', '02T03:00:00', false],
    ['inside the second occurrence', '02T22:30:00', true],
  ])('%s: %s -> open %s', (_, at, isOpen) => {
    expect(permits(windows('allow', nightly), time(at))).toBe(isOpen);
    expect(permits(windows('deny', nightly), time(at))).toBe(!isOpen);
  });

  test.each<[name: string, sync: SyncWindows | undefined, inside: boolean, outside: boolean]>([
    ['none given', undefined, true, true],
    ['an empty list, allow', windows('allow'), true, true],
    ['an empty list, deny', windows('deny'), true, true],
    ['allow', windows('allow', nightly), true, false],
    ['deny', windows('deny', nightly), false, true],
    ['allow, only a schedule that cannot be read', windows('allow', broken), false, false],
    ['deny, only a schedule that cannot be read', windows('deny', broken), true, true],
    ['allow, one of two can be read', windows('allow', broken, nightly), true, false],
    ['deny, one of two can be read', windows('deny', broken, nightly), false, true],
    ['a duration that cannot be read', windows('allow', ['0 22 * * *', '2 hours']), false, false],
    ['a negative duration', windows('allow', ['* * * * *', '-1m']), false, false],
    ['another kind permits', windows('maybe', nightly), true, true],
    ['a duration of years', windows('allow', ['0 0 1 1 *', '200000h']), true, true],
    ['@hourly', windows('allow', ['@hourly', '0s']), true, true],
    ['@every, as long as its delay: always open', windows('allow', ['@every 30m', '30m']), true, true],
    ['@every, shorter than its delay: never open', windows('allow', ['@every 31m', '30m']), false, false],
    ['a time zone: 22:00 in Tokyo is 13:00', windows('deny', ['CRON_TZ=Asia/Tokyo 0 22 * * *', '8h']), true, false],
  ])('%s: 23:00 %s, 20:00 %s', (_, sync, inside, outside) => {
    expect([permits(sync, time('01T23:00:00')), permits(sync, time('01T20:00:00'))]).toEqual([inside, outside]);
  });
});

describe('the next moment that is permitted', () => {
  test.each<[name: string, sync: SyncWindows | undefined, from: string, expected: string | undefined]>([
    ['no windows', undefined, '01T20:00:00', '01T20:00:00'],
    ['allow, open', windows('allow', nightly), '01T23:00:00', '01T23:00:00'],
    ['allow, closed', windows('allow', nightly), '02T00:00:00.001', '02T22:00:00'],
    ['allow, the earlier of two', windows('allow', nightly, ['30 21 * * *', '1m']), '01T20:00:00', '01T21:30:00'],
    ['allow, never', windows('allow', broken), '01T20:00:00', undefined],
    ['allow, @every that is never open', windows('allow', ['@every 6h', '1h']), '01T20:00:00', undefined],
    ['allow, 30 February', windows('allow', ['0 0 30 2 *', '24h']), '01T20:00:00', undefined],
    ['deny, closed', windows('deny', nightly), '01T20:00:00', '01T20:00:00'],
    ['deny, open', windows('deny', nightly), '01T23:00:00', '02T00:00:00.001'],
    ['deny, two that follow each other', windows('deny', nightly, ['0 0 * * *', '1h']), '01T23:00:00', '02T01:00:00.001'],
    ['deny, all that overlap', windows('deny', ['0 22 * * *', '2h'], ['30 22 * * *', '4h']), '01T22:45:00', '02T02:30:00.001'],
  ])('%s: %s -> %s', (_, sync, from, expected) => {
    const at = nextPermitted(sync, time(from));
    expect(at === undefined ? undefined : new Date(at).toISOString()).toBe(
      expected === undefined ? undefined : new Date(time(expected)).toISOString(),
    );
  });

  test('where windows deny for ever, it is a later moment to look again', () => {
    const always = windows('deny', ['* * * * *', '5m']);
    expect(nextPermitted(always, time('01T20:00:00'))).toBeGreaterThan(time('01T20:00:00'));
  });

  test('promise 10: a hundred windows are looked at, and no more', () => {
    const later = Array.from({ length: 100 }, (_, minute) => [`${minute % 60} 3 * * *`, '1m'] as const);
    expect(permits(windows('allow', ...later, nightly), time('01T23:00:00'))).toBe(false);
    expect(permits(windows('allow', ...later.slice(1), nightly), time('01T23:00:00'))).toBe(true);
  });

  test('is permitted, and nothing before it is', () => {
    const schedule = fc.tuple(fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 23 })).map(([m, h]) => `${m} ${h} * * *`);
    const entry = fc.tuple(
      schedule,
      fc.integer({ min: 0, max: 300 }).map((minutes) => `${minutes}m`),
    );
    fc.assert(
      fc.property(
        fc.constantFrom('allow', 'deny'),
        fc.array(entry, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 0, max: 86_400_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (kind, entries, offset, share) => {
          const sync = windows(kind, ...entries);
          const from = time('01T00:00:00') + offset;
          const at = nextPermitted(sync, from) ?? Number.NaN;
          expect(permits(sync, at)).toBe(true);
          const between = Math.min(at - 1, Math.floor(from + share * (at - from)));
          expect(at === from || !permits(sync, between)).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});
