// Generators, and the provider that needs no other program, through the whole controller on the embedded API server.
import { generatorCrds, secretStoreKind } from '@signet/api';
import { customResourceDefinitions, secrets, serviceAccounts } from '@signet/kube/client';
import type { KubeObject, Resource } from '@signet/kube/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../testing/cluster.ts';
import { startExternalCluster } from '../testing/external-cluster.ts';
import type { ExternalCluster } from '../testing/external-cluster.ts';

const apiVersion = 'generators.external-secrets.io/v1alpha1';
const base = { group: 'generators.external-secrets.io', version: 'v1alpha1' };
const passwords: Resource = { ...base, plural: 'passwords', kind: 'Password', namespaced: true };
const fakes: Resource = { ...base, plural: 'fakes', kind: 'Fake', namespaced: true };
const clusterGenerators: Resource = { ...base, plural: 'clustergenerators', kind: 'ClusterGenerator', namespaced: false };
const base64 = (text: string): string => Buffer.from(text).toString('base64');

let cluster: ExternalCluster;
beforeAll(async () => {
  cluster = await startExternalCluster();
  for (const definition of generatorCrds())
    await cluster.client.create(customResourceDefinitions, definition as unknown as KubeObject);
});
afterAll(async () => cluster.stop());

const from = (kind: string, name: string): object => ({ sourceRef: { generatorRef: { apiVersion, kind, name } } });
const isReady = (ready: { status: string } | undefined): boolean => ready?.status === 'True';
const isFailing = (ready: { status: string } | undefined): boolean => ready?.status === 'False';

describe('generators', () => {
  test('external acceptance 22: a generator, a ClusterGenerator and a store make one Secret', async () => {
    await cluster.fakeStore('fake', { user: 'ann' });
    await cluster.put(passwords, { metadata: { name: 'pw', namespace: 'web' }, spec: { length: 12, symbols: 0 } });
    const wrapped = { kind: 'Fake', generator: { fakeSpec: { data: { region: 'eu' } } } };
    await cluster.put(clusterGenerators, { metadata: { name: 'shared' }, spec: wrapped });
    await cluster.external('made', {
      refreshPolicy: 'CreatedOnce',
      dataFrom: [from('Password', 'pw'), from('ClusterGenerator', 'shared')],
      data: [{ secretKey: 'user', remoteRef: { key: 'user' } }],
    });
    await cluster.ready('made', isReady, 'it is synced');
    expect(await cluster.data('made')).toEqual({
      user: 'ann',
      region: 'eu',
      password: expect.stringMatching(/^[0-9a-zA-Z]{12}$/) as unknown,
    });
  });

  test('external acceptance 22: one of another controller class leaves the object untouched', async () => {
    await cluster.put(fakes, { metadata: { name: 'theirs', namespace: 'web' }, spec: { controller: 'theirs', data: { a: '1' } } });
    await cluster.external('foreign', { dataFrom: [from('Fake', 'theirs')] });
    await cluster.external('after', { dataFrom: [from('ClusterGenerator', 'absent')] });
    await cluster.ready('after', isFailing, 'an object that came later is told of');
    expect(await cluster.status('foreign')).toBeUndefined();
    expect(await cluster.data('foreign')).toBeUndefined();
  });

  test('what is wrong with one is told with its kind, name and field, and mends', async () => {
    await cluster.put(passwords, { metadata: { name: 'bad', namespace: 'web' }, spec: { digits: 11 } });
    await cluster.external('broken', { dataFrom: [from('Password', 'bad')] });
    const { message } = await cluster.ready('broken', isFailing, 'the fault is told');
    expect(message).toContain('Password "bad": spec.digits: ');
    await cluster.put(passwords, { metadata: { name: 'bad', namespace: 'web' }, spec: { digits: 1 } });
    await cluster.external('broken', { dataFrom: [from('Password', 'bad')] }, { annotations: { 'force-sync': '1' } });
    await cluster.ready('broken', isReady, 'it is synced');
  });
});

describe('a store of kubernetes', () => {
  test('reads another namespace with the token of a ServiceAccount, and finds by label', async () => {
    const { client, sandbox } = cluster;
    await client.create(serviceAccounts, { metadata: { name: 'reader', namespace: 'web' } });
    const make = async (name: string, tier: string): Promise<unknown> =>
      client.create(secrets, {
        metadata: { name, namespace: 'other', labels: { tier } },
        data: { user: base64(name), config: base64('{"port":5432}') },
      });
    await make('db', 'gold');
    await make('cache', 'gold');
    await make('old', 'lead');
    await cluster.put(secretStoreKind, {
      metadata: { name: 'central', namespace: 'web' },
      spec: {
        provider: {
          kubernetes: {
            remoteNamespace: 'other',
            server: { url: sandbox.url, caBundle: base64(sandbox.ca) },
            auth: { serviceAccount: { name: 'reader' } },
          },
        },
      },
    });
    await cluster.external('copy', {
      secretStoreRef: { name: 'central' },
      data: [{ secretKey: 'port', remoteRef: { key: 'db', property: 'config.port' } }],
      dataFrom: [{ extract: { key: 'db' } }, { find: { tags: { tier: 'gold' } } }],
    });
    await cluster.ready('copy', isReady, 'it is synced');
    expect(await cluster.data('copy')).toEqual({
      user: 'db',
      config: '{"port":5432}',
      port: '5432',
      db: '{"config":"{\\"port\\":5432}","user":"db"}',
      cache: '{"config":"{\\"port\\":5432}","user":"cache"}',
    });
    const ask = async (): Promise<KubeObject> => client.get(secretStoreKind, { name: 'central', namespace: 'web' });
    const isValid = ({ status }: KubeObject): boolean => JSON.stringify(status ?? {}).includes('"Valid"');
    const store = await eventually(ask, isValid, 'the store is validated');
    expect(store).toMatchObject({ status: { capabilities: 'ReadOnly' } });
  });

  test('a kubeconfig that runs a program makes the store invalid, and says why', async () => {
    const { client, sandbox } = cluster;
    const config = sandbox.kubeconfig().replace(/^( +)token: .*$/m, '$1exec: {command: /bin/false}');
    await client.create(secrets, { metadata: { name: 'kubeconfig', namespace: 'web' }, data: { config: base64(config) } });
    await cluster.put(secretStoreKind, {
      metadata: { name: 'runs', namespace: 'web' },
      spec: { provider: { kubernetes: { authRef: { name: 'kubeconfig', key: 'config' } } } },
    });
    await cluster.external('runs', {
      secretStoreRef: { name: 'runs' },
      data: [{ secretKey: 'a', remoteRef: { key: 'db', property: 'user' } }],
    });
    const { message } = await cluster.ready('runs', isFailing, 'it is refused');
    expect(message).toContain('exec is not allowed');
  });
});
