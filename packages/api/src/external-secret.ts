import type { SealedSecretMetadata } from './sealed-secret.ts';

/**
 * The ExternalSecret kind as it is read: defaults filled in, nulls gone. Field names and defaults are those of
 * `external-secrets.io/v1` (external-secrets v2.9); `v1beta1` means the same.
 */

/** Metadata as read: strings where the API server promises strings, everything else kept. */
export type ResourceMetadata = SealedSecretMetadata;

export type StoreKind = 'SecretStore' | 'ClusterSecretStore';

/** Which store; a SecretStore is looked up in the namespace of the ExternalSecret. */
export interface StoreRef {
  readonly kind: StoreKind;
  readonly name: string;
}

/** Which generator. */
export interface GeneratorRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/** Where one item comes from instead of `spec.secretStoreRef`. */
export interface SourceRef {
  readonly storeRef?: StoreRef;
  readonly generatorRef?: GeneratorRef;
}

export type Decoding = 'Auto' | 'Base64' | 'Base64URL' | 'None';
export type Conversion = 'Default' | 'Unicode';
export type NullBytePolicy = 'Ignore' | 'Fail';

/** `remoteRef` of an item, or `extract`. */
export interface RemoteKey {
  readonly key: string;
  /** Never empty. */
  readonly property?: string;
  /** Never empty. */
  readonly version?: string;
  readonly metadataPolicy: 'None' | 'Fetch';
  readonly decodingStrategy: Decoding;
  readonly conversionStrategy: Conversion;
  readonly nullBytePolicy: NullBytePolicy;
}

/** `find` of `dataFrom`. */
export interface Find {
  readonly path?: string;
  readonly name?: { readonly regexp: string };
  readonly tags?: Readonly<Record<string, string>>;
  readonly decodingStrategy: Decoding;
  readonly conversionStrategy: Conversion;
  readonly nullBytePolicy: NullBytePolicy;
}

/** How values that are JSON objects become keys. */
export interface MergeRewrite {
  readonly into: string;
  readonly priority: readonly string[];
  readonly priorityPolicy: 'Strict' | 'IgnoreNotFound';
  readonly conflictPolicy: 'Error' | 'Ignore';
  readonly strategy: 'Extract' | 'JSON';
}

/** One step of `rewrite`; exactly one of the three is set, else the object was not admitted. */
export interface Rewrite {
  readonly regexp?: { readonly source: string; readonly target: string };
  readonly transform?: { readonly template: string };
  readonly merge?: MergeRewrite;
}

/** One entry of `spec.data`. */
export interface DataItem {
  readonly secretKey: string;
  readonly remoteRef: RemoteKey;
  readonly sourceRef?: SourceRef;
}

/** One entry of `spec.dataFrom`. */
export interface DataFrom {
  readonly extract?: RemoteKey;
  readonly find?: Find;
  readonly rewrite: readonly Rewrite[];
  readonly sourceRef?: SourceRef;
}

/** `configMap` or `secret` of `templateFrom`. */
export interface TemplateSource {
  readonly name: string;
  readonly items: readonly { readonly key: string; readonly templateAs: 'Values' | 'KeysAndValues' }[];
}

/** One entry of `templateFrom`, taken in the order configMap, secret, literal. */
export interface TemplateFrom {
  readonly configMap?: TemplateSource;
  readonly secret?: TemplateSource;
  readonly literal?: string;
  /** `Data` unless given. */
  readonly target: string;
  readonly valuesDecodingStrategy: Decoding;
}

/** `spec.target.template`. */
export interface TargetTemplate {
  readonly type?: string;
  readonly engineVersion: string;
  readonly mergePolicy: 'Replace' | 'Merge';
  readonly metadata: {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly finalizers: readonly string[];
  };
  readonly data: Readonly<Record<string, string>>;
  readonly templateFrom: readonly TemplateFrom[];
}

