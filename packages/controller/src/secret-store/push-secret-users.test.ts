import { readSecretStore } from '@signet/api';
import { ApiError, manualClock } from '@signet/kube/client';
import type { Client, KubeObject } from '@signet/kube/client';
import { describe, expect, test } from 'vitest';
import { needs, PushSecretUsers } from './push-secret-users.ts';

const metadata = { name: 'vault', labels: { team: 'a' } };
const own = readSecretStore({ kind: 'SecretStore', metadata: { ...metadata, namespace: 'web' } });
const cluster = readSecretStore({ kind: 'ClusterSecretStore', metadata });
const push = (spec: object, namespace = 'web'): KubeObject => ({ metadata: { name: 'p', namespace }, spec });

// Source: external-secrets v2.9, PushSecret: secretStoreRefs and dataTo name a store or select it by labels.
describe('external acceptance 39: which PushSecrets need a store until they are gone', () => {
  const named = [{ name: 'vault' }];
  const rows: readonly (readonly [string, KubeObject, boolean, boolean])[] = [
    // PushSecret -> needs the SecretStore web/vault, needs the ClusterSecretStore vault
    ['names it, and deletes', push({ deletionPolicy: 'Delete', secretStoreRefs: named }), true, false],
    ['names it, and does not delete', push({ deletionPolicy: 'None', secretStoreRefs: named }), false, false],
    ['says nothing of deleting', push({ secretStoreRefs: named }), false, false],
    ['in another namespace', push({ deletionPolicy: 'Delete', secretStoreRefs: named }, 'other'), false, false],
    [
      'names the cluster store',
      push({ deletionPolicy: 'Delete', secretStoreRefs: [{ kind: 'ClusterSecretStore', name: 'vault' }] }, 'x'),
      false,
      true,
    ],
    [
      'selects it',
      push({ deletionPolicy: 'Delete', secretStoreRefs: [{ labelSelector: { matchLabels: { team: 'a' } } }] }),
      true,
      false,
    ],
    [
      'selects another',
      push({ deletionPolicy: 'Delete', secretStoreRefs: [{ labelSelector: { matchLabels: { team: 'b' } } }] }),
      false,
      false,
    ],
    ['by dataTo', push({ deletionPolicy: 'Delete', dataTo: [{ storeRef: { name: 'vault' } }] }), true, false],
    ['has no spec', { metadata: { name: 'p', namespace: 'web' } }, false, false],
  ];

  test.each(rows)('%s', (_, object, needsOwn, needsCluster) => {
    expect([needs(object, own), needs(object, cluster)]).toEqual([needsOwn, needsCluster]);
  });
});

describe('asking the cluster', () => {
  const listing = (status?: number): { client: Pick<Client, 'list'>; lists: () => number } => {
    let lists = 0;
    async function* list(): AsyncGenerator<{ items: KubeObject[]; resourceVersion: string }> {
      lists += 1;
      if (status !== undefined) throw new ApiError({ status, reason: 'x', message: 'x' });
      yield { items: [push({ deletionPolicy: 'Delete', secretStoreRefs: [{ name: 'vault' }] })], resourceVersion: '1' };
    }
    return { client: { list } as unknown as Pick<Client, 'list'>, lists: () => lists };
  };
  const users = (client: Pick<Client, 'list'>): PushSecretUsers =>
    new PushSecretUsers({ client, clock: manualClock(), namespaces: undefined });

  test('a cluster without that kind has none; one that may not be read cannot tell', async () => {
    expect(await users(listing(404).client).need(own)).toBe(false);
    expect(await users(listing(403).client).need(own)).toBeUndefined();
    await expect(users(listing(500).client).need(own)).rejects.toThrow('x');
  });

  test('many stores are served by one list', async () => {
    const { client, lists } = listing();
    const asked = users(client);
    expect(await Promise.all([asked.need(own), asked.need(cluster), asked.need(own)])).toEqual([true, false, true]);
    expect(lists()).toBe(1);
  });
});
