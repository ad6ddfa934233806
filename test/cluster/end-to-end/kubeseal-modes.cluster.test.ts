import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Secret } from '@signet/kube/client';
import { secrets } from '@signet/kube/client';
import { generateSealingKey } from '@signet/sealing';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { until } from '../../control-plane/until.ts';
import type { CommandOptions, Outcome } from '../node/command.ts';
import { release, useCluster } from './cluster.ts';
import type { StoredSealedSecret } from './verbs.ts';

// Modes of kubeseal that ask the controller, or do its work where there is none.
const cluster = useCluster();
const ns = 'modes';
const label = 'sealedsecrets.bitnami.com/sealed-secrets-key';
const mark = (word: string): string => `sealedsecrets.bitnami.com/${word}`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const file = (name: string): string => join(cluster().home, name);
const kubeseal = (args: readonly string[], options?: CommandOptions): Promise<Outcome> =>
  cluster().attempt('kubeseal', args, options);
const sealed = async (secret: object, ...args: string[]): Promise<StoredSealedSecret> =>
  JSON.parse(
    await cluster().run('kubeseal', args, { input: JSON.stringify({ apiVersion: 'v1', kind: 'Secret', ...secret }) }),
  ) as StoredSealedSecret;

/** Applies it and gives what the cluster made of it. */
async function opened(object: StoredSealedSecret): Promise<Secret | undefined> {
  await cluster().apply(object);
  const { namespace = '', name = '' } = object.metadata;
  await cluster().synced(namespace, name, 'True');
  return cluster().secret(namespace, name);
}

beforeAll(async () => {
  await cluster().namespace(ns);
});

describe('what becomes of a Secret', () => {
  test('acceptance 5: stringData wins over data', async () => {
    const object = await sealed({
      metadata: { name: 'both', namespace: ns },
      data: { a: base64('data'), b: base64('data') },
      stringData: { a: 'stringData' },
    });
    expect((await opened(object))?.data).toEqual({ a: base64('stringData'), b: base64('data') });
  });

  test('acceptance 10: annotations stay in the template, but for the two that hold the last applied Secret; owners go', async () => {
    const lastApplied = ['kubectl.kubernetes.io/last-applied-configuration', 'kubecfg.ksonnet.io/last-applied-configuration'];
    const annotations = { note: 'kept', ...Object.fromEntries(lastApplied.map((name) => [name, '{"data":{"a":"c2VjcmV0"}}'])) };
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: '1' }];
    const metadata = { name: 'annotated', namespace: ns, annotations, ownerReferences };
    const object = await sealed({ metadata, stringData: { a: 'secret' } });
    const template = object.spec.template as { metadata: { annotations: object; ownerReferences?: unknown } };
    expect(template.metadata.annotations).toEqual({ note: 'kept' });
    expect(template.metadata.ownerReferences).toBeUndefined();
    const secret = await opened(object);
    expect(secret?.metadata.annotations).toEqual({ note: 'kept' });
    expect(secret?.metadata.ownerReferences).toMatchObject([{ kind: 'SealedSecret', name: 'annotated' }]);
  });

  test('acceptance 48: only a line that is exactly three dashes separates documents', async () => {
    const text = 'first\n --- \n----\n---x\nlast\n';
    const document = (name: string): string =>
      ['apiVersion: v1', 'kind: Secret', `metadata: {name: ${name}, namespace: ${ns}}`, 'stringData:', '  text: |']
        .concat(
          text
            .trimEnd()
            .split('\n')
            .map((line) => `    ${line}`),
        )
        .join('\n');
    const input = `${document('dashes-1')}\n---\n${document('dashes-2')}\n`;
    await cluster().apply(await cluster().run('kubeseal', ['-o', 'yaml'], { input }));
    for (const name of ['dashes-1', 'dashes-2']) {
      await cluster().synced(ns, name, 'True');
      expect(await cluster().data(ns, name)).toEqual({ text });
    }
  });
});

describe('acceptance 38: --validate', () => {
  test('says nothing of what is valid; names the object that is not, after it was renamed', async () => {
    const object = await sealed({ metadata: { name: 'valid', namespace: ns }, stringData: { a: '1' } });
    expect(await kubeseal(['--validate'], { input: JSON.stringify(object) })).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const renamed = { ...object, metadata: { ...object.metadata, name: 'renamed' } };
    expect(await kubeseal(['--validate'], { input: JSON.stringify(renamed) })).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'error: unable to decrypt sealed secret: renamed\n',
    });
  });
});

