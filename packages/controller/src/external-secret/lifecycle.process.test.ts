import { externalSecretKind, externalSecretMarks, secretStoreKind } from '@signet/api';
import type { StatusCondition } from '@signet/api';
import { configMaps, events, secrets } from '@signet/kube/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../testing/cluster.ts';
import { startExternalCluster } from '../testing/external-cluster.ts';
import type { ExternalCluster } from '../testing/external-cluster.ts';
import { dataHash } from './marks.ts';

const isReady = (ready: StatusCondition | undefined): boolean => ready?.status === 'True';
const isFailing = (ready: StatusCondition | undefined): boolean => ready?.status === 'False';
const password = [{ secretKey: 'password', remoteRef: { key: 'db' } }];

// The whole controller on the embedded API server, with the fake store.
describe('an ExternalSecret', () => {
  let cluster: ExternalCluster;
  beforeEach(async () => {
    cluster = await startExternalCluster();
    await cluster.fakeStore('fake', { db: 'first', json: '{"user":"u","host":"h"}' });
  });
  afterEach(async () => cluster.stop());

  test('external acceptance 1: becomes a Secret with the marks that external-secrets leaves', async () => {
    await cluster.external('app', { data: password });
    await cluster.ready('app', isReady, 'it is synced');
    expect(await cluster.data('app')).toEqual({ password: 'first' });
    const { metadata } = (await cluster.secret('app')) ?? { metadata: {} };
    expect(metadata.annotations?.[externalSecretMarks.dataHash]).toBe(dataHash(new Map([['password', Buffer.from('first')]])));
    expect(metadata.labels?.[externalSecretMarks.managed]).toBe('true');
    expect(metadata.ownerReferences?.[0]).toMatchObject({ kind: 'ExternalSecret', name: 'app', controller: true });
    const status = await cluster.status('app');
    expect(status?.binding).toEqual({ name: 'app' });
    expect(status?.observedGeneration).toBe(1);
    expect(Date.parse(status?.nextRefreshTime ?? '')).toBeGreaterThan(Date.now());
  });

  test('a changed store refreshes those that use it, and a value that is wanted no more goes', async () => {
    await cluster.external('app', { dataFrom: [{ extract: { key: 'json' } }], data: password });
    await cluster.ready('app', isReady, 'it is synced');
    await cluster.fakeStore('fake', { db: 'second', json: '{"user":"u2"}' });
    const wanted = { user: 'u2', password: 'second' };
    const ask = async () => cluster.data('app');
    expect(await eventually(ask, (data) => data?.['password'] === 'second', 'the new values are written')).toEqual(wanted);
  });

  test('external acceptance 1: tampered data is put right, and a deleted Secret is made again', async () => {
    await cluster.external('app', { data: password });
    await cluster.ready('app', isReady, 'it is synced');
    const live = await cluster.client.get(secrets, { namespace: 'web', name: 'app' });
    await cluster.client.replace(secrets, { ...live, data: { password: 'dGFtcGVyZWQ=' } });
    await eventually(
      async () => cluster.data('app'),
      (data) => data?.['password'] === 'first',
      'the edit is undone',
    );
    await cluster.client.delete(secrets, { namespace: 'web', name: 'app' });
    await eventually(
      async () => cluster.data('app'),
      (data) => data?.['password'] === 'first',
      'it is made again',
    );
  });

  test('a store that is deleted and made again is another one: who uses it is refreshed', async () => {
    await cluster.external('app', { data: password });
    await cluster.ready('app', isReady, 'it is synced');
    await cluster.client.delete(secretStoreKind, { namespace: 'web', name: 'fake' });
    await cluster.fakeStore('fake', { db: 'of another store' });
    await eventually(
      async () => cluster.data('app'),
      (data) => data?.['password'] === 'of another store',
      'the value of the new store is there',
    );
  });

  test('who forces a refresh hears how it ended, also if it failed as before', async () => {
    await cluster.external('app', { data: [{ secretKey: 'token', remoteRef: { key: 'nowhere' } }] });
    await cluster.ready('app', isFailing, 'the missing key is told');
    const failures = async (): Promise<number> => {
      let count = 0;
      for await (const page of cluster.client.list(events, { namespace: 'web' }))
        for (const event of page.items) if (event['reason'] === 'UpdateFailed') count += Number(event['count'] ?? 1);
      return count;
    };
    const before = await eventually(failures, (count) => count > 0, 'there is an event');
    await cluster.external(
      'app',
      { data: [{ secretKey: 'token', remoteRef: { key: 'nowhere' } }] },
      { annotations: { 'force-sync': '1' } },
    );
    await eventually(failures, (count) => count > before, 'it is told again');
  });

  test('what is missing is told with its place, key and store; the Secret stays; and it heals when the store has it', async () => {
    await cluster.external('app', { data: password });
    await cluster.ready('app', isReady, 'it is synced');
    const two = [...password, { secretKey: 'token', remoteRef: { key: 'nowhere' } }];
    await cluster.external('app', { data: two });
    const { message, reason } = await cluster.ready('app', isFailing, 'the missing key is told');
    expect(reason).toBe('SecretSyncedError');
    expect(message).toContain('could not get secret data from provider: spec.data[1] (key "nowhere")');
    expect(message).toContain('SecretStore "fake"');
    expect(await cluster.data('app')).toEqual({ password: 'first' });
    await cluster.fakeStore('fake', { db: 'first', nowhere: 'now here' });
    await cluster.ready('app', isReady, 'it is healed');
    expect(await cluster.data('app')).toEqual({ password: 'first', token: 'now here' });
  });

  test('a template in a ConfigMap is followed when it changes', async () => {
    const text = (value: string) => ({ metadata: { name: 'texts', namespace: 'web' }, data: { url: value } });
    await cluster.client.create(configMaps, text('pg://{{ .password }}@one'));
    const templateFrom = [{ configMap: { name: 'texts', items: [{ key: 'url' }] } }];
    await cluster.external('app', { data: password, target: { template: { templateFrom } } });
    await cluster.ready('app', isReady, 'it is synced');
    expect(await cluster.data('app')).toEqual({ url: 'pg://first@one' });
    await cluster.put(configMaps, text('pg://{{ .password }}@two'));
    await eventually(
      async () => cluster.data('app'),
      (data) => data?.['url'] === 'pg://first@two',
      'the new template is rendered',
    );
  });

  test('external acceptance 4: a renamed target takes the old Secret away', async () => {
    await cluster.external('app', { data: password, target: { name: 'one' } });
    await cluster.ready('app', isReady, 'it is synced');
    await cluster.external('app', { data: password, target: { name: 'two' } });
    await eventually(
      async () => cluster.data('two'),
      (data) => data !== undefined,
      'the new one is there',
    );
    await eventually(
      async () => cluster.secret('one'),
      (secret) => secret === undefined,
      'the old one is gone',
    );
  });

  test('a restart with everything current writes nothing', async () => {
    for (let i = 0; i < 20; i++) await cluster.external(`app-${i}`, { data: password });
    for (let i = 0; i < 20; i++) await cluster.ready(`app-${i}`, isReady, 'it is synced');
    const versions = async (): Promise<string[]> => {
      const found: string[] = [];
      for (const resource of [externalSecretKind, secrets])
        for await (const page of cluster.client.list(resource, { namespace: 'web' }))
          for (const { metadata } of page.items) found.push(`${metadata.name} ${metadata.resourceVersion}`);
      return found;
    };
    const before = await versions();
    await cluster.stopController();
    await cluster.start();
    await cluster.external('late', { data: password });
    await cluster.ready('late', isReady, 'the new one is synced');
    const after = await versions();
    expect(before.filter((version) => !after.includes(version))).toEqual([]);
  });

  test('an object that is deleted loses the finalizer of external-secrets', async () => {
    await cluster.external('app', { data: password }, { finalizers: [externalSecretMarks.finalizer] });
    await cluster.ready('app', isReady, 'it is synced');
    await cluster.client.delete(externalSecretKind, { namespace: 'web', name: 'app' });
    await eventually(
      async () => cluster.status('app'),
      (status) => status === undefined,
      'it is gone',
    );
    await eventually(
      async () => cluster.secret('app'),
      (secret) => secret === undefined,
      'and its Secret with it',
    );
  });
});

test('with --enable-secret-store-reconciler=false SecretStores are used, and their status is left to whoever validates them', async () => {
  const cluster = await startExternalCluster('--enable-secret-store-reconciler=false');
  try {
    const store = await cluster.fakeStore('fake', { db: 'first' });
    await cluster.external('app', { data: password });
    await cluster.ready('app', isReady, 'it is synced');
    const key = { namespace: 'web', name: 'fake' };
    const { metadata } = await cluster.client.get(secretStoreKind, key);
    expect(metadata.resourceVersion).toBe(store.metadata.resourceVersion);
  } finally {
    await cluster.stop();
  }
});
