import { isDeepStrictEqual } from 'node:util';
import { sealedSecretKind } from '@signet/api';
import { secrets } from '@signet/kube/client';
import { generateSealingKey, seal } from '@signet/sealing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, startCluster } from '../testing/cluster.ts';
import type { TestCluster } from '../testing/cluster.ts';

// Source of the cases: acceptance checklist of sealed-secrets v0.38, sections Controller and Integration.

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(async () => cluster.stop());

const dataOf = async (name: string, wanted: Record<string, string>, namespace = 'web'): Promise<void> => {
  const isWanted = (data: object | undefined): boolean => isDeepStrictEqual(data, wanted);
  await eventually(async () => cluster.data(name, namespace), isWanted, `Secret ${name} holds ${JSON.stringify(wanted)}`);
};
const statusOf = async (name: string, synced: string, generation = 1): ReturnType<TestCluster['status']> =>
  eventually(
    async () => cluster.status(name),
    (status) => status?.conditions?.[0]?.status === synced && status.observedGeneration === generation,
    `Synced of ${name} is ${synced} at generation ${generation}`,
  );
const eventOf = async (name: string, reason: string): Promise<{ message: string }> => {
  const found = await eventually(
    async () => (await cluster.eventsOf(name)).find((event) => event.reason === reason),
    (event) => event !== undefined,
    `an event ${reason} on ${name}`,
  );
  return found as { message: string };
};

