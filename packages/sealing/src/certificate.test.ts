import { readFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyPair } from '../test/key-pairs.ts';
import { onlyCodedErrors } from '../test/only-coded-errors.ts';
import { buildCertificate } from './certificate-builder.ts';
import { readCertificate } from './certificate.ts';

const testdata = (file: string): Buffer => readFileSync(new URL(`../testdata/${file}`, import.meta.url));
const expired = testdata('rsa-expired.crt');

test('a certificate of another maker: dates, size, fingerprint', () => {
  const certificate = readCertificate(expired);
  expect(certificate.notBefore).toEqual(new Date('2020-01-01T00:00:00Z'));
  expect(certificate.notAfter).toEqual(new Date('2021-01-02T00:00:00Z'));
  expect(certificate.modulusBits).toBe(2048);
  // As printed by: openssl x509 -pubkey | ssh-keygen -i -m PKCS8 -f /dev/stdin | ssh-keygen -lf -
  expect(certificate.fingerprint).toBe('SHA256:kAzy/afGDdSzIeVy9AzPxLjepkWvFVz1dZHyKQ9zJ4w');
});

test('PEM and DER, texts and bytes are read alike, and the certificate is given out as PEM', async () => {
  const pem = expired.toString();
  const fromPem = readCertificate(pem);
  expect(fromPem.pem).toBe(pem);
  expect(readCertificate(new X509Certificate(pem).raw).pem).toBe(pem);
  expect(readCertificate(`bag attributes\n${pem.replaceAll('\n', '\r\n')}trailer`).fingerprint).toBe(fromPem.fingerprint);
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', await fromPem.publicKey));
  expect(Buffer.from(spki)).toEqual(new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' }));
});

test('of several certificates the first counts', async () => {
  const own = await keyPair('first');
  expect(readCertificate(own.certificatePem + expired.toString()).fingerprint).toBe(own.id);
  expect(readCertificate(own.privateKeyPem + own.certificatePem).fingerprint).toBe(own.id);
});

test('the centuries of two-digit years: 1950 to 2049, and four digits from 2050', async () => {
  const { generateSealingKey } = await import('./generate.ts');
  const at = async (now: string, validForMs: number): Promise<string[]> => {
    const { certificate } = await generateSealingKey({ bits: 2048, now: new Date(now), validForMs });
    return [certificate.notBefore.toISOString(), certificate.notAfter.toISOString()];
  };
  expect(await at('2049-12-31T23:59:58.999Z', 2000)).toEqual(['2049-12-31T23:59:58.000Z', '2050-01-01T00:00:00.000Z']);
  expect(await at('1950-01-01T00:00:00Z', 1000)).toEqual(['1950-01-01T00:00:00.000Z', '1950-01-01T00:00:01.000Z']);
});

describe('refused', () => {
  const der = new X509Certificate(expired).raw;
  const block = (content: string): string => `-----BEGIN CERTIFICATE-----\n${content}\n-----END CERTIFICATE-----\n`;
  const rows = [
    ['nothing', '', 'CERT_MISSING', 'data does not contain any valid RSA or ECDSA certificates'],
    ['a text without blocks', 'hello', 'CERT_MISSING', /./],
    ['another block', expired.toString().replaceAll('CERTIFICATE', 'PUBLIC KEY'), 'CERT_MISSING', /./],
    ['an EC certificate', testdata('ec.crt'), 'CERT_NOT_RSA', 'expected RSA public key but found an EC key'],
    ['an Ed25519 certificate', testdata('ed25519.crt'), 'CERT_NOT_RSA', 'expected RSA public key but found an Ed25519 key'],
    ['broken base64', block('A!=='), 'CERT_UNREADABLE', 'the certificate cannot be read: illegal base64 data at input byte 1'],
    ['an empty block', block(''), 'CERT_UNREADABLE', /./],
    ['half a certificate', der.subarray(0, 400), 'CERT_UNREADABLE', /./],
    ['more than a certificate', Buffer.concat([der, Buffer.of(0)]), 'CERT_UNREADABLE', /./],
  ] as const;
  test.each(rows)('%s', (_, input, code, message) => {
    expect(() => readCertificate(input)).toThrow(
      expect.objectContaining({ code: `SIGNET_SEAL_${code}`, message: expect.stringMatching(message) }),
    );
  });
});

test('whatever is done to its bytes, reading gives a certificate or a coded error', () => {
  const der = new X509Certificate(expired).raw;
  const changes = fc.array(fc.tuple(fc.nat(der.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(changes, (bytes) => {
      const mutated = Uint8Array.from(der);
      for (const [at, byte] of bytes) mutated[at] = byte;
      return onlyCodedErrors(() => readCertificate(mutated));
    }),
    { numRuns: 2000 },
  );
});

describe('numbers that are no usable key are refused', () => {
  const now = new Date('2026-01-01');
  const odd = new Uint8Array(256).fill(0xff);
  const rows: [string, Uint8Array, number, string][] = [
    ['512 bits', odd.subarray(0, 64), 3, 'an RSA key below 1024 bits'],
    ['no modulus', new Uint8Array(256), 3, 'an RSA key below 1024 bits'],
    ['an even modulus', Uint8Array.of(...odd, 0xfe), 3, 'numbers that are no RSA key'],
    ['exponent 0', odd, 0, 'numbers that are no RSA key'],
    ['exponent 1, which would leave the session key in the clear', odd, 1, 'numbers that are no RSA key'],
    ['exponent 2', odd, 2, 'numbers that are no RSA key'],
  ];
  test.each(rows)('%s', async (_, modulus, exponent, because) => {
    const rsa = { modulus, exponent: Uint8Array.of(exponent) };
    const content = { rsa, commonName: '', notBefore: now, notAfter: now, serial: Uint8Array.of(1) };
    const der = await buildCertificate(content, () => Promise.resolve(new Uint8Array(256)));
    expect(() => readCertificate(der)).toThrow(
      expect.objectContaining({ code: 'SIGNET_SEAL_CERT_UNREADABLE', message: `the certificate cannot be read: ${because}` }),
    );
  });
});
