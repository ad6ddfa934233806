import { Buffer } from 'node:buffer';
import { floatText, goQuoted, parseJson } from '@signet/provider/json';
import type { JsonNode } from '@signet/provider/json';

export type { JsonNode } from '@signet/provider/json';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * Reads a JSON object as Go's `encoding/json` does: the last of equal keys counts, `null` is an object without keys.
 *
 * @returns undefined when it is no JSON, or no object
 * @throws BAD_ANSWER when it is nested too deeply
 */
export function readObject(bytes: Uint8Array): ReadonlyMap<string, JsonNode> | undefined {
  const node = parseJson(decoder.decode(bytes));
  if (node?.kind === 'null') return new Map();
  return node?.kind === 'object' ? new Map(node.members.map(({ name, value }) => [name.toWellFormed(), value])) : undefined;
}

/**
 * A value as external-secrets puts it into a key of a Secret: text raw, `null` empty, objects and lists as Go's `json.Marshal` writes
 * them (keys sorted, `<`, `>` and `&` escaped), numbers without exponent. Where Go's 64-bit float would change a number (an integer
 * above 2^53), we keep its text.
 */
export function valueBytes(node: JsonNode): Uint8Array {
  return encoder.encode(textOf(node));
}

function textOf(node: JsonNode): string {
  switch (node.kind) {
    case 'string':
      return node.text;
    case 'null':
      return '';
    case 'number':
      return isExact(node.raw) ? floatText(Number(node.raw)) : node.raw;
    case 'true':
    case 'false':
    case 'array':
    case 'object':
      return marshal(node, goQuoted);
  }
}

/** An object as external-secrets writes the result of a JSON merge: as Go's `encoding/json` without HTML escapes, keys sorted. */
export function objectBytes(object: ReadonlyMap<string, JsonNode>): Uint8Array {
  return encoder.encode(marshalMembers(object, quoted));
}

type Quote = (text: string) => string;

function marshal(node: JsonNode, quote: Quote): string {
  switch (node.kind) {
    case 'string':
      return quote(node.text);
    case 'number':
      return numberText(node.raw);
    case 'array':
      return `[${node.items.map((item) => marshal(item, quote)).join(',')}]`;
    case 'object':
      return marshalMembers(new Map(node.members.map(({ name, value }) => [name.toWellFormed(), value])), quote);
    case 'null':
    case 'true':
    case 'false':
      return node.raw;
  }
}

function marshalMembers(members: ReadonlyMap<string, JsonNode>, quote: Quote): string {
  const sorted = [...members].toSorted(([a], [b]) => byBytes(a, b));
  return `{${sorted.map(([name, value]) => `${quote(name)}:${marshal(value, quote)}`).join(',')}}`;
}

/** Go escapes the two line separators in any case, for the sake of JavaScript. */
function quoted(text: string): string {
  return JSON.stringify(text.toWellFormed())
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`);
}

/** Order of the UTF-8 bytes, which is that of Go's strings. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(encoder.encode(a), encoder.encode(b));
}

/** As `json.Marshal` writes a float64, which JavaScript does too but for the minus of zero. */
function numberText(raw: string): string {
  if (!isExact(raw)) return raw;
  return Object.is(Number(raw), -0) ? '-0' : String(Number(raw));
}

/** True when reading the text as a float64 and writing it in the shortest way gives the same number. */
function isExact(raw: string): boolean {
  const value = Number(raw);
  return Number.isFinite(value) && canonical(raw) === canonical(String(value));
}

/** The same text for all texts of the same number: its digits after the point, and where the point belongs. */
function canonical(raw: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(raw) ?? [];
  const all = whole + fraction;
  const digits = all.replace(/^0+/, '');
  if (digits === '') return '0';
  const point = whole.length + Number(exponent) - (all.length - digits.length);
  return `${sign}.${digits.replace(/0+$/, '')}e${point}`;
}
