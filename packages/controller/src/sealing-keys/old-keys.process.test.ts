import { secrets } from '@signet/kube/client';
import { generateSealingKey, readCertificate } from '@signet/sealing';
import type { SealingCertificate } from '@signet/sealing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually, startCluster } from '../testing/cluster.ts';
import type { TestCluster } from '../testing/cluster.ts';
import { keySecret } from './key-secret.ts';

// A cluster some years old. What sixty keys cost one object is in sealed-secret/unseal.test.ts; here are twelve, all real.

let cluster: TestCluster;
let oldest: SealingCertificate;
const day = 86_400_000;

beforeEach(async () => {
  cluster = await startCluster();
  const pairs = await Promise.all(
    Array.from({ length: 11 }, async (_, at) =>
      generateSealingKey({ bits: 2048, now: new Date(Date.now() - (at + 1) * 30 * day) }),
    ),
  );
  oldest = readCertificate(pairs.at(-1)?.certificatePem ?? '');
  const place = { namespace: 'kube-system', prefix: 'sealed-secrets-key', labels: {}, annotations: {} };
  for (const pair of pairs) await cluster.client.create(secrets, keySecret(pair, place));
  await eventually(
    async () => metric('signet_sealing_keys'),
    (keys) => keys === 12,
    'all keys are loaded',
  );
});
afterEach(async () => cluster.stop());

async function metric(name: string): Promise<number | undefined> {
  const text = await (await fetch(`${cluster.controller.metricsUrl}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length));
}
async function synced(name: string): Promise<void> {
  await eventually(
    async () => (await cluster.status(name))?.conditions?.[0]?.status,
    (status) => status === 'True',
    `${name} is synced`,
  );
}

test('settled objects cost nothing, a new one costs one private-key operation, and an old one too, also after a restart', async () => {
  await cluster.apply({ name: 'new', values: { a: '1' } });
  await synced('new');
  expect(cluster.controller.privateOperations()).toBe(1);
  await cluster.apply({ name: 'old', values: { a: '1' }, certificate: oldest });
  await synced('old');
  expect(cluster.controller.privateOperations()).toBe(13); // its key is the last of twelve
  expect((await cluster.status('old'))?.produced?.keys).toEqual([oldest.fingerprint]);

  await cluster.stopController();
  await cluster.start();
  await eventually(
    async () => metric('sealed_secrets_controller_unseal_requests_total'),
    (count) => (count ?? 0) >= 2,
    'both were looked at',
  );
  expect(cluster.controller.privateOperations()).toBe(0);

  await cluster.client.patch(secrets, { namespace: 'web', name: 'old' }, { data: { a: 'AAAA' } }, { type: 'merge' });
  await eventually(
    async () => cluster.data('old'),
    (data) => data?.['a'] === '1',
    'the edit is mended',
  );
  expect(cluster.controller.privateOperations()).toBe(1);
});

test('the metrics tell which key is still needed', async () => {
  await cluster.apply({ name: 'old', values: { a: '1' }, certificate: oldest });
  await cluster.apply({ name: 'older', values: { a: '1', b: '2' }, certificate: oldest });
  await Promise.all([synced('old'), synced('older')]);
  const label = oldest.fingerprint.slice(0, 19); // "SHA256:" and twelve characters
  await eventually(
    async () => metric(`signet_sealing_key_objects{key="${label}"}`),
    (count) => count === 2,
    'two objects need the oldest key',
  );
  expect(await metric('signet_sealing_key_objects{key="unknown"}')).toBe(0);
});
