import { clusterSecretStoreKind, externalSecretMarks, readSecretStore, secretStoreKind } from '@signet/api';
import type { SecretStoreObject, StoreKind } from '@signet/api';
import type { ObjectKey } from '@signet/kube/cache';
import { keyText } from '@signet/kube/cache';
import type { Client, Clock, KubeObject, Logger, Resource } from '@signet/kube/client';
import type { EventRecorder, Reconciler, Result } from '@signet/kube/runtime';
import type { OpenStores } from './open-stores.ts';
import type { PushSecretUsers } from './push-secret-users.ts';
import type { Checked } from './store-keeper.ts';
import { mayPass } from './store-keeper.ts';
import type { StoreName, StoreObserver } from './store-observer.ts';
import { readyOf, saysNews, storeStatusFor } from './store-status.ts';

/** What the reconciler of one kind of store works with. */
export interface StoreReconcilerRoom {
  readonly kind: StoreKind;
  readonly cache: { get(key: ObjectKey): KubeObject | undefined };
  readonly stores: Pick<OpenStores, 'check' | 'isOurs' | 'onStanding'>;
  readonly pushSecrets: Pick<PushSecretUsers, 'need'>;
  readonly client: Pick<Client, 'replaceStatus' | 'patch'>;
  readonly events: Pick<EventRecorder, 'record'>;
  readonly observer: StoreObserver;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
  /** `--store-requeue-interval`: how often a store is validated that does not say it. */
  readonly intervalMs: number;
}

/** The last check of a store. */
interface Memory {
  readonly uid: string | undefined;
  readonly generation: number | undefined;
  readonly checked: Checked;
  readonly failures: number;
  readonly dueAt: number;
}

const firstRetryMs = 5000;
const longestRetryMs = 60_000;
/** No store is validated more often than this, whatever it says: its author is a tenant (promise 10). */
const shortestIntervalMs = 1000;
/** A store on its way out whose finalizer has to stay is looked at this often. */
const leavingMs = 15_000;

/**
 * Validates SecretStores or ClusterSecretStores, and says in their status what came out: at most every interval, sooner after a failure
 * and whenever a store goes out of order, comes back, or has other credentials. Stores of other controller classes are left alone.
 */
export function storeReconciler(room: StoreReconcilerRoom): Reconciler {
  const { kind, cache, stores, observer, clock } = room;
  const memories = new Map<string, Memory>();
  const report = reporter(room);
  stores.onStanding((name) => {
    const memory = memories.get(keyText(name));
    if (name.kind === kind && memory) memories.set(keyText(name), { ...memory, dueAt: 0 });
  });

  const check = async (store: SecretStoreObject, signal: AbortSignal): Promise<Memory> => {
    const { uid, generation } = store.metadata;
    const known = memories.get(keyText(store.metadata));
    const isSame = known?.uid === uid && known?.generation === generation;
    if (known && isSame && clock.now() < known.dueAt) return known;
    const checked = await stores.check(store, signal);
    const failures = checked.result === 'failed' ? (isSame ? (known?.failures ?? 0) : 0) + 1 : 0;
    const dueAt = clock.now() + pauseMs(room, store, checked, failures);
    const memory: Memory = { uid, generation, checked, failures, dueAt };
    if (!isClosed(checked)) memories.set(keyText(store.metadata), memory);
    return memory;
  };

  return {
    async reconcile(key, signal): Promise<Result | void> {
      const raw = cache.get(key);
      const store = raw && readSecretStore({ ...raw, kind });
      if (!raw || !store || !stores.isOurs(store)) {
        memories.delete(keyText(key));
        observer.forget?.({ kind, ...key });
        return;
      }
      if (store.metadata['deletionTimestamp'] !== undefined) {
        const stays = await keepFinalizer(room, raw, store, signal);
        return stays ? { requeueAfterMs: leavingMs } : undefined;
      }
      const { checked, dueAt } = await check(store, signal);
      if (isClosed(checked)) return { requeueAfterMs: 100 };
      const latest = await report(raw, store, checked, signal);
      const isUnknown = checked.result === 'failed' && checked.at === 'client'; // perhaps somebody else's: only told of
      if (!isUnknown) await keepFinalizer(room, latest, store, signal);
      return { requeueAfterMs: Math.max(1, dueAt - clock.now()) };
    },
  };
}

