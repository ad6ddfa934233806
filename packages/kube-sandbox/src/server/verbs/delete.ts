import type { KindDefinition } from '../../kinds/definition.ts';
import type { KubeObject } from '../../kinds/object.ts';
import { collectionOf } from '../../kinds/registry.ts';
import { strategyOf } from '../../kinds/strategy.ts';
import { equal } from '../../schema/index.ts';
import { keyOf } from '../../storage/store.ts';
import { strategyRoom, timestamp } from '../cluster.ts';
import type { Cluster } from '../cluster.ts';
import type { DeleteOptions } from '../options.ts';
import { conflict, forbidden, success } from '../status-error.ts';

const immortal = new Set(['default', 'kube-public', 'kube-system']);

/** Finalizers of the garbage collector. */
export const gcFinalizers = { orphan: 'orphan', foreground: 'foregroundDeletion' } as const;

/**
 * Deletes one object: at once, or by marking it for those who hold it with finalizers.
 *
 * @returns the answer's body: the object while it still exists, otherwise a Status (or the object, for some kinds)
 * @throws a 409 Status when a precondition does not hold
 */
export function deleteObject(
  cluster: Cluster,
  kind: KindDefinition,
  live: KubeObject,
  options: DeleteOptions,
): Record<string, unknown> {
  const name = live.metadata.name ?? '';
  checkPreconditions(kind, live, options);
  if (kind.group === '' && kind.plural === 'namespaces' && immortal.has(name)) {
    throw forbidden(kind, name, 'this namespace may not be deleted');
  }
  const marked = mark(cluster, kind, live, finalizersFor(live, options));
  const held = (marked.metadata.finalizers ?? []).length > 0 || isNamespaceWithFinalizers(live);
  if (!held) {
    const gone = options.dryRun ? live : cluster.store.delete(collectionOf(kind), keyOf(live));
    if (strategyOf(kind).returnsDeleted) return gone;
    return success({
      name,
      ...(kind.group === '' ? {} : { group: kind.group }),
      kind: kind.plural,
      ...(live.metadata.uid === undefined ? {} : { uid: live.metadata.uid }),
    });
  }
  if (options.dryRun || equal(marked, live)) return marked;
  return cluster.store.update(collectionOf(kind), marked);
}

function checkPreconditions(kind: KindDefinition, live: KubeObject, options: DeleteOptions): void {
  const { uid, resourceVersion } = live.metadata;
  if (options.uid !== undefined && options.uid !== uid) {
    const words = `the UID in the precondition (${options.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`;
    throw conflict({ group: kind.group, plural: kind.kind }, live.metadata.name ?? '', words);
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion) {
    const words = `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`;
    throw conflict({ group: kind.group, plural: kind.kind }, live.metadata.name ?? '', words);
  }
}

function finalizersFor(live: KubeObject, options: DeleteOptions): string[] {
  const present = live.metadata.finalizers ?? [];
  const wanted =
    options.propagation === 'Orphan'
      ? gcFinalizers.orphan
      : options.propagation === 'Foreground'
        ? gcFinalizers.foreground
        : undefined;
  if (options.propagation === undefined) return present;
  const others = present.filter((finalizer) => finalizer !== gcFinalizers.orphan && finalizer !== gcFinalizers.foreground);
  if (wanted === undefined) return others.length === present.length ? present : others;
  return present.includes(wanted) && others.length === present.length - 1 ? present : [...others, wanted];
}

function isNamespaceWithFinalizers(live: KubeObject): boolean {
  if (live.apiVersion !== 'v1' || live.kind !== 'Namespace') return false;
  return ((live['spec'] as { finalizers?: string[] } | undefined)?.finalizers ?? []).length > 0;
}

function mark(cluster: Cluster, kind: KindDefinition, live: KubeObject, finalizers: string[]): KubeObject {
  const metadata = { ...live.metadata };
  if (finalizers.length > 0) metadata.finalizers = finalizers;
  else delete metadata.finalizers;
  const marked: KubeObject = { ...live, metadata };
  if (metadata.deletionTimestamp === undefined) {
    metadata.deletionTimestamp = timestamp(cluster.now());
    // A namespace's deletion is the lifecycle's business, not a grace period's.
    const marksItself = live.kind === 'Namespace' || strategyOf(kind).prepareDelete !== undefined;
    if (!marksItself) metadata.deletionGracePeriodSeconds = 0;
    if (!marksItself && metadata.generation !== undefined) metadata.generation += 1;
    if (isNamespaceWithFinalizers(live)) marked['status'] = { ...(live['status'] as object | undefined), phase: 'Terminating' };
    strategyOf(kind).prepareDelete?.(marked, strategyRoom(cluster));
  }
  return marked;
}
