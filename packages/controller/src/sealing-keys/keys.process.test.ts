import { secrets } from '@signet/kube/client';
import type { Secret } from '@signet/kube/client';
import { generateSealingKey, readCertificate } from '@signet/sealing';
import type { GeneratedKey } from '@signet/sealing';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually, startCluster } from '../testing/cluster.ts';
import type { TestCluster } from '../testing/cluster.ts';
import { keyLabel, keySecret } from './key-secret.ts';

// Source of the cases: acceptance checklist of sealed-secrets v0.38, section Keys, and promise 12.

let cluster: TestCluster;
afterEach(async () => cluster.stop());

const place = { namespace: 'kube-system', prefix: 'mykey', labels: {}, annotations: {} };
const hour = 3_600_000;

async function keySecrets(): Promise<Secret[]> {
  const found: Secret[] = [];
  for await (const page of cluster.client.list(secrets, { namespace: 'kube-system' })) found.push(...page.items);
  return found.filter(({ type }) => type === 'kubernetes.io/tls');
}
async function newKey(ageMs: number): Promise<GeneratedKey> {
  return generateSealingKey({ bits: 2048, now: new Date(Date.now() - ageMs) });
}
async function served(): Promise<string> {
  return readCertificate(await (await fetch(`${cluster.controller.url}/v1/cert.pem`)).text()).fingerprint;
}
async function serves(key: GeneratedKey, promise: string): Promise<void> {
  await eventually(served, (fingerprint) => fingerprint === key.id, promise);
}

describe('the first key', () => {
  test('is made, stored and marked; a second start makes no other', async () => {
    cluster = await startCluster({ flags: ['--privatekey-labels=team=a', '--privatekey-annotations=note=b', '--my-cn=signet'] });
    const [key, ...more] = await keySecrets();
    expect(more).toEqual([]);
    expect(key?.metadata).toMatchObject({ labels: { [keyLabel]: 'active', team: 'a' }, annotations: { note: 'b' } });
    expect(key?.metadata.name).toMatch(/^sealed-secrets-key.{5}$/);
    const certificate = readCertificate(Buffer.from(key?.data?.['tls.crt'] ?? '', 'base64'));
    expect(await served()).toBe(certificate.fingerprint);
    await cluster.stopController();
    await cluster.start();
    expect((await keySecrets()).length).toBe(1);
    expect(await served()).toBe(certificate.fingerprint);
  });

  test('promise 12: its certificate is served only once it is stored', async () => {
    cluster = await startCluster();
    await cluster.stopController();
    for (const { metadata } of await keySecrets())
      await cluster.client.delete(secrets, { namespace: 'kube-system', name: metadata.name ?? '' });
    let isRefused = true;
    cluster.sandbox.intercept(({ method, path }) =>
      isRefused && method === 'POST' && path === '/api/v1/namespaces/kube-system/secrets' ? { status: 403 } : undefined,
    );
    const starting = cluster.start();
    await eventually(
      () => cluster.log.some((line) => line.startsWith('could not make a sealing key')),
      (seen) => seen,
      'the create is refused',
    );
    const answer = await fetch(`${cluster.controller.url}/v1/cert.pem`);
    expect([answer.status, await answer.text()]).toEqual([500, 'cannot get certificate\n']);
    expect((await fetch(`${cluster.controller.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${cluster.controller.url}/healthz`)).status).toBe(200);
    isRefused = false;
    await starting;
    expect((await fetch(`${cluster.controller.url}/readyz`)).status).toBe(200);
    expect(await keySecrets()).toHaveLength(1);
  });

  test('of two replicas that start at once only the leader makes one', async () => {
    cluster = await startCluster({ flags: ['--leader-elect'] });
    await cluster.stopController();
    for (const { metadata } of await keySecrets())
      await cluster.client.delete(secrets, { namespace: 'kube-system', name: metadata.name ?? '' });
    const [one, other] = await Promise.all([cluster.start(), cluster.start()]);
    expect(await keySecrets()).toHaveLength(1);
    await Promise.all([one.stop(), other.stop()]);
  });
});

