import type { KubeObject, Secret } from '@signet/kube/client';
import { secrets } from '@signet/kube/client';
import { sealedSecretKind } from '@signet/api';
import { generateSealingKey, readCertificate } from '@signet/sealing';
import { afterEach, expect, test } from 'vitest';
import { keyLabel, keySecret } from '../sealing-keys/key-secret.ts';
import { eventually, startCluster } from '../testing/cluster.ts';
import type { TestCluster } from '../testing/cluster.ts';

// What somebody may try who can create SealedSecrets and nothing else, promises 8 and 10.

let cluster: TestCluster;
afterEach(async () => cluster.stop());

async function served(): Promise<string> {
  return readCertificate(await (await fetch(`${cluster.controller.url}/v1/cert.pem`)).text()).fingerprint;
}

async function refused(name: string, namespace: string): Promise<string> {
  const ask = async (): Promise<string | undefined> => {
    const first = (await cluster.status(name, namespace))?.conditions?.[0];
    return first?.status === 'False' ? `${first.reason}: ${first.message}` : undefined;
  };
  return (await eventually(ask, (seen) => seen !== undefined, `${namespace}/${name} is refused`)) ?? '';
}

/** A key pair of the attacker, newer than any other: were it loaded, everybody would seal for the attacker. */
async function attackersKey(): Promise<Record<string, string>> {
  const pair = await generateSealingKey({ bits: 2048, now: new Date(Date.now() + 3_600_000) });
  return { 'tls.key': pair.privateKeyPem, 'tls.crt': pair.certificatePem };
}

test.each([
  ['by its label', 'mine', { metadata: { labels: { [keyLabel]: 'active' } } }],
  ['by its name, as before v0.9', 'sealed-secrets-key', {}],
])('no SealedSecret makes a sealing key, %s', async (_, name, marks) => {
  cluster = await startCluster();
  const before = await served();
  const values = await attackersKey();
  const template = { ...marks, type: 'kubernetes.io/tls' };
  await cluster.apply({ name, namespace: 'kube-system', values, template });
  expect(await refused(name, 'kube-system')).toMatch(/^SealingKey: .*sealing key/);
  expect(await cluster.secret(name, 'kube-system')).toBeUndefined();
  expect(await served()).toBe(before);

  // Elsewhere the label and the name mean nothing: keys are read in the controller's own namespace only.
  await cluster.apply({ name, namespace: 'web', values, template });
  await eventually(
    async () => cluster.secret(name, 'web'),
    (secret) => secret !== undefined,
    'it is a Secret like any other',
  );
});

test('no SealedSecret changes a sealing key, whatever allows it to write a Secret', async () => {
  cluster = await startCluster();
  const pair = await generateSealingKey({ bits: 2048, now: new Date(0) });
  const annotations = { 'sealedsecrets.bitnami.com/managed': 'true' };
  const stored = await cluster.client.create<Secret>(
    secrets,
    keySecret(pair, { namespace: 'kube-system', prefix: 'mykey', labels: {}, annotations }),
  );
  const name = stored.metadata.name ?? '';
  await cluster.apply({
    name,
    namespace: 'kube-system',
    values: { 'tls.key': '1', 'tls.crt': '1' },
    template: { type: 'kubernetes.io/tls' },
  });
  expect(await refused(name, 'kube-system')).toMatch(/^SealingKey: /);
  expect((await cluster.secret(name, 'kube-system'))?.data).toEqual(stored.data);
});

const rubbish = (items: number): KubeObject => ({
  apiVersion: 'bitnami.com/v1alpha1',
  kind: 'SealedSecret',
  metadata: { name: 'rubbish', namespace: 'web' },
  // The least that costs a private-key operation: a wrapped key of one byte, and a tag.
  spec: { encryptedData: Object.fromEntries(Array.from({ length: items }, (_, at) => [`k${at}`, `AAEB${'A'.repeat(24)}`])) },
});

test('a document of many items that do not open costs little, and says so in few words', async () => {
  cluster = await startCluster();
  await cluster.client.create(sealedSecretKind, rubbish(10_000));
  const message = await refused('rubbish', 'web');
  expect(message).toMatch(/^CannotOpen: no key could decrypt secret \(k0, /);
  expect(message).toMatch(/not tried/);
  expect(message.length).toBeLessThan(5000);
  expect(cluster.controller.privateOperations()).toBeLessThan(1000);
});

test('a document of many items that are not text is told in few words too', async () => {
  cluster = await startCluster();
  const object = rubbish(0);
  const items = Object.fromEntries(Array.from({ length: 60_000 }, (_, at) => [`key-${at}`, at]));
  await cluster.client.create(sealedSecretKind, { ...object, spec: { encryptedData: items } });
  expect((await refused('rubbish', 'web')).length).toBeLessThan(5000);
});
