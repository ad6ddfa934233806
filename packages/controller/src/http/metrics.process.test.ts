import { readFile } from 'node:fs/promises';
import { sealedSecretKind } from '@signet/api';
import { secrets } from '@signet/kube/client';
import { generateSealingKey } from '@signet/sealing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keySecret } from '../sealing-keys/key-secret.ts';
import { eventually, startCluster } from '../testing/cluster.ts';
import type { TestCluster } from '../testing/cluster.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(async () => cluster.stop());

const scrape = async (): Promise<string> => (await fetch(`${cluster.controller.metricsUrl}/metrics`)).text();
async function shows(line: string): Promise<void> {
  await eventually(
    async () => (await scrape()).split('\n').filter((one) => one.startsWith(line.slice(0, line.lastIndexOf(' ')))),
    (lines) => lines.includes(line),
    line,
  );
}

// Names: sealed-secrets v0.38 under sealed_secrets_controller_, client-go for the queue, ours under signet_.
test('the reference lists every metric that is there, and no other', async () => {
  const text = await scrape();
  const reference = await readFile(new URL('../../../../docs/reference/metrics.md', import.meta.url), 'utf8');
  const listed = reference.split('\n').flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([a-z_]+)`/g)]);
  const present = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
  expect(present.toSorted()).toEqual(listed.map(([, name]) => name).toSorted());
  const caches = [...text.matchAll(/^signet_watch_last_event_age_seconds\{cache="([a-z-]+)"\} \d/gm)].map(([, cache]) => cache);
  expect(caches.toSorted()).toEqual(['sealedsecrets', 'sealing-keys', 'secrets']);
});

test('a key that was made counts as a renewal', async () => {
  await shows('signet_sealing_key_renewals_total 1');
  cluster.renewKey();
  await shows('signet_sealing_key_renewals_total 2');
});

test('an object is out of date while it fails, and not once it is mended or gone', async () => {
  await cluster.apply({ name: 'late', values: { a: '1' }, template: { data: { b: '{{ .a' } } });
  await shows('signet_objects_out_of_date 1');
  const counts = /^signet_template_failures_total\{namespace="web"\} [1-9]/m;
  await eventually(scrape, (text) => counts.test(text), 'the failing template is counted');
  expect(await scrape()).toMatch(/^signet_object_out_of_date_seconds\{namespace="web",name="late"\} \d/m);
  await cluster.apply({ name: 'late', values: { a: '1' }, template: { data: { b: '{{ .a }}' } } });
  await shows('signet_objects_out_of_date 0');
  await cluster.apply({ name: 'late', values: { a: '1' }, template: { data: { b: '{{ .a' } } });
  await shows('signet_objects_out_of_date 1');
  await cluster.client.delete(sealedSecretKind, { namespace: 'web', name: 'late' });
  await shows('signet_objects_out_of_date 0');
  await eventually(scrape, (text) => !text.includes('name="late"'), 'nothing names an object that is gone');
});

test('a sealing key that belongs to a SealedSecret is told in the log and in a metric, once', async () => {
  const pair = await generateSealingKey({ bits: 2048, now: new Date(0) });
  const secret = keySecret(pair, { namespace: 'kube-system', prefix: 'smuggled', labels: {}, annotations: {} });
  // The controller makes no such Secret any more; one may be left from before.
  const { metadata } = await cluster.apply({ name: 'smuggler', namespace: 'kube-system', values: { a: '1' } });
  const owner = {
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    name: 'smuggler',
    uid: metadata.uid ?? '',
    controller: true,
  };
  const stored = await cluster.client.create(secrets, { ...secret, metadata: { ...secret.metadata, ownerReferences: [owner] } });
  await shows('signet_suspicious_key_secrets 1');
  const warnings = (): string[] => cluster.log.filter((line) => line.startsWith('a sealing key belongs to a SealedSecret'));
  expect(warnings()).toHaveLength(1);
  expect(warnings()[0]).toContain(stored.metadata.name);
  await cluster.client.delete(secrets, { namespace: 'kube-system', name: stored.metadata.name ?? '' });
  await shows('signet_suspicious_key_secrets 0');
});

test('a labelled Secret that is no key is counted as broken', async () => {
  const label = { 'sealedsecrets.bitnami.com/sealed-secrets-key': 'active' };
  await cluster.client.create(secrets, { metadata: { namespace: 'kube-system', name: 'broken', labels: label }, data: {} });
  await shows('signet_broken_key_secrets 1');
  await cluster.client.delete(secrets, { namespace: 'kube-system', name: 'broken' });
  await shows('signet_broken_key_secrets 0');
});
