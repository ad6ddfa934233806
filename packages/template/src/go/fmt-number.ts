import type { Spec } from './fmt-spec.ts';
import { formatQuotedRune } from './fmt-text.ts';
import { formatFloat } from './strconv-float.ts';
import type { FloatFormat } from './strconv-float.ts';
import { isPrintable } from './strconv-printable.ts';
import { fromRunes } from './utf8.ts';

/** Verbs of integers; undefined for one they do not have. */
export function formatInteger(spec: Spec, value: bigint, isSigned: boolean, verb: string): string | undefined {
  switch (verb) {
    case 'v':
      return spec.sharpV && !isSigned ? formatHexInteger(spec, value, true) : digits(spec, value, 10, verb);
    case 'd':
      return digits(spec, value, 10, verb);
    case 'b':
      return digits(spec, value, 2, verb);
    case 'o':
    case 'O':
      return digits(spec, value, 8, verb);
    case 'x':
    case 'X':
      return digits(spec, value, 16, verb);
    case 'c':
      return spec.pad(fromRunes([codeOf(value)]));
    case 'q':
      return formatQuotedRune(spec, codeOf(value));
    case 'U':
      return unicode(spec, BigInt.asUintN(64, value));
    default:
      return undefined;
  }
}

/** An unsigned number as `%#v` and pointers print it. */
export function formatHexInteger(spec: Spec, value: bigint, hasPrefix: boolean): string {
  const sharp = spec.sharp;
  spec.sharp = hasPrefix;
  const text = digits(spec, value, 16, 'v');
  spec.sharp = sharp;
  return text;
}

/** What is no code point, negative or too large, is U+FFFD. */
function codeOf(value: bigint): number {
  return value >= 0n && value <= 0x10ffffn ? Number(value) : 0xfffd;
}

function digits(spec: Spec, value: bigint, base: number, verb: string): string {
  const isNegative = value < 0n;
  let least = 0;
  if (spec.precision !== undefined) {
    least = spec.precision;
    if (least === 0 && value === 0n) return spec.width === undefined ? '' : spec.padBy('', spec.width, false);
  } else if (spec.zero && !spec.minus && spec.width !== undefined) {
    least = spec.width - (isNegative || spec.plus || spec.space ? 1 : 0);
  }
  let text = (isNegative ? -value : value).toString(base);
  if (verb === 'X') text = text.toUpperCase();
  if (least > text.length) {
    spec.budget?.make(least);
    text = text.padStart(least, '0');
  }
  if (spec.sharp) {
    if (base === 2) text = `0b${text}`;
    else if (base === 8 && !text.startsWith('0')) text = `0${text}`;
    else if (base === 16) text = (verb === 'X' ? '0X' : '0x') + text;
  }
  if (verb === 'O') text = `0o${text}`;
  const sign = isNegative ? '-' : spec.plus ? '+' : spec.space ? ' ' : '';
  return spec.pad(sign + text, false);
}

/** `%U`: `U+0078`, with `#` the character too. */
function unicode(spec: Spec, value: bigint): string {
  const least = spec.precision !== undefined && spec.precision > 4 ? spec.precision : 4;
  if (least > 4) spec.budget?.make(least);
  let text = `U+${value.toString(16).toUpperCase().padStart(least, '0')}`;
  if (spec.sharp && value <= 0x10ffffn && isPrintable(Number(value))) text += ` '${fromRunes([Number(value)])}'`;
  return spec.pad(text, false);
}

/** Verbs of floats; undefined for one they do not have. */
export function formatDouble(spec: Spec, value: number, verb: string): string | undefined {
  switch (verb) {
    case 'v':
      return float(spec, value, 'g', -1);
    case 'b':
    case 'g':
    case 'G':
    case 'x':
    case 'X':
      return float(spec, value, verb, -1);
    case 'f':
    case 'e':
    case 'E':
      return float(spec, value, verb, 6);
    case 'F':
      return float(spec, value, 'f', 6);
    default:
      return undefined;
  }
}

/** Verbs of complex numbers: both parts with the same verb and flags, the second always with its sign. */
export function formatComplex(spec: Spec, real: number, imaginary: number, verb: string): string | undefined {
  const first = formatDouble(spec, real, verb);
  if (first === undefined) return undefined;
  const plus = spec.plus;
  spec.plus = true;
  const second = formatDouble(spec, imaginary, verb);
  spec.plus = plus;
  return `(${first}${second}i)`;
}

function float(spec: Spec, value: number, format: FloatFormat, usual: number): string {
  const precision = spec.precision ?? usual;
  if (precision > 64) spec.budget?.make(precision);
  // More digits than a double has, or 300 before the point, are worked out in whole numbers of that length.
  if (precision > 17 || Math.abs(value) >= 1e21) spec.budget?.step(16 + (precision >> 2));
  const made = formatFloat(value, format, precision);
  let sign = '+';
  let text = made;
  if (made.startsWith('-') || made.startsWith('+')) {
    sign = made.slice(0, 1);
    text = made.slice(1);
  }
  if (spec.space && sign === '+' && !spec.plus) sign = ' ';
  if (text === 'Inf') return spec.pad(sign + text, false);
  if (text === 'NaN') return spec.pad(spec.space || spec.plus ? sign + text : text, false);
  if (spec.sharp && format !== 'b') text = withPoint(spec, text, format, precision);
  if (sign === '+' && !spec.plus) return spec.pad(text);
  // Zeros go between the sign and the digits.
  if (spec.zero && !spec.minus && spec.width !== undefined) return sign + spec.padBy(text, spec.width - text.length - 1, true);
  return spec.pad(sign + text);
}

/** The flag `#` of floats: always a decimal point, and `%g` keeps its zeros at the end. */
function withPoint(spec: Spec, text: string, format: FloatFormat, precision: number): string {
  const isHex = format === 'x' || format === 'X';
  let missing = format === 'g' || format === 'G' || format === 'x' ? (precision === -1 ? 6 : precision) : 0;
  const [, mantissa = '', tail = ''] = (isHex ? /^([^pP]*)(.*)$/ : /^([^eE]*)(.*)$/).exec(text) ?? [];
  const hasPoint = mantissa.includes('.');
  // Go counts the x of `0x` and every digit behind it.
  const counted = isHex ? mantissa.replace('.', '').length - 1 : mantissa.replace('.', '').replace(/^0+/, '').length;
  missing -= counted;
  if (!hasPoint && mantissa === '0') missing--;
  if (missing > 64) spec.budget?.make(missing);
  return mantissa + (hasPoint ? '' : '.') + (missing > 0 ? '0'.repeat(missing) : '') + tail;
}
