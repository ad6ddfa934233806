import { goError, GoError, shown } from './error.ts';
import { numberError, underscoresFit } from './strconv-number.ts';

const plain = /^[+-]?\d{1,15}$/;

/** strconv.Atoi: a decimal int. */
export function atoi(text: string): bigint {
  return plain.test(text) ? BigInt(Number(text)) : signed('Atoi', text, 10, 64);
}

/** strconv.ParseInt. Base 0 goes by the prefix and allows underscores; bits 0 is int. */
export function parseInt(text: string, base: number, bits: number): bigint {
  return signed('ParseInt', text, base, bits);
}

/** strconv.ParseUint: no sign is allowed. */
export function parseUint(text: string, base: number, bits: number): bigint {
  return unsigned('ParseUint', text, base, bits);
}

/** strconv.FormatInt, for bases 2 to 36. */
export function formatInt(value: bigint, base: number): string {
  return value.toString(base);
}

/** strconv.ParseBool. */
export function parseBool(text: string): boolean {
  if (/^(?:1|t|T|TRUE|true|True)$/.test(text) && !text.includes('\n')) return true;
  if (/^(?:0|f|F|FALSE|false|False)$/.test(text) && !text.includes('\n')) return false;
  throw goError`strconv.ParseBool: parsing "${text}": invalid syntax`;
}

function signed(name: string, text: string, base: number, bits: number): bigint {
  if (text === '') throw numberError(name, 'syntax', 0n);
  const isNegative = text.startsWith('-');
  const rest = isNegative || text.startsWith('+') ? text.slice(1) : text;
  const limit = 1n << BigInt((bits === 0 ? 64 : bits) - 1 < 0 ? 63 : (bits === 0 ? 64 : Math.min(bits, 64)) - 1);
  const size = magnitude(name, rest, base, bits, text);
  if (isNegative) {
    if (size > limit) throw numberError(name, 'range', -limit);
    return -size;
  }
  if (size >= limit) throw numberError(name, 'range', limit - 1n);
  return size;
}

function unsigned(name: string, text: string, base: number, bits: number): bigint {
  const size = magnitude(name, text, base, bits, text);
  const limit = (1n << BigInt(bits === 0 ? 64 : bits)) - 1n;
  if (size > limit) throw numberError(name, 'range', limit);
  return size;
}

/** Digits as a number of any size: the caller knows the range. */
function magnitude(name: string, text: string, base: number, bits: number, whole: string): bigint {
  if (text === '') throw numberError(name, 'syntax', 0n);
  let digits = text;
  let radix = base;
  if (base === 0) {
    const prefix = /^0([bBoOxX])./.exec(text)?.[1]?.toLowerCase();
    radix = prefix === 'x' ? 16 : prefix === 'b' ? 2 : prefix === 'o' || text.startsWith('0') ? 8 : 10;
    if (prefix !== undefined) digits = text.slice(2);
    else if (radix === 8) digits = text.slice(1) || '0';
    if (digits.includes('_')) {
      if (!underscoresFit(whole)) throw numberError(name, 'syntax', 0n);
      digits = digits.replaceAll('_', '');
    }
  } else if (base < 2 || base > 36) {
    throw new GoError(goError`strconv.${shown(name)}: parsing "${text}": invalid base ${shown(base)}`.message);
  }
  if (bits < 0 || bits > 64)
    throw new GoError(goError`strconv.${shown(name)}: parsing "${text}": invalid bit size ${shown(bits)}`.message);
  return accumulate(name, digits, radix);
}

const tooMany = 1n << 64n;

function accumulate(name: string, digits: string, radix: number): bigint {
  // BigInt's own parser is quadratic and knows three bases: chunks of what a double holds exactly do better.
  let total = 0n;
  let isOver = false;
  for (let at = 0; at < digits.length; at++) {
    const digit = digitValue(digits.charCodeAt(at));
    if (digit >= radix) throw numberError(name, 'syntax', 0n);
    if (isOver) continue;
    total = total * BigInt(radix) + BigInt(digit);
    if (total >= tooMany) isOver = true;
  }
  return isOver ? tooMany : total;
}

function digitValue(char: number): number {
  if (char >= 0x30 && char <= 0x39) return char - 0x30;
  const letter = char | 0x20;
  return letter >= 0x61 && letter <= 0x7a ? letter - 0x61 + 10 : 99;
}
