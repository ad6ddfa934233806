import type { KubeObject, OwnerReference } from '../kinds/object.ts';
import { collectionOf } from '../kinds/registry.ts';
import { present } from '../server/cluster.ts';
import type { Cluster } from '../server/cluster.ts';
import { deleteObject, gcFinalizers } from '../server/verbs/delete.ts';
import { isFinished } from '../server/verbs/update.ts';
import { keyOf, storeKey } from '../storage/store.ts';
import { KeyQueue } from './key-queue.ts';

/** A stored object's address: `collection|key`. */
type Address = string;

/**
 * The garbage collector (Kubernetes: owners and dependents).
 *
 * - Background: an object all of whose owners are gone is deleted; owners that are gone are struck off the others.
 * - Foreground: an owner marked with `foregroundDeletion` waits until the dependents that block it are gone.
 * - Orphan: an owner marked with `orphan` first strikes itself off its dependents.
 *
 * An owner of another namespace does not count as existing. An owner of a kind that is not served is left alone.
 */
export function collectGarbage(cluster: Cluster): () => void {
  const dependents = new Map<string, Set<Address>>();
  const queue = new KeyQueue((address) => attend(cluster, dependents, address));

  const index = (collection: string, object: KubeObject, present: boolean): void => {
    const address = `${collection}|${keyOf(object)}`;
    for (const owner of object.metadata.ownerReferences ?? []) {
      const known = dependents.get(owner.uid);
      if (!present) known?.delete(address);
      else if (known) known.add(address);
      else dependents.set(owner.uid, new Set([address]));
    }
  };
  for (const collection of cluster.store.collections()) {
    for (const object of cluster.store.range(collection, {}).items) {
      index(collection, object, true);
      queue.add(`${collection}|${keyOf(object)}`);
    }
  }
  const unsubscribe = cluster.store.subscribe(({ type, collection, object, previous }) => {
    if (previous) index(collection, previous, false);
    if (type !== 'DELETED') {
      index(collection, object, true);
      if (object.metadata.ownerReferences || object.metadata.deletionTimestamp !== undefined)
        queue.add(`${collection}|${keyOf(object)}`);
    }
    // A dependent that stops pointing may free its owner; an owner that goes takes its dependents along.
    for (const owner of previous?.metadata.ownerReferences ?? []) {
      const address = ownerAddress(cluster, owner, object.metadata.namespace);
      if (address !== undefined) queue.add(address);
    }
    if (type === 'DELETED') {
      for (const address of dependents.get(object.metadata.uid ?? '') ?? []) queue.add(address);
      dependents.delete(object.metadata.uid ?? '');
    }
  });
  return () => {
    unsubscribe();
    queue.stop();
  };
}

function attend(cluster: Cluster, dependents: ReadonlyMap<string, ReadonlySet<Address>>, address: Address): void {
  const [collection, key] = split(address);
  const object = cluster.store.get(collection, key);
  if (!object) return;
  if (object.metadata.deletionTimestamp !== undefined) {
    const own = [...(dependents.get(object.metadata.uid ?? '') ?? [])];
    if (object.metadata.finalizers?.includes(gcFinalizers.orphan)) orphan(cluster, collection, object, own);
    else if (object.metadata.finalizers?.includes(gcFinalizers.foreground)) foreground(cluster, collection, object, own);
    return;
  }
  judge(cluster, collection, object);
}

/** Deletes an object without living owners, or strikes the dead ones off. */
function judge(cluster: Cluster, collection: string, object: KubeObject): void {
  const owners = object.metadata.ownerReferences ?? [];
  if (owners.length === 0) return;
  const states = owners.map((owner) => stateOf(cluster, owner, object.metadata.namespace));
  if (states.includes('unknown')) return;
  if (states.every((state) => state === 'absent')) {
    remove(cluster, collection, object, 'Background');
    return;
  }
  // Owners in foreground deletion wait for this object only if nobody else wants it.
  const solid = states.includes('solid');
  const kept = owners.filter((_, index) => states[index] === 'solid' || (!solid && states[index] === 'waiting'));
  if (solid && kept.length < owners.length) {
    cluster.store.update(collection, { ...object, metadata: { ...object.metadata, ownerReferences: kept } });
  } else if (!solid) remove(cluster, collection, object, 'Foreground');
}

