import { Buffer } from 'node:buffer';
import { GoError, hidden } from './error.ts';
import { parseFloat } from './strconv.ts';
import { YamlError } from './yaml-error.ts';
import { coreTag } from './yaml-parse.ts';
import { toGo } from './utf8.ts';

/** What a scalar is: YAML 1.1 as go-yaml v2 reads it. */
export type ScalarKind = 'null' | 'bool' | 'int' | 'float' | 'timestamp' | 'str' | 'binary';

/** A scalar with its type: null, bool, int (bigint, up to 64 bits unsigned), float (number) or string (a Go string). */
export interface Scalar {
  readonly kind: ScalarKind;
  readonly value: null | boolean | bigint | number | string;
}

const words = new Map<string, Scalar>();
const word = (scalar: Scalar, ...texts: readonly string[]): void => {
  for (const text of texts) words.set(text, scalar);
};
word({ kind: 'bool', value: true }, 'y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON');
word({ kind: 'bool', value: false }, 'n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF');
word({ kind: 'null', value: null }, '', '~', 'null', 'Null', 'NULL');
word({ kind: 'float', value: Number.NaN }, '.nan', '.NaN', '.NAN');
word({ kind: 'float', value: Infinity }, '.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF');
word({ kind: 'float', value: -Infinity }, '-.inf', '-.Inf', '-.INF');

const decimal = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const digits = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/;

/** A scalar without a tag, and without quotes. */
export function resolvePlain(text: string): Scalar {
  const known = words.get(text);
  if (known) return known;
  const first = text.charAt(0);
  if (first === '.') return float(text) ?? { kind: 'str', value: toGo(text) };
  if (first === '+' || first === '-' || (first >= '0' && first <= '9')) {
    if (isTimestamp(text)) return { kind: 'timestamp', value: text };
    const plain = text.replaceAll('_', '');
    const number = integer(plain) ?? (decimal.test(plain) ? float(plain) : undefined);
    if (number) return number;
  }
  return { kind: 'str', value: toGo(text) };
}

function integer(text: string): Scalar | undefined {
  const [, sign = '', body = ''] = digits.exec(text) ?? [];
  if (body === '') return undefined;
  const octal = /^0[oO]?([0-7]+)$/.exec(body)?.[1];
  const size = BigInt(octal === undefined ? body : `0o${octal}`);
  const value = sign === '-' ? -size : size;
  const fits = value >= -(1n << 63n) && (value < 1n << 63n || (sign === '' && value < 1n << 64n));
  return fits ? { kind: 'int', value } : undefined;
}

function float(text: string): Scalar | undefined {
  try {
    return { kind: 'float', value: parseFloat(text) };
  } catch (error) {
    if (error instanceof GoError) return undefined;
    throw error;
  }
}

const date = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:([Tt]|\x20)(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(Z|[+-]\d\d:\d\d)?)?$/;

/** Dates and times: they stay text, but the emitter has to quote a string that looks like one. */
function isTimestamp(text: string): boolean {
  const found = date.exec(text);
  if (!found) return false;
  const [, year, month, day, between, hour = '0', minute = '0', second = '0', zone] = found;
  if (between !== undefined && (between === ' ') !== (zone === undefined)) return false;
  const last = new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate();
  return (
    Number(month) >= 1 &&
    Number(month) <= 12 &&
    Number(day) >= 1 &&
    Number(day) <= last &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60 &&
    (zone === undefined || zone === 'Z' || (Number(zone.slice(1, 3)) <= 24 && Number(zone.slice(4)) < 60))
  );
}

const resolvable: ReadonlySet<string> = new Set(['str', 'bool', 'int', 'float', 'null', 'timestamp'].map((tag) => coreTag + tag));

/** A scalar with a tag, or without one. @throws YamlError when it is not what its tag says */
export function resolveScalar(tag: string, text: string): Scalar {
  if (tag === '') return resolvePlain(text);
  if (tag === `${coreTag}binary`) return { kind: 'binary', value: binary(text) };
  if (!resolvable.has(tag) || tag === `${coreTag}str`) return { kind: 'str', value: toGo(text) };
  const found = resolvePlain(text);
  const scalar: Scalar = found.kind === 'timestamp' && !tag.endsWith(':timestamp') ? { kind: 'str', value: text } : found;
  const wanted = tag.slice(coreTag.length);
  if (scalar.kind === wanted) return scalar;
  if (wanted === 'float' && scalar.kind === 'int' && typeof scalar.value === 'bigint' && scalar.value < 1n << 63n) {
    return { kind: 'float', value: Number(scalar.value) };
  }
  const [before, after] = [`yaml: cannot decode !!${scalar.kind} \``, `\` as a !!${wanted}`];
  throw new YamlError(`${before}${toGo(text)}${after}`, `${before}${hidden}${after}`);
}

function binary(text: string): string {
  const packed = text.replaceAll(/[\r\n]/g, '');
  const bytes = Buffer.from(packed, 'base64');
  if (bytes.toString('base64') !== packed && !sameBits(packed, bytes))
    throw new YamlError('yaml: !!binary value contains invalid base64 data');
  return bytes.toString('latin1');
}

/** Go takes bits after the end that are not zero; everything else has to be as it would be written. */
function sameBits(packed: string, bytes: Buffer): boolean {
  const written = bytes.toString('base64');
  if (packed.length !== written.length || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) return false;
  const kept = packed.replace(/=+$/, '').length - 1;
  return packed.slice(0, kept) === written.slice(0, kept) && packed.endsWith('=') === written.endsWith('=');
}
