import { dateOfDay, dayOfDate, daysBefore, daysIn, isLeap } from './time-calendar.ts';

/** What a zone says at one moment: its abbreviation, seconds east of UTC, and whether it is summer time. */
export interface ZoneType {
  readonly name: string;
  readonly offset: number;
  readonly isDst: boolean;
}

/** The part of a POSIX TZ text after the last transition: `CET-1CEST,M3.5.0,M10.5.0/3`. */
export interface ZoneRule {
  readonly standard: ZoneType;
  readonly summer?: ZoneType;
  readonly begins?: Switch;
  readonly ends?: Switch;
}

/** A day of the year and a time of that day, in seconds: `Mm.w.d/time`, `Jn/time` (never the leap day) or `n/time`. */
interface Switch {
  readonly kind: 'weekday' | 'julian' | 'day';
  readonly month: number;
  readonly week: number;
  readonly day: number;
  readonly time: number;
}

const day = 86_400;
const parts = /^(<[^>]+>|[^\d,+-]+)([+-]?[\d:]+)(?:(<[^>]+>|[^\d,+-]+)([+-]?[\d:]+)?(?:,([^,]+),([^,]+))?)?$/;

/** Reads the rule of a zone of our own table; undefined for none. */
export function zoneRule(text: string): ZoneRule | undefined {
  const found = parts.exec(text);
  if (!found) return undefined;
  const [, name = '', offset = '', summerName, summerOffset, begins, ends] = found;
  const standard: ZoneType = { name: bare(name), offset: -seconds(offset), isDst: false };
  if (summerName === undefined || begins === undefined || ends === undefined) return { standard };
  const summer: ZoneType = {
    name: bare(summerName),
    offset: summerOffset === undefined ? standard.offset + 3600 : -seconds(summerOffset),
    isDst: true,
  };
  return { standard, summer, begins: switchOf(begins), ends: switchOf(ends) };
}

/** What a rule says at a moment (Unix seconds). The year is that of UTC, as in Go. */
export function applyRule(rule: ZoneRule, unix: number): ZoneType {
  const { standard, summer, begins, ends } = rule;
  if (!summer || !begins || !ends) return standard;
  const { year } = dateOfDay(Math.floor(unix / day));
  const ofYear = unix - dayOfDate(year, 1, 1) * day;
  const start = secondOfYear(year, begins) - standard.offset;
  const end = secondOfYear(year, ends) - summer.offset;
  const isSummer = start <= end ? ofYear >= start && ofYear < end : ofYear < end || ofYear >= start;
  return isSummer ? summer : standard;
}

function bare(name: string): string {
  return name.startsWith('<') ? name.slice(1, -1) : name;
}

function seconds(text: string): number {
  const [hours = 0, minutes = 0, rest = 0] = text.replace(/^[+-]/, '').split(':').map(Number);
  const size = hours * 3600 + minutes * 60 + rest;
  return text.startsWith('-') ? -size : size;
}

function switchOf(text: string): Switch {
  const [date = '', time] = text.split('/');
  const at = time === undefined ? 7200 : seconds(time);
  const numbers = date.replace(/^[MJ]/, '').split('.').map(Number);
  if (date.startsWith('M'))
    return { kind: 'weekday', month: numbers[0] ?? 1, week: numbers[1] ?? 1, day: numbers[2] ?? 0, time: at };
  return { kind: date.startsWith('J') ? 'julian' : 'day', month: 0, week: 0, day: numbers[0] ?? 0, time: at };
}

function secondOfYear(year: number, { kind, month, week, day: wanted, time }: Switch): number {
  if (kind === 'day') return wanted * day + time;
  if (kind === 'julian') return (wanted - 1 + (isLeap(year) && wanted >= 60 ? 1 : 0)) * day + time;
  const first = (((dayOfDate(year, month, 1) + 4) % 7) + 7) % 7;
  let ofMonth = (wanted - first + 7) % 7;
  for (let i = 1; i < week && ofMonth + 7 < daysIn(month, year); i++) ofMonth += 7;
  return (daysBefore(month) + ofMonth + (month > 2 && isLeap(year) ? 1 : 0)) * day + time;
}
