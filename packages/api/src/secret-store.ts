import type { ResourceMetadata, StatusCondition, StoreKind } from './external-secret.ts';

/** One entry of `spec.conditions`: its parts are ORed, and so are the entries. */
export interface StoreCondition {
  /** A label selector as Kubernetes writes it. */
  readonly namespaceSelector?: {
    readonly matchLabels?: Readonly<Record<string, string>>;
    readonly matchExpressions?: readonly {
      readonly key: string;
      readonly operator: string;
      readonly values?: readonly string[];
    }[];
  };
  readonly namespaces: readonly string[];
  /** RE2, unanchored. */
  readonly namespaceRegexes: readonly string[];
}

/** `status` of a store as read or written; fields of others survive. */
export interface SecretStoreStatus {
  conditions?: StatusCondition[] | undefined;
  capabilities?: string | undefined;
  /** Ours: the generation the conditions speak of. */
  observedGeneration?: number | undefined;
  [field: string]: unknown;
}

/** A SecretStore or ClusterSecretStore as it is read. */
export interface SecretStoreObject {
  readonly apiVersion: 'external-secrets.io/v1';
  readonly kind: StoreKind;
  /** `namespace` is empty for a ClusterSecretStore. */
  readonly metadata: ResourceMetadata;
  readonly spec: {
    /** Controller class; empty matches every controller. */
    readonly controller: string;
    /** As written: one key per provider. */
    readonly provider: Readonly<Record<string, unknown>>;
    readonly retrySettings?: { readonly maxRetries?: number; readonly retryIntervalMs?: number };
    /** How often the store is validated; undefined: the controller's default. */
    readonly refreshIntervalMs?: number;
    readonly conditions: readonly StoreCondition[];
  };
  readonly status?: SecretStoreStatus;
}

/** Where the API server serves SecretStores. */
export const secretStoreKind = {
  group: 'external-secrets.io',
  version: 'v1',
  plural: 'secretstores',
  kind: 'SecretStore',
  namespaced: true,
} as const;

/** Where the API server serves ClusterSecretStores. */
export const clusterSecretStoreKind = {
  group: 'external-secrets.io',
  version: 'v1',
  plural: 'clustersecretstores',
  kind: 'ClusterSecretStore',
  namespaced: false,
} as const;
