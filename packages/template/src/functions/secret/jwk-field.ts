import { Buffer } from 'node:buffer';
import { goError, shown } from '../../go/error.ts';
import { GoMap } from '../../go/value.ts';
import type { Value } from '../../go/value.ts';

/** The fields of a JWK that keys are made of; a field that is null is empty. */
export interface JwkFields {
  readonly curve: string;
  has(name: string): boolean;
  bytes(name: string): Uint8Array;
  /** Bytes as a number, big-endian. */
  number(name: string): bigint;
}

const binary: readonly string[] = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi', 'x', 'y', 'k'];

/** Reads the fields. @throws GoError with the words of lestrrat-go/jwx */
export function fieldsOf(entries: ReadonlyMap<string, Value>, required: readonly string[]): JwkFields {
  const decoded = new Map<string, Uint8Array>();
  for (const name of binary) {
    const value = entries.get(name);
    if (value !== undefined) decoded.set(name, decode(name, textIn(entries, name)));
  }
  const curve = textIn(entries, 'crv');
  textIn(entries, 'kid');
  textIn(entries, 'alg', '');
  for (const name of required) {
    if (!entries.has(name)) throw goError`required field ${shown(name)} is missing`;
  }
  const bytes = (name: string): Uint8Array => decoded.get(name) ?? new Uint8Array();
  const number = (name: string): bigint => BigInt(`0x0${Buffer.from(bytes(name)).toString('hex')}`);
  return { curve, has: (name) => decoded.has(name), bytes, number };
}

function textIn(entries: ReadonlyMap<string, Value>, name: string, before = 'error reading next value: '): string {
  const value = entries.get(name) ?? '';
  if (typeof value === 'string') return value;
  const kind =
    typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'bool' : value instanceof GoMap ? 'object' : 'array';
  throw goError`failed to decode value for key ${shown(name)}: ${shown(before)}json: cannot unmarshal ${shown(kind)} into Go value of type string`;
}

/** Base64, with the alphabet of URLs unless it has `+` or `/`, with padding or without. */
function decode(name: string, text: string): Uint8Array {
  const packed = text.replaceAll(/[\r\n]/g, '');
  const body = packed.replace(/={1,2}$/, '');
  const isStandard = /[+/]/.test(packed);
  const alphabet = isStandard ? /^[A-Za-z0-9+/]*$/ : /^[A-Za-z0-9_-]*$/;
  const isWhole = packed.endsWith('=') ? packed.length % 4 === 0 && body.length % 4 > 1 : body.length % 4 !== 1;
  if (!alphabet.test(body) || !isWhole)
    throw goError`failed to decode value for key ${shown(name)}: expected base64 encoded []byte (string)`;
  return Buffer.from(body, isStandard ? 'base64' : 'base64url');
}
