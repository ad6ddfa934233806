import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyPair } from '../test/key-pairs.ts';
import { onlyCodedErrors } from '../test/only-coded-errors.ts';
import { openingKey } from './opening-key.ts';
import { readPrivateKey, verifyPair } from './private-key.ts';

const { privateKeyPem, certificate, id } = await keyPair('a');
const key = createPrivateKey(privateKeyPem);

describe('PKCS#1 and PKCS#8 are the same key', () => {
  const pkcs1 = key.export({ type: 'pkcs1', format: 'der' });
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
  const rows: [string, string | Uint8Array][] = [
    ['PKCS#1 PEM', key.export({ type: 'pkcs1', format: 'pem' })],
    ['PKCS#8 PEM', key.export({ type: 'pkcs8', format: 'pem' })],
    ['PEM as bytes', Buffer.from(privateKeyPem)],
    ['PKCS#1 DER', pkcs1],
    ['PKCS#8 DER', pkcs8],
    ['PEM after a certificate', certificate.pem + privateKeyPem],
  ];
  test.each(rows)('%s', (_, input) => {
    const before = Buffer.from(input);
    const read = readPrivateKey(input);
    expect(read.id).toBe(id);
    expect(Buffer.from(read.pkcs1)).toEqual(pkcs1);
    expect(Buffer.from(read.toPkcs8())).toEqual(pkcs8);
    read.wipe();
    expect(Buffer.from(input)).toEqual(before); // reading and wiping leave the caller's bytes alone
  });
});

describe('refused', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey;
  const block = (label: string, content: string): string => `-----BEGIN ${label}-----\n${content}\n-----END ${label}-----\n`;
  const cipher = { cipher: 'aes-256-cbc', passphrase: 'x' };
  const rows: [string, string | Uint8Array, string][] = [
    ['nothing', '', 'KEY_MISSING'],
    ['a certificate', certificate.pem, 'KEY_MISSING'],
    ['EC, PKCS#8', ec.export({ type: 'pkcs8', format: 'pem' }), 'KEY_NOT_RSA'],
    ['EC, SEC 1', ec.export({ type: 'sec1', format: 'pem' }), 'KEY_NOT_RSA'],
    ['EC, PKCS#8 DER', ec.export({ type: 'pkcs8', format: 'der' }), 'KEY_NOT_RSA'],
    ['EC, SEC 1 DER', ec.export({ type: 'sec1', format: 'der' }), 'KEY_NOT_RSA'],
    ['RSA-PSS', pss.export({ type: 'pkcs8', format: 'pem' }), 'KEY_NOT_RSA'],
    ['encrypted PKCS#8', key.export({ type: 'pkcs8', format: 'pem', ...cipher }), 'KEY_UNREADABLE'],
    ['encrypted PKCS#1', key.export({ type: 'pkcs1', format: 'pem', ...cipher }), 'KEY_UNREADABLE'],
    ['broken base64', block('RSA PRIVATE KEY', '!'), 'KEY_UNREADABLE'],
    ['half a key', key.export({ type: 'pkcs1', format: 'der' }).subarray(0, 300), 'KEY_UNREADABLE'],
    [
      'PKCS#8 under the name of PKCS#1',
      block('RSA PRIVATE KEY', key.export({ type: 'pkcs8', format: 'der' }).toString('base64')),
      'KEY_UNREADABLE',
    ],
  ];
  test.each(rows)('%s', (_, input, code) => {
    expect(() => readPrivateKey(input)).toThrow(expect.objectContaining({ code: `SIGNET_SEAL_${code}` }));
  });
  test('in the words people search for', () => {
    expect(() => readPrivateKey(ec.export({ type: 'sec1', format: 'pem' }))).toThrow(/^private key is not an RSA key$/);
  });
});

test('a certificate is held to its key', async () => {
  const other = await keyPair('b');
  expect(() => verifyPair(certificate, privateKeyPem)).not.toThrow();
  expect(() => verifyPair(other.certificate, privateKeyPem)).toThrow(
    expect.objectContaining({
      code: 'SIGNET_SEAL_KEY_MISMATCH',
      message: `the certificate does not belong to the private key: ${other.id} is not ${id}`,
    }),
  );
});

test('a key shows its fingerprint and nothing else', () => {
  const read = readPrivateKey(privateKeyPem);
  expect(JSON.stringify({ read })).toBe(JSON.stringify({ read: { id } }));
  expect(inspect(read, { depth: 9, showHidden: true })).toBe(`PrivateKey(${id})`);
});

test('a damaged key is noticed when it is loaded, not when it is needed', async () => {
  const parts = key.export({ format: 'jwk' });
  // Both ways to decrypt are broken: through the primes, and through the exponent that OpenSSL falls back to.
  const wrong = createPrivateKey({ format: 'jwk', key: { ...parts, dp: parts.dq, d: parts.n } as typeof parts });
  await expect(openingKey(wrong.export({ type: 'pkcs1', format: 'pem' }).toString())).rejects.toThrow(
    expect.objectContaining({ code: 'SIGNET_SEAL_KEY_UNREADABLE' }),
  );
});

test('whatever is done to its bytes, reading gives a key or a coded error', () => {
  const der = key.export({ type: 'pkcs8', format: 'der' });
  const changes = fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(changes, (bytes) => {
      const mutated = Uint8Array.from(der);
      for (const [at, byte] of bytes) mutated[at] = byte;
      return onlyCodedErrors(() => readPrivateKey(mutated));
    }),
    { numRuns: 1000 },
  );
});
