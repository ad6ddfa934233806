import { sha256 } from '@noble/hashes/sha2.js';
import { toBase64 } from './base64.ts';
import { der, derBits, derOid, DerReader, derUnsigned, tag } from './der.ts';

/** Stable name of a key: its OpenSSH fingerprint, `SHA256:` and unpadded base64. */
export type KeyId = string;

/** The numbers of an RSA public key, big-endian without leading zeros. */
export interface RsaPublicKey {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

/** rsaEncryption (RFC 8017). */
export const rsaEncryption: Uint8Array = derOid('1.2.840.113549.1.1.1');

/** Reads RSAPublicKey or the first two numbers of the same layout elsewhere: SEQUENCE { modulus, exponent }. */
export function readRsaPublicKey(bytes: Uint8Array): RsaPublicKey {
  const numbers = new DerReader(bytes).enter(tag.sequence);
  return { modulus: numbers.unsigned(), exponent: numbers.unsigned() };
}

/** The key as SubjectPublicKeyInfo (RFC 5280), as WebCrypto imports it. */
export function toSpki({ modulus, exponent }: RsaPublicKey): Uint8Array {
  const numbers = der(tag.sequence, derUnsigned(modulus), derUnsigned(exponent));
  return der(tag.sequence, der(tag.sequence, rsaEncryption, der(tag.null)), derBits(numbers));
}

/** Length of the modulus in bits. */
export function modulusBits({ modulus }: RsaPublicKey): number {
  const [first = 0] = modulus;
  return modulus.length * 8 - (Math.clz32(first) - 24);
}

/** The OpenSSH fingerprint: SHA-256 of the `ssh-rsa` key blob (RFC 4253 section 6.6). */
export function fingerprintOf({ modulus, exponent }: RsaPublicKey): KeyId {
  const parts = [new TextEncoder().encode('ssh-rsa'), mpint(exponent), mpint(modulus)];
  const hash = sha256.create();
  for (const part of parts) {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, part.length);
    hash.update(length).update(part);
  }
  return `SHA256:${toBase64(hash.digest()).replace(/=+$/, '')}`;
}

// An mpint is signed: a high first bit needs a zero byte before it.
function mpint(digits: Uint8Array): Uint8Array {
  return (digits[0] ?? 0) < 0x80 ? digits : Uint8Array.of(0, ...digits);
}

/** True when both are the same key. Public numbers: no need for constant time. */
export function samePublicKey(one: RsaPublicKey, other: RsaPublicKey): boolean {
  return sameBytes(one.modulus, other.modulus) && sameBytes(one.exponent, other.exponent);
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
