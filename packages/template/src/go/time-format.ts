import { yearDay } from './time-calendar.ts';
import { wallTime } from './time-instant.ts';
import type { Instant, WallTime } from './time-instant.ts';
import { layoutParts } from './time-layout.ts';
import type { LayoutPart, Offset } from './time-layout.ts';

export const monthNames: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
export const weekdayNames: readonly string[] = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

const rfc3339 = '2006-01-02T15:04:05Z07:00';
const rfc3339Nano = '2006-01-02T15:04:05.999999999Z07:00';

/** Time.Format: a moment written as a layout asks. Bytes of the layout that are no element come out as they are. */
export function formatTime(instant: Instant, layout: string): string {
  const wall = wallTime(instant);
  let text = '';
  for (const part of layoutParts(layout)) text += part.prefix + element(part, wall, instant.nanos);
  return text;
}

/** Time.String: `2006-01-02 15:04:05.999999999 -0700 MST`. Go adds the reading of the monotonic clock to what time.Now returned. */
export function timeText(instant: Instant): string {
  return formatTime(instant, '2006-01-02 15:04:05.999999999 -0700 MST');
}

/** Time.GoString: `time.Date(2006, time.January, 2, 15, 4, 5, 0, time.UTC)`. */
export function timeGoText(instant: Instant): string {
  const { year, month, day, hour, minute, second } = wallTime(instant);
  const { kind, name } = instant.location;
  const place = kind === 'utc' ? 'time.UTC' : kind === 'local' ? 'time.Local' : `time.Location("${name}")`;
  return `time.Date(${year}, time.${monthNames[month - 1]}, ${day}, ${hour}, ${minute}, ${second}, ${instant.nanos}, ${place})`;
}

/** The text that MarshalText and MarshalJSON give; the reason why not for a year or an offset that RFC 3339 cannot write. */
export function strictRfc3339(instant: Instant): { readonly text: string } | { readonly refused: string } {
  const { year, offset } = wallTime(instant);
  if (year < 0 || year > 9999) return { refused: 'year outside of range [0,9999]' };
  if (Math.trunc(Math.abs(offset) / 3600) >= 24) return { refused: 'timezone hour outside of range [0,23]' };
  return { text: formatTime(instant, rfc3339Nano) };
}

/** True for the two layouts that Go reads by a stricter parser first. */
export function isRfc3339(layout: string): boolean {
  return layout === rfc3339 || layout === rfc3339Nano;
}

function element({ element: kind, digits, text }: LayoutPart, wall: WallTime, nanos: number): string {
  switch (kind) {
    case undefined:
      return '';
    case '2006':
      return padded(wall.year, 4);
    case '06':
      return padded(Math.abs(wall.year) % 100, 2);
    case 'January':
      return monthNames[wall.month - 1] ?? '';
    case 'Jan':
      return (monthNames[wall.month - 1] ?? '').slice(0, 3);
    case '1':
      return String(wall.month);
    case '01':
      return padded(wall.month, 2);
    case 'Monday':
      return weekdayNames[wall.weekday] ?? '';
    case 'Mon':
      return (weekdayNames[wall.weekday] ?? '').slice(0, 3);
    case '2':
      return String(wall.day);
    case '_2':
      return String(wall.day).padStart(2);
    case '02':
      return padded(wall.day, 2);
    case '__2':
      return String(yearDay(wall)).padStart(3);
    case '002':
      return padded(yearDay(wall), 3);
    case '15':
      return padded(wall.hour, 2);
    case '3':
      return String(wall.hour % 12 || 12);
    case '03':
      return padded(wall.hour % 12 || 12, 2);
    case '4':
      return String(wall.minute);
    case '04':
      return padded(wall.minute, 2);
    case '5':
      return String(wall.second);
    case '05':
      return padded(wall.second, 2);
    case 'PM':
      return wall.hour >= 12 ? 'PM' : 'AM';
    case 'pm':
      return wall.hour >= 12 ? 'pm' : 'am';
    case 'MST':
      return wall.zoneName === '' ? offsetText('-0700', wall.offset) : wall.zoneName;
    case 'fraction0':
    case 'fraction9':
      return fraction(text.charAt(0), digits, nanos, kind === 'fraction9');
    default:
      return offsetText(kind, wall.offset);
  }
}

function padded(value: number, width: number): string {
  return value < 0 ? `-${String(-value).padStart(width, '0')}` : String(value).padStart(width, '0');
}

function offsetText(kind: Offset, offset: number): string {
  if (offset === 0 && kind.startsWith('Z')) return 'Z';
  const minutes = Math.trunc(Math.abs(offset) / 60);
  const colon = kind.includes(':') ? ':' : '';
  // the sign is that of the whole minutes: 30 seconds west print as +00
  const isWest = offset <= -60;
  const sign = isWest ? '-' : '+';
  const hours = padded(Math.trunc(minutes / 60), 2);
  if (kind.length === 3) return sign + hours;
  const text = sign + hours + colon + padded(minutes % 60, 2);
  return kind.length >= 7 && kind !== 'Z07:00' ? text + colon + padded((isWest ? -offset : offset) % 60, 2) : text;
}

function fraction(separator: string, digits: number, nanos: number, trims: boolean): string {
  if (trims && (digits === 0 || nanos === 0)) return '';
  const text = padded(nanos, 9).slice(0, Math.min(digits, 9));
  if (!trims) return separator + text;
  const kept = text.replace(/0+$/, '');
  return kept === '' ? '' : separator + kept;
}