describe('a SealedSecret', () => {
  test('becomes a Secret: data, labels, owner, status, event', async () => {
    const template = { metadata: { labels: { app: 'x' }, annotations: { note: 'y' } }, type: 'Opaque' };
    const sealed = await cluster.apply({
      name: 'create',
      values: { user: 'admin', empty: '' },
      template,
      labels: { own: 'label' },
    });
    await dataOf('create', { user: 'admin', empty: '' });
    const secret = await cluster.secret('create');
    expect(secret?.metadata).toMatchObject({ labels: { app: 'x' }, annotations: { note: 'y' } });
    expect(secret?.metadata.ownerReferences).toEqual([
      { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', name: 'create', uid: sealed.metadata.uid, controller: true },
    ]);
    const status = await statusOf('create', 'True');
    expect(status?.conditions?.[0]?.type).toBe('Synced');
    expect(status?.conditions?.[0]?.lastTransitionTime).toBe(status?.conditions?.[0]?.lastUpdateTime);
    expect(status?.produced).toMatchObject({ uid: secret?.metadata.uid, resourceVersion: secret?.metadata.resourceVersion });
    expect(await eventOf('create', 'Unsealed')).toMatchObject({ type: 'Normal', message: 'SealedSecret unsealed successfully' });
  });

  test('updated: new data, renamed and added keys, observedGeneration follows', async () => {
    await cluster.apply({ name: 'update', values: { a: '1' } });
    await dataOf('update', { a: '1' });
    await cluster.apply({ name: 'update', values: { b: '2' } });
    await dataOf('update', { b: '2' });
    await statusOf('update', 'True', 2);
    await cluster.apply({ name: 'update', values: { b: '2', c: '3' } });
    await dataOf('update', { b: '2', c: '3' });
    await statusOf('update', 'True', 3);
  });

  test('deleted: its Secret goes, and so does its metric', async () => {
    await cluster.apply({ name: 'delete', values: { a: '1' } });
    await statusOf('delete', 'True');
    const metric = async (): Promise<boolean> =>
      (await (await fetch(`${cluster.controller.metricsUrl}/metrics`)).text()).includes('name="delete"');
    await eventually(metric, (shown) => shown, 'condition_info shows the object');
    await cluster.client.delete(sealedSecretKind, { name: 'delete', namespace: 'web' });
    await eventually(
      async () => cluster.secret('delete'),
      (secret) => secret === undefined,
      'the Secret is collected',
    );
    await eventually(metric, (shown) => !shown, 'condition_info is gone with the object');
  });

  test('deleted and created again at once: the Secret is ours, not foreign (#1599)', async () => {
    await cluster.apply({ name: 'again', values: { a: '1' } });
    await statusOf('again', 'True');
    await cluster.client.delete(sealedSecretKind, { name: 'again', namespace: 'web' });
    const { metadata } = await cluster.apply({ name: 'again', values: { a: '2' } });
    await dataOf('again', { a: '2' });
    await eventually(
      async () => (await cluster.secret('again'))?.metadata.ownerReferences?.[0]?.uid,
      (uid) => uid === metadata.uid,
      'the new SealedSecret owns the Secret',
    );
  });

  test('of a custom type, and immutable', async () => {
    const template = { type: 'kubernetes.io/dockerconfigjson', immutable: true };
    await cluster.apply({ name: 'docker', values: { '.dockerconfigjson': '{"auths":{}}' }, template });
    await statusOf('docker', 'True');
    expect(await cluster.secret('docker')).toMatchObject({ type: 'kubernetes.io/dockerconfigjson', immutable: true });

    await cluster.apply({ name: 'docker', values: { '.dockerconfigjson': '{"auths":{"x":{}}}' }, template });
    const status = await statusOf('docker', 'False', 2);
    expect(status?.conditions?.[0]).toMatchObject({
      reason: 'Immutable',
      message: expect.stringContaining('the target Secret is immutable'),
    });
    expect((await eventOf('docker', 'ErrUpdateFailed')).message).toContain('the target Secret is immutable');
    await dataOf('docker', { '.dockerconfigjson': '{"auths":{}}' });

    await cluster.client.delete(secrets, { name: 'docker', namespace: 'web' });
    await dataOf('docker', { '.dockerconfigjson': '{"auths":{"x":{}}}' });
    await statusOf('docker', 'True', 2);
  });
});

describe('scopes', () => {
  test.each([
    ['namespace-wide', { name: 'elsewhere' }],
    ['cluster-wide', { name: 'elsewhere', namespace: 'anywhere' }],
  ] as const)('%s opens what was sealed for %j', async (scope, sealedFor) => {
    await cluster.apply({ name: `scope-${scope}`, values: { a: scope }, scope, sealedFor });
    await dataOf(`scope-${scope}`, { a: scope });
  });

  test.each([
    ['strict, another name', 'strict', { name: 'elsewhere' }],
    ['strict, another namespace', 'strict', { namespace: 'other' }],
    ['namespace-wide, another namespace', 'namespace-wide', { namespace: 'other' }],
  ] as const)('%s: no Secret, an event, a status', async (title, scope, sealedFor) => {
    const name = `wrong-${title.replaceAll(/[^a-z]+/g, '-')}`;
    await cluster.apply({ name, values: { password: 'x' }, scope, sealedFor });
    const status = await statusOf(name, 'False');
    expect(status?.conditions?.[0]?.message).toBe('no key could decrypt secret (password)');
    expect((await eventOf(name, 'ErrUnsealFailed')).message).toBe('Failed to unseal: no key could decrypt secret (password)');
    expect(await cluster.secret(name)).toBeUndefined();
  });

  test('a wrong scope is diagnosed, and mending the annotation alone is enough', async () => {
    await cluster.apply({ name: 'diagnosed', values: { password: 'x' }, sealedFor: { scope: 'namespace-wide' } });
    const status = await statusOf('diagnosed', 'False');
    expect(status?.conditions?.[0]?.message).toBe(
      'no key could decrypt secret (password): it was sealed with scope "namespace-wide", but this object has scope "strict"; ' +
        'set the annotation sealedsecrets.bitnami.com/namespace-wide: "true" or seal it again',
    );
    const annotations = { 'sealedsecrets.bitnami.com/namespace-wide': 'true' };
    const ref = { name: 'diagnosed', namespace: 'web' };
    await cluster.client.patch(sealedSecretKind, ref, { metadata: { annotations } }, { type: 'merge' });
    await dataOf('diagnosed', { password: 'x' });
    await statusOf('diagnosed', 'True');
  });

  test('sealed for the name of its template, then renamed: the hint says so', async () => {
    const template = { metadata: { name: 'old-name', namespace: 'web' } };
    await cluster.apply({ name: 'renamed', values: { p: 'x' }, sealedFor: { name: 'old-name' }, template });
    const status = await statusOf('renamed', 'False');
    expect(status?.conditions?.[0]?.message).toContain('it was sealed for the name "old-name" in namespace "web"');
  });
});

describe('acceptance 11: a Secret sealed whole, before v0.7', () => {
  const create = async (name: string): Promise<void> => {
    const secret = {
      metadata: { name, labels: { app: 'x' } },
      type: 'kubernetes.io/basic-auth',
      data: { password: 'aHVudGVyMg==' },
    };
    const text = new TextEncoder().encode(JSON.stringify(secret));
    const data = await seal(text, await cluster.certificate(), { scope: 'strict', namespace: 'web', name });
    const metadata = { name, namespace: 'web' };
    const spec = { data, encryptedData: {} };
    await cluster.client.create(sealedSecretKind, { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', metadata, spec });
  };

  test('becomes a Secret, or not if that is switched off', async () => {
    await create('sealed-whole');
    await dataOf('sealed-whole', { password: 'hunter2' });
    const secret = await cluster.secret('sealed-whole');
    expect(secret?.type).toBe('kubernetes.io/basic-auth');
    expect(secret?.metadata).toMatchObject({ labels: { app: 'x' }, ownerReferences: [{ name: 'sealed-whole' }] });
    await cluster.stopController();
    await cluster.start('--accept-deprecated-v1-data=false');
    await create('not-whole');
    const status = await statusOf('not-whole', 'False');
    expect(status?.conditions?.[0]?.message).toContain('deprecated');
    expect(await cluster.secret('not-whole')).toBeUndefined();
    await cluster.stopController();
    await cluster.start();
  });
});

describe('promise 1: all or nothing', () => {
  test('one bad item leaves the last good Secret untouched', async () => {
    await cluster.apply({ name: 'whole', values: { a: '1', b: '2' } });
    await statusOf('whole', 'True');
    const before = await cluster.secret('whole');

    const next = await cluster.draft({ name: 'whole', values: { a: 'new', b: 'new' } });
    const { encryptedData } = next['spec'] as { encryptedData: Record<string, unknown> };
    const live = await cluster.sealed('whole');
    const spec = { encryptedData: { ...encryptedData, b: 'AgA=', c: '!', d: 5 } };
    await cluster.client.replace(sealedSecretKind, { ...live, spec });

    const status = await statusOf('whole', 'False', 2);
    expect(status?.conditions?.[0]?.message?.split('\n').map((line) => line.split(':')[0])).toEqual([
      'no key could decrypt secret (b)',
      'illegal base64 data at input byte 0 (c)',
      'the item is not a text (d)',
    ]);
    expect(status?.conditions?.[0]?.message).toContain('the item is not a text (d): it is a number');
    expect(await cluster.secret('whole')).toEqual(before);
  });

  test('a broken object does not hide the others', async () => {
    const spec = { encryptedData: { a: 7 }, template: { data: null, metadata: { creationTimestamp: null } } };
    const broken = {
      apiVersion: 'bitnami.com/v1alpha1',
      kind: 'SealedSecret',
      metadata: { name: 'broken', namespace: 'web' },
      spec,
    };
    await cluster.client.create(sealedSecretKind, broken);
    await cluster.apply({ name: 'fine', values: { a: '1' } });
    await dataOf('fine', { a: '1' });
    await statusOf('broken', 'False');
  });

  test('templates are rendered; one that fails is told by its key, and the last good Secret stays', async () => {
    const template = { data: { url: 'postgres://{{ .a }}@{{ .host }}', host: 'db', json: '{{ dict "a" .a | toJson }}' } };
    await cluster.apply({ name: 'templated', values: { a: '1' }, template });
    await dataOf('templated', { a: '1', url: 'postgres://1@db', host: 'db', json: '{"a":"1"}' });
    await statusOf('templated', 'True');
    const before = await cluster.secret('templated');
    const broken = { data: { ...template.data, url: '{{ .a }', calls: '{{ fail "s3cret" }}' } };
    await cluster.apply({ name: 'templated', values: { a: '2' }, template: broken });
    const status = await statusOf('templated', 'False', 2);
    expect(status?.conditions?.[0]).toMatchObject({
      reason: 'CannotRender',
      message: expect.stringMatching(/\(calls\)\n.*\(url\)$/s),
    });
    expect(status?.conditions?.[0]?.message).not.toContain('s3cret');
    expect(await cluster.secret('templated')).toEqual(before);
    await cluster.apply({ name: 'templated', values: { a: '2' }, template });
    await dataOf('templated', { a: '2', url: 'postgres://2@db', host: 'db', json: '{"a":"2"}' });
  });

  test('a random value is made once: it outlives edits beside it, a new item, and is made anew with its template', async () => {
    const template = (length: number): Readonly<Record<string, unknown>> => ({ data: { token: `{{ randAlphaNum ${length} }}` } });
    const token = async (): Promise<string> => (await cluster.secret('random'))?.data?.['token'] ?? '';
    await cluster.apply({ name: 'random', values: { a: '1' }, template: template(20) });
    await statusOf('random', 'True');
    const first = await token();
    expect(Buffer.from(first, 'base64')).toHaveLength(20);
    await cluster.client.patch(secrets, { namespace: 'web', name: 'random' }, { data: { a: 'AAAA' } }, { type: 'merge' });
    await eventually(
      async () => (await cluster.secret('random'))?.data,
      (data) => isDeepStrictEqual(data, { a: 'MQ==', token: first }),
      'the item is mended and the token kept',
    );
    const more = { name: 'random', values: { a: '1', b: '2' }, template: template(20) };
    await cluster.apply(more);
    await statusOf('random', 'True', 2);
    expect((await cluster.secret('random'))?.data).toEqual({ a: 'MQ==', b: 'Mg==', token: first });
    await cluster.apply({ name: 'random', values: { a: '1' }, template: template(24) });
    await statusOf('random', 'True', 3);
    expect(Buffer.from(await token(), 'base64')).toHaveLength(24);
  });
});

describe('promise 8: no oracle', () => {
  test('another key and a changed item look the same', async () => {
    const stranger = await generateSealingKey({ bits: 2048 });
    await cluster.apply({ name: 'stranger', values: { p: 'x' }, certificate: stranger.certificate });
    const draft = await cluster.draft({ name: 'tampered', values: { p: 'x' } });
    const bytes = Buffer.from((draft['spec'] as { encryptedData: Record<string, string> }).encryptedData['p'] ?? '', 'base64');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await cluster.client.create(sealedSecretKind, { ...draft, spec: { encryptedData: { p: bytes.toString('base64') } } });
    const [one, other] = [await statusOf('stranger', 'False'), await statusOf('tampered', 'False')];
    expect(one?.conditions?.[0]?.message).toBe('no key could decrypt secret (p)');
    expect(other?.conditions?.[0]?.message).toBe(one?.conditions?.[0]?.message);
    expect(other?.conditions?.[0]?.reason).toBe(one?.conditions?.[0]?.reason);
  });

  test('the scope comes from the object only: a template that claims cluster-wide opens nothing', async () => {
    const template = { metadata: { annotations: { 'sealedsecrets.bitnami.com/cluster-wide': 'true' } } };
    await cluster.apply({ name: 'claims', values: { p: 'x' }, sealedFor: { scope: 'cluster-wide' }, template });
    await statusOf('claims', 'False');
    expect(await cluster.secret('claims')).toBeUndefined();
  });
});
