import { Buffer } from 'node:buffer';
import { hash, pbkdf2Sync } from 'node:crypto';
import { goError } from '../../go/error.ts';
import { toGo, toText } from '../../go/utf8.ts';
import type { Budget } from '../../run.ts';

/** A hash a PKCS#12 file may ask for. */
export type Hash = 'sha1' | 'sha256' | 'sha512';

const sizes: Readonly<Record<Hash, { readonly digest: number; readonly block: number }>> = {
  sha1: { digest: 20, block: 64 },
  sha256: { digest: 32, block: 64 },
  sha512: { digest: 64, block: 128 },
};

/** Steps one iteration of a derivation counts for. A file of a tenant says how many there are: 2,048 usually, but it could be any number. */
const stepsPerIteration = 4;

/**
 * A password as PKCS#12 takes it: characters of two bytes and two zero bytes after them (RFC 7292 appendix B.1).
 * `bytes` is empty for the password that some writers of files without one use: nothing at all, not even the zeros.
 */
export interface Password {
  readonly text: string;
  readonly bytes: Uint8Array;
}

export const noPassword: Password = { text: '', bytes: new Uint8Array() };

/** @param password a Go string @throws GoError for characters beyond U+FFFF */
export function passwordOf(password: string): Password {
  const text = toText(password);
  return { text, bytes: Buffer.concat([bmpBytes(text), Buffer.alloc(2)]) };
}

/** Text in UCS-2, big-endian. */
export function bmpBytes(text: string): Uint8Array {
  if (/[\ud800-\udbff]/.test(text)) throw goError`pkcs12: string contains characters that cannot be encoded in UCS-2`;
  return Buffer.from(text, 'utf16le').swap16();
}

/** How a key is derived. */
export interface Derivation {
  readonly hash: Hash;
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly length: number;
}

/** PBKDF2 (RFC 8018 section 5.2) over the password in UTF-8. */
export function pbkdf2(budget: Budget, { text }: Password, { hash: digest, salt, iterations, length }: Derivation): Uint8Array {
  const blocks = Math.ceil(length / sizes[digest].digest);
  const count = Math.max(iterations, 1);
  budget.step(stepsPerIteration * blocks * count);
  return pbkdf2Sync(Buffer.from(toGo(text), 'latin1'), salt, count, length, digest);
}

/** What a derived key is for (RFC 7292 appendix B.3). */
export type Purpose = 'key' | 'iv' | 'mac';
const purposes: Readonly<Record<Purpose, number>> = { key: 1, iv: 2, mac: 3 };

function repeated(pattern: Uint8Array, block: number): Uint8Array {
  const length = block * Math.ceil(pattern.length / block);
  return Uint8Array.from({ length }, (_, i) => pattern[i % pattern.length] ?? 0);
}

/** The derivation of PKCS#12 itself (RFC 7292 appendix B.2). */
export function derive(
  budget: Budget,
  { bytes }: Password,
  purpose: Purpose,
  { hash: digest, salt, iterations, length }: Derivation,
): Uint8Array {
  const { digest: size, block } = sizes[digest];
  const count = Math.ceil(length / size);
  budget.step(stepsPerIteration * count * Math.max(iterations, 1));
  const input = Buffer.concat([new Uint8Array(block).fill(purposes[purpose]), repeated(salt, block), repeated(bytes, block)]);
  const parts: Uint8Array[] = [];
  for (let part = 0; part < count; part++) {
    let sum: Uint8Array = hash(digest, input, 'buffer');
    for (let round = 1; round < iterations; round++) sum = hash(digest, sum, 'buffer');
    parts.push(sum);
    for (let at = block; at < input.length; at += block) addOne(input.subarray(at, at + block), sum);
  }
  return Buffer.concat(parts).subarray(0, length);
}

/** Adds a repeated digest and one to a block, as big-endian numbers, in place. */
function addOne(block: Uint8Array, digest: Uint8Array): void {
  let carry = 1;
  for (let i = block.length - 1; i >= 0; i--) {
    const sum = (block[i] ?? 0) + (digest[i % digest.length] ?? 0) + carry;
    block[i] = sum & 0xff;
    carry = sum >> 8;
  }
}
