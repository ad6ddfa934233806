import { Buffer } from 'node:buffer';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { decodePem } from '../../der/pem.ts';
import { readDer } from '../../der/reader.ts';
import { bitString, contextTag, integer, octetString, oid, sequence } from '../../der/writer.ts';
import { goError, GoError, shown } from '../../go/error.ts';
import { attempt, readDsaNumbers, readOid, readPkcs1, readPkcs8, readSec1 } from './key-structure.ts';
import type { Pkcs1, Sec1 } from './key-structure.ts';
import type { PrivateKey } from './private-key.ts';

/**
 * Reads a private key as Sprig does: PKCS#8, PKCS#1, SEC 1 and DSA's old form, by the type of the first PEM block.
 *
 * @throws GoError with Go's wording; what Go says of a wrong ASN.1 structure is hidden after `asn1:`
 */
export function readPrivateKey(pem: string): PrivateKey {
  const block = decodePem(pem)?.block;
  if (!block) throw goError`no PEM data in input`;
  const { type, bytes } = block;
  switch (type) {
    case 'PRIVATE KEY':
      return within('decoding PEM as PKCS#8', () => fromPkcs8(bytes));
    case 'RSA PRIVATE KEY':
      return within('parsing RSA private key from PEM', () => ({ kind: 'rsa', key: fromPkcs1(bytes) }));
    case 'EC PRIVATE KEY':
      return within('parsing EC private key from PEM', () => ({ kind: 'ec', key: fromSec1(bytes) }));
    case 'DSA PRIVATE KEY':
      return within('parsing DSA private key from PEM', () => ({
        kind: 'dsa',
        numbers: attempt(() => readDsaNumbers(bytes)) ?? wrongStructure(),
      }));
    default:
      throw type.endsWith(' PRIVATE KEY')
        ? goError`invalid private key type ${type}`
        : goError`no private key data in PEM block of type ${type}`;
  }
}

/** Runs a reading and puts words before the error it may end with. */
export function within<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof GoError ? goError`${shown(what)}: ${shown(error.message)}` : error;
  }
}

function fromPkcs8(bytes: Uint8Array): PrivateKey {
  const form = attempt(() => readPkcs8(bytes));
  if (!form) {
    if (attempt(() => readSec1(bytes))) throw anotherForm('ParseECPrivateKey');
    if (attempt(() => readPkcs1(bytes))) throw anotherForm('ParsePKCS1PrivateKey');
    return wrongStructure();
  }
  const { algorithm, parameters, key } = form;
  switch (algorithm) {
    case '1.2.840.113549.1.1.1':
      return { kind: 'rsa', key: within('x509: failed to parse RSA private key embedded in PKCS#8', () => fromPkcs1(key)) };
    case '1.2.840.10045.2.1': {
      const curve = attempt(() => readOid(parameters));
      return { kind: 'ec', key: within('x509: failed to parse EC private key embedded in PKCS#8', () => fromSec1(key, curve)) };
    }
    case '1.3.101.112':
    case '1.3.101.110': {
      const name = algorithm === '1.3.101.112' ? 'Ed25519' : 'X25519';
      if (parameters.length > 0) throw goError`x509: invalid ${shown(name)} private key parameters`;
      const seed = attempt(() => readDer(key).octets());
      if (!seed) throw goError`x509: invalid ${shown(name)} private key: asn1: ${'what is wrong'}`;
      if (seed.length !== 32)
        throw name === 'Ed25519'
          ? goError`x509: invalid Ed25519 private key length: ${shown(seed.length)}`
          : goError`crypto/ecdh: invalid private key size`;
      return {
        kind: name === 'Ed25519' ? 'ed25519' : 'x25519',
        key: imported(sequence(integer(0), sequence(oid(algorithm)), octetString(octetString(seed))), 'pkcs8'),
      };
    }
    default:
      throw goError`x509: PKCS#8 wrapping contained private key with unknown algorithm: ${algorithm}`;
  }
}

function fromPkcs1(bytes: Uint8Array): KeyObject {
  const form = attempt(() => readPkcs1(bytes));
  if (form?.hasTrailingData) throw goError`asn1: syntax error: trailing data`;
  if (form) return rsaKey(form);
  if (attempt(() => readSec1(bytes))) throw anotherForm('ParseECPrivateKey');
  if (attempt(() => readPkcs8(bytes))) throw anotherForm('ParsePKCS8PrivateKey');
  return wrongStructure();
}

