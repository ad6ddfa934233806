import { formatDuration, hour, minute, parseDuration, roundDuration, second } from '../../go/time-duration.ts';
import { GoError } from '../../go/error.ts';
import { add, at, fromMilliseconds, fromUnix, subtract, unixSeconds, zeroInstant } from '../../go/time-instant.ts';
import type { Instant } from '../../go/time-instant.ts';
import { parseTime } from '../../go/time-parse.ts';
import { instantOfValue, paidFormat, timeValue } from '../../go/time-types.ts';
import { local, loadLocation, utc } from '../../go/time-zone.ts';
import { Integer } from '../../go/value.ts';
import type { Struct, Value } from '../../go/value.ts';
import type { Run } from '../../run.ts';
import { fn, variable } from '../function.ts';
import type { FunctionTable } from '../function.ts';

const htmlLayout = '2006-01-02';
const maxInt64 = (1n << 63n) - 1n;
const day = 24n * hour;

function now(run: Run): Instant {
  return fromMilliseconds(run.now());
}

/** Seconds since 1970 in a value of one of the integer types named; undefined for anything else. */
function secondsOf(value: Value, types: readonly string[]): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return value instanceof Integer && types.includes(value.type.text) ? value.value : undefined;
}

/** What Sprig's date functions take for a moment: a time, or seconds as int, int32 or int64. Anything else is now. */
function moment(run: Run, value: Value): Instant {
  const time = instantOfValue(value);
  if (time) return time;
  const seconds = secondsOf(value, ['int64', 'int32']);
  return seconds === undefined ? now(run) : fromUnix(seconds);
}

/** A moment written in a zone; a zone that is not known is UTC. */
function inZone(run: Run, layout: string, value: Value, zone: string): string {
  return paidFormat(run, at(moment(run, value), loadLocation(zone) ?? utc), layout);
}

/** Reading a time or a duration takes longer for a char than most work on texts. */
function countText(run: Run, text: string): void {
  run.budget.step(text.length >> 1);
}

function modified(run: Run, change: string, time: Struct): Struct {
  countText(run, change);
  return timeValue(add((time as Struct<Instant>).inner, parseDuration(change)));
}

function parsed(run: Run, layout: string, text: string): Instant {
  countText(run, layout);
  countText(run, text);
  return parseTime(layout, text, local);
}

/** What a function returns with an error that the caller ignores. */
function otherwise<T>(work: () => T, instead: T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof GoError) return instead;
    throw error;
  }
}

/** strconv.ParseInt with its error ignored: 0 for what is no number, the nearest for what is too large. */
function looseInteger(text: string): bigint {
  if (!/^[+-]?\d+$/.test(text)) return 0n;
  const digits = text.replace(/^[+-]?0*/, '');
  const size = digits.length > 19 ? maxInt64 + 1n : BigInt(digits === '' ? 0 : digits);
  if (text.startsWith('-')) return size > maxInt64 + 1n ? -maxInt64 - 1n : -size;
  return size > maxInt64 ? maxInt64 : size;
}

/** The whole units of a duration, the largest that it exceeds: `durationRound`. */
function rounded(duration: bigint): string {
  const size = duration < 0n ? -duration : duration;
  const units: readonly (readonly [bigint, string])[] = [
    [365n * day, 'y'],
    [30n * day, 'mo'],
    [day, 'd'],
    [hour, 'h'],
    [minute, 'm'],
    [second, 's'],
  ];
  const unit = units.find(([length]) => size > length);
  return unit ? `${size / unit[0]}${unit[1]}` : '0s';
}

function roundedDuration(run: Run, value: Value): string {
  if (typeof value === 'string') {
    countText(run, value);
    return rounded(otherwise(() => parseDuration(value), 0n));
  }
  if (value instanceof Integer && value.type.text === 'int64') return rounded(value.value);
  const time = instantOfValue(value);
  return rounded(time ? subtract(now(run), time) : 0n);
}

function ago(run: Run, value: Value): string {
  const seconds = secondsOf(value, ['int64']);
  const then = instantOfValue(value) ?? (seconds === undefined ? now(run) : fromUnix(seconds));
  return formatDuration(roundDuration(subtract(now(run), then), second));
}

function durationOfSeconds(value: Value): string {
  const seconds =
    typeof value === 'string' ? looseInteger(value) : value instanceof Integer && value.type.text === 'int64' ? value.value : 0n;
  return formatDuration(BigInt.asIntN(64, seconds * second));
}

const modify = fn('func(string, time.Time) time.Time', (run, change, time) => otherwise(() => modified(run, change, time), time));
const mustModify = fn('func(string, time.Time) (time.Time, error)', (run, change, time) => modified(run, change, time));
const dateInZone = variable('func(string, interface {}, string) string', inZone);

/**
 * Sprig's functions of dates and durations. Those marked `variable` read the clock: `now` always, `ago` and `durationRound` for a
 * time, and the formatting ones when their argument is neither a time nor a number of seconds, which only the data can tell.
 */
export const timeFunctions: FunctionTable = {
  ago: variable('func(interface {}) string', ago),
  date: variable('func(string, interface {}) string', (run, layout, value) => inZone(run, layout, value, 'Local')),
  dateInZone,
  dateModify: modify,
  date_in_zone: dateInZone,
  date_modify: modify,
  duration: fn('func(interface {}) string', (_run, seconds) => durationOfSeconds(seconds)),
  durationRound: variable('func(interface {}) string', roundedDuration),
  htmlDate: variable('func(interface {}) string', (run, value) => inZone(run, htmlLayout, value, 'Local')),
  htmlDateInZone: variable('func(interface {}, string) string', (run, value, zone) => inZone(run, htmlLayout, value, zone)),
  mustDateModify: mustModify,
  mustToDate: fn('func(string, string) (time.Time, error)', (run, layout, text) => timeValue(parsed(run, layout, text))),
  must_date_modify: mustModify,
  now: variable('func() time.Time', (run) => timeValue(now(run))),
  toDate: fn('func(string, string) time.Time', (run, layout, text) =>
    timeValue(otherwise(() => parsed(run, layout, text), zeroInstant)),
  ),
  unixEpoch: fn('func(time.Time) string', (_run, time) => unixSeconds((time as Struct<Instant>).inner).toString()),
};
