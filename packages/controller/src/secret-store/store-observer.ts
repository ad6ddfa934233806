import type { StoreKind } from '@signet/api';
import type { Circuit } from './breaker.ts';

/** Which store, for labels of metrics. `namespace` is empty for a cluster store. */
export interface StoreName {
  readonly kind: StoreKind;
  readonly namespace: string;
  readonly name: string;
}

/** What a metrics library hears of stores. All of it is optional, and none may throw. */
export interface StoreObserver {
  /** A call to a backend, as its provider tells of it (`externalsecret_provider_api_calls_count` and latency). */
  call?(
    store: StoreName,
    call: { readonly provider: string; readonly call: string; readonly ok: boolean; readonly seconds: number },
  ): void;
  /** Questions that were answered by the call of somebody else. */
  saved?(store: StoreName, questions: number): void;
  /** The circuit of a store changed its state. */
  breaker?(store: StoreName, state: Circuit['state']): void;
  /** How many objects wait for a seat at a store. */
  parked?(store: StoreName, objects: number): void;
  /** A store was opened (a login at its first use), or closed. */
  opened?(store: StoreName, open: number): void;
  /** The Ready condition as it is told; undefined: none yet. */
  condition?(store: StoreName, ready: 'True' | 'False' | 'Unknown' | undefined): void;
  /** The store is gone: its series go with it. */
  forget?(store: StoreName): void;
}
