import { namespaces, secrets } from '@signet/kube/client';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually, startCluster } from '../testing/cluster.ts';
import type { TestCluster } from '../testing/cluster.ts';

let cluster: TestCluster;
afterEach(async () => cluster.stop());

async function synced(name: string, namespace: string, wanted: string): Promise<void> {
  const ask = async (): Promise<string | undefined> => (await cluster.status(name, namespace))?.conditions?.[0]?.status;
  await eventually(ask, (status) => status === wanted, `Synced of ${namespace}/${name} is ${wanted}`);
}

const flags = ['--additional-namespaces=web,other'];

/** No permission to read a kind in namespace `other`, until the returned function is called. */
function deny(path: RegExp): () => void {
  cluster.sandbox.intercept(({ method, path: asked }) =>
    method === 'GET' && path.test(asked) ? { status: 403, reason: 'Forbidden' } : undefined,
  );
  return () => cluster.sandbox.intercept();
}

test('promise 3: a namespace that may not be read delays only itself, and is served once it may', async () => {
  cluster = await startCluster({ flags });
  await cluster.apply({ name: 'there', namespace: 'other', values: { a: '1' } });
  await synced('there', 'other', 'True');
  await cluster.stopController();
  const allow = deny(/^\/(api\/v1|apis\/bitnami.com\/v1alpha1)\/namespaces\/other\/(secrets|sealedsecrets)$/);
  await cluster.start();
  await cluster.apply({ name: 'here', namespace: 'web', values: { a: '1' } });
  await synced('here', 'web', 'True');
  await cluster.apply({ name: 'late', namespace: 'other', values: { a: '1' } });
  allow();
  await synced('late', 'other', 'True');
});

test('promise 3: what a Secret blocks is served once it is gone, also where Secrets cannot be watched', async () => {
  cluster = await startCluster({ flags });
  await cluster.stopController();
  await cluster.client.create(secrets, { metadata: { namespace: 'other', name: 'db' }, data: { theirs: 'AAAA' } });
  const allow = deny(/^\/api\/v1\/namespaces\/other\/secrets$/);
  await cluster.start();
  await cluster.apply({ name: 'db', namespace: 'other', values: { a: '1' } });
  await synced('db', 'other', 'False');
  expect((await cluster.secret('db', 'other'))?.data).toEqual({ theirs: 'AAAA' });
  await cluster.client.delete(secrets, { namespace: 'other', name: 'db' });
  await synced('db', 'other', 'True');
  expect(await cluster.data('db', 'other')).toEqual({ a: '1' });
  await cluster.client.delete(secrets, { namespace: 'other', name: 'db' });
  allow();
});

const label = async (name: string, value: string): Promise<unknown> =>
  cluster.client.patch(namespaces, { name }, { metadata: { labels: { team: value } } }, { type: 'merge' });
const watched = (): string[] =>
  cluster.sandbox.requests
    .filter(({ userAgent, query }) => userAgent === 'controller' && query.includes('watch='))
    .map(({ path }) => /namespaces\/([a-z-]+)\/(?:secrets|sealedsecrets)$/.exec(path)?.[1] ?? path);

describe('--namespace-selector', () => {
  test('a namespace that gets the label is served at once, one that loses it no more; nothing else is even looked at', async () => {
    cluster = await startCluster();
    await cluster.stopController();
    cluster.sandbox.resetRequests();
    await cluster.start('--namespace-selector=team=a', '--additional-namespaces=web');
    await cluster.apply({ name: 'listed', namespace: 'web', values: { a: '1' } });
    await synced('listed', 'web', 'True');
    await cluster.apply({ name: 'db', namespace: 'other', values: { a: '1' } });
    expect(new Set(watched())).toEqual(new Set(['kube-system', 'web', '/api/v1/namespaces']));

    await label('other', 'a');
    await synced('db', 'other', 'True');

    await label('other', 'b');
    await eventually(
      () => cluster.log.filter((line) => line === 'namespaces served {"namespaces":2}').length,
      (times) => times === 2,
      'the namespace is left',
    );
    await cluster.client.delete(secrets, { namespace: 'other', name: 'db' });
    await cluster.apply({ name: 'late', namespace: 'other', values: { a: '1' } });
    await cluster.apply({ name: 'listed', namespace: 'web', values: { a: '2' } });
    await eventually(
      async () => cluster.data('listed', 'web'),
      (data) => data?.['a'] === '2',
      'the others are served all the time',
    );
    expect(await cluster.secret('db', 'other')).toBeUndefined();
    expect(await cluster.status('late', 'other')).toBeUndefined();

    await label('other', 'a');
    await synced('late', 'other', 'True');
    await synced('db', 'other', 'True');
    expect(await cluster.data('db', 'other')).toEqual({ a: '1' });
  });

  test('a namespace made with the label is served; --label-selector chooses among its objects', async () => {
    cluster = await startCluster();
    await cluster.stopController();
    await cluster.start('--namespace-selector=team in (a,b)', '--label-selector=tier=x');
    await cluster.client.create(namespaces, { metadata: { name: 'made', labels: { team: 'b' } } });
    await cluster.apply({ name: 'without', namespace: 'made', values: { a: '1' } });
    await cluster.apply({ name: 'with', namespace: 'made', values: { a: '1' }, labels: { tier: 'x' } });
    await synced('with', 'made', 'True');
    expect(await cluster.secret('without', 'made')).toBeUndefined();
  });

  test('with --old-gc-behavior, leaving a namespace deletes nothing in it', async () => {
    cluster = await startCluster();
    await cluster.stopController();
    await cluster.start('--namespace-selector=team=a', '--old-gc-behavior');
    await label('other', 'a');
    await cluster.apply({ name: 'db', namespace: 'other', values: { a: '1' } });
    await synced('db', 'other', 'True');
    const before = await cluster.secret('db', 'other');
    cluster.sandbox.resetRequests();
    await label('other', 'b');
    await label('web', 'a');
    await cluster.apply({ name: 'next', namespace: 'web', values: { a: '1' } });
    await synced('next', 'web', 'True');
    expect(cluster.sandbox.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
    expect(await cluster.secret('db', 'other')).toEqual(before);
  });
});
