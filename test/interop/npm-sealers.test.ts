import { encryptSecretItem } from '@linode/kubeseal-encrypt';
import { generateSealingKey, Keyring, labelOf, openingKey, scopes, seal } from '@signet/sealing';
import type { Binding, Scope } from '@signet/sealing';
import socialgouv from '@socialgouv/aes-gcm-rsa-oaep';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';

const { certificate, certificatePem, privateKeyPem } = await generateSealingKey({ bits: 2048 });
const ring = new Keyring([{ key: await openingKey(privateKeyPem), certificate, orderedAt: certificate.notBefore }]);
const place = { namespace: 'web', name: 'db' } as const;
const values = ['hunter2', '', 'line\nline\n', 'ü ✓ 秘密', 'x'.repeat(10_000)];
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe.each(scopes)('@socialgouv/aes-gcm-rsa-oaep, %s', (scope) => {
  const binding: Binding = { scope, ...place };
  const theirScope = { strict: 'strict', 'namespace-wide': 'namespace', 'cluster-wide': 'cluster' } as const satisfies Record<
    Scope,
    string
  >;

  test.each(values)('ours opens theirs (%#)', async (value) => {
    const sealed = await socialgouv.encryptValue({ pemKey: certificatePem, scope: theirScope[scope], ...place, value });
    expect(text((await ring.open(sealed, binding)).plaintext)).toBe(value);
  });

  test.each(values)('theirs opens ours (%#)', async (value) => {
    const pkcs8 = createPrivateKey(privateKeyPem).export({ type: 'pkcs8', format: 'der' });
    const key = await crypto.subtle.importKey('pkcs8', pkcs8, { name: 'RSA-OAEP', hash: 'SHA-256' }, false, ['decrypt']);
    const sealed = Uint8Array.from(Buffer.from(await seal(new TextEncoder().encode(value), certificate, binding), 'base64'));
    expect(await socialgouv.HybridDecrypt(key, sealed.buffer, Uint8Array.from(labelOf(binding)).buffer)).toBe(value);
  });
});

describe('@linode/kubeseal-encrypt', () => {
  const publicKeyPem = createPublicKey(certificatePem).export({ type: 'spki', format: 'pem' }).toString();

  test.each(values.filter((value) => value !== '') /* it refuses empty values */)('ours opens theirs (%#)', async (value) => {
    const sealed = await encryptSecretItem(publicKeyPem, place.namespace, value);
    expect(text((await ring.open(sealed, { scope: 'namespace-wide', ...place })).plaintext)).toBe(value);
    await expect(ring.open(sealed, { scope: 'strict', ...place })).rejects.toThrow('no key could decrypt secret');
  });
});
