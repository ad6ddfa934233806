import { generateSealingKey, Keyring, openingKey, seal } from '@signet/sealing';
import { beforeAll, describe, expect, test } from 'vitest';
import { sealedWith } from '../testing/objects.ts';
import { unsealLegacy } from './legacy.ts';

const place = { scope: 'strict', namespace: 'web', name: 'db' } as const;
let keyring: Keyring;
let sealed: (plaintext: string) => Promise<string>;
beforeAll(async () => {
  const { privateKeyPem, certificate } = await generateSealingKey({ bits: 2048 });
  keyring = new Keyring([{ key: await openingKey(privateKeyPem), certificate, orderedAt: certificate.notBefore }]);
  sealed = async (plaintext) => seal(new TextEncoder().encode(plaintext), certificate, place);
});

const unseal = async (data: string): ReturnType<typeof unsealLegacy> =>
  unsealLegacy(sealedWith({ data, encryptedData: {} }), keyring);

describe('a whole Secret sealed before v0.7', () => {
  test('gives its values, and the rest of it as a template', async () => {
    const secret = {
      kind: 'Secret',
      apiVersion: 'v1',
      metadata: {
        name: 'other',
        namespace: 'elsewhere',
        creationTimestamp: null,
        labels: { app: 'x' },
        annotations: { note: 'y' },
      },
      data: { password: 'aHVudGVyMg==', empty: '' },
      type: 'kubernetes.io/basic-auth',
    };
    const { values, failures, template } = await unseal(await sealed(JSON.stringify(secret)));
    expect(failures).toEqual([]);
    expect([...values].map(([key, value]) => [key, Buffer.from(value).toString()])).toEqual([
      ['password', 'hunter2'],
      ['empty', ''],
    ]);
    expect(template).toMatchObject({ metadata: { labels: { app: 'x' }, annotations: { note: 'y' } }, type: secret.type });
    expect(template?.data).toBeUndefined();
  });

  test.each(['', 'hunter2', '[]', '7', 'null', '{"data":{"a":7}}', '{"data":"x"}', '\ufffe{'])(
    'what is no Secret (%j) is told without its text',
    async (plaintext) => {
      const { values, failures } = await unseal(await sealed(plaintext));
      expect(values.size).toBe(0);
      expect(failures).toEqual([{ key: 'spec.data', message: 'the item holds no Secret in JSON' }]);
    },
  );

  test('a Secret without data is an empty one', async () => {
    expect(await unseal(await sealed('{"metadata":{}}'))).toMatchObject({ failures: [], values: new Map() });
    expect(await unseal(await sealed('{"data":null}'))).toMatchObject({ failures: [] });
  });

  test.each([
    ['', 'no key could decrypt secret', 'a sealed item of 0 bytes is too short: its parts need 18'],
    ['AgA=', 'no key could decrypt secret', 'a sealed item of 2 bytes is too short: its parts need 530'], // 2 + 512 + 16
    ['!', 'illegal base64 data at input byte 0', undefined],
  ])('%j does not open, and why', async (data, message, hint) => {
    expect((await unseal(data)).failures).toEqual([{ key: 'spec.data', message, ...(hint !== undefined && { hint }) }]);
  });

  test('one of another scope is told as such', async () => {
    const { newest } = keyring;
    const data = newest && (await seal(new TextEncoder().encode('{}'), newest.certificate, { ...place, scope: 'cluster-wide' }));
    expect((await unseal(data ?? '')).failures).toMatchObject([{ hint: expect.stringContaining('scope "cluster-wide"') }]);
  });
});
