import { availableParallelism } from 'node:os';
import { sealedSecretCrd, sealedSecretKind } from '@signet/api';
import type { KubeObject } from '@signet/kube/client';
import { secrets } from '@signet/kube/client';
import { generateSealingKey, seal } from '@signet/sealing';
import type { SealingCertificate } from '@signet/sealing';
import type { Scene } from './scene.ts';
import { timeText } from './scene.ts';
import { eachOf } from './stage.ts';

/** The key that everything is sealed with, made once. */
export interface SealingPair {
  readonly certificate: SealingCertificate;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

const monthMs = 30 * 86_400_000;
const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/** Makes the key that seals, and the keys of so many months before it. */
export async function makePairs(bits: number, count: number): Promise<[SealingPair, ...SealingPair[]]> {
  const now = Date.now();
  const newest = await generateSealingKey({ bits });
  const older: SealingPair[] = [];
  const months = Array.from({ length: count - 1 }, (_, index) => index + 1);
  await eachOf(months, availableParallelism(), async (month) =>
    older.push(await generateSealingKey({ bits, now: new Date(now - month * monthMs) })),
  );
  return [newest, ...older];
}

/** A sealing key as the controller keeps it. */
export function keySecretOf({ certificatePem, privateKeyPem }: SealingPair): KubeObject {
  return {
    metadata: {
      namespace: 'kube-system',
      generateName: 'sealed-secrets-key',
      labels: { 'sealedsecrets.bitnami.com/sealed-secrets-key': 'active' },
    },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': base64(certificatePem), 'tls.key': base64(privateKeyPem) },
  };
}

/** SealedSecrets of one item, sealed for the first of these keys, which the cluster has all. */
export function sealedScene(pairs: readonly [SealingPair, ...SealingPair[]]): Scene {
  const [{ certificate }] = pairs;
  const value = Buffer.alloc(32, 7).toString('base64');
  return {
    kind: sealedSecretKind,
    condition: 'Synced',
    definitions: [sealedSecretCrd() as unknown as KubeObject],
    privateKeyOperations: 1,
    async prepare({ admin }) {
      for (const pair of pairs) await admin.create(secrets, keySecretOf(pair));
    },
    async objectOf(namespace, name) {
      const password = crypto.getRandomValues(new Uint8Array(32));
      const sealed = await seal(password, certificate, { scope: 'strict', namespace, name });
      return {
        apiVersion: 'bitnami.com/v1alpha1',
        kind: 'SealedSecret',
        metadata: { namespace, name },
        spec: { encryptedData: { password: sealed } },
      };
    },
    secretOf: ({ metadata: { namespace = '', name = '', uid = '' } }) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name,
        namespace,
        ownerReferences: [{ apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', name, uid, controller: true }],
      },
      type: 'Opaque',
      data: { password: value },
    }),
    statusOf({ metadata: { generation } }, { metadata: { uid, resourceVersion } }) {
      const time = timeText(Date.now());
      const condition = (type: string, status: string): object => ({
        type,
        status,
        lastUpdateTime: time,
        lastTransitionTime: time,
        reason: 'Unsealed',
        observedGeneration: generation,
      });
      const conditions = [['Synced', 'True'] as const, ['Ready', 'True'] as const, ['Reconciling', 'False'] as const];
      return {
        observedGeneration: generation,
        conditions: [...conditions.map(([type, status]) => condition(type, status)), condition('Stalled', 'False')],
        produced: { uid, resourceVersion, scope: 'strict' },
      };
    },
  };
}