/** Larger numbers are refused before anything is computed with them. OpenSSL's limit is the same. */
const mostRsaBits = 16_384n;

/** The checks are those of Go's Validate that the numbers of a damaged key fail; keys of more than two primes are not read. */
function rsaKey({ version, numbers }: Pkcs1): KeyObject {
  if (version > 1n) throw goError`x509: unsupported private key version`;
  if (numbers.some((number) => number <= 0n)) throw goError`x509: private key contains zero or negative value`;
  if (numbers.some((number) => number >> mostRsaBits > 0n))
    throw goError`crypto/rsa: keys of more than ${shown(mostRsaBits)} bits are not read`;
  const [n, e, d, p, q, dp, dq, inverse] = numbers as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
  if (n % 2n === 0n) throw goError`crypto/rsa: public modulus is even`;
  if (e < 2n) throw goError`crypto/rsa: public exponent too small or negative`;
  if (e % 2n === 0n) throw goError`crypto/rsa: public exponent is even`;
  if (e > 0x7fff_ffffn) throw goError`crypto/rsa: public exponent too large`;
  if (p < 2n || q < 2n) throw goError`modulus must be > 1`;
  if (d >= n || dp >= p || dq >= q || inverse >= p) throw goError`input overflows the modulus`;
  if (p * q !== n) throw goError`crypto/rsa: p * q != n`;
  if ((dp * e) % (p - 1n) !== 1n || (dq * e) % (q - 1n) !== 1n) throw goError`crypto/rsa: invalid CRT exponent`;
  if ((inverse * q) % p !== 1n) throw goError`crypto/rsa: invalid CRT coefficient`;
  if (d % (p - 1n) !== dp) throw goError`crypto/rsa: d does not match dP`;
  if (d % (q - 1n) !== dq) throw goError`crypto/rsa: d does not match dQ`;
  return imported(sequence(integer(0), ...numbers.map((number) => integer(number))), 'pkcs1');
}

function fromSec1(bytes: Uint8Array, namedOutside?: string): KeyObject {
  const form = attempt(() => readSec1(bytes));
  if (form) return ecKey(form, namedOutside ?? form.curve);
  if (attempt(() => readPkcs8(bytes))) throw anotherForm('ParsePKCS8PrivateKey');
  if (attempt(() => readPkcs1(bytes))) throw anotherForm('ParsePKCS1PrivateKey');
  throw goError`x509: failed to parse EC private key: asn1: ${'what is wrong'}`;
}

/** Bytes of a private key on the curves that Go has: P-224, P-256, P-384, P-521. */
const sizes: Readonly<Record<string, number>> = {
  '1.3.132.0.33': 28,
  '1.2.840.10045.3.1.7': 32,
  '1.3.132.0.34': 48,
  '1.3.132.0.35': 66,
};

function ecKey({ version, key }: Sec1, curve: string | undefined): KeyObject {
  if (version !== 1n) throw goError`x509: unknown EC private key version ${version}`;
  const size = sizes[curve ?? ''];
  if (curve === undefined || size === undefined) throw goError`x509: unknown elliptic curve`;
  const excess = Math.max(0, key.length - size);
  if (key.subarray(0, excess).some((byte) => byte !== 0)) throw goError`x509: invalid private key length`;
  const digits = Buffer.concat([new Uint8Array(Math.max(0, size - key.length)), key.subarray(excess)]);
  const parts = [integer(1), octetString(digits), contextTag(0, oid(curve))];
  const point = publicBits(createPublicKey(imported(sequence(...parts), 'sec1')));
  if (point.length !== 1 + 2 * size) throw goError`ecdsa: invalid public key encoding`;
  return imported(sequence(...parts, contextTag(1, bitString(point))), 'sec1');
}

/** What the BIT STRING of a SubjectPublicKeyInfo holds. */
function publicBits(key: KeyObject): Uint8Array {
  const info = readDer(key.export({ format: 'der', type: 'spki' })).enter();
  info.next();
  return info.bits();
}

function imported(der: Uint8Array, type: 'pkcs1' | 'pkcs8' | 'sec1'): KeyObject {
  return createPrivateKey({ key: Buffer.from(der), format: 'der', type });
}

function anotherForm(reader: string): GoError {
  return goError`x509: failed to parse private key (use ${shown(reader)} instead for this key format)`;
}

function wrongStructure(): never {
  throw goError`asn1: ${'what is wrong'}`;
}
