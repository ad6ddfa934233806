import { createHash } from 'node:crypto';
import {
  clusterSecretStoreCrd,
  clusterSecretStoreKind,
  externalSecretCrd,
  externalSecretKind,
  sealedSecretCrd,
  secretStoreCrd,
} from '@signet/api';
import type { KubeObject } from '@signet/kube/client';
import { secrets } from '@signet/kube/client';
import type { Scene } from '../settle/scene.ts';
import { timeText } from '../settle/scene.ts';
import type { SealingPair } from '../settle/sealed-scene.ts';
import { keySecretOf } from '../settle/sealed-scene.ts';
import type { Backends } from './backends.ts';
import { keyOf } from './backends.ts';

const hash = (text: string): string => createHash('sha3-224').update(text).digest('hex');

/** What the scene is made of. */
export interface ExternalSceneOptions {
  readonly backends: Backends;
  /** That the controller does not have to make one first. */
  readonly sealingKey: SealingPair;
  /** As people write it: `1h`. */
  readonly refreshInterval: string;
}

/** ExternalSecrets of one item, each of a secret of its own, in turn over all stores. */
export function externalScene({ backends, sealingKey, refreshInterval }: ExternalSceneOptions): Scene {
  const { stores } = backends;
  const value = Buffer.alloc(44, 7).toString('base64');
  const definitions = [sealedSecretCrd(), externalSecretCrd(), secretStoreCrd(), clusterSecretStoreCrd()];
  return {
    kind: externalSecretKind,
    condition: 'Ready',
    definitions: definitions as unknown as readonly KubeObject[],
    privateKeyOperations: 0,
    async prepare({ admin }) {
      for (const secret of [keySecretOf(sealingKey), ...backends.secrets]) await admin.create(secrets, secret);
      for (const { name, provider } of stores)
        await admin.create(clusterSecretStoreKind, { metadata: { name }, spec: { provider } });
    },
    async objectOf(namespace, name) {
      const index = Number(/\d+$/.exec(name)?.[0]);
      const store = stores[index % stores.length];
      if (!store) throw new Error(`no store for ${name}`);
      const key = keyOf(store.name, Math.floor(index / stores.length));
      return {
        apiVersion: 'external-secrets.io/v1',
        kind: 'ExternalSecret',
        metadata: { namespace, name },
        spec: {
          refreshInterval,
          secretStoreRef: { kind: 'ClusterSecretStore', name: store.name },
          data: [{ secretKey: 'password', remoteRef: { key, ...(store.property !== undefined && { property: store.property }) } }],
        },
      };
    },
    secretOf: ({ metadata: { namespace = '', name = '', uid = '' } }) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name,
        namespace,
        labels: {
          'reconcile.external-secrets.io/created-by': hash(`${namespace}/${name}`),
          'reconcile.external-secrets.io/managed': 'true',
        },
        annotations: { 'reconcile.external-secrets.io/data-hash': hash(name) },
        ownerReferences: [
          { apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret', name, uid, controller: true, blockOwnerDeletion: true },
        ],
      },
      type: 'Opaque',
      data: { password: value },
    }),
    statusOf({ metadata: { name = '', generation } }, { metadata: { uid, resourceVersion } }) {
      const now = Date.now();
      return {
        refreshTime: timeText(now),
        syncedResourceVersion: `${generation}-${hash(name)}`,
        binding: { name },
        observedGeneration: generation,
        conditions: [
          {
            type: 'Ready',
            status: 'True',
            reason: 'SecretSynced',
            message: 'secret synced',
            lastTransitionTime: timeText(now),
            observedGeneration: generation,
          },
        ],
        produced: { uid, resourceVersion },
        nextRefreshTime: timeText(now + 300_000),
      };
    },
  };
}
