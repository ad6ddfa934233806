import { Buffer } from 'node:buffer';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodePem } from '../../der/pem.ts';
import { readDer } from '../../der/reader.ts';
import { contextTag, integer, nullValue, octetString, oid, sequence } from '../../der/writer.ts';
import { GoError } from '../../go/error.ts';
import { readPrivateKey } from './key-reader.ts';
import { writePrivateKey } from './private-key.ts';

const p256 = '1.2.840.10045.3.1.7';
const ed25519 = '1.3.101.112';

const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
const pkcs1 = rsa.export({ format: 'der', type: 'pkcs1' });
const numbers = readDer(pkcs1)
  .enter()
  .all()
  .map(({ raw }) => readDer(raw).integer());
const sec1 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'der', type: 'sec1' });

const ec = (version: number, digits: Uint8Array, curve: string = p256): string =>
  encodePem('EC PRIVATE KEY', sequence(integer(version), octetString(digits), contextTag(0, oid(curve))));
const pkcs8 = (algorithm: string, key: Uint8Array, ...parameters: Uint8Array[]): string =>
  encodePem('PRIVATE KEY', sequence(integer(0), sequence(oid(algorithm), ...parameters), octetString(key)));
/** The RSA key with one of its numbers (version, n, e, d, p, q, dp, dq, 1/q) another one. */
const damaged = (at: number, change: (number: bigint) => bigint): string =>
  encodePem('RSA PRIVATE KEY', sequence(...numbers.map((number, i) => integer(i === at ? change(number) : number))));

describe('what Go says of keys it cannot read', () => {
  const within = {
    rsa: 'parsing RSA private key from PEM: ',
    ec: 'parsing EC private key from PEM: ',
    pkcs8: 'decoding PEM as PKCS#8: ',
  };
  const another = (reader: string): string => `x509: failed to parse private key (use ${reader} instead for this key format)`;

  test.each([
    ['no PEM', '', 'no PEM data in input'],
    ['a certificate', encodePem('CERTIFICATE', sec1), 'no private key data in PEM block of type …'],
    ['a key of OpenSSH', encodePem('OPENSSH PRIVATE KEY', sec1), 'invalid private key type …'],
    ['junk', encodePem('PRIVATE KEY', Buffer.from('junk')), `${within.pkcs8}asn1: …`],
    ['EC as RSA', encodePem('RSA PRIVATE KEY', sec1), within.rsa + another('ParseECPrivateKey')],
    ['EC as PKCS#8', encodePem('PRIVATE KEY', sec1), within.pkcs8 + another('ParseECPrivateKey')],
    ['RSA as PKCS#8', encodePem('PRIVATE KEY', pkcs1), within.pkcs8 + another('ParsePKCS1PrivateKey')],
    ['RSA as EC', encodePem('EC PRIVATE KEY', pkcs1), within.ec + another('ParsePKCS1PrivateKey')],
    [
      'RSA and more',
      encodePem('RSA PRIVATE KEY', Buffer.concat([pkcs1, nullValue()])),
      `${within.rsa}asn1: syntax error: trailing data`,
    ],
    ['RSA of version 2', damaged(0, () => 2n), `${within.rsa}x509: unsupported private key version`],
    ['RSA with a zero', damaged(3, () => 0n), `${within.rsa}x509: private key contains zero or negative value`],
    ['RSA with another modulus', damaged(1, (n) => n + 2n), `${within.rsa}crypto/rsa: p * q != n`],
    ['RSA with an even modulus', damaged(1, (n) => n + 1n), `${within.rsa}crypto/rsa: public modulus is even`],
    ['RSA with exponent 1', damaged(2, () => 1n), `${within.rsa}crypto/rsa: public exponent too small or negative`],
    ['RSA with exponent 4', damaged(2, () => 4n), `${within.rsa}crypto/rsa: public exponent is even`],
    ['RSA with exponent 3', damaged(2, () => 3n), `${within.rsa}crypto/rsa: invalid CRT exponent`],
    ['RSA with a large exponent', damaged(2, () => (1n << 33n) + 1n), `${within.rsa}crypto/rsa: public exponent too large`],
    ['RSA with another private exponent', damaged(3, (d) => d - 2n), `${within.rsa}crypto/rsa: d does not match dP`],
    ['RSA with another coefficient', damaged(8, (inverse) => inverse - 1n), `${within.rsa}crypto/rsa: invalid CRT coefficient`],
    ['EC of version 2', ec(2, Uint8Array.of(5)), `${within.ec}x509: unknown EC private key version …`],
    ['EC on a curve of others', ec(1, Uint8Array.of(5), '1.3.132.0.10'), `${within.ec}x509: unknown elliptic curve`],
    ['EC of too many digits', ec(1, new Uint8Array(33).fill(1)), `${within.ec}x509: invalid private key length`],
    ['EC of zero', ec(1, new Uint8Array(32)), `${within.ec}ecdsa: invalid public key encoding`],
    [
      'Ed25519 with parameters',
      pkcs8(ed25519, octetString(new Uint8Array(32)), nullValue()),
      `${within.pkcs8}x509: invalid Ed25519 private key parameters`,
    ],
    [
      'Ed25519 of 31 bytes',
      pkcs8(ed25519, octetString(new Uint8Array(31))),
      `${within.pkcs8}x509: invalid Ed25519 private key length: 31`,
    ],
    ['Ed25519 of no octets', pkcs8(ed25519, nullValue()), `${within.pkcs8}x509: invalid Ed25519 private key: asn1: …`],
    [
      'X25519 of 31 bytes',
      pkcs8('1.3.101.110', octetString(new Uint8Array(31))),
      `${within.pkcs8}crypto/ecdh: invalid private key size`,
    ],
    [
      'DSA in PKCS#8',
      pkcs8('1.2.840.10040.4.1', integer(5)),
      `${within.pkcs8}x509: PKCS#8 wrapping contained private key with unknown algorithm: …`,
    ],
    ['DSA of one number', encodePem('DSA PRIVATE KEY', sequence(integer(0))), 'parsing DSA private key from PEM: asn1: …'],
  ])('%s', (_, pem, message) => {
    expect(() => readPrivateKey(pem)).toThrow(new GoError(message));
  });
});

