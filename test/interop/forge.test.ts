import { generateSealingKey, Keyring, labelOf, openingKey, scopes, seal } from '@signet/sealing';
import type { Binding } from '@signet/sealing';
import forge from 'node-forge';
import { describe, expect, test } from 'vitest';

// node-forge implements RSA, OAEP and GCM in JavaScript: nothing is shared with the WebCrypto that sealing uses.
const { certificate, certificatePem, privateKeyPem } = await generateSealingKey({ bits: 2048 });
const ring = new Keyring([{ key: await openingKey(privateKeyPem), certificate, orderedAt: certificate.notBefore }]);

const binary = (bytes: Uint8Array): string => Buffer.from(bytes).toString('binary');
const oaep = (label: Uint8Array): object => ({
  md: forge.md.sha256.create(),
  mgf1: { md: forge.md.sha256.create() },
  label: binary(label),
});

function forgeOpens(sealed: string, label: Uint8Array): string {
  const item = Buffer.from(sealed, 'base64');
  const end = 2 + item.readUInt16BE(0);
  const wrapped = item.subarray(2, end).toString('binary');
  const sessionKey = forge.pki.privateKeyFromPem(privateKeyPem).decrypt(wrapped, 'RSA-OAEP', oaep(label));
  const decipher = forge.cipher.createDecipher('AES-GCM', sessionKey);
  decipher.start({ iv: '\0'.repeat(12), tag: forge.util.createBuffer(item.subarray(-16).toString('binary')) });
  decipher.update(forge.util.createBuffer(item.subarray(end, -16).toString('binary')));
  expect(decipher.finish()).toBe(true);
  return Buffer.from(decipher.output.getBytes(), 'binary').toString('hex');
}

function forgeSeals(value: Uint8Array, label: Uint8Array): string {
  const sessionKey = forge.random.getBytesSync(32);
  const cipher = forge.cipher.createCipher('AES-GCM', sessionKey);
  cipher.start({ iv: '\0'.repeat(12) });
  cipher.update(forge.util.createBuffer(binary(value)));
  cipher.finish();
  const publicKey = forge.pki.certificateFromPem(certificatePem).publicKey as forge.pki.rsa.PublicKey;
  const wrapped = publicKey.encrypt(sessionKey, 'RSA-OAEP', oaep(label));
  const length = String.fromCodePoint(wrapped.length >> 8, wrapped.length & 255);
  return forge.util.encode64(length + wrapped + cipher.output.getBytes() + cipher.mode.tag.getBytes());
}

const values = [new Uint8Array(), Uint8Array.of(0), Uint8Array.from({ length: 256 }, (_, byte) => byte)];

describe.each(scopes)('%s', (scope) => {
  const binding: Binding = { scope, namespace: 'web', name: 'db' };

  test.each(values)('forge opens what we seal (%#)', async (value) => {
    expect(forgeOpens(await seal(value, certificate, binding), labelOf(binding))).toBe(Buffer.from(value).toString('hex'));
  });

  test.each(values)('we open what forge seals (%#)', async (value) => {
    const { plaintext } = await ring.open(forgeSeals(value, labelOf(binding)), binding);
    expect(Buffer.from(plaintext).toString('hex')).toBe(Buffer.from(value).toString('hex'));
  });
});
