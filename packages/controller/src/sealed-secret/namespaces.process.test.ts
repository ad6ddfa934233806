import { secrets } from '@signet/kube/client';
import { afterEach, expect, test } from 'vitest';
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
