import type { GeneratorRef, StoreRef } from '@signet/api';
import type { ObjectKey } from '@signet/kube/cache';
import type { Fetched, FindQuery, RemoteRef } from '@signet/provider';

/** How new a read has to be, and how urgent it is. */
export interface Demand {
  /** Milliseconds since the epoch: a read that began earlier may not be shared. */
  readonly notBefore: number;
  /** Somebody has just asked for it: goes before everything that is only due. */
  readonly urgent: boolean;
}

/**
 * A store as a reconcile uses it: shared, rate limited, behind its breaker. Reads of the same thing by several objects are one
 * call to the backend.
 */
export interface OpenedStore {
  /** `SecretStore "vault-prod"`, for messages. */
  readonly title: string;
  /** One outcome per reference, in order; any number of them, equal ones too. Rejects when the store as a whole is in trouble. */
  fetch(refs: readonly RemoteRef[], demand: Demand, signal: AbortSignal): Promise<readonly Fetched[]>;
  find(query: FindQuery, demand: Demand, signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>>;
}

/** Where the values of an ExternalSecret come from. What it throws is ready for a status: it names the store and the cause. */
export interface Sources {
  /** @throws STORE_MISSING, STORE_NOT_READY, STORE_REFUSES (conditions, class), INVALID_CONFIG, CREDENTIALS_MISSING */
  store(ref: StoreRef, namespace: string, signal: AbortSignal): Promise<OpenedStore>;
  generate(
    ref: GeneratorRef,
    namespace: string,
    signal: AbortSignal,
  ): Promise<{ readonly values: ReadonlyMap<string, Uint8Array>; readonly expiresAt?: number | undefined }>;
}

/**
 * Who goes first: what somebody has just created or changed (`asked`), then what was never synced (`new`), then what is to be
 * refreshed (`due`).
 */
export type Rank = 'asked' | 'new' | 'due';

/** Leave to work with some stores, so that a slow one holds few workers however many objects use it. Give it back with `leave`. */
export interface Seat {
  leave(): void;
}

/** All stores of the cluster, for the ExternalSecret controller. */
export interface Stores extends Sources {
  /** True when one of these stores, or generators, belongs to another controller class: such objects are left alone. */
  isForeign(stores: readonly StoreRef[], generators: readonly GeneratorRef[], namespace: string): boolean;
  /** A seat at each of these stores; undefined: one has none free, the object is parked and told to `onRoom` when there is one. */
  seat(stores: readonly StoreRef[], object: ObjectKey, rank: Rank): Seat | undefined;
  /** Called for a parked object when there is a seat for it, in the order of their ranks. */
  onRoom(listener: (object: ObjectKey, rank: Rank) => void): void;
  /**
   * Called when a store is new, changed, gone, ready again, out of order, or has other credentials: all that use it may fare differently now.
   * `namespace` undefined: users in every namespace.
   */
  onChange(listener: (store: StoreRef, namespace: string | undefined) => void): void;
  /** Forgets an object that is gone. */
  forget(object: ObjectKey): void;
}