describe('acceptance 23: --re-encrypt', () => {
  test('gives another document with the same values, and keeps the scope of the object whatever the template claims', async () => {
    const object = await sealed({ metadata: { name: 'rotated', namespace: ns }, stringData: { a: '1' } });
    await addNewerKey();
    const spec = {
      ...object.spec,
      template: { metadata: { name: 'rotated', namespace: ns, annotations: { [mark('cluster-wide')]: 'true' } } },
    };
    const answer = await cluster().run('kubeseal', ['--re-encrypt'], { input: JSON.stringify({ ...object, spec }) });
    const rotated = JSON.parse(answer) as StoredSealedSecret;
    expect(rotated.spec.encryptedData['a']).not.toBe(object.spec.encryptedData['a']);
    expect(Object.keys(rotated.metadata.annotations ?? {})).not.toContain(mark('cluster-wide'));
    expect((await opened(rotated))?.data).toEqual({ a: base64('1') });
    // Sealed for its own place still: anywhere else it does not open, cluster-wide least of all.
    const metadata = { name: 'elsewhere', namespace: ns, annotations: { [mark('cluster-wide')]: 'true' } };
    await cluster().apply({ ...rotated, metadata, spec: { encryptedData: rotated.spec.encryptedData } });
    await cluster().synced(ns, 'elsewhere', 'False');
    expect(await cluster().secret(ns, 'elsewhere')).toBeUndefined();
  });

  /** A key that seals from now on, served by every replica. */
  async function addNewerKey(): Promise<void> {
    const pair = await generateSealingKey({ bits: 2048, now: new Date(Date.now() + 60_000) });
    await cluster().plane.admin.create(secrets, {
      metadata: { namespace: release.namespace, name: 'newer', labels: { [label]: 'active' } },
      type: 'kubernetes.io/tls',
      data: { 'tls.key': base64(pair.privateKeyPem), 'tls.crt': base64(pair.certificatePem) },
    });
    await until('every replica serves the newer certificate', async () => {
      const { pods } = cluster().node;
      const served = await Promise.all(pods.map(async ({ ip }) => (await fetch(`http://${ip}:8080/v1/cert.pem`)).text()));
      return served.every((pem) => pem === pair.certificatePem);
    });
  }
});

describe('acceptance 40: --recovery-unseal', () => {
  let object: string;
  let keys: { items: Secret[] };
  beforeAll(async () => {
    object = JSON.stringify(await sealed({ metadata: { name: 'recovered', namespace: ns }, stringData: { a: '1' } }));
    const args = ['get', 'secrets', '-n', release.namespace, '-l', label, '-o', 'json'];
    keys = JSON.parse(await cluster().kubectl(...args)) as { items: Secret[] };
    await writeFile(file('list.json'), JSON.stringify(keys));
    for (const [index, item] of keys.items.entries()) {
      await writeFile(file(`key-${index}.pem`), Buffer.from(item.data?.['tls.key'] ?? '', 'base64'));
      await writeFile(file(`key-${index}.json`), JSON.stringify({ apiVersion: 'v1', kind: 'Secret', ...item }));
    }
    await writeFile(file('bogus'), 'this: is\nno: kubeconfig\n');
  });
  const recover = (...files: string[]): Promise<Outcome> =>
    kubeseal(['--recovery-unseal', ...files.flatMap((name) => ['--recovery-private-key', file(name)])], {
      input: object,
      env: { KUBECONFIG: file('bogus') },
    });
  const each = (ending: string): string[] => keys.items.map((_, index) => `key-${index}.${ending}`);

  test.each([
    ['PEM files', (): string[] => each('pem')],
    ['Secrets', (): string[] => each('json')],
    ['a List as kubectl prints it', (): string[] => ['list.json']],
  ] as const)('with a kubeconfig that is none, from %s', async (_, files) => {
    const { code, stdout, stderr } = await recover(...files());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(parse(stdout)).toMatchObject({
      kind: 'Secret',
      metadata: { name: 'recovered', namespace: ns },
      data: { a: base64('1') },
    });
  });

  test('without the key: no key could decrypt secret, with the names of the items', async () => {
    const { privateKeyPem } = await generateSealingKey({ bits: 2048 });
    await writeFile(file('stranger.pem'), privateKeyPem);
    expect(await recover('stranger.pem')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'error: no key could decrypt secret (a)\n',
    });
  });
});

describe('acceptance 45: --merge-into', () => {
  test('adds and updates items, labels and annotations; the name and namespace are those of the file', async () => {
    const target = file('merged.json');
    const first = {
      metadata: { name: 'merged', namespace: ns, labels: { old: '1' }, annotations: { old: '1' } },
      stringData: { kept: '1', changed: '1' },
    };
    await writeFile(target, JSON.stringify(await sealed(first)));
    const before = JSON.parse(await readFile(target, 'utf8')) as StoredSealedSecret;
    const second = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'another-name', namespace: 'another-namespace', labels: { new: '2' }, annotations: { new: '2' } },
      stringData: { changed: '2', added: '2' },
    };
    const { code, stdout } = await kubeseal(['--merge-into', target], { input: JSON.stringify(second) });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    const after = JSON.parse(await readFile(target, 'utf8')) as StoredSealedSecret;
    expect(after.spec.encryptedData['kept']).toBe(before.spec.encryptedData['kept']);
    const secret = await opened(after);
    expect(secret?.data).toEqual({ kept: base64('1'), changed: base64('2'), added: base64('2') });
    expect(secret?.metadata).toMatchObject({ labels: { old: '1', new: '2' }, annotations: { old: '1', new: '2' } });
  });
});
