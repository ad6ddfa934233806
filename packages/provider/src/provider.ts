import type { SecretStore } from './secret-store.ts';
import type { StoreIdentity, StoreRoom } from './surroundings.ts';

/** Something wrong with a store's configuration, found without asking anybody. */
export interface Problem {
  /** Path below `spec.provider`, such as `vault.auth.appRole.secretRef`. */
  readonly field: string;
  /** A sentence without values. */
  readonly message: string;
}

/** A configuration that was read and is sound. */
export interface Configured {
  /**
   * A cluster store that takes credentials from the namespace of whoever uses it: it is opened once for each namespace, and cannot be
   * validated by itself.
   */
  readonly isReferent: boolean;
  /** Opens the store. Makes no call: the first use does. */
  open(room: StoreRoom): SecretStore;
}

/** One kind of backend. */
export interface Provider {
  /** The key below `spec.provider`: `vault`. */
  readonly name: string;
  readonly capabilities: 'ReadOnly' | 'WriteOnly' | 'ReadWrite';
  /**
   * Reads the configuration below its key. Pure, so that manifests can be checked offline.
   *
   * @throws INVALID_CONFIG for the first problem
   */
  configure(config: unknown, store: StoreIdentity): Configured;
  /** All problems of a configuration, for people; empty when `configure` takes it. */
  problems(config: unknown, store: StoreIdentity): readonly Problem[];
}
