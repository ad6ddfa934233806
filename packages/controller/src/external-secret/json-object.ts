/** A number of a JSON text, as it was written: nothing of it is lost by reading. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A JSON value that was read. */
export type JsonValue = string | boolean | null | JsonNumber | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** How deep values may be nested: what is deeper is no secret, but an attempt to use up the stack. */
const maxDepth = 1_000;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * Reads a JSON object as Go's `encoding/json` does: the last of equal keys counts, `null` is an object without keys.
 *
 * @returns undefined when it is no JSON, or no object
 */
export function readObject(bytes: Uint8Array): ReadonlyMap<string, JsonValue> | undefined {
  let value: JsonValue;
  try {
    value = JSON.parse(utf8.decode(bytes), keepNumber) as JsonValue;
  } catch {
    return undefined;
  }
  if (value === null) return new Map();
  if (typeof value !== 'object' || Array.isArray(value) || value instanceof JsonNumber) return undefined;
  return isTooDeep(value, 0) ? undefined : new Map(Object.entries(value));
}

function keepNumber(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' ? new JsonNumber(context?.source ?? String(value)) : value;
}

function isTooDeep(value: JsonValue, depth: number): boolean {
  if (typeof value !== 'object' || value === null || value instanceof JsonNumber) return false;
  return depth > maxDepth || Object.values(value).some((inner: JsonValue) => isTooDeep(inner, depth + 1));
}

/**
 * A value as external-secrets puts it into a key of a Secret: text raw, `null` empty, objects and lists as Go's `json.Marshal` writes
 * them (keys sorted, `<`, `>` and `&` escaped), numbers without exponent. Where Go's 64-bit float would change a number (an integer
 * above 2^53), we keep its text.
 */
export function valueBytes(value: JsonValue): Uint8Array {
  if (value === null) return new Uint8Array();
  if (typeof value === 'string') return encoder.encode(value);
  if (value instanceof JsonNumber) return encoder.encode(plainNumber(value.text));
  return encoder.encode(marshal(value).replaceAll(/[<>&]/g, escapeHtml));
}

/** An object as external-secrets writes the result of a JSON merge: as Go's `encoding/json` without HTML escapes, keys sorted. */
export function objectBytes(object: ReadonlyMap<string, JsonValue>): Uint8Array {
  return encoder.encode(marshal(Object.fromEntries(object)));
}

function escapeHtml(character: string): string {
  return `\\u00${character.charCodeAt(0).toString(16)}`;
}

function marshal(value: JsonValue): string {
  if (typeof value === 'string') return quote(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (value instanceof JsonNumber) return goNumber(value.text);
  if (isList(value)) return `[${value.map(marshal).join(',')}]`;
  const keys = Object.keys(value).toSorted(byCodePoint);
  return `{${keys.map((key) => `${quote(key)}:${marshal(value[key] ?? null)}`).join(',')}}`;
}

function isList(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Go escapes the two line separators too, for the sake of JavaScript. */
function quote(text: string): string {
  return JSON.stringify(text.toWellFormed())
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`);
}

/** Order of the UTF-8 bytes, which is that of Go's strings. */
export function byCodePoint(a: string, b: string): number {
  return Buffer.compare(encoder.encode(a), encoder.encode(b));
}

/** A number as `json.Marshal` writes a float64, or its own text when a float64 is another number. */
function goNumber(text: string): string {
  if (!isExact(text)) return text;
  const value = Number(text);
  return Object.is(value, -0) ? '-0' : String(value);
}

/** A number as `strconv.FormatFloat(x, 'f', -1, 64)` writes it, or its own text when a float64 is another number. */
function plainNumber(text: string): string {
  return isExact(text) ? withoutExponent(goNumber(text)) : text;
}

/** True when reading the text as a float64 and writing it in the shortest way gives the same number. */
function isExact(text: string): boolean {
  const value = Number(text);
  return Number.isFinite(value) && canonical(text) === canonical(String(value));
}

interface Decimal {
  readonly sign: string;
  readonly digits: string;
  /** The point stands so many digits after the first of `digits`. */
  readonly point: number;
}

function decimalOf(text: string): Decimal {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const all = whole + fraction;
  const digits = all.replace(/^0+/, '');
  return { sign, digits: digits.replace(/0+$/, ''), point: whole.length + Number(exponent) - (all.length - digits.length) };
}

function canonical(text: string): string {
  const { digits, point } = decimalOf(text);
  return digits === '' ? '0' : `${text.startsWith('-') ? '-' : ''}0.${digits}e${point}`;
}

function withoutExponent(text: string): string {
  if (!text.includes('e')) return text;
  const { sign, digits, point } = decimalOf(text);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return digits.length <= point ? sign + digits.padEnd(point, '0') : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
