import { crdFinalizer } from '../kinds/custom-resource-definition.ts';
import type { CrdNames, CrdSpec } from '../kinds/custom.ts';
import type { KubeObject } from '../kinds/object.ts';
import { collectionOf } from '../kinds/registry.ts';
import { equal } from '../schema/index.ts';
import { present, timestamp } from '../server/cluster.ts';
import type { Cluster } from '../server/cluster.ts';
import { tracked } from '../server/verbs/field-ownership.ts';
import { deleteObject } from '../server/verbs/delete.ts';
import { KeyQueue } from './key-queue.ts';

const collection = 'apiextensions.k8s.io/customresourcedefinitions';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

/** Establishes CustomResourceDefinitions, serves their kinds, and removes their objects before they go. */
export function watchDefinitions(cluster: Cluster): () => void {
  const queue = new KeyQueue((name) => reconcile(cluster, name, queue));
  for (const crd of cluster.store.range(collection, {}).items) {
    if (isEstablished(crd)) cluster.kinds.setCustom(crd.metadata.name ?? '', crd);
    queue.add(crd.metadata.name ?? '');
  }
  const unsubscribe = cluster.store.subscribe((change) => {
    if (change.collection === collection) queue.add(change.object.metadata.name ?? '');
    else if (change.type === 'DELETED') {
      const [group, plural] = change.collection.split('/');
      const owner = cluster.store.get(collection, `${plural}.${group}`);
      if (owner?.metadata.deletionTimestamp !== undefined) queue.add(owner.metadata.name ?? '');
    }
  });
  return () => {
    unsubscribe();
    queue.stop();
  };
}

function reconcile(cluster: Cluster, name: string, queue: KeyQueue): void {
  const crd = cluster.store.get(collection, name);
  if (!crd) {
    cluster.kinds.setCustom(name, undefined);
    return;
  }
  if (crd.metadata.deletionTimestamp !== undefined) {
    finish(cluster, crd, queue);
    return;
  }
  const spec = crd['spec'] as CrdSpec;
  const taken = cluster.kinds.all.some(
    (kind) => kind.group === spec.group && kind.kind === spec.names.kind && kind.plural !== spec.names.plural,
  );
  const status = establish(cluster, crd, spec.names, taken);
  const definition = cluster.kinds.byKind('apiextensions.k8s.io/v1', 'CustomResourceDefinition');
  if (definition && !equal(status, crd['status'])) {
    const write = { definition, manager: 'kube-apiserver', subresource: 'status', now: cluster.now() };
    cluster.store.update(collection, tracked(crd, { ...crd, status }, write));
  }
  if (!taken) cluster.kinds.setCustom(name, crd);
}

function establish(cluster: Cluster, crd: KubeObject, names: CrdNames, taken: boolean): Record<string, unknown> {
  const status = (crd['status'] ?? {}) as { conditions?: Condition[] | null };
  const now = timestamp(cluster.now());
  const condition = (type: string, good: boolean, reason: string, message: string): Condition => {
    const old = (status.conditions ?? []).find((candidate) => candidate.type === type);
    const value = good ? 'True' : 'False';
    return { lastTransitionTime: old?.status === value ? old.lastTransitionTime : now, message, reason, status: value, type };
  };
  const conditions = taken
    ? [
        condition('NamesAccepted', false, 'KindConflict', `"${names.kind}" is already in use`),
        condition('Established', false, 'NotAccepted', 'not all names are accepted'),
      ]
    : [
        condition('NamesAccepted', true, 'NoConflicts', 'no conflicts found'),
        condition('Established', true, 'InitialNamesAccepted', 'the initial names have been accepted'),
      ];
  return { ...status, conditions, acceptedNames: taken ? { kind: '', plural: '' } : names };
}

/** Deletes every object of the kind, then lets the definition go. */
function finish(cluster: Cluster, crd: KubeObject, queue: KeyQueue): void {
  const finalizers = crd.metadata.finalizers ?? [];
  if (!finalizers.includes(crdFinalizer)) return;
  const spec = crd['spec'] as CrdSpec;
  const kind = cluster.kinds.preferred(spec.group, spec.names.plural);
  const own = collectionOf({ group: spec.group, plural: spec.names.plural });
  if (kind) {
    for (const object of cluster.store.range(own, {}).items) {
      if (object.metadata.deletionTimestamp === undefined) deleteObject(cluster, kind, present(object, kind), background);
    }
  }
  if (cluster.store.size(own) > 0) return;
  const rest = finalizers.filter((finalizer) => finalizer !== crdFinalizer);
  const metadata = { ...crd.metadata, finalizers: rest };
  if (rest.length > 0) cluster.store.update(collection, { ...crd, metadata });
  else cluster.store.delete(collection, crd.metadata.name ?? '');
  queue.add(crd.metadata.name ?? '');
}

const background = {
  dryRun: false,
  uid: undefined,
  resourceVersion: undefined,
  propagation: 'Background',
  gracePeriodSeconds: undefined,
} as const;

function isEstablished(crd: KubeObject): boolean {
  const conditions = (crd['status'] as { conditions?: Condition[] } | undefined)?.conditions ?? [];
  return conditions.some(({ type, status }) => type === 'Established' && status === 'True');
}
