import { exactly } from './strconv-decimal.ts';
import { numberError, underscoresFit } from './strconv-number.ts';

const decimalShape = /^[+-]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*|_[\d_.]*)(?:[eE][+-]?\d[\d_]*)?$/;
const plainDecimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const hexShape = /^([+-]?)0[xX]([\da-fA-F_]*)(?:\.([\da-fA-F_]*))?[pP]([+-]?\d[\d_]*)$/;
const special = /^(?:([+-]?)(?:inf|infinity)|nan)$/i;

/**
 * strconv.ParseFloat: decimal or hexadecimal, `inf`, `infinity` and `nan` in any case, underscores where Go's literals allow them.
 *
 * @param bits 32 rounds once, to the nearest float32
 */
export function parseFloat(text: string, bits = 64): number {
  if (plainDecimal.test(text)) return inRange(decimal(text, bits));
  const word = special.exec(text);
  if (word) return word[1] === undefined ? Number.NaN : word[1] === '-' ? -Infinity : Infinity;
  if (text.includes('_') && !underscoresFit(text)) throw numberError('ParseFloat', 'syntax', 0);
  const hex = hexShape.exec(text);
  if (hex) return inRange(hexadecimal(hex[1] === '-', hex[2] ?? '', hex[3] ?? '', hex[4] ?? '', bits));
  if (decimalShape.test(text)) {
    const bare = text.replaceAll('_', '');
    if (plainDecimal.test(bare)) return inRange(decimal(bare, bits));
  }
  throw numberError('ParseFloat', 'syntax', 0);
}

function inRange(value: number): number {
  if (value === Infinity || value === -Infinity) throw numberError('ParseFloat', 'range', value);
  return value;
}

function decimal(text: string, bits: number): number {
  const value = Number(text);
  return bits === 32 ? nearestSingle(text, value) : value;
}

/** The float32 nearest to a decimal text, whose nearest double is known: only a double midway between two float32 hides the answer. */
function nearestSingle(text: string, value: number): number {
  const near = Math.fround(value);
  if (near === value || Math.abs(value) >= 2 ** 128) return near;
  const other = neighbour(near, value > near);
  const isMidway = Math.abs(value - finite(near)) === Math.abs(finite(other) - value);
  if (!isMidway) return near;
  const side = compareWithDouble(text, value);
  if (side === 0) return near;
  return side > 0 ? Math.max(near, other) : Math.min(near, other);
}

/** Beyond the largest float32 the next one would be 2^128. */
function finite(single: number): number {
  return Number.isFinite(single) ? single : Math.sign(single) * 2 ** 128;
}

function neighbour(value: number, up: boolean): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  const raw = view.getInt32(0);
  if (value === 0) return up ? 2 ** -149 : -(2 ** -149);
  view.setInt32(0, raw + (value > 0 === up ? 1 : -1));
  return view.getFloat32(0);
}

/** Sign of (text - value), exactly. */
function compareWithDouble(text: string, value: number): number {
  const sign = value < 0 ? -1 : 1;
  const [mantissa = '', power = '0'] = text.replace(/^[+-]/, '').toLowerCase().split('e');
  const [whole = '', behind = ''] = mantissa.split('.');
  const digits = (whole + behind).replace(/^0+/, '');
  const point = digits.length - behind.length + Number(power);
  const exact = exactly(Math.abs(value));
  if (point !== exact.point) return point > exact.point ? sign : -sign;
  const width = Math.max(digits.length, exact.digits.length);
  const a = digits.padEnd(width, '0');
  const b = exact.digits.padEnd(width, '0');
  return a === b ? 0 : a > b ? sign : -sign;
}

function hexadecimal(isNegative: boolean, whole: string, fraction: string, power: string, bits: number): number {
  const behind = fraction.replaceAll('_', '');
  const digits = whole.replaceAll('_', '') + behind;
  if (digits === '') throw numberError('ParseFloat', 'syntax', 0);
  const mantissa = BigInt(`0x${digits}`);
  const size = mantissa === 0n ? 0 : scaled(mantissa, Number(power.replaceAll('_', '')) - 4 * behind.length, bits);
  return isNegative ? -size : size;
}

/** mantissa × 2^exponent, rounded once, half to even, to a double or a float32. */
function scaled(mantissa: bigint, exponent: number, bits: number): number {
  const [places, smallest, largest] = bits === 32 ? [24, -149, 128] : [53, -1074, 1024];
  const length = mantissa.toString(2).length;
  if (length + exponent > largest) return Infinity;
  if (length + exponent < smallest) return 0;
  const drop = Math.max(length - places, smallest - exponent, 0);
  let kept = mantissa;
  if (drop > 0) {
    kept = mantissa >> BigInt(drop);
    const rest = mantissa - (kept << BigInt(drop));
    const half = 1n << BigInt(drop - 1);
    if (rest > half || (rest === half && (kept & 1n) === 1n)) kept++;
  }
  const power = exponent + drop;
  // Two steps, as 2^power alone may be out of range where the product is not.
  const step = Math.trunc(power / 2);
  const value = Number(kept) * 2 ** step * 2 ** (power - step);
  return bits === 32 && value >= 2 ** 128 ? Infinity : value;
}
