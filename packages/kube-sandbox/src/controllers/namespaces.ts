import type { KubeObject } from '../kinds/object.ts';
import { present } from '../server/cluster.ts';
import type { Cluster } from '../server/cluster.ts';
import { createObject } from '../server/verbs/create.ts';
import { deleteObject } from '../server/verbs/delete.ts';
import { KeyQueue } from './key-queue.ts';

const collection = '/namespaces';
const background = {
  dryRun: false,
  uid: undefined,
  resourceVersion: undefined,
  propagation: 'Background',
  gracePeriodSeconds: undefined,
} as const;
const writer = { dryRun: false, fieldManager: 'kube-controller-manager', fieldValidation: 'Ignore', force: false } as const;

/**
 * Furnishes each namespace with the `default` ServiceAccount and the `kube-root-ca.crt` ConfigMap, and empties and removes
 * the ones being deleted.
 */
export function runNamespaces(cluster: Cluster): () => void {
  const queue = new KeyQueue((name) => reconcile(cluster, name));
  for (const namespace of cluster.store.range(collection, {}).items) queue.add(namespace.metadata.name ?? '');
  const unsubscribe = cluster.store.subscribe((change) => {
    if (change.collection === collection) queue.add(change.object.metadata.name ?? '');
    else if (change.type === 'DELETED' && change.object.metadata.namespace !== undefined)
      queue.add(change.object.metadata.namespace);
    else if (change.type === 'ADDED' && change.object.metadata.namespace !== undefined) {
      const home = cluster.store.get(collection, change.object.metadata.namespace);
      if (home?.metadata.deletionTimestamp !== undefined) queue.add(change.object.metadata.namespace);
    }
  });
  return () => {
    unsubscribe();
    queue.stop();
  };
}

function reconcile(cluster: Cluster, name: string): void {
  const namespace = cluster.store.get(collection, name);
  if (!namespace) return;
  if (namespace.metadata.deletionTimestamp === undefined) furnish(cluster, name);
  else empty(cluster, namespace, name);
}

function furnish(cluster: Cluster, name: string): void {
  const wanted: KubeObject[] = [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'kube-root-ca.crt',
        namespace: name,
        annotations: {
          'kubernetes.io/description':
            'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
        },
      },
      data: { 'ca.crt': cluster.identity.ca },
    },
  ];
  for (const body of wanted) {
    const kind = cluster.kinds.byKind(body.apiVersion, body.kind);
    if (!kind || cluster.store.get(`/${kind.plural}`, `${name}/${body.metadata.name}`)) continue;
    createObject(cluster, { kind, namespace: name, body, options: writer, warnings: [] });
  }
}

function empty(cluster: Cluster, namespace: KubeObject, name: string): void {
  let left = 0;
  for (const kind of cluster.kinds.all) {
    if (!kind.namespaced || !kind.verbs.includes('list')) continue;
    const own = `${kind.group}/${kind.plural}`;
    for (const object of cluster.store.range(own, { prefix: `${name}/` }).items) {
      if (object.metadata.deletionTimestamp === undefined) deleteObject(cluster, kind, present(object, kind), background);
    }
    left += cluster.store.range(own, { prefix: `${name}/` }).items.length;
  }
  if (left > 0) return;
  const spec = (namespace['spec'] ?? {}) as { finalizers?: string[] };
  const rest = (spec.finalizers ?? []).filter((finalizer) => finalizer !== 'kubernetes');
  if (rest.length > 0 || (namespace.metadata.finalizers ?? []).length > 0) {
    if (rest.length !== (spec.finalizers ?? []).length) {
      const { finalizers: _gone, ...others } = spec;
      cluster.store.update(collection, { ...namespace, spec: rest.length > 0 ? { ...others, finalizers: rest } : others });
    }
    return;
  }
  cluster.store.delete(collection, name);
}
