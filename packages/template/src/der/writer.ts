import { Buffer } from 'node:buffer';
import { constructed, primitive, tag } from './tag.ts';

/**
 * Writing DER (X.690) from the inside out: every function makes one whole node, tag and length included.
 *
 * @example sequence(oid('1.2.840.113549.1.1.1'), nullValue())
 */

/** One node of any tag whose content is the parts, one after the other. */
export function node(tagByte: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Uint8Array.of(tagByte, ...lengthOf(length)), ...parts]);
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return node(tag.sequence, ...parts);
}

/** A SET OF: DER wants the members in the order of their bytes. */
export function setOf(...parts: readonly Uint8Array[]): Uint8Array {
  return node(tag.set, ...parts.toSorted((a, b) => Buffer.compare(a, b)));
}

/** An INTEGER. Bytes are big-endian and never negative; leading zeros are dropped or added as DER asks. */
export function integer(value: bigint | number | Uint8Array): Uint8Array {
  if (value instanceof Uint8Array) return node(tag.integer, unsigned(value));
  const big = BigInt(value);
  if (big >= 0n) {
    const digits = big.toString(16);
    return node(tag.integer, unsigned(Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')));
  }
  let bytes = 1;
  while (big < -(1n << BigInt(8 * bytes - 1))) bytes++;
  return node(
    tag.integer,
    Buffer.from(
      BigInt.asUintN(8 * bytes, big)
        .toString(16)
        .padStart(2 * bytes, '0'),
      'hex',
    ),
  );
}

function unsigned(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  if (first < 0) return Uint8Array.of(0);
  const digits = bytes.subarray(first);
  return (digits[0] ?? 0) < 0x80 ? digits : Buffer.concat([Uint8Array.of(0), digits]);
}

export function boolean(value: boolean): Uint8Array {
  return node(tag.boolean, Uint8Array.of(value ? 0xff : 0));
}

/** NULL. */
export function nullValue(): Uint8Array {
  return node(tag.null);
}

/** An OBJECT IDENTIFIER from its dotted text. */
export function oid(text: string): Uint8Array {
  const [first = 0, second = 0, ...others] = text.split('.').map(Number);
  return node(tag.oid, Uint8Array.from([first * 40 + second, ...others].flatMap(base128)));
}

function base128(arc: number): number[] {
  const digits = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) digits.unshift(0x80 | (rest % 128));
  return digits;
}

/** An OCTET STRING; of several parts, their concatenation. */
export function octetString(...parts: readonly Uint8Array[]): Uint8Array {
  return node(tag.octetString, ...parts);
}

/** A BIT STRING; `unused` is how many of the last byte's low bits do not count. */
export function bitString(bytes: Uint8Array, unused = 0): Uint8Array {
  return node(tag.bitString, Uint8Array.of(unused), bytes);
}

/** A UTF8String; the bytes are UTF-8 already. */
export function utf8String(bytes: Uint8Array): Uint8Array {
  return node(tag.utf8String, bytes);
}

/** A PrintableString; the caller knows that the bytes are within its alphabet. */
export function printableString(bytes: Uint8Array): Uint8Array {
  return node(tag.printableString, bytes);
}

/** A BMPString: UTF-16 big-endian, without a mark and without an end. */
export function bmpString(text: string): Uint8Array {
  return node(tag.bmpString, Buffer.from(text, 'utf16le').swap16());
}

/** A time in whole seconds, UTCTime from 1950 to 2049 and GeneralizedTime outside (RFC 5280 section 4.1.2.5). */
export function time(at: Date): Uint8Array {
  const digits = at
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:T]/g, '');
  const year = at.getUTCFullYear();
  return year >= 1950 && year < 2050
    ? node(tag.utcTime, Buffer.from(digits.slice(2), 'latin1'))
    : node(tag.generalizedTime, Buffer.from(digits, 'latin1'));
}

/** `[n]` with nodes inside: EXPLICIT, or an IMPLICIT SEQUENCE or SET whose members are the parts. */
export function contextTag(number: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return node(constructed(number), ...parts);
}

/** `[n]` with bytes inside: IMPLICIT of a simple type such as an OCTET STRING or an IA5String. */
export function contextBytes(number: number, bytes: Uint8Array): Uint8Array {
  return node(primitive(number), bytes);
}
