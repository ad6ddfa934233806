import type { StoreKind } from '@signet/api';
import { keyOf } from '@signet/kube/cache';
import type { Client, Clock, KubeObject, Logger } from '@signet/kube/client';
import { Controller } from '@signet/kube/runtime';
import type { EventRecorder, ToKeys } from '@signet/kube/runtime';
import type { ScopedCache } from '../cluster/scoped-cache.ts';
import type { ControllerMetrics } from '../http/metrics.ts';
import type { OpenStores } from './open-stores.ts';
import { PushSecretUsers } from './push-secret-users.ts';
import type { StoreObserver } from './store-observer.ts';
import { storeReconciler } from './store-reconciler.ts';

/** What the controllers of stores work with. */
export interface StoreControllersOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly logger: Logger;
  /** In [0, 1). */
  readonly random: () => number;
  /** Namespaces served; undefined: all. */
  readonly namespaces: readonly string[] | undefined;
  readonly stores: OpenStores;
  /** The stores there are; a kind that is left out is not served. */
  readonly caches: Partial<Readonly<Record<StoreKind, ScopedCache<KubeObject>>>>;
  /** `--store-requeue-interval`. */
  readonly validateEveryMs: number;
  readonly events: Pick<EventRecorder, 'record'>;
  readonly metrics: Pick<ControllerMetrics, 'observer'>;
  readonly observer: StoreObserver;
}

/** Stores that are validated at the same time. One that hangs holds one of them until its call is given up. */
const concurrency = 16;
const longestBackOffMs = 60_000;

/** Validates the stores of each kind, until `signal` aborts. */
export function storeControllers(options: StoreControllersOptions): { run(signal: AbortSignal): Promise<void> } {
  const { caches, stores, metrics, namespaces, validateEveryMs: intervalMs, ...room } = options;
  const pushSecrets = new PushSecretUsers({ ...room, namespaces });
  const controllers = (['SecretStore', 'ClusterSecretStore'] as const).flatMap((kind) => {
    const cache = caches[kind];
    if (!cache) return [];
    const name = kind.toLowerCase();
    const reconciler = storeReconciler({ ...room, kind, cache, stores, pushSecrets, intervalMs });
    const observer = metrics.observer(name);
    const controller = new Controller({ ...room, name, reconciler, concurrency, maxBackoffMs: longestBackOffMs, observer });
    controller.watch(cache, wishes);
    stores.onStanding((store) => {
      if (store.kind === kind) controller.enqueue(store);
    });
    return [controller];
  });
  return {
    run: async (signal) => {
      await Promise.all(controllers.map(async (controller) => controller.run(signal)));
    },
  };
}

/** What changes of a store wake it: everything but its status. */
const wishes: ToKeys<KubeObject> = (object, previous, kind) =>
  kind === 'changed' && previous && wishOf(previous) === wishOf(object) ? [] : [keyOf(object)];

function wishOf({ metadata: { uid, generation, labels, deletionTimestamp, finalizers } }: KubeObject): string {
  return JSON.stringify([uid, generation, Object.entries(labels ?? {}).toSorted(), deletionTimestamp, finalizers]);
}