/** The store was replaced while it was asked: that says nothing of it. */
function isClosed(checked: Checked): boolean {
  return checked.result === 'failed' && 'code' in checked.error && checked.error.code === 'SIGNET_CONTROLLER_STORE_CLOSED';
}

/** When a store is validated again. What is wrong with a manifest waits for its change; the breaker tells of a backend that is back. */
function pauseMs(room: StoreReconcilerRoom, store: SecretStoreObject, checked: Checked, failures: number): number {
  const intervalMs = Math.max(shortestIntervalMs, store.spec.refreshIntervalMs ?? room.intervalMs) * (1 - room.random() / 10);
  if (checked.result !== 'failed' || checked.at === 'client') return intervalMs;
  const backOffMs = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 10));
  return Math.min(intervalMs, mayPass(checked.error) ? firstRetryMs : backOffMs);
}

type Report = (raw: KubeObject, store: SecretStoreObject, checked: Checked, signal: AbortSignal) => Promise<KubeObject>;

/** Writes the status if it says something new, and records an event if it is worth one. Gives the object as it is then. */
function reporter({ kind, client, clock, events, observer, logger }: StoreReconcilerRoom): Report {
  let dropsOurs = false;
  return async (raw, store, checked, signal) => {
    const status = storeStatusFor(store, checked, new Date(clock.now()));
    const ready = readyOf(status);
    const before = readyOf(store.status);
    let latest = raw;
    if (saysNews(store.status, status, { dropsOurs })) {
      const { apiVersion } = store;
      latest = await client.replaceStatus(resourceOf(kind), { ...raw, apiVersion, kind, status }, { signal });
      dropsOurs = readSecretStore(latest).status?.observedGeneration !== status.observedGeneration;
    }
    const name: StoreName = { kind, namespace: store.metadata.namespace, name: store.metadata.name };
    observer.condition?.(name, ready?.status);
    if (before?.status === ready?.status && before?.reason === ready?.reason && before?.message === ready?.message) return latest;
    const { reason = '', message = '' } = ready ?? {};
    const isGood = ready?.status === 'True';
    const where = { store: `${kind} ${keyText(name).replace(/^\//, '')}`, reason };
    if (isGood) logger.info(where, 'a store is ready');
    else logger.warn({ ...where, because: message }, 'a store is not ready');
    events.record({ ...raw, apiVersion: store.apiVersion, kind }, { type: isGood ? 'Normal' : 'Warning', reason, message });
    return latest;
  };
}

/**
 * Holds a store that a PushSecret still has to delete something at, and lets go of any other (external-secrets v2.9).
 *
 * @returns true when it is held, or it cannot be told whether it has to be
 */
async function keepFinalizer(
  { kind, client, pushSecrets }: StoreReconcilerRoom,
  raw: KubeObject,
  store: SecretStoreObject,
  signal: AbortSignal,
): Promise<boolean> {
  const { storeFinalizer } = externalSecretMarks;
  const { finalizers = [], resourceVersion } = raw.metadata;
  const has = finalizers.includes(storeFinalizer);
  const isLeaving = store.metadata['deletionTimestamp'] !== undefined;
  if (isLeaving && !has) return false;
  const needed = await pushSecrets.need(store);
  if (needed === undefined || needed === has || (isLeaving && needed)) return has;
  const wanted = needed ? [...finalizers, storeFinalizer] : finalizers.filter((finalizer) => finalizer !== storeFinalizer);
  const metadata = { finalizers: wanted, ...(resourceVersion !== undefined && { resourceVersion }) };
  const { namespace, name } = store.metadata;
  const ref = kind === 'SecretStore' ? { namespace, name } : { name };
  await client.patch(resourceOf(kind), ref, { metadata }, { type: 'merge', signal });
  return needed;
}

function resourceOf(kind: StoreKind): Resource {
  return kind === 'SecretStore' ? secretStoreKind : clusterSecretStoreKind;
}
