import { describe, expect, test } from 'vitest';
import { int64Type, typeOfText } from '../../go/type.ts';
import { Integer } from '../../go/value.ts';
import { timeFunctions } from './time-functions.ts';
import { callOf, expectAsGo, goCases, valueOf } from './testing/go-case.ts';

const call = (name: string, ...args: unknown[]): unknown => callOf(timeFunctions, name, args);
const at = (seconds: number, nanos = 0): unknown => valueOf({ time: [String(seconds), nanos, 'Local'] });
const now = Date.UTC(2026, 10, 21, 14) / 1000;

describe('as Go', () => {
  test.each(goCases(new URL('testing/go-cases.json', import.meta.url)))('%s %j', (name, args, said) => {
    expectAsGo(() => call(name, ...args.map(valueOf)), said);
  });
});

describe('the clock is that of the rendering', () => {
  const layout = '2006-01-02 15:04:05.000 MST';

  test('now', () => {
    expect(call('date', layout, call('now'))).toBe('2026-11-21 14:00:00.123 UTC');
  });

  // Sprig takes times, int, int32 and int64 for a moment, and the present for anything else
  test.each([
    ['text', '2001-02-03', '2026'],
    ['nil', null, '2026'],
    ['a float', 0, '2026'],
    ['a duration', new Integer(typeOfText('time.Duration'), 0n), '2026'],
    ['an int', 0n, '1970'],
    ['an int64', new Integer(int64Type, 0n), '1970'],
    ['an int32', new Integer(typeOfText('int32'), 0n), '1970'],
  ])('date of %s', (_what, value, year) => {
    expect(call('date', '2006', value)).toBe(year);
  });

  test.each([
    [at(now - 90), '1m30s'],
    [at(now + 3600), '-1h0m0s'],
    [BigInt(now - 1), '1s'],
    [new Integer(int64Type, BigInt(now)), '0s'],
    ['2001-02-03', '0s'],
    [at(now - 31_536_000 * 300), '2562047h47m16.854775807s'],
  ])('ago %#', (value, said) => {
    expect(call('ago', value)).toBe(said);
  });

  test.each([
    [at(now - 86_400 * 400), '1y'],
    [at(now - 86_400 * 31), '1mo'],
    [at(now + 7200), '1h'],
    [95n, '0s'],
  ])('durationRound %#', (value, said) => {
    expect(call('durationRound', value)).toBe(said);
  });
});

test('what reads the clock is known to vary', () => {
  const varying = Object.keys(timeFunctions).filter((name) => timeFunctions[name]?.deterministic === false);
  expect(varying.toSorted()).toEqual(
    ['ago', 'date', 'dateInZone', 'date_in_zone', 'durationRound', 'htmlDate', 'htmlDateInZone', 'now'].toSorted(),
  );
});
