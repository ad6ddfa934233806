import type { CivilDate } from './time-calendar.ts';
import { dateOfDay, dayOfDate, weekdayOf } from './time-calendar.ts';
import { maxDuration, minDuration } from './time-duration.ts';
import { local, utc } from './time-zone.ts';
import type { Location } from './time-zone.ts';

/** What is behind a time.Time: a moment and where it is shown. Without the monotonic clock, which no output of a template needs. */
export interface Instant {
  /** Seconds since the first of January of year 1, within 64 bits: Go's zero time is 0. */
  readonly seconds: bigint;
  /** 0 to 999,999,999. */
  readonly nanos: number;
  readonly location: Location;
}

/** A moment as a clock and a calendar on the wall show it. */
export interface WallTime extends CivilDate {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0 for a Sunday. */
  readonly weekday: number;
  readonly zoneName: string;
  /** Seconds east of UTC. */
  readonly offset: number;
}

const unixToInternal = 62_135_596_800n;
const billion = 1_000_000_000n;
/** Go counts from a year far enough back that 64 unsigned bits hold all times; beyond, times wrap. */
const unixToAbsolute = unixToInternal + (292_277_022_400n / 400n) * 146_097n * 86_400n + 306n * 86_400n;
const absoluteDaysBefore1970 = Number(unixToAbsolute / 86_400n);
const safe = 1n << 52n;

/** Go's zero Time. */
export const zeroInstant: Instant = { seconds: 0n, nanos: 0, location: utc };

/** time.Unix with whole seconds, in the local location. */
export function fromUnix(seconds: bigint): Instant {
  return { seconds: BigInt.asIntN(64, seconds + unixToInternal), nanos: 0, location: local };
}

/** A moment given in milliseconds since 1970, in the local location: time.Now. */
export function fromMilliseconds(milliseconds: number): Instant {
  const whole = Math.floor(milliseconds / 1000);
  const nanos = Math.floor((milliseconds - whole * 1000) * 1e6);
  return { seconds: BigInt(whole) + unixToInternal, nanos, location: local };
}

/** Time.Unix. */
export function unixSeconds(instant: Instant): bigint {
  return BigInt.asIntN(64, instant.seconds - unixToInternal);
}

/** Time.UnixNano and its siblings: units since 1970, of which `perSecond` make a second, wrapping as in Go. */
export function unixUnits(instant: Instant, perSecond: bigint): bigint {
  return BigInt.asIntN(64, unixSeconds(instant) * perSecond + (BigInt(instant.nanos) * perSecond) / billion);
}

/** The calendar and the clock of a moment at its location. */
export function wallTime(instant: Instant): WallTime {
  const unix = unixSeconds(instant);
  const { name, offset } = instant.location.at(Number(unix));
  const { days, ofDay } = daysAndSeconds(unix, offset);
  const { year, month, day } = dateOfDay(days);
  const hour = Math.floor(ofDay / 3600);
  const minute = Math.floor(ofDay / 60) % 60;
  return { year, month, day, hour, minute, second: ofDay % 60, weekday: weekdayOf(days), zoneName: name, offset };
}

function daysAndSeconds(unix: bigint, offset: number): { days: number; ofDay: number } {
  if (unix > -safe && unix < safe) {
    const shown = Number(unix) + offset;
    const days = Math.floor(shown / 86_400);
    return { days, ofDay: shown - days * 86_400 };
  }
  const absolute = BigInt.asUintN(64, unix + BigInt(offset) + unixToAbsolute);
  return { days: Number(absolute / 86_400n) - absoluteDaysBefore1970, ofDay: Number(absolute % 86_400n) };
}

/** A date and a clock with every part in its range, at a location: time.Date. Months and days that overflow carry over. */
export function fromWall(
  wall: { year: number; month: number; day: number; hour: number; minute: number; second: number; nanos: number },
  location: Location,
): Instant {
  const months = wall.year * 12 + wall.month - 1;
  const year = Math.floor(months / 12);
  const days = dayOfDate(year, months - year * 12 + 1, 1) + wall.day - 1;
  const asUtc = BigInt(days) * 86_400n + BigInt(wall.hour * 3600 + wall.minute * 60 + wall.second);
  const unix = asUtc - BigInt(offsetForWall(Number(asUtc), location));
  return { seconds: BigInt.asIntN(64, unix + unixToInternal), nanos: wall.nanos, location };
}

/** The offset for a wall time: a time that a change of clocks skips or repeats gets one of both sides, as Go chooses. */
function offsetForWall(wall: number, location: Location): number {
  const guess = location.at(wall).offset;
  return guess === 0 ? 0 : location.at(wall - guess).offset;
}

/** The same moment shown elsewhere: Time.In. */
export function at(instant: Instant, location: Location): Instant {
  return { ...instant, location };
}

/** Time.Add; seconds wrap at 64 bits. */
export function add(instant: Instant, duration: bigint): Instant {
  const total = instant.seconds * billion + BigInt(instant.nanos) + duration;
  const nanos = ((total % billion) + billion) % billion;
  return { seconds: BigInt.asIntN(64, (total - nanos) / billion), nanos: Number(nanos), location: instant.location };
}

/** Time.AddDate: months and days that overflow carry over. */
export function addDate(instant: Instant, years: bigint, months: bigint, days: bigint): Instant {
  const wall = wallTime(instant);
  const moved = {
    ...wall,
    year: wall.year + Number(years),
    month: wall.month + Number(months),
    day: wall.day + Number(days),
    nanos: instant.nanos,
  };
  return fromWall(moved, instant.location);
}

/** Time.Sub: the first minus the second, held within the range of a Duration. */
export function subtract(left: Instant, right: Instant): bigint {
  const difference = (left.seconds - right.seconds) * billion + BigInt(left.nanos - right.nanos);
  return difference > maxDuration ? maxDuration : difference < minDuration ? minDuration : difference;
}

/** Time.Compare: -1, 0 or 1; the location does not matter. */
export function compare(left: Instant, right: Instant): number {
  if (left.seconds !== right.seconds) return left.seconds < right.seconds ? -1 : 1;
  return Math.sign(left.nanos - right.nanos);
}

/** Time.Truncate (`halfUp` false) and Time.Round: multiples count from the zero time. */
export function toMultiple(instant: Instant, multiple: bigint, halfUp: boolean): Instant {
  if (multiple <= 0n) return instant;
  const total = instant.seconds * billion + BigInt(instant.nanos);
  const rest = ((total % multiple) + multiple) % multiple;
  return add(instant, halfUp && rest + rest >= multiple ? multiple - rest : -rest);
}
