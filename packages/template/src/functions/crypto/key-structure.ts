import { DerError, readDer } from '../../der/reader.ts';

/** PKCS#8 (RFC 5958), as far as Go reads it: what follows the key is not looked at. */
export interface Pkcs8 {
  readonly algorithm: string;
  /** The whole node, empty when there is none. */
  readonly parameters: Uint8Array;
  readonly key: Uint8Array;
}

/** An RSA key of PKCS#1 (RFC 8017 appendix A.1.2): version, n, e, d, p, q, d mod p-1, d mod q-1, 1/q mod p. */
export interface Pkcs1 {
  readonly version: bigint;
  readonly numbers: readonly bigint[];
  readonly hasTrailingData: boolean;
}

/** A key of RFC 5915. The public key in it is not looked at: it follows from the private one. */
export interface Sec1 {
  readonly version: bigint;
  readonly key: Uint8Array;
  /** The curve's object identifier, when it is named here. */
  readonly curve?: string;
}

export function readPkcs8(bytes: Uint8Array): Pkcs8 {
  const reader = readDer(bytes).enter();
  reader.integer();
  const identifier = reader.enter();
  return {
    algorithm: identifier.oid(),
    parameters: identifier.done ? identifier.rest : identifier.next().raw,
    key: reader.octets(),
  };
}

export function readPkcs1(bytes: Uint8Array): Pkcs1 {
  const outer = readDer(bytes);
  const reader = outer.enter();
  return { version: reader.integer(), numbers: Array.from({ length: 8 }, () => reader.integer()), hasTrailingData: !outer.done };
}

export function readSec1(bytes: Uint8Array): Sec1 {
  const reader = readDer(bytes).enter();
  const version = reader.integer();
  const key = reader.octets();
  const named = reader.enterContext(0);
  return named ? { version, key, curve: named.oid() } : { version, key };
}

/** The numbers of OpenSSL's old form of a DSA key: p, q, g, y, x. */
export function readDsaNumbers(bytes: Uint8Array): bigint[] {
  const reader = readDer(bytes).enter();
  reader.integer();
  return Array.from({ length: 5 }, () => reader.integer());
}

/** An object identifier that is all of the bytes. */
export function readOid(bytes: Uint8Array): string {
  return readDer(bytes).oid();
}

/** What a reading gives, or undefined when the bytes are not of that structure. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}
