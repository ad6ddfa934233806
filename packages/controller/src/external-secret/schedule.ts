import { parseGoDuration } from '@signet/api';
import { Cron } from 'croner';

/** When something happens again and again. */
export interface Schedule {
  /** The first time after a moment, both in milliseconds since 1970; undefined: never again. */
  next(after: number): number | undefined;
}

interface Field {
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

/** Minute, hour, day of the month, month, day of the week. Seven is no day. */
const fields: readonly Field[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

const descriptors: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** 30 February comes never, and looking for it takes long. */
const daysOfMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Reads a schedule as `robfig/cron` v3 does, which external-secrets v2.9 uses: five fields, `@hourly` and its like, `@every 6h`; a prefix
 * `CRON_TZ=Europe/Vienna ` or `TZ=` moves it out of UTC. Lists, ranges, steps (`10/20` is `10-59/20`), names of months and days, `?` for `*`;
 * days of month and week are both required if one of them is a star, else one is enough.
 *
 * @returns undefined when it is no schedule
 */
export function readSchedule(text: string): Schedule | undefined {
  const [, timezone = 'UTC', body = text] = /^(?:CRON_)?TZ=(\S+)\s+(.*)$/s.exec(text) ?? [];
  const schedule = body.trim();
  if (schedule.startsWith('@every ')) return every(schedule.slice('@every '.length));
  const pattern = patternOf(descriptors[schedule] ?? schedule);
  if (pattern === undefined) return undefined;
  try {
    const cron = new Cron(pattern, { timezone, mode: '5-part' });
    Intl.DateTimeFormat('en', { timeZone: timezone }); // throws now for a zone that the library would refuse only when it is asked
    return { next: (after) => cron.nextRun(new Date(after))?.getTime() };
  } catch {
    return undefined;
  }
}

/** Whole seconds, at least one, counted from the moment that is asked about: nothing else is known to count from. */
function every(duration: string): Schedule | undefined {
  const ms = parseGoDuration(duration);
  if (ms === undefined) return undefined;
  const delay = Math.max(1, Math.floor(ms / 1000)) * 1000;
  return { next: (after) => after + delay };
}

/** The five fields as lists of numbers, or stars. */
function patternOf(text: string): string | undefined {
  const given = text.split(/\s+/).filter((field) => field !== '');
  if (given.length !== fields.length) return undefined;
  const sets = fields.map((field, index) => valuesOf(given[index] ?? '', field));
  const [, , days, months, weekdays] = sets;
  if (sets.includes(undefined) || isNever(days, months, weekdays)) return undefined;
  return sets.map((set) => (set === '*' ? '*' : [...(set ?? [])].join(','))).join(' ');
}

type Values = ReadonlySet<number> | '*' | undefined;

function isNever(days: Values, months: Values, weekdays: Values): boolean {
  if (!(days instanceof Set) || weekdays !== '*') return false;
  const first = Math.min(...days);
  const longest = months instanceof Set ? Math.max(...[...months].map((month) => daysOfMonth[month - 1] ?? 0)) : 31;
  return first > longest;
}

function valuesOf(text: string, field: Field): Values {
  const values = new Set<number>();
  let isStar = false;
  for (const part of text.split(',')) {
    if (part === '') continue;
    const range = rangeOf(part, field);
    if (!range) return undefined;
    if (range.step === 1 && range.isStar) isStar = true;
    for (let value = range.first; value <= range.last; value += range.step) values.add(value);
  }
  if (isStar) return '*';
  return values.size > 0 ? values : undefined;
}

interface Range {
  readonly first: number;
  readonly last: number;
  readonly step: number;
  readonly isStar: boolean;
}

function rangeOf(part: string, field: Field): Range | undefined {
  const [, low = '', high, stepText] = /^([^-/]+)(?:-([^-/]+))?(?:\/(\+?\d+))?$/.exec(part) ?? [];
  const step = Number(stepText ?? 1);
  if (step < 1) return undefined;
  // what stands after a star is not looked at
  if (low === '*' || low === '?') return { first: field.min, last: field.max, step, isStar: true };
  const first = numberOf(low, field);
  const open = stepText === undefined ? first : field.max;
  const last = high === undefined ? open : numberOf(high, field);
  if (first === undefined || last === undefined) return undefined;
  return first >= field.min && last <= field.max && first <= last ? { first, last, step, isStar: false } : undefined;
}

function numberOf(text: string, { min, names }: Field): number | undefined {
  const name = names.indexOf(text.toLowerCase());
  if (name >= 0) return min + name;
  return /^\+?\d+$/.test(text) ? Number(text) : undefined;
}
