import { goError, shown } from './error.ts';
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
  if (/^(?:1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(?:0|f|F|FALSE|false|False)$/.test(text)) return false;
  throw goError`strconv.ParseBool: parsing "${text}": invalid syntax`;
}

function signed(name: string, text: string, base: number, bits: number): bigint {
  if (text === '') throw numberError(name, 'syntax', 0n);
  const isNegative = text.startsWith('-');
  const size = magnitude(name, isNegative || text.startsWith('+') ? text.slice(1) : text, base, bits, text);
  const limit = 1n << BigInt(bits === 0 ? 63 : bits - 1);
  if (isNegative) {
    if (size > limit) throw numberError(name, 'range', -limit);
    return -size;
  }
  if (size >= limit) throw numberError(name, 'range', limit - 1n);
  return size;
}

function unsigned(name: string, text: string, base: number, bits: number): bigint {
  const size = magnitude(name, text, base, bits, text);
  const largest = (1n << BigInt(bits === 0 ? 64 : bits)) - 1n;
  if (size > largest) throw numberError(name, 'range', largest);
  return size;
}

/** Digits without a sign as a number. One that outgrows the bits is returned as soon as it does, whatever follows. */
function magnitude(name: string, text: string, base: number, bits: number, whole: string): bigint {
  if (text === '') throw numberError(name, 'syntax', 0n);
  let digits = text;
  let radix = base;
  if (base === 0) [radix, digits] = withoutPrefix(text);
  else if (base < 2 || base > 36) throw goError`strconv.${shown(name)}: parsing "${text}": invalid base ${shown(base)}`;
  if (bits < 0 || bits > 64) throw goError`strconv.${shown(name)}: parsing "${text}": invalid bit size ${shown(bits)}`;
  const largest = (1n << BigInt(bits === 0 ? 64 : bits)) - 1n;
  // BigInts are slow: as long as a double is exact it does the sum.
  let small = 0;
  let large: bigint | undefined;
  let hasUnderscores = false;
  for (let at = 0; at < digits.length; at++) {
    const char = digits.charCodeAt(at);
    if (char === 0x5f && base === 0) {
      hasUnderscores = true;
      continue;
    }
    const digit = digitValue(char);
    if (digit >= radix) throw numberError(name, 'syntax', 0n);
    if (large === undefined && small < 2 ** 46) {
      small = small * radix + digit;
      if (bits < 53 && bits !== 0 && small >= 2 ** bits) return BigInt(small);
      continue;
    }
    large = (large ?? BigInt(small)) * BigInt(radix) + BigInt(digit);
    if (large > largest) return large;
  }
  if (hasUnderscores && !underscoresFit(whole)) throw numberError(name, 'syntax', 0n);
  return large ?? BigInt(small);
}

/** Base 0: the base that a prefix names, and what stands behind it. */
function withoutPrefix(text: string): [radix: number, digits: string] {
  if (!text.startsWith('0')) return [10, text];
  const letter = text.length > 2 ? text.charAt(1).toLowerCase() : '';
  if (letter === 'x') return [16, text.slice(2)];
  if (letter === 'b') return [2, text.slice(2)];
  return letter === 'o' ? [8, text.slice(2)] : [8, text.slice(1)];
}

function digitValue(char: number): number {
  if (char >= 0x30 && char <= 0x39) return char - 0x30;
  const letter = char | 0x20;
  return letter >= 0x61 && letter <= 0x7a ? letter - 0x61 + 10 : 99;
}
