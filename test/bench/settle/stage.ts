import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { sealedSecretCrd, sealedSecretKind } from '@signet/api';
import { clusterRoleBindings } from './cluster-role-bindings.ts';
import type { Connection, KubeObject } from '@signet/kube/client';
import { customResourceDefinitions, namespaces, secrets, serviceAccounts } from '@signet/kube/client';
import { generateSealingKey, seal } from '@signet/sealing';
import type { SealingCertificate } from '@signet/sealing';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { startControlPlane } from '../../control-plane/control-plane.ts';
import { until } from '../../control-plane/until.ts';

/** The key that everything is sealed with, made once. */
export interface SealingPair {
  readonly certificate: SealingCertificate;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** A control plane with SealedSecrets and a sealing key, before any controller. */
export interface Stage extends AsyncDisposable {
  readonly plane: ControlPlane;
  /** As the controller: a service account, so that the API server's fairness applies to it. */
  readonly connection: Connection;
  /** The same as a file. */
  readonly kubeconfig: string;
  /** For files of the run. */
  readonly folder: string;
  /** Names of the SealedSecrets, all in {@link home}. */
  readonly names: readonly string[];
  create(namespace: string, name: string): Promise<KubeObject>;
  addForeign(count: number): Promise<void>;
}

/** Where the SealedSecrets are that were there first. */
export const home = 'settle';
/** Where those are that come while the controller is busy. */
export const arrivals = 'arrivals';
const others = 'foreign';

const parallel = 16;

/** Does the work for each item, `limit` at a time. */
export async function eachOf<T>(items: Iterable<T>, limit: number, work: (item: T) => Promise<unknown>): Promise<void> {
  const queue = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: limit }, worker));
}

const monthMs = 30 * 86_400_000;

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

/** Starts a control plane and fills it. What is sealed is sealed for the first key. */
export async function setStage(pairs: readonly [SealingPair, ...SealingPair[]], objects: number): Promise<Stage> {
  const [pair] = pairs;
  const plane = await startControlPlane();
  const folder = await mkdtemp(join(tmpdir(), 'signet-settle-'));
  const { admin } = plane;
  for (const name of [home, arrivals, others]) await admin.create(namespaces, { metadata: { name } });
  await admin.create(customResourceDefinitions, sealedSecretCrd() as unknown as KubeObject);
  await admin.create(serviceAccounts, { metadata: { namespace: 'kube-system', name: 'signet' } });
  await admin.create(clusterRoleBindings, {
    metadata: { name: 'signet' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', namespace: 'kube-system', name: 'signet' }],
  });
  for (const { certificatePem, privateKeyPem } of pairs) {
    await admin.create(secrets, {
      metadata: {
        namespace: 'kube-system',
        generateName: 'sealed-secrets-key',
        labels: { 'sealedsecrets.bitnami.com/sealed-secrets-key': 'active' },
      },
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': base64(certificatePem), 'tls.key': base64(privateKeyPem) },
    });
  }
  const connection = plane.connectionWith(
    await plane.tokenFor({ namespace: 'kube-system', name: 'signet', expirationSeconds: 7200 }),
  );
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, plane.kubeconfig(connection), { mode: 0o600 });

  const create = async (namespace: string, name: string): Promise<KubeObject> => {
    const value = crypto.getRandomValues(new Uint8Array(32));
    const sealed = await seal(value, pair.certificate, { scope: 'strict', namespace, name });
    return admin.create(sealedSecretKind, {
      apiVersion: 'bitnami.com/v1alpha1',
      kind: 'SealedSecret',
      metadata: { namespace, name },
      spec: { encryptedData: { password: sealed } },
    });
  };
  await until('SealedSecrets are served', async () => {
    const { status } = await admin.request({ method: 'GET', path: '/apis/bitnami.com/v1alpha1/sealedsecrets', raw: true });
    return status === 200;
  });
  const names = Array.from({ length: objects }, (_, index) => `object-${index}`);
  await eachOf(names, parallel, async (name) => create(home, name));
  const bytes = Buffer.alloc(32 << 10);
  return {
    plane,
    connection,
    kubeconfig,
    folder,
    names,
    create,
    async addForeign(count) {
      const foreign = Array.from({ length: count }, (_, index) => `foreign-${index}`);
      await eachOf(foreign, parallel, async (name) => {
        const data = { blob: crypto.getRandomValues(bytes).toString('base64') };
        await admin.create(secrets, { metadata: { namespace: others, name }, data });
      });
    },
    async [Symbol.asyncDispose]() {
      await plane.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
