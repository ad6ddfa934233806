import { describe, expect, test } from 'vitest';
import { expectAsGo, goCases, testRun, valueOf } from '../functions/time/testing/go-case.ts';
import type { Argument } from '../functions/time/testing/go-case.ts';
import { compile } from '../template.ts';
import { binaryTime } from './time-binary.ts';
import { formatDuration, hour, inUnits, minute, parseDuration, roundDuration, second, truncateDuration } from './time-duration.ts';
import { formatTime, strictRfc3339, timeText } from './time-format.ts';
import * as instant from './time-instant.ts';
import type { Instant } from './time-instant.ts';
import { instantOfValue, timeType, timeValue } from './time-types.ts';
import { fixedZone, loadLocation } from './time-zone.ts';
import { Integer } from './value.ts';
import type { Value } from './value.ts';

const cases = goCases(new URL('testing/time-cases.json', import.meta.url));
const named = (name: string): readonly (readonly [readonly Argument[], string])[] =>
  cases.filter(([each]) => each === name).map(([, args, said]) => [args, said as string] as const);

function momentOf(value: Value | undefined): Instant {
  const moment = instantOfValue(value ?? null);
  if (!moment) throw new Error('not a time');
  return moment;
}

function integerOf(value: Value | undefined): bigint {
  if (typeof value === 'bigint') return value;
  if (value instanceof Integer) return value.value;
  throw new Error('not an integer');
}

describe('as Go', () => {
  test.each(named('Format'))('Format %j', (args, said) => {
    const [time, layout] = args.map(valueOf);
    expect(formatTime(momentOf(time), layout as string)).toBe(said);
  });

  test.each(named('ParseDuration'))('ParseDuration %j', ([text], said) => {
    expectAsGo(() => {
      const duration = parseDuration(text as string);
      return `${duration} ${formatDuration(duration)}`;
    }, said);
  });

  // Round, Truncate, Milliseconds and Microseconds of a duration; the floats are compared as numbers
  test.each(named('DurationOps'))('durations %j', (args, said) => {
    const [duration = 0n, multiple = 0n] = args.map(valueOf).map(integerOf);
    const [rounded, truncated, , hours, minutes, seconds, milliseconds, microseconds] = said.split(' ');
    expect(formatDuration(roundDuration(duration, multiple))).toBe(rounded);
    expect(formatDuration(truncateDuration(duration, multiple))).toBe(truncated);
    expect([hour, minute, second].map((unit) => inUnits(duration, unit))).toEqual([hours, minutes, seconds].map(Number));
    expect([duration / 1_000_000n, duration / 1000n].map(String)).toEqual([milliseconds, microseconds]);
  });

  test.each(named('TimeOps'))('times %j', (args, said) => {
    const [first, second, ...numbers] = args.map(valueOf);
    const [time, other] = [momentOf(first), momentOf(second)];
    const [duration = 0n, years = 0n, months = 0n, days = 0n] = numbers.map(integerOf);
    const rfc = strictRfc3339(time);
    const made = [
      timeText(instant.add(time, duration)),
      formatDuration(instant.subtract(time, other)),
      timeText(instant.addDate(time, years, months, days)),
      timeText(instant.toMultiple(time, duration, false)),
      timeText(instant.toMultiple(time, duration, true)),
      instant.compare(time, other),
      instant.unixUnits(time, 1_000_000_000n),
      instant.unixUnits(time, 1000n),
      formatTime(time, '__2').trim(),
      formatTime(time, 'Monday'),
      time.location.at(Number(instant.unixSeconds(time))).isDst,
      Buffer.from(binaryTime(time), 'latin1').toString('hex'),
      'text' in rfc ? `"${rfc.text}"` : '',
      'refused' in rfc ? `Time.MarshalJSON: ${rfc.refused}` : '<nil>',
    ];
    expect(made.join('|')).toBe(said);
  });
});

describe('zones', () => {
  // Offsets and abbreviations are those of the tz database, before its first transition and after its last too
  test.each([
    ['Europe/Berlin', '1800-01-01 00:00 LMT +0053'],
    ['Europe/Berlin', '2090-07-01 00:00 CEST +0200', BigInt(Date.UTC(2090, 5, 30, 22)) / 1000n],
    ['America/Sao_Paulo', '2026-01-01 00:00 -03 -0300', 1_767_236_400n],
    ['Etc/GMT+5', '1970-01-01 00:00 -05 -0500', 18_000n],
  ])('%s: %s', (zone, said, unix = BigInt(Date.UTC(1800, 0, 1)) / 1000n - 3208n) => {
    const location = loadLocation(zone);
    expect(location && formatTime(instant.at(instant.fromUnix(unix), location), '2006-01-02 15:04 MST -0700')).toBe(said);
  });

  test.each(['Nope/Nope', 'europe/berlin', '../UTC', '/UTC'])('%j is not known', (zone) => {
    expect(loadLocation(zone)).toBeUndefined();
  });

  test('a zone without a name prints its offset', () => {
    expect(formatTime(instant.at(instant.fromUnix(0n), fixedZone('', 19_800)), 'MST')).toBe('+0530');
  });
});

describe('methods', () => {
  const time = timeValue({ ...instant.fromUnix(1_700_000_000n), nanos: 5 });
  const call = (name: string, ...args: unknown[]): unknown =>
    (timeType.methods?.[name]?.(time as never).call as ((run: unknown, ...rest: unknown[]) => unknown) | undefined)?.(
      testRun(),
      ...args,
    );

  // 2023-11-14 22:13:20.000000005 UTC, a Tuesday
  test.each([
    ['Year', 2023n],
    ['Month', 11n],
    ['Day', 14n],
    ['Hour', 22n],
    ['Minute', 13n],
    ['Second', 20n],
    ['Nanosecond', 5n],
    ['Weekday', 2n],
    ['YearDay', 318n],
    ['Unix', 1_700_000_000n],
    ['UnixMilli', 1_700_000_000_000n],
    ['UnixMicro', 1_700_000_000_000_000n],
    ['UnixNano', 1_700_000_000_000_000_005n],
    ['IsZero', false],
    ['String', '2023-11-14 22:13:20.000000005 +0000 UTC'],
    ['GoString', 'time.Date(2023, time.November, 14, 22, 13, 20, 5, time.Local)'],
  ])('%s', (name, said) => {
    expect(call(name)).toBe(said);
  });

  // No template can call a method with several results
  test.each([
    ['Date', 'function Date has 3 return values; should be 1 or 2'],
    ['Clock', 'function Clock has 3 return values; should be 1 or 2'],
    ['ISOWeek', 'invalid function signature for ISOWeek: second return value should be error; is int'],
    ['Zone', 'invalid function signature for Zone: second return value should be error; is int'],
    ['ZoneBounds', 'invalid function signature for ZoneBounds: second return value should be error; is time.Time'],
  ])('%s is refused', (name, message) => {
    expect(() => compile(`{{ now.${name} }}`).render(new Map())).toThrow(message);
  });
});
