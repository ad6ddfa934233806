import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection, KubeObject } from '@signet/kube/client';
import { customResourceDefinitions, namespaces, secrets, serviceAccounts } from '@signet/kube/client';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { startControlPlane } from '../../control-plane/control-plane.ts';
import { until } from '../../control-plane/until.ts';
import { clusterRoleBindings } from './cluster-role-bindings.ts';
import type { Scene } from './scene.ts';

/** A control plane with the objects of a scene, before any controller. */
export interface Stage extends AsyncDisposable {
  readonly scene: Scene;
  readonly plane: ControlPlane;
  /** As the controller: a service account, so that the API server's fairness applies to it. */
  readonly connection: Connection;
  /** The same as a file. */
  readonly kubeconfig: string;
  /** For files of the run. */
  readonly folder: string;
  /** Names of the objects, all in {@link home}. */
  readonly names: readonly string[];
  create(namespace: string, name: string): Promise<KubeObject>;
  addForeign(count: number): Promise<void>;
}

/** Where the objects are that were there first. */
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

/** Starts a control plane and fills it with so many objects. */
export async function setStage(scene: Scene, objects: number): Promise<Stage> {
  const plane = await startControlPlane();
  const folder = await mkdtemp(join(tmpdir(), 'signet-settle-'));
  const { admin } = plane;
  for (const name of [home, arrivals, others]) await admin.create(namespaces, { metadata: { name } });
  for (const definition of scene.definitions) await admin.create(customResourceDefinitions, definition);
  await admin.create(serviceAccounts, { metadata: { namespace: 'kube-system', name: 'signet' } });
  await admin.create(clusterRoleBindings, {
    metadata: { name: 'signet' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', namespace: 'kube-system', name: 'signet' }],
  });
  const connection = plane.connectionWith(
    await plane.tokenFor({ namespace: 'kube-system', name: 'signet', expirationSeconds: 7200 }),
  );
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, plane.kubeconfig(connection), { mode: 0o600 });

  const create = async (namespace: string, name: string): Promise<KubeObject> =>
    admin.create(scene.kind, await scene.objectOf(namespace, name));
  for (const { spec } of scene.definitions) {
    const { group, names, versions } = spec as DefinitionSpec;
    const version = versions.find(({ storage }) => storage)?.name ?? '';
    await until(`${names.plural} are served`, async () => {
      const path = `/apis/${group}/${version}/${names.plural}`;
      return (await admin.request({ method: 'GET', path, raw: true })).status === 200;
    });
  }
  await scene.prepare(plane);
  const names = Array.from({ length: objects }, (_, index) => `object-${index}`);
  await eachOf(names, parallel, async (name) => create(home, name));
  const bytes = Buffer.alloc(32 << 10);
  return {
    scene,
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

interface DefinitionSpec {
  readonly group: string;
  readonly names: { readonly plural: string };
  readonly versions: readonly { readonly name: string; readonly storage: boolean }[];
}