export type CreationPolicy = 'Owner' | 'Orphan' | 'Merge' | 'None' | 'CreateOrMerge';
export type DeletionPolicy = 'Delete' | 'Merge' | 'Retain';
export type RefreshPolicy = 'CreatedOnce' | 'Periodic' | 'OnChange';

/** `spec.target`. */
export interface Target {
  /** The ExternalSecret's own name unless given. */
  readonly name: string;
  readonly creationPolicy: CreationPolicy;
  readonly deletionPolicy: DeletionPolicy;
  readonly immutable: boolean;
  /** Another kind than a Secret. */
  readonly manifest?: { readonly apiVersion: string; readonly kind: string };
  readonly template?: TargetTemplate;
}

/** `spec.syncWindows`. */
export interface SyncWindows {
  /** `allow`, `deny`; anything else permits. */
  readonly kind: string;
  /** Cron schedule (UTC) and Go duration, as written. */
  readonly windows: readonly { readonly schedule: string; readonly duration: string }[];
}

/** `spec` as read. */
export interface ExternalSecretSpec {
  readonly secretStoreRef?: StoreRef;
  readonly refreshPolicy: RefreshPolicy;
  /** 0 or less: fetched once. */
  readonly refreshIntervalMs: number;
  readonly syncWindows?: SyncWindows;
  readonly target: Target;
  readonly data: readonly DataItem[];
  readonly dataFrom: readonly DataFrom[];
}

/** One condition of a status. Times are RFC 3339 text. */
export interface StatusCondition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  lastTransitionTime?: string | undefined;
  reason?: string | undefined;
  message?: string | undefined;
  observedGeneration?: number | undefined;
  [field: string]: unknown;
}

/** `status` as read or written; fields of others survive. */
export interface ExternalSecretStatus {
  /** When the last successful refresh began. */
  refreshTime?: string | null | undefined;
  /** `<generation>-<hash of labels and annotations>`. */
  syncedResourceVersion?: string | undefined;
  conditions?: StatusCondition[] | undefined;
  binding?: { name: string } | undefined;
  /** Ours: the generation the conditions speak of. */
  observedGeneration?: number | undefined;
  /** Ours: when it will be refreshed next. */
  nextRefreshTime?: string | undefined;
  /** Ours: the Secret last brought into agreement, as the API server answered then. */
  produced?: { uid: string; resourceVersion: string } | undefined;
  [field: string]: unknown;
}

/** An ExternalSecret as it is read. */
export interface ExternalSecret {
  readonly apiVersion: 'external-secrets.io/v1';
  readonly kind: 'ExternalSecret';
  readonly metadata: ResourceMetadata;
  readonly spec: ExternalSecretSpec;
  readonly status?: ExternalSecretStatus;
}

/** Where the API server serves ExternalSecrets. Fits the client's `Resource`. */
export const externalSecretKind = {
  group: 'external-secrets.io',
  version: 'v1',
  plural: 'externalsecrets',
  kind: 'ExternalSecret',
  namespaced: true,
} as const;

/** Names on ExternalSecrets and on the Secrets they make. */
export const externalSecretMarks = {
  /** Annotation of the Secret: hash of its data. */
  dataHash: 'reconcile.external-secrets.io/data-hash',
  /** Label of the Secret: `true`. */
  managed: 'reconcile.external-secrets.io/managed',
  /** Label of the Secret: hash of `<namespace>/<ExternalSecret>`; only with creationPolicy Owner. */
  createdBy: 'reconcile.external-secrets.io/created-by',
  /** The peer's finalizer on ExternalSecrets. */
  finalizer: 'externalsecrets.external-secrets.io/externalsecret-cleanup',
  /** The peer's finalizer on stores, while a PushSecret has something there to delete. */
  storeFinalizer: 'secretstore.externalsecrets.io/finalizer',
  /** Ours, annotation of an ExternalSecret: items that may be missing, comma separated: keys of `data`, or `dataFrom[0]`. */
  optional: 'signet.dev/optional',
  /** The annotation people change to have it refreshed now. */
  forceSync: 'force-sync',
} as const;
