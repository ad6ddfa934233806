/** A reference from an object to the one that owns it (Kubernetes API conventions, `metadata.ownerReferences`). */
export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
  [field: string]: unknown;
}

/**
 * `metadata` as it came over the wire. Times stay RFC 3339 text, so that a read followed by a replace changes nothing;
 * fields of newer API versions are kept.
 */
export interface ObjectMeta {
  name?: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  /** Opaque: compare for equality only. */
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  finalizers?: string[];
  managedFields?: unknown[];
  [field: string]: unknown;
}

/** Any Kubernetes object: raw JSON. Unknown fields survive every verb of the client. */
export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** Names one object of a resource. `namespace` is left out for cluster-scoped resources. */
export interface ObjectRef {
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** `v1` Secret. Values of `data` are base64 text, exactly as on the wire. */
export interface Secret extends KubeObject {
  data?: Record<string, string>;
  type?: string;
  immutable?: boolean;
}

/** `v1` ConfigMap. */
export interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
  immutable?: boolean;
}

/** `v1` Service, as much of it as is read here. */
export interface Service extends KubeObject {
  spec?: { ports?: { name?: string; port: number; protocol?: string; [field: string]: unknown }[]; [field: string]: unknown };
}

/** `coordination.k8s.io/v1` Lease. Times are MicroTime text (RFC 3339 with six decimals). */
export interface Lease extends KubeObject {
  spec?: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    acquireTime?: string;
    renewTime?: string;
    leaseTransitions?: number;
    [field: string]: unknown;
  };
}
