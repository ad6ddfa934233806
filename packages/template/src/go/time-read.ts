import { monthNames, weekdayNames } from './time-format.ts';
import type { LayoutPart, Offset } from './time-layout.ts';

/** What a text has told so far. -1 for a month, day or day of the year that was not given. */
export interface Reading {
  year: number;
  month: number;
  day: number;
  yearDay: number;
  hour: number;
  minute: number;
  second: number;
  nanos: number;
  half: 'am' | 'pm' | undefined;
  isUtc: boolean;
  /** Seconds east of UTC. */
  offset: number | undefined;
  zoneName: string;
  /** What is still to be read. */
  rest: string;
}

/** The text does not fit an element of the layout. */
export class BadValue extends Error {}

/** A number fits its element, but no clock or calendar. */
export class OutOfRange extends Error {
  readonly what: string;
  constructor(what: string) {
    super();
    this.what = what;
  }
}

const shortMonths = monthNames.map((name) => name.slice(0, 3));
const shortWeekdays = weekdayNames.map((name) => name.slice(0, 3));

/** Takes the literal text of a layout off a value; a run of spaces stands for any number of spaces, also none at the end. */
export function skip(value: string, prefix: string): string {
  let rest = value;
  for (let i = 0; i < prefix.length;) {
    if (prefix[i] === ' ') {
      if (rest !== '' && rest[0] !== ' ') throw new BadValue();
      while (prefix[i] === ' ') i++;
      rest = rest.replace(/^ +/, '');
      continue;
    }
    if (rest === '' || rest[0] !== prefix[i]) throw new BadValue();
    rest = rest.slice(1);
    i++;
  }
  return rest;
}

/** Reads one element of a layout; `next` is the one after it, which decides about a fraction that the layout does not mention. */
export function readElement(reading: Reading, part: LayoutPart, next: LayoutPart | undefined): void {
  const kind = part.element;
  switch (kind) {
    case undefined:
      return;
    case '2006':
      reading.year = year(reading, 4);
      return;
    case '06': {
      const short = year(reading, 2);
      reading.year = short >= 69 ? short + 1900 : short + 2000;
      return;
    }
    case 'January':
      reading.month = name(reading, monthNames) + 1;
      return;
    case 'Jan':
      reading.month = name(reading, shortMonths) + 1;
      return;
    case '1':
    case '01':
      reading.month = number(reading, kind === '01');
      check(reading.month >= 1 && reading.month <= 12, 'month');
      return;
    case 'Monday':
      name(reading, weekdayNames);
      return;
    case 'Mon':
      name(reading, shortWeekdays);
      return;
    case '2':
    case '_2':
    case '02':
      if (kind === '_2') reading.rest = reading.rest.replace(/^ /, '');
      reading.day = number(reading, kind === '02');
      return;
    case '__2':
    case '002':
      if (kind === '__2') reading.rest = reading.rest.replace(/^ {1,2}/, '');
      reading.yearDay = upToThree(reading, kind === '002');
      return;
    case '15':
      reading.hour = number(reading, false);
      check(reading.hour < 24, 'hour');
      return;
    case '3':
    case '03':
      reading.hour = number(reading, kind === '03');
      check(reading.hour <= 12, 'hour');
      return;
    case '4':
    case '04':
      reading.minute = number(reading, kind === '04');
      check(reading.minute < 60, 'minute');
      return;
    case '5':
    case '05':
      reading.second = number(reading, kind === '05');
      check(reading.second < 60, 'second');
      if (!next?.element?.startsWith('fraction')) unmentionedFraction(reading);
      return;
    case 'PM':
    case 'pm': {
      const half = take(reading, 2);
      if (half !== kind && half !== (kind === 'PM' ? 'AM' : 'am')) throw new BadValue();
      reading.half = half === kind ? 'pm' : 'am';
      return;
    }
    case 'MST':
      zone(reading);
      return;
    case 'fraction0':
      reading.nanos = nanos(take(reading, part.digits + 1));
      return;
    case 'fraction9':
      unmentionedFraction(reading);
      return;
    default:
      offset(reading, kind);
  }
}

function check(isFine: boolean, what: string): void {
  if (!isFine) throw new OutOfRange(what);
}

function take(reading: Reading, length: number): string {
  const { rest } = reading;
  if (rest.length < length) throw new BadValue();
  reading.rest = rest.slice(length);
  return rest.slice(0, length);
}

function year(reading: Reading, digits: number): number {
  const text = reading.rest.slice(0, digits);
  const isNumber = digits === 4 ? /^\d{4}$/.test(text) : /^(?:\d\d|[+-]\d)$/.test(text);
  if (!isNumber) throw new BadValue();
  reading.rest = reading.rest.slice(digits);
  return Number(text);
}