describe('acceptance 15: another key is made', () => {
  const keys = async (count: number): Promise<Secret[]> =>
    eventually(keySecrets, (found) => found.length === count, `there are ${count} keys`);

  test('on demand, and it seals at once; the old one still opens', async () => {
    cluster = await startCluster();
    const old = await cluster.certificate();
    cluster.renewKey();
    await eventually(served, (fingerprint) => fingerprint !== old.fingerprint, 'the new certificate is served');
    await keys(2);
    await cluster.apply({ name: 'old', values: { a: '1' }, certificate: old });
    await eventually(
      async () => cluster.data('old'),
      (data) => data?.['a'] === '1',
      'the old key opens',
    );
  });

  test('on demand, though the API server refuses at first', async () => {
    cluster = await startCluster();
    let refused = 0;
    cluster.sandbox.intercept(({ method, path }) =>
      method === 'POST' && path.endsWith('/kube-system/secrets') && refused++ === 0 ? { status: 503 } : undefined,
    );
    cluster.renewKey();
    await keys(2);
  });

  test('at the start, when the newest is older than the period; and again when that one is', async () => {
    cluster = await startCluster({ flags: ['--key-renew-period=0'] });
    await cluster.stopController();
    await cluster.start('--key-renew-period=3s');
    await keys(3);
    await cluster.stopController();
    await cluster.start();
    await keys(3);
  });

  test('at the start, when the newest is older than the cutoff; a second start makes no other', async () => {
    cluster = await startCluster();
    await cluster.stopController();
    await new Promise((resolve) => setTimeout(resolve, 1100)); // a cutoff counts whole seconds
    const cutoff = `--key-cutoff-time=${new Date().toUTCString().replace('GMT', '+0000')}`;
    await cluster.start(cutoff);
    await keys(2);
    await cluster.stopController();
    await cluster.start(cutoff);
    await cluster.apply({ name: 'later', values: { a: '1' } });
    await eventually(
      async () => cluster.data('later'),
      (data) => data?.['a'] === '1',
      'it works',
    );
    expect(await keySecrets()).toHaveLength(2);
  });

  test('not while the watch is merely behind: the API server is asked first', async () => {
    cluster = await startCluster({ flags: ['--key-renew-period=24h'] });
    await cluster.stopController();
    const [{ metadata }] = (await keySecrets()) as [Secret];
    await cluster.client.delete(secrets, { namespace: 'kube-system', name: metadata.name ?? '' });
    const [old, young] = [await newKey(48 * hour), await newKey(0)];
    await cluster.client.create(secrets, keySecret(old, place));
    let isHidden = true;
    cluster.sandbox.intercept(({ method, query, path }) =>
      isHidden && method === 'GET' && path.endsWith('/kube-system/secrets') && query.get('watch') === null
        ? { delayMs: 300 }
        : undefined,
    );
    const starting = cluster.start();
    await cluster.client.create(secrets, keySecret(young, place));
    await starting;
    isHidden = false;
    await serves(young, 'the young key is found');
    expect(await keySecrets()).toHaveLength(2);
  });
});

