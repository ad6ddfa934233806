import { createPrivateKey, X509Certificate } from 'node:crypto';
import { inspect } from 'node:util';
import forge from 'node-forge';
import { describe, expect, test } from 'vitest';
import { keyPair } from '../test/key-pairs.ts';
import { buildCertificate } from './certificate-builder.ts';
import { readCertificate } from './certificate.ts';
import { generateSealingKey } from './generate.ts';
import { openingKey } from './opening-key.ts';
import { verifyPair } from './private-key.ts';

const now = new Date('2026-07-01T12:00:00.700Z');
const plain = await generateSealingKey({ bits: 2048, now });

test('acceptance 13: what was generated is what is read back', async () => {
  expect(plain.privateKeyPem).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
  expect(readCertificate(plain.certificatePem).fingerprint).toBe(plain.id);
  expect((await openingKey(plain.privateKeyPem)).id).toBe(plain.id);
  expect(() => verifyPair(plain.certificate, plain.privateKeyPem)).not.toThrow();
  expect(new X509Certificate(plain.certificatePem).checkPrivateKey(createPrivateKey(plain.privateKeyPem))).toBe(true);
});

test('it is self-signed and valid for ten years of 365 days', () => {
  const certificate = new X509Certificate(plain.certificatePem);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.validFromDate).toEqual(new Date('2026-07-01T12:00:00Z'));
  expect(certificate.validToDate).toEqual(new Date('2036-06-28T12:00:00Z'));
  expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ modulusLength: 2048, publicExponent: 65_537n });
});

/** As an independent reader sees them: OID, critical, and the content in hex. */
function extensionsOf(pem: string): unknown[] {
  const extensions: { id: string; critical: boolean; value: string }[] = forge.pki.certificateFromPem(pem).extensions;
  return extensions.map(({ id, critical, value }) => [id, critical, forge.util.bytesToHex(value)]);
}

test('key usage is encipherOnly, basic constraints CA:TRUE, and there is a subject key identifier', () => {
  expect(extensionsOf(plain.certificatePem)).toEqual([
    ['2.5.29.15', true, '03020001'],
    ['2.5.29.19', true, '30030101ff'],
    ['2.5.29.14', false, expect.stringMatching(/^0414[0-9a-f]{40}$/)],
  ]);
});

test('subject and issuer are empty, or the common name alone', async () => {
  const bare = new X509Certificate(plain.certificatePem);
  expect([bare.subject ?? '', bare.issuer ?? '']).toEqual(['', '']);
  const { certificatePem } = await keyPair('Sealing for "prod", Zürich');
  const named = forge.pki.certificateFromPem(certificatePem);
  const names = [named.subject, named.issuer].map(({ attributes }) => attributes.map(({ shortName, value }) => [shortName, value]));
  const expected = [['CN', Buffer.from('Sealing for "prod", Zürich').toString('latin1')]];
  expect(names).toEqual([expected, expected]);
});

test('serials are random, positive and below 2^128', async () => {
  const other = await keyPair('a');
  const serials = [plain, other].map(({ certificatePem }) => BigInt(`0x${new X509Certificate(certificatePem).serialNumber}`));
  expect(new Set(serials).size).toBe(2);
  for (const serial of serials) expect(serial > 0n && serial < 1n << 128n).toBe(true);
});

describe('a serial with high or zero leading bits stays what it is', () => {
  test.each(['ff00', '0001', '00ff01'])('%s', async (serial) => {
    const content = {
      rsa: plain.certificate.rsa,
      commonName: '',
      notBefore: now,
      notAfter: now,
      serial: Buffer.from(serial, 'hex'),
    };
    const der = await buildCertificate(content, () => Promise.resolve(new Uint8Array(256)));
    expect(BigInt(`0x${new X509Certificate(der).serialNumber}`)).toBe(BigInt(`0x${serial}`));
  });
});

test('a generated key shows no private part', () => {
  const shown = [
    JSON.stringify(plain),
    inspect(plain, { depth: 9, showHidden: true }),
    JSON.stringify(Object.entries(plain)),
  ].join();
  expect(shown).toContain(plain.id);
  expect(shown).not.toMatch(/PRIVATE/);
});

describe('refused', () => {
  const rows = [
    [{ bits: 1024 }, 'KEY_SIZE'],
    [{ bits: 2049 }, 'KEY_SIZE'],
    [{ bits: 16_384 }, 'KEY_SIZE'],
    [{ bits: Number.NaN }, 'KEY_SIZE'],
    [{ bits: 2048, validForMs: 0 }, 'VALIDITY'],
    [{ bits: 2048, validForMs: Number.NaN }, 'VALIDITY'],
    [{ bits: 2048, validForMs: Number.MAX_VALUE }, 'VALIDITY'],
    [{ bits: 2048, now: new Date('1900-01-01') }, 'VALIDITY'],
  ] as const;
  test.each(rows)('%j', async (options, code) => {
    await expect(generateSealingKey(options)).rejects.toThrow(expect.objectContaining({ code: `SIGNET_SEAL_${code}` }));
  });
});
