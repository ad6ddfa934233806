import { goError, shown } from './error.ts';
import { daysBefore, daysIn, isLeap } from './time-calendar.ts';
import { isRfc3339 } from './time-format.ts';
import { add, at, fromWall } from './time-instant.ts';
import type { Instant } from './time-instant.ts';
import { second } from './time-duration.ts';
import { layoutParts } from './time-layout.ts';
import { BadValue, OutOfRange, readElement, skip } from './time-read.ts';
import type { Reading } from './time-read.ts';
import { fixedZone, utc } from './time-zone.ts';
import type { Location } from './time-zone.ts';

/**
 * time.ParseInLocation: a text read as a layout says, with Go's leniencies; parts that the layout lacks are those of January 1, year 0.
 * A zone in the text wins over `location`, which is UTC in all but name.
 *
 * @throws GoError with Go's wording; text and layout are hidden
 */
export function parseTime(layout: string, value: string, location: Location): Instant {
  return (isRfc3339(layout) ? parseRfc3339(value, location) : undefined) ?? instantOf(read(layout, value), value, location);
}

function read(layout: string, value: string): Reading {
  const reading: Reading = {
    year: 0,
    month: -1,
    day: -1,
    yearDay: -1,
    hour: 0,
    minute: 0,
    second: 0,
    nanos: 0,
    half: undefined,
    isUtc: false,
    offset: undefined,
    zoneName: '',
    rest: value,
  };
  const parts = layoutParts(layout);
  parts.forEach((part, i) => {
    try {
      reading.rest = skip(reading.rest, part.prefix);
      if (part.element !== undefined) readElement(reading, part, parts[i + 1]);
    } catch (error) {
      if (error instanceof OutOfRange) throw goError`parsing time ${value}: ${shown(error.what)} out of range`;
      if (error instanceof BadValue)
        throw goError`parsing time ${value} as ${layout}: cannot parse ${reading.rest} as ${part.text}`;
      throw error;
    }
  });
  if (reading.rest !== '') throw goError`parsing time ${value}: extra text: ${reading.rest}`;
  return reading;
}

function instantOf(reading: Reading, value: string, location: Location): Instant {
  const { year } = reading;
  const [month, day] = dateOf(reading, value);
  const hour =
    reading.half === 'pm' && reading.hour < 12
      ? reading.hour + 12
      : reading.half === 'am' && reading.hour === 12
        ? 0
        : reading.hour;
  if (day < 1 || day > daysIn(month, year)) throw goError`parsing time ${value}: day out of range`;
  const wall = { year, month, day, hour, minute: reading.minute, second: reading.second, nanos: reading.nanos };
  if (reading.isUtc) return fromWall(wall, utc);
  if (reading.offset !== undefined) {
    const moment = add(fromWall(wall, utc), BigInt(-reading.offset) * second);
    const isLocal = reading.offset === 0 && (reading.zoneName === '' || reading.zoneName === 'UTC');
    return at(moment, isLocal ? location : fixedZone(reading.zoneName, reading.offset));
  }
  if (reading.zoneName === '') return fromWall(wall, location);
  // an abbreviation that the location does not know has the offset 0, but for GMT+3 and the like
  const hours = reading.zoneName.startsWith('GMT') && reading.zoneName.length > 3 ? Number(reading.zoneName.slice(3)) : 0;
  return at(fromWall(wall, utc), fixedZone(reading.zoneName, hours * 3600));
}

function dateOf({ year, month, day, yearDay }: Reading, value: string): [number, number] {
  if (yearDay < 0) return [month < 0 ? 1 : month, day < 0 ? 1 : day];
  const leapDay = isLeap(year) && yearDay === 60;
  const usual = isLeap(year) && yearDay > 60 ? yearDay - 1 : yearDay;
  if (usual < 1 || usual > 365) throw goError`parsing time ${value}: day-of-year out of range`;
  let ofMonth = leapDay ? 2 : 1;
  if (!leapDay) while (daysBefore(ofMonth + 1) < usual) ofMonth++;
  const ofDay = leapDay ? 29 : usual - daysBefore(ofMonth);
  if (month >= 0 && month !== ofMonth) throw goError`parsing time ${value}: day-of-year does not match month`;
  if (day >= 0 && day !== ofDay) throw goError`parsing time ${value}: day-of-year does not match day`;
  return [ofMonth, ofDay];
}

const strict = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:(Z)|([+-])(\d\d):(\d\d))$/;

/** The strict way, which Go tries first: a zone other than `location`'s gets no name. */
function parseRfc3339(value: string, location: Location): Instant | undefined {
  const found = strict.exec(value);
  if (!found) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, seconds = 0] = found.slice(1, 7).map(Number);
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(month, year);
  if (!isDate || hour > 23 || minute > 59 || seconds > 59) return undefined;
  const nanos = Number((found[7] ?? '').slice(0, 9).padEnd(9, '0'));
  const moment = fromWall({ year, month, day, hour, minute, second: seconds, nanos }, utc);
  if (found[8] === 'Z') return moment;
  const offsetHours = Number(found[10]);
  const offsetMinutes = Number(found[11]);
  if (offsetHours > 23 || offsetMinutes > 59) return undefined;
  const offset = (offsetHours * 60 + offsetMinutes) * 60 * (found[9] === '-' ? -1 : 1);
  return at(add(moment, BigInt(-offset) * second), offset === 0 ? location : fixedZone('', offset));
}