/** One or two digits; `fixed` asks for two. */
function number(reading: Reading, fixed: boolean): number {
  const found = /^\d\d?/.exec(reading.rest)?.[0] ?? '';
  if (found === '' || (fixed && found.length < 2)) throw new BadValue();
  reading.rest = reading.rest.slice(found.length);
  return Number(found);
}

function upToThree(reading: Reading, fixed: boolean): number {
  const found = /^\d{1,3}/.exec(reading.rest)?.[0] ?? '';
  if (found === '' || (fixed && found.length < 3)) throw new BadValue();
  reading.rest = reading.rest.slice(found.length);
  return Number(found);
}

function name(reading: Reading, names: readonly string[]): number {
  const found = names.findIndex((each) => reading.rest.slice(0, each.length).toLowerCase() === each.toLowerCase());
  if (found === -1) throw new BadValue();
  reading.rest = reading.rest.slice(names[found]?.length);
  return found;
}

/** A point or comma with digits after it, if there is one. */
function unmentionedFraction(reading: Reading): void {
  const found = /^[.,]\d+/.exec(reading.rest)?.[0];
  if (found === undefined) return;
  reading.nanos = nanos(found);
  reading.rest = reading.rest.slice(found.length);
}

/** Nanoseconds of `.5` or `,123456789`; digits beyond the ninth are not looked at. A sign is read, and a minus refused, as in Go. */
function nanos(text: string): number {
  const digits = text.slice(1, 10);
  if (!/^[.,]/.test(text) || !/^[+-]?\d*$/.test(digits)) throw new BadValue();
  const value = Number(/\d+/.exec(digits)?.[0] ?? 0);
  check(value === 0 || !digits.startsWith('-'), 'fractional second');
  return value * 10 ** (9 - digits.length);
}

const offsetShapes: Readonly<Record<string, RegExp>> = {
  '07': /^(.)(..)/s,
  '0700': /^(.)(..)(..)/s,
  '070000': /^(.)(..)(..)(..)/s,
  '07:00': /^(.)(..):(..)/s,
  '07:00:00': /^(.)(..):(..):(..)/s,
};

function offset(reading: Reading, kind: Offset): void {
  if (kind.startsWith('Z') && reading.rest.startsWith('Z')) {
    reading.rest = reading.rest.slice(1);
    reading.isUtc = true;
    return;
  }
  const found = offsetShapes[kind.slice(1)]?.exec(reading.rest);
  if (!found) throw new BadValue();
  const [text, sign, ...numbers] = found;
  const bad = numbers.findIndex((each) => !/^\d\d$/.test(each));
  const [hours = 0, minutes = 0, seconds = 0] = (bad === -1 ? numbers : numbers.slice(0, bad)).map(Number);
  // of several that are out of range Go names the last
  check(seconds <= 60, 'time zone offset second');
  check(minutes <= 60, 'time zone offset minute');
  check(hours <= 24, 'time zone offset hour');
  if (bad !== -1 || (sign !== '+' && sign !== '-')) throw new BadValue();
  const size = (hours * 60 + minutes) * 60 + seconds;
  reading.offset = sign === '-' ? -size : size;
  reading.rest = reading.rest.slice(text.length);
}

function zone(reading: Reading): void {
  const { rest } = reading;
  if (rest.startsWith('UTC')) {
    reading.rest = rest.slice(3);
    reading.isUtc = true;
    return;
  }
  const length = zoneLength(rest);
  if (length === 0) throw new BadValue();
  reading.zoneName = rest.slice(0, length);
  reading.rest = rest.slice(length);
}

/** Chars of a text that look like an abbreviation of a zone: three capitals, four or five that end in T, and some exceptions. */
function zoneLength(text: string): number {
  if (text.length < 3) return 0;
  if (text.startsWith('ChST') || text.startsWith('MeST')) return 4;
  if (text.startsWith('GMT')) return 3 + signedHours(text.slice(3));
  if (/^[+-]/.test(text)) return signedHours(text);
  const capitals = /^[A-Z]{0,6}/.exec(text)?.[0] ?? '';
  if (capitals.length === 3) return 3;
  if (capitals.length === 4) return capitals.endsWith('T') || capitals === 'WITA' ? 4 : 0;
  return capitals.length === 5 && capitals.endsWith('T') ? 5 : 0;
}

/** Chars of `+3` or `-11`, at most 23; 0 for anything else. */
function signedHours(text: string): number {
  const found = /^[+-](\d+)/.exec(text);
  return found && Number(found[1]) <= 23 ? found[0].length : 0;
}
