import { binaryParts, rounded, shortestDouble, shortestSingle } from './strconv-decimal.ts';
import type { Decimal } from './strconv-decimal.ts';

/** How a float is written: as strconv.FormatFloat names it. */
export type FloatFormat = 'b' | 'e' | 'E' | 'f' | 'g' | 'G' | 'x' | 'X';

/**
 * strconv.FormatFloat.
 *
 * @param precision digits behind the point (`e`, `f`, `x`) or significant ones (`g`); -1 is as few as read back the same
 * @param bits 32 takes the value as a float32
 */
export function formatFloat(value: number, format: FloatFormat, precision: number, bits: 32 | 64 = 64): string {
  if (format === 'g' && precision < 0 && bits === 64) {
    // JavaScript writes the same digits, and in this range in the same form.
    if ((value >= 1e-4 && value < 1e6) || (value <= -1e-4 && value > -1e6)) return String(value);
  }
  if (value !== value) return 'NaN';
  const number = bits === 32 ? Math.fround(value) : value;
  if (number === Infinity) return '+Inf';
  if (number === -Infinity) return '-Inf';
  const sign = number < 0 || Object.is(number, -0) ? '-' : '';
  const size = Math.abs(number);
  if (format === 'x' || format === 'X') return sign + hexadecimal(size, format, precision);
  if (format === 'b') return sign + binary(size, bits);
  if (precision < 0) return sign + shortest(bits === 32 ? shortestSingle(size) : shortestDouble(size), format);
  if (format === 'f') {
    const decimal = rounded(size, { fraction: precision });
    return sign + fixed(decimal, precision);
  }
  if (format === 'e' || format === 'E') return sign + exponential(rounded(size, { significant: precision + 1 }), precision, format);
  const significant = precision === 0 ? 1 : precision;
  return sign + general(rounded(size, { significant }), significant, format);
}

function shortest(decimal: Decimal, format: 'e' | 'E' | 'f' | 'g' | 'G'): string {
  if (format === 'f') return fixed(decimal, Math.max(decimal.digits.length - decimal.point, 0));
  if (format === 'g' || format === 'G') return general(decimal, 6, format);
  return exponential(decimal, Math.max(decimal.digits.length - 1, 0), format);
}

/** The shorter of the two forms: exponents below -4 or from the precision on are written as such. */
function general(decimal: Decimal, precision: number, format: 'g' | 'G'): string {
  const { digits, point } = decimal;
  const exponent = digits === '' ? 0 : point - 1;
  if (exponent < -4 || exponent >= precision)
    return exponential(decimal, Math.max(digits.length - 1, 0), format === 'g' ? 'e' : 'E');
  return fixed(decimal, Math.max(digits.length - point, 0));
}

function fixed({ digits, point }: Decimal, precision: number): string {
  const whole = point <= 0 || digits === '' ? '0' : digits.length >= point ? digits.slice(0, point) : digits.padEnd(point, '0');
  if (precision === 0) return whole;
  const behind = point >= 0 ? digits.slice(point) : '0'.repeat(Math.min(-point, precision)) + digits;
  return `${whole}.${behind.padEnd(precision, '0').slice(0, precision)}`;
}

function exponential({ digits, point }: Decimal, precision: number, e: 'e' | 'E'): string {
  const first = digits === '' ? '0' : digits.slice(0, 1);
  const behind = precision > 0 ? `.${digits.slice(1).padEnd(precision, '0')}` : '';
  return first + behind + exponentText(digits === '' ? 0 : point - 1, e, 2);
}

function exponentText(exponent: number, letter: string, digits: number): string {
  return letter + (exponent < 0 ? '-' : '+') + String(Math.abs(exponent)).padStart(digits, '0');
}

/** `4503599627370496p-52`: the mantissa as it is stored. */
function binary(size: number, bits: 32 | 64): string {
  const { mantissa, exponent } = binaryParts(size);
  if (bits === 64) return `${mantissa}p${exponent < 0 ? '' : '+'}${exponent}`;
  return singleBinary(size);
}

function singleBinary(size: number): string {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, size);
  const raw = view.getUint32(0);
  const biased = raw >>> 23;
  const exponent = (biased === 0 ? 1 : biased) - 150;
  const mantissa = (raw & 0x7fffff) + (biased === 0 ? 0 : 0x800000);
  return `${mantissa}p${exponent < 0 ? '' : '+'}${exponent}`;
}

/** `0x1.8p+01`: one binary digit, then hexadecimal ones, rounded half to even. */
function hexadecimal(size: number, format: 'x' | 'X', precision: number): string {
  const text = size === 0 ? hexText(0n, 0, precision) : hexDigits(size, precision);
  return format === 'X' ? text.toUpperCase() : text;
}

function hexDigits(size: number, precision: number): string {
  let { mantissa, exponent } = binaryParts(size);
  const shift = 53 - mantissa.toString(2).length;
  mantissa <<= BigInt(shift);
  exponent += 52 - shift;
  if (precision >= 0 && precision < 13) {
    const drop = BigInt(52 - 4 * precision);
    const rest = mantissa & ((1n << drop) - 1n);
    const half = 1n << (drop - 1n);
    mantissa >>= drop;
    if (rest > half || (rest === half && (mantissa & 1n) === 1n)) mantissa++;
    mantissa <<= drop;
    if (mantissa >> 53n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  return hexText(mantissa, exponent, precision);
}

function hexText(mantissa: bigint, exponent: number, precision: number): string {
  const digits = mantissa.toString(16).padStart(14, '0');
  const all = digits.slice(1);
  const behind = precision < 0 ? all.replace(/0+$/, '') : all.padEnd(precision, '0').slice(0, precision);
  return `0x${digits.slice(0, 1)}${behind === '' ? '' : `.${behind}`}${exponentText(exponent, 'p', 2)}`;
}