describe('what Go reads', () => {
  test.each([
    ['few digits', Uint8Array.of(5)],
    ['needless zeros', Buffer.concat([new Uint8Array(40), Uint8Array.of(5)])],
  ])('an EC key of %s comes out with as many as the curve has, and with its public key', (_, digits) => {
    const written = createPrivateKey(writePrivateKey(readPrivateKey(ec(1, digits)))).export({ format: 'jwk' });
    expect(Buffer.from(written.d ?? '', 'base64url')).toEqual(Buffer.concat([new Uint8Array(31), Uint8Array.of(5)]));
    expect(writePrivateKey(readPrivateKey(ec(1, digits)))).toHaveLength(227);
  });

  test('a curve named outside of the key', () => {
    const key = readPrivateKey(pkcs8('1.2.840.10045.2.1', sequence(integer(1), octetString(Uint8Array.of(5))), oid(p256)));
    expect(key).toMatchObject({ kind: 'ec', key: { asymmetricKeyDetails: { namedCurve: 'prime256v1' } } });
  });

  test('a DSA key is five numbers', () => {
    const pem = encodePem('DSA PRIVATE KEY', sequence(...[0, 23, 11, 4, 8, 7].map((number) => integer(number))));
    const key = readPrivateKey(pem);
    expect(key).toEqual({ kind: 'dsa', numbers: [23n, 11n, 4n, 8n, 7n] });
    expect(writePrivateKey(key)).toBe(pem);
  });
});

test('a damaged key is an error of Go, if not a key', () => {
  const whole = [pkcs1, sec1, rsa.export({ format: 'der', type: 'pkcs8' })];
  const types = ['RSA PRIVATE KEY', 'EC PRIVATE KEY', 'PRIVATE KEY', 'DSA PRIVATE KEY'];
  fc.assert(
    fc.property(fc.constantFrom(...whole), fc.constantFrom(...types), fc.nat(), fc.nat(255), (bytes, type, at, byte) => {
      const changed = Buffer.from(bytes);
      changed[at % bytes.length] = byte;
      expect(errorOf(() => readPrivateKey(encodePem(type, changed)))).toBeOneOf([undefined, expect.any(GoError)]);
    }),
  );
});

function errorOf(read: () => unknown): unknown {
  try {
    read();
    return undefined;
  } catch (error) {
    return error;
  }
}
