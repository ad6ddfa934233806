import type { KindDefinition } from '../kinds/definition.ts';
import type { KubeObject } from '../kinds/object.ts';
import { apiVersionOf, collectionOf } from '../kinds/registry.ts';
import type { KindRegistry } from '../kinds/registry.ts';
import type { StrategyRoom } from '../kinds/strategy.ts';
import { storeKey } from '../storage/store.ts';
import type { Store } from '../storage/store.ts';
import type { Identity } from '../tls/identity.ts';

/** What every handler and controller works on. */
export interface Cluster {
  readonly store: Store;
  readonly kinds: KindRegistry;
  readonly identity: Identity;
  readonly now: () => Date;
  /** A random UUID. */
  readonly uid: () => string;
  /** Five characters for `generateName`. */
  readonly suffix: () => string;
}

/** One object's place. */
export interface Place {
  readonly kind: KindDefinition;
  /** undefined for cluster-scoped kinds, and for lists over all namespaces. */
  readonly namespace: string | undefined;
  readonly name: string;
}

/** The stored object of a place. */
export function find(cluster: Cluster, place: Place): KubeObject | undefined {
  return cluster.store.get(collectionOf(place.kind), storeKey(place.namespace, place.name));
}

/** A stored object in the version it was asked for. */
export function present(object: KubeObject, kind: KindDefinition): KubeObject {
  const apiVersion = apiVersionOf(kind);
  if (object.apiVersion === apiVersion && object.kind === kind.kind) return object;
  const { apiVersion: _stored, kind: _kind, ...rest } = object;
  return { apiVersion, kind: kind.kind, ...rest };
}

/** RFC 3339 with seconds, as in object metadata. */
export function timestamp(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}

/** What strategies may ask. */
export function strategyRoom(cluster: Cluster): StrategyRoom {
  return {
    now: cluster.now(),
    allocateClusterIp(): string | undefined {
      const used = new Set<unknown>();
      for (const service of cluster.store.range('/services', {}).items)
        used.add((service['spec'] as { clusterIP?: string }).clusterIP);
      // .0.1 is the API server's own address.
      for (let at = 2; at < 65_535; at++) {
        const address = `10.96.${at >> 8}.${at & 255}`;
        if (!used.has(address)) return address;
      }
      return undefined;
    },
  };
}