describe('the set of keys follows the cluster', () => {
  test('a newer key seals at once, the older still opens; a key that is relabelled opens no longer', async () => {
    cluster = await startCluster();
    const old = await cluster.certificate();
    const key = await newKey(-hour);
    await cluster.client.create(secrets, keySecret(key, place));
    await serves(key, 'the newest certificate');
    await cluster.apply({ name: 'old', values: { a: '1' }, certificate: old });
    await eventually(
      async () => cluster.data('old'),
      (data) => data?.['a'] === '1',
      'the old key opens',
    );

    for (const { metadata } of await keySecrets()) {
      if (metadata.name?.startsWith('mykey')) continue;
      const ref = { namespace: 'kube-system', name: metadata.name ?? '' };
      await cluster.client.patch(secrets, ref, { metadata: { labels: { [keyLabel]: 'compromised' } } }, { type: 'merge' });
    }
    await eventually(
      () => cluster.log.filter((line) => line.includes('"keys":1')).length,
      (count) => count === 2,
      'one key is left',
    );
    await cluster.apply({ name: 'late', values: { a: '1' }, certificate: old });
    const status = await eventually(
      async () => cluster.status('late'),
      (s) => s?.conditions?.[0]?.status === 'False',
      'it opens no longer',
    );
    expect(status?.conditions?.[0]?.message).toBe('no key could decrypt secret (a)');
  });

  test('promise 3: a key that is added later heals what waits for it', async () => {
    cluster = await startCluster();
    const key = await newKey(hour);
    await cluster.apply({ name: 'waits', values: { a: '1' }, certificate: key.certificate });
    await eventually(
      async () => cluster.status('waits'),
      (status) => status?.conditions?.[0]?.status === 'False',
      'it fails',
    );
    const before = await served();
    await cluster.client.create(secrets, keySecret(key, place));
    await eventually(
      async () => cluster.data('waits'),
      (data) => data?.['a'] === '1',
      'it is healed',
    );
    await eventually(
      async () => cluster.status('waits'),
      (status) => status?.conditions?.[0]?.status === 'True',
      'and says so',
    );
    expect(await served()).toBe(before);
  });

  test('an unlabelled Secret named like the prefix is a key too, and prevents a new one (before v0.9)', async () => {
    cluster = await startCluster();
    await cluster.stopController();
    for (const { metadata } of await keySecrets())
      await cluster.client.delete(secrets, { namespace: 'kube-system', name: metadata.name ?? '' });
    const key = await newKey(hour);
    const { metadata: _, ...secret } = keySecret(key, place);
    await cluster.client.create(secrets, { ...secret, metadata: { namespace: 'kube-system', name: 'sealed-secrets-key' } });
    await cluster.start();
    expect(await served()).toBe(key.id);
    expect(await keySecrets()).toHaveLength(1);
  });

  test('broken keys are reported and skipped: no panic, the others work', async () => {
    cluster = await startCluster();
    const before = await served();
    const [mine, other] = [await newKey(-hour), await newKey(-hour)];
    const pair = keySecret(
      { privateKeyPem: mine.privateKeyPem, certificatePem: other.certificatePem },
      { ...place, prefix: 'mismatch' },
    );
    await cluster.client.create(secrets, pair);
    const labels = { [keyLabel]: 'active' };
    const type = 'kubernetes.io/tls';
    const bytes = Buffer.from('not a key').toString('base64');
    const metadata = { namespace: 'kube-system', labels };
    await cluster.client.create(secrets, {
      metadata: { ...metadata, name: 'garbage' },
      type,
      data: { 'tls.key': bytes, 'tls.crt': bytes },
    });
    await cluster.client.create(secrets, {
      metadata: { ...metadata, name: 'empty' },
      type,
      data: { 'tls.key': '', 'tls.crt': '' },
    });
    const reported = (): string[] => cluster.log.filter((line) => line.startsWith('a sealing key cannot be used'));
    await eventually(reported, (lines) => lines.length === 3, 'all three are reported');
    expect(await served()).toBe(before);
    await cluster.stopController();
    await cluster.start();
    expect(await served()).toBe(before);
    await cluster.apply({ name: 'works', values: { a: '1' } });
    await eventually(
      async () => cluster.data('works'),
      (data) => data?.['a'] === '1',
      'the good key works',
    );
  });

  test('--key-order-priority=SecretCreationTimestamp: the Secret created last seals', async () => {
    cluster = await startCluster();
    await cluster.stopController();
    await new Promise((resolve) => setTimeout(resolve, 1100)); // creationTimestamp counts whole seconds
    const key = await newKey(24 * hour);
    await cluster.client.create(secrets, keySecret(key, place));
    await cluster.start();
    expect(await served()).not.toBe(key.id);
    await cluster.stopController();
    await cluster.start('--key-order-priority=SecretCreationTimestamp');
    await serves(key, 'the certificate of the Secret created last');
  });
});

describe('acceptance 24: the certificate endpoint', () => {
  test('exactly one PEM, as the type clients ask for; nothing else is served', async () => {
    cluster = await startCluster();
    const { url, metricsUrl } = cluster.controller;
    const answer = await fetch(`${url}/v1/cert.pem`);
    expect(answer.headers.get('content-type')).toBe('application/x-pem-file');
    expect((await answer.text()).match(/-----BEGIN [A-Z ]+-----/g)).toEqual(['-----BEGIN CERTIFICATE-----']);
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
    expect((await fetch(`${url}/__proto__`)).status).toBe(404);
    expect((await fetch(`${url}/v1/cert.pem`, { method: 'DELETE' })).status).toBe(405);
    const text = await (await fetch(`${metricsUrl}/metrics`)).text();
    expect(text).toContain('sealed_secrets_controller_http_requests_total{path="unknown",method="get",code="404"} 2');
    expect(text).toContain('signet_sealing_keys 1');
  });
});
