import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { Secret } from '@signet/kube/client';
import { leases, secrets } from '@signet/kube/client';
import { generateSealingKey } from '@signet/sealing';
import { describe, expect, test } from 'vitest';
import { until } from '../../control-plane/until.ts';
import { chartFolder, release, useCluster } from './cluster.ts';

const label = 'sealedsecrets.bitnami.com/sealed-secrets-key';
const hour = 3_600_000;
const { namespace, fullname } = release;

const cluster = useCluster({
  values: ['privateKeyLabels.team=platform', 'privateKeyAnnotations.backup\\.example\\.com/policy=daily'],
});

async function keySecrets(): Promise<Secret[]> {
  const found: Secret[] = [];
  for await (const page of cluster().plane.admin.list(secrets, { namespace, labelSelector: `${label}=active` }))
    found.push(...page.items);
  return found;
}

/** The certificate as every user gets it. */
const served = (): Promise<string> => cluster().run('signet', ['cert', 'fetch']);

/** Waits until every replica serves this certificate. */
async function allServe(pem: string): Promise<void> {
  await until('every replica serves the certificate', async () => {
    const answers = await Promise.all(
      cluster().node.pods.map(async ({ ip }) => (await fetch(`http://${ip}:8080/v1/cert.pem`)).text()),
    );
    return answers.length > 0 && answers.every((answer) => answer.trim() === pem.trim());
  });
}

async function scale(replicas: number): Promise<void> {
  await cluster().kubectl('-n', namespace, 'scale', `deployment/${fullname}`, `--replicas=${replicas}`);
  if (replicas > 0) await cluster().kubectl('-n', namespace, 'rollout', 'status', `deployment/${fullname}`, '--timeout=60s');
  await until(`${replicas} replicas run`, () => cluster().node.pods.length === replicas);
}

async function addKey(validFrom: Date, options: { name: string; labelled: boolean }): Promise<string> {
  const { privateKeyPem, certificatePem } = await generateSealingKey({ bits: 2048, now: validFrom });
  await cluster().plane.admin.create(secrets, {
    metadata: { namespace, name: options.name, ...(options.labelled && { labels: { [label]: 'active' } }) },
    type: 'kubernetes.io/tls',
    data: { 'tls.key': Buffer.from(privateKeyPem).toString('base64'), 'tls.crt': Buffer.from(certificatePem).toString('base64') },
  });
  return certificatePem;
}

