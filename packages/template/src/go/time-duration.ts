import { goError } from './error.ts';

/** time.Duration is a bigint of nanoseconds within 64 bits. */
const nanosecond = 1n;
export const microsecond = 1_000n;
export const millisecond = 1_000_000n;
export const second = 1_000_000_000n;
export const minute: bigint = 60n * second;
export const hour: bigint = 60n * minute;

export const maxDuration: bigint = (1n << 63n) - 1n;
export const minDuration: bigint = -(1n << 63n);

const tooLarge = 1n << 63n;
const units: Readonly<Record<string, bigint>> = {
  ns: nanosecond,
  us: microsecond,
  '\xc2\xb5s': microsecond,
  '\xce\xbcs': microsecond,
  ms: millisecond,
  s: second,
  m: minute,
  h: hour,
};

/**
 * time.ParseDuration: `1h15m30.918s`, `-1.5h`, `0`.
 *
 * @throws GoError with Go's wording, the text hidden
 */
export function parseDuration(text: string): bigint {
  const isNegative = text.startsWith('-');
  let at = isNegative || text.startsWith('+') ? 1 : 0;
  if (text.slice(at) === '0') return 0n;
  if (at === text.length) throw goError`time: invalid duration ${text}`;
  let total = 0n;
  while (at < text.length) {
    const [end, size] = term(text, at);
    total += size;
    if (total > tooLarge) throw goError`time: invalid duration ${text}`;
    at = end;
  }
  if (isNegative) return BigInt.asIntN(64, -total);
  if (total > maxDuration) throw goError`time: invalid duration ${text}`;
  return total;
}

/** One number with its unit: where it ends and its nanoseconds. */
function term(text: string, start: number): [number, bigint] {
  const wholeEnd = digitsFrom(text, start);
  const hasPoint = text[wholeEnd] === '.';
  const numberEnd = hasPoint ? digitsFrom(text, wholeEnd + 1) : wholeEnd;
  if (numberEnd - start === (hasPoint ? 1 : 0)) throw goError`time: invalid duration ${text}`;
  const whole = bounded(text.slice(start, wholeEnd));
  if (whole > tooLarge) throw goError`time: invalid duration ${text}`;
  let end = numberEnd;
  while (end < text.length && text[end] !== '.' && !isDigit(text.charCodeAt(end))) end++;
  if (end === numberEnd) throw goError`time: missing unit in duration ${text}`;
  const unit = units[text.slice(numberEnd, end)];
  if (unit === undefined) throw goError`time: unknown unit ${'unit'} in duration ${text}`;
  if (whole > tooLarge / unit) throw goError`time: invalid duration ${text}`;
  const size = whole * unit + (hasPoint ? fractionOf(text.slice(wholeEnd + 1, numberEnd), unit) : 0n);
  if (size > tooLarge) throw goError`time: invalid duration ${text}`;
  return [end, size];
}

/** Digits as a number; more than 20 of them without leading zeros are only known to be too many. */
function bounded(digits: string): bigint {
  const significant = digits.replace(/^0+/, '');
  if (significant === '') return 0n;
  return significant.length > 20 ? tooLarge + 1n : BigInt(significant);
}

/** The part after the point in nanoseconds; digits that 63 bits cannot hold are dropped, and a float64 carries the rest, as in Go. */
function fractionOf(digits: string, unit: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    if (value > maxDuration / 10n) break;
    const next = value * 10n + BigInt(digit);
    if (next > tooLarge) break;
    value = next;
    scale *= 10;
  }
  return value === 0n ? 0n : BigInt(Math.trunc(Number(value) * (Number(unit) / scale)));
}

/** Duration.String: `1h15m30.918s`, `1.5µs` (as a Go string), `0s`. */
export function formatDuration(duration: bigint): string {
  if (duration === 0n) return '0s';
  const sign = duration < 0n ? '-' : '';
  const size = duration < 0n ? -duration : duration;
  if (size < microsecond) return `${sign}${size}ns`;
  if (size < millisecond) return `${sign}${decimal(size, microsecond)}\xc2\xb5s`;
  if (size < second) return `${sign}${decimal(size, millisecond)}ms`;
  const hours = size / hour;
  const minutes = (size / minute) % 60n;
  const head = hours > 0n ? `${hours}h${minutes}m` : minutes > 0n ? `${minutes}m` : '';
  return `${sign}${head}${decimal(size % minute, second)}s`;
}

function decimal(size: bigint, unit: bigint): string {
  const rest = (size % unit).toString().padStart(unit.toString().length - 1, '0');
  const digits = rest.replace(/0+$/, '');
  return digits === '' ? `${size / unit}` : `${size / unit}.${digits}`;
}

/** Duration.Truncate: toward zero to a multiple; unchanged for a multiple that is not positive. */
export function truncateDuration(duration: bigint, multiple: bigint): bigint {
  return multiple <= 0n ? duration : duration - (duration % multiple);
}

/** Duration.Round: to the nearest multiple, halves away from zero, within 64 bits. */
export function roundDuration(duration: bigint, multiple: bigint): bigint {
  if (multiple <= 0n) return duration;
  const rest = duration % multiple;
  const size = rest < 0n ? -rest : rest;
  if (size + size < multiple) return duration - rest;
  const away = duration < 0n ? duration - (multiple - size) : duration + (multiple - size);
  return away > maxDuration ? maxDuration : away < minDuration ? minDuration : away;
}

/** A duration in a larger unit, as Hours, Minutes and Seconds compute it: whole units plus a float64 rest. */
export function inUnits(duration: bigint, unit: bigint): number {
  return Number(duration / unit) + Number(duration % unit) / Number(unit);
}

function digitsFrom(text: string, at: number): number {
  let end = at;
  while (isDigit(text.charCodeAt(end))) end++;
  return end;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
