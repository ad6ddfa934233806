import { goError, hidden } from '../go/error.ts';
import { parseFloat, parseInt, parseUint } from '../go/strconv.ts';
import { runeAt } from '../go/utf8.ts';
import type { Num } from './node.ts';

type Parts = Omit<Num, 'kind' | 'at' | 'text'>;

const none: Parts = { int: undefined, uint: undefined, float: undefined, complex: undefined };
const plainInteger = /^(?:0|[1-9]\d{0,14})$/;
const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92, "'": 39 };

/** Reads a number or character as written, as every type that can hold it. Throws a GoError with Go's words, the literal hidden. */
export function readNumber(at: number, text: string, kind: 'number' | 'complex' | 'rune'): Num {
  const { int, uint, float, complex } = partsOf(text, kind);
  return { kind: 'number', at, text, int, uint, float, complex };
}

function partsOf(text: string, kind: 'number' | 'complex' | 'rune'): Parts {
  if (kind === 'rune') return fromRune(text);
  if (kind === 'complex') return fromComplex(...readComplex(text));
  if (plainInteger.test(text)) {
    const whole = BigInt(text);
    return { int: whole, uint: whole, float: Number(text), complex: undefined };
  }
  if (text.endsWith('i')) {
    const imaginary = attempt(() => parseFloat(text.slice(0, -1)));
    if (imaginary !== undefined) return fromComplex(0, imaginary);
  }
  return fromReal(text);
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** With a point or an exponent it cannot be an integer: that needs no try. */
const fractional = /^(?:[+-]?0[xX].*[.pP]|(?![+-]?0[xX]).*[.eEpP])/;

function fromReal(text: string): Parts {
  if (fractional.test(text)) return fromFloat(text);
  const int = attempt(() => parseInt(text, 0, 64));
  const uint = int === 0n ? 0n : attempt(() => parseUint(text, 0, 64));
  const whole = int ?? uint;
  if (whole !== undefined) return { int, uint, float: Number(whole), complex: undefined };
  return fromFloat(text);
}

function fromFloat(text: string): Parts {
  const float = attempt(() => parseFloat(text));
  if (float === undefined) throw goError`illegal number syntax: "${hidden}"`;
  if (!/[.eEpP]/.test(text)) throw goError`integer overflow: "${hidden}"`;
  return { ...wholeParts(float), float, complex: undefined };
}

/** The integers equal to a float, where there are any. */
function wholeParts(float: number): Pick<Parts, 'int' | 'uint'> {
  if (!Number.isInteger(float)) return { int: undefined, uint: undefined };
  const whole = BigInt(float);
  return {
    int: BigInt.asIntN(64, whole) === whole ? whole : undefined,
    uint: BigInt.asUintN(64, whole) === whole ? whole : undefined,
  };
}

function fromComplex(real: number, imaginary: number): Parts {
  if (imaginary !== 0) return { ...none, complex: [real, imaginary] };
  return { ...wholeParts(real), float: real, complex: [real, imaginary] };
}

const complexParts =
  /^([+-]?(?:0[xX][\da-fA-F_]*\.?[\da-fA-F_]*(?:[pP][+-]?[\d_]+)?|[\d_]*\.?[\d_]*(?:[eEpP][+-]?[\d_]+)?))([+-].*)i$/;

/** Two reals written together: `1+2i`. */
function readComplex(text: string): [real: number, imaginary: number] {
  const [, real = '', imaginary = ''] = complexParts.exec(text) ?? [];
  if (!/\d/.test(real) || !/^[+-][\d._a-fxA-FXpP+-]*$/.test(imaginary) || !/[\d.]/.test(imaginary))
    throw goError`syntax error scanning complex number`;
  return [parseFloat(real), parseFloat(imaginary)];
}

function fromRune(text: string): Parts {
  const [code, end] = unquoteRune(text);
  if (text.slice(end) !== "'") throw goError`malformed character constant: ${hidden}`;
  return { int: BigInt(code), uint: BigInt(code), float: code, complex: undefined };
}

/** The first character after the opening quote: its code and where it ends. */
function unquoteRune(text: string): [code: number, end: number] {
  const first = text[1] ?? '';
  if (first === "'") throw goError`invalid syntax`;
  if (first !== '\\') {
    const rune = runeAt(text, 1);
    return [rune.code, 1 + rune.size];
  }
  const letter = text[2] ?? '';
  const simple = escapes[letter];
  if (simple !== undefined) return [simple, 3];
  const [digits, base, most] = { x: [2, 16, 0xff] as const, u: [4, 16, 0x10ffff] as const, U: [8, 16, 0x10ffff] as const }[
    letter
  ] ?? [3, 8, 0xff];
  const from = base === 8 ? 2 : 3;
  const written = text.slice(from, from + digits);
  const code = Number.parseInt(written, base);
  const wellFormed = (base === 8 ? /^[0-7]{3}$/ : /^[0-9a-fA-F]+$/).test(written) && written.length === digits;
  if (!wellFormed || code > most || (letter.toLowerCase() === 'u' && code >= 0xd800 && code < 0xe000))
    throw goError`invalid syntax`;
  return [code, from + digits];
}