describe('sealing keys', () => {
  test('acceptance 14: acceptance 17: the first start creates one key: in the release namespace, named, labelled and annotated as told', async () => {
    const [key, ...others] = await keySecrets();
    expect(others, 'keys of other replicas').toEqual([]);
    expect(key?.metadata.generateName).toBe('sealed-secrets-key');
    expect(key?.metadata.name).toMatch(/^sealed-secrets-key[a-z0-9]{5}$/);
    expect(key?.type).toBe('kubernetes.io/tls');
    expect(key?.metadata.labels).toEqual({ [label]: 'active', team: 'platform' });
    expect(key?.metadata.annotations).toEqual({ 'backup.example.com/policy': 'daily' });
  });

  test('acceptance 13: acceptance 19: acceptance 24: what is served is one certificate, the stored one, and it belongs to the stored private key', async () => {
    const [key] = await keySecrets();
    const stored = Buffer.from(key?.data?.['tls.crt'] ?? '', 'base64').toString();
    const pem = await served();
    expect(pem.match(/-----BEGIN [A-Z ]+-----/g)).toEqual(['-----BEGIN CERTIFICATE-----']);
    expect(pem).toBe(stored);
    const privateKey = createPrivateKey(Buffer.from(key?.data?.['tls.key'] ?? '', 'base64'));
    const spki = { type: 'spki', format: 'pem' } as const;
    expect(new X509Certificate(pem).publicKey.export(spki)).toBe(createPublicKey(privateKey).export(spki));
  });

  test('acceptance 14: a second start lists the key that is there, and what was sealed for it still opens', async () => {
    const before = await keySecrets();
    const sealed = await cluster().seal({ name: 'before', namespace: 'default', values: { a: '1' } });
    await scale(0);
    await cluster().apply(sealed);
    await scale(2);
    await cluster().synced('default', 'before', 'True');
    expect(await cluster().data('default', 'before')).toEqual({ a: '1' });
    expect((await keySecrets()).map(({ metadata }) => metadata.uid)).toEqual(before.map(({ metadata }) => metadata.uid));
  });

  test('acceptance 18: an older key that is added later does not seal, but opens', async () => {
    const before = await served();
    const older = await addKey(new Date(Date.now() - 24 * hour), { name: 'older', labelled: true });
    const file = `${cluster().home}/older.pem`;
    await writeFile(file, older);
    await cluster().apply(await cluster().seal({ name: 'by-older', namespace: 'default', values: { a: '2' } }, '--cert', file));
    await cluster().synced('default', 'by-older', 'True');
    expect(await served()).toBe(before);
  });

  test('acceptance 18: acceptance 24: a newer key is served by every replica without a restart; the older ones still open', async () => {
    const sealed = await cluster().seal({ name: 'by-first', namespace: 'default', values: { a: '3' } });
    const started = cluster().node.pods.map(({ name }) => name);
    const newer = await addKey(new Date(Date.now() + hour), { name: 'newer', labelled: true });
    await allServe(newer);
    expect(await served()).toBe(newer);
    await cluster().apply(sealed);
    await cluster().synced('default', 'by-first', 'True');
    expect(cluster().node.pods.map(({ name }) => name)).toEqual(started);
  });

  test('acceptance 15: SIGUSR1 to one replica makes another key at once; it is served by all, and the older ones still open', async () => {
    const before = await keySecrets();
    const sealed = await cluster().seal({ name: 'by-former', namespace: 'default', values: { a: '5' } });
    // As `kubectl exec POD -- kill -USR1 1` does it, to whichever replica.
    cluster().node.pods[0]?.container.process.signal('SIGUSR1');
    const added = async (): Promise<Secret[]> => {
      const known = new Set(before.map(({ metadata }) => metadata.uid));
      return (await keySecrets()).filter(({ metadata }) => !known.has(metadata.uid));
    };
    const [made] = await until('there is another key', async () => {
      const keys = await added();
      return keys.length > 0 && keys;
    });
    await allServe(Buffer.from(made?.data?.['tls.crt'] ?? '', 'base64').toString());
    await cluster().apply(sealed);
    await cluster().synced('default', 'by-former', 'True');
    expect(await added()).toHaveLength(1);
  });

  test('acceptance 15: a key older than the period, or than the cutoff, is followed by another at the start', async () => {
    const restartWith = async (...args: string[]): Promise<void> => {
      const flags = ['--key-size=2048', ...args]
        .join(',')
        .replaceAll(',', String.raw`\,`)
        .replaceAll(String.raw`\,--`, ',--');
      const sets = ['--set', `extraArgs={${flags}}`, '--wait', '--timeout=60s'];
      await cluster().run('helm', ['upgrade', release.name, chartFolder, '-n', namespace, '--reset-then-reuse-values', ...sets]);
      await until('the new replicas run alone', () => cluster().node.pods.length === 2);
    };
    await scale(0);
    for (const { metadata } of await keySecrets())
      await cluster().plane.admin.delete(secrets, { namespace, name: metadata.name ?? '' });
    await addKey(new Date(Date.now() - 31 * 24 * hour), { name: 'month-old', labelled: true });
    await scale(2);
    await until('a second key is there', async () => (await keySecrets()).length === 2);
    // Whole seconds: the key that was just made must be older.
    await restartWith(`--key-cutoff-time=${new Date(Date.now() + 1000).toUTCString().replace('GMT', '+0000')}`);
    await until('a third key is there', async () => (await keySecrets()).length === 3);
    await restartWith('--key-renew-period=0');
    await cluster().forgive();
  });

  test('acceptance 16: a Secret named like the prefix without a label is a key: no new one is made', async () => {
    await scale(0);
    for (const { metadata } of await keySecrets())
      await cluster().plane.admin.delete(secrets, { namespace, name: metadata.name ?? '' });
    const legacy = await addKey(new Date(Date.now() - hour), { name: 'sealed-secrets-key', labelled: false });
    await scale(2);
    await allServe(legacy);
    expect(await keySecrets()).toEqual([]);
  });
});

describe('two replicas', () => {
  const holder = async (): Promise<string> => {
    const lease = await cluster().plane.admin.get(leases, { namespace, name: fullname });
    return lease.spec?.holderIdentity ?? '';
  };

  test('one leads; when its Pod is deleted it gives the Lease back and the other goes on', async () => {
    const first = await until('somebody leads', async () => (await holder()) || undefined);
    const leader = cluster().node.pods.find(({ name }) => first.startsWith(`${name}_`));
    expect(leader, `the Pod of ${first}`).toBeDefined();
    const sealed = await cluster().seal({ name: 'after', namespace: 'default', values: { a: '4' } }, '--cert', await legacyFile());
    await cluster().kubectl('-n', namespace, 'delete', 'pod', leader?.name ?? '');
    await cluster().apply(sealed);
    await cluster().synced('default', 'after', 'True');
    expect(await holder()).not.toBe(first);
  });

  test('a rolling update never leaves the Service without a ready replica', async () => {
    const rollout = ['-n', namespace, 'rollout'];
    await cluster().kubectl(...rollout, 'restart', `deployment/${fullname}`);
    let over = false;
    const finished = cluster()
      .kubectl(...rollout, 'status', `deployment/${fullname}`, '--timeout=60s')
      .finally(() => (over = true));
    let least = Infinity;
    await until('the rollout is over', () => {
      least = Math.min(least, cluster().node.pods.filter(({ ready }) => ready).length);
      return over;
    });
    await finished;
    expect(least).toBeGreaterThanOrEqual(1);
  });

  const legacyFile = async (): Promise<string> => {
    const file = `${cluster().home}/legacy.pem`;
    await cluster().run('signet', ['cert', 'fetch', '-w', file]);
    return file;
  };
});