type OwnerState = 'solid' | 'waiting' | 'absent' | 'unknown';

function stateOf(cluster: Cluster, owner: OwnerReference, namespace: string | undefined): OwnerState {
  const address = ownerAddress(cluster, owner, namespace);
  if (address === undefined) return 'unknown';
  const live = cluster.store.get(...split(address));
  if (live?.metadata.uid !== owner.uid) return 'absent';
  const waits =
    live.metadata.deletionTimestamp !== undefined && live.metadata.finalizers?.includes(gcFinalizers.foreground) === true;
  return waits ? 'waiting' : 'solid';
}

function ownerAddress(cluster: Cluster, owner: OwnerReference, namespace: string | undefined): Address | undefined {
  const kind = cluster.kinds.byKind(owner.apiVersion, owner.kind);
  if (!kind) return undefined;
  return `${collectionOf(kind)}|${storeKey(kind.namespaced ? namespace : undefined, owner.name)}`;
}

function orphan(cluster: Cluster, collection: string, owner: KubeObject, own: readonly Address[]): void {
  for (const address of own) {
    const [at, key] = split(address);
    const dependent = cluster.store.get(at, key);
    if (!dependent) continue;
    const metadata = { ...dependent.metadata };
    const rest = (metadata.ownerReferences ?? []).filter(({ uid }) => uid !== owner.metadata.uid);
    if (rest.length > 0) metadata.ownerReferences = rest;
    else delete metadata.ownerReferences;
    cluster.store.update(at, { ...dependent, metadata });
  }
  release(cluster, collection, owner, gcFinalizers.orphan);
}

function foreground(cluster: Cluster, collection: string, owner: KubeObject, own: readonly Address[]): void {
  let blocking = 0;
  for (const address of own) {
    const [at, key] = split(address);
    const dependent = cluster.store.get(at, key);
    if (!dependent) continue;
    if (dependent.metadata.deletionTimestamp === undefined) judge(cluster, at, dependent);
    const left = cluster.store.get(at, key)?.metadata.ownerReferences ?? [];
    if (left.some(({ uid, blockOwnerDeletion }) => uid === owner.metadata.uid && blockOwnerDeletion === true)) blocking++;
  }
  if (blocking === 0) release(cluster, collection, owner, gcFinalizers.foreground);
}

/** Takes the collector's finalizer off, and the object away if nobody else holds it. */
function release(cluster: Cluster, collection: string, object: KubeObject, finalizer: string): void {
  const live = cluster.store.get(collection, keyOf(object));
  if (!live) return;
  const metadata = { ...live.metadata };
  const rest = (metadata.finalizers ?? []).filter((name) => name !== finalizer);
  if (rest.length > 0) metadata.finalizers = rest;
  else delete metadata.finalizers;
  const freed = { ...live, metadata };
  if (isFinished(freed)) cluster.store.delete(collection, keyOf(live));
  else cluster.store.update(collection, freed);
}

function remove(cluster: Cluster, collection: string, object: KubeObject, propagation: 'Background' | 'Foreground'): void {
  const [group = '', plural = ''] = splitCollection(collection);
  const kind = cluster.kinds.preferred(group, plural);
  if (!kind) return;
  deleteObject(cluster, kind, present(object, kind), {
    dryRun: false,
    uid: object.metadata.uid,
    resourceVersion: undefined,
    propagation,
    gracePeriodSeconds: undefined,
  });
}

function split(address: Address): [collection: string, key: string] {
  const bar = address.indexOf('|');
  return [address.slice(0, bar), address.slice(bar + 1)];
}

function splitCollection(collection: string): string[] {
  return collection.split('/');
}
