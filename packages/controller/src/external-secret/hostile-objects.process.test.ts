import type { StatusCondition } from '@signet/api';
import { secretStoreKind } from '@signet/api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startExternalCluster } from '../testing/external-cluster.ts';
import type { ExternalCluster } from '../testing/external-cluster.ts';

const isReady = (ready: StatusCondition | undefined): boolean => ready?.status === 'True';
const isFailing = (ready: StatusCondition | undefined): boolean => ready?.status === 'False';

// What the author of an ExternalSecret, or of a SecretStore, may think of; on the embedded API server.
describe('promise 10: a hostile object', () => {
  let cluster: ExternalCluster;
  beforeEach(async () => {
    cluster = await startExternalCluster();
    await cluster.fakeStore('fake', { db: 'first', proto: '{"__proto__":"a","constructor":"b","toString":"c"}' });
  });
  afterEach(async () => cluster.stop());

  test('keys that mean something to JavaScript are keys like others', async () => {
    await cluster.external('app', {
      data: [{ secretKey: '__proto__', remoteRef: { key: 'db' } }],
      dataFrom: [{ extract: { key: 'proto' } }],
    });
    await cluster.ready('app', isReady, 'it is synced');
    expect(Object.entries((await cluster.data('app')) ?? {}).toSorted()).toEqual([
      ['__proto__', 'first'],
      ['constructor', 'b'],
      ['toString', 'c'],
    ]);
  });

  test('a template reads them, and names of nothing are missing', async () => {
    await cluster.external('app', {
      dataFrom: [{ extract: { key: 'proto' } }],
      target: { template: { data: { out: '{{ .constructor }}{{ index . "__proto__" }}', __proto__x: '{{ .toString }}' } } },
    });
    await cluster.ready('app', isReady, 'it is synced');
    expect(await cluster.data('app')).toEqual({ out: 'ba', __proto__x: 'c' });
    await cluster.external('other', {
      dataFrom: [{ extract: { key: 'proto' } }],
      target: { template: { data: { out: '{{ .hasOwnProperty }}' } } },
    });
    const { message } = await cluster.ready('other', isFailing, 'what is not there is told');
    expect(message).toContain('map has no entry for key "hasOwnProperty"');
  });

  test('intervals without measure hold up nobody', async () => {
    const data = [{ secretKey: 'a', remoteRef: { key: 'db' } }];
    for (const [index, refreshInterval] of ['1ns', '0.000001ms', '2562047h', '1us'].entries())
      await cluster.external(`odd-${index}`, { data, refreshInterval });
    await cluster.put(secretStoreKind, {
      apiVersion: 'external-secrets.io/v1',
      kind: 'SecretStore',
      metadata: { name: 'restless', namespace: 'web' },
      spec: { refreshInterval: '1ns', provider: { fake: { data: [] } } },
    });
    for (let index = 0; index < 4; index++) await cluster.ready(`odd-${index}`, isReady, 'it is synced');
    const before = cluster.log.length;
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(cluster.log.length - before).toBeLessThan(100);
    await cluster.external('app', { data });
    await cluster.ready('app', isReady, 'others are served');
  });
});
