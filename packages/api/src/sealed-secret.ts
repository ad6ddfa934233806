import { z } from 'zod';

/**
 * The SealedSecret kind: one schema, from which come the TypeScript types and the CustomResourceDefinition.
 *
 * Field names, annotations and leniencies are those of `bitnami.com/v1alpha1` (sealed-secrets v0.38 behaviour). Additive
 * fields, unknown to the peer: `reason`, per-condition `observedGeneration`, and `status.produced`.
 */

const preserve = { 'x-kubernetes-preserve-unknown-fields': true } as const;
const text = z.string();
const texts = z.record(text, text).nullable().optional();

const condition = z.looseObject({
  type: text.meta({ description: 'Synced (always first), Ready, Reconciling or Stalled.' }),
  status: z.enum(['True', 'False', 'Unknown']),
  lastUpdateTime: text
    .optional()
    .meta({ nullable: true, format: 'date-time', description: 'When this condition was last written.' }),
  lastTransitionTime: text.optional().meta({ nullable: true, format: 'date-time', description: 'When status last changed.' }),
  reason: text.optional().meta({ description: 'One word for programs.' }),
  message: text.optional().meta({ description: 'The cause, naming failing keys, never a value.' }),
  observedGeneration: z.int().optional().meta({ description: 'The generation this condition speaks of.' }),
});

const produced = z.looseObject({
  uid: text.meta({ description: 'UID of the Secret last brought into agreement.' }),
  resourceVersion: text.meta({ description: 'Its resourceVersion right then. Equal to the live one: nobody has edited it.' }),
  scope: text.meta({ description: 'The scope under which the items opened.' }),
  merged: z.boolean().optional().meta({ description: 'The items were merged into a Secret that is not owned.' }),
  keys: z.array(text).optional().meta({
    description: 'Fingerprints of the sealing keys that opened the items, the one of most items first. What still needs a key.',
  }),
});

const status = z
  .looseObject({
    observedGeneration: z.int().optional().meta({ description: 'The generation the conditions speak of.' }),
    conditions: z.array(condition).optional().meta({ nullable: true }),
    produced: produced.optional().meta({ description: 'The Secret this object produced.' }),
  })
  .meta({ description: 'What the controller last saw and did.' });

const templateMetadata = z
  .looseObject({
    name: text.nullable().optional(),
    namespace: text.nullable().optional(),
    labels: texts,
    annotations: texts,
    finalizers: z.array(text).nullable().optional(),
  })
  .meta({ ...preserve, description: 'Metadata of the produced Secret. Name and namespace always come from the SealedSecret.' });

const template = z.looseObject({
  metadata: templateMetadata.nullable().optional(),
  type: text.optional().meta({ description: 'Type of the produced Secret. Empty means Opaque.' }),
  immutable: z.boolean().nullable().optional().meta({ description: 'Whether the produced Secret is made immutable.' }),
  data: texts.meta({ description: 'Go templates, rendered over the opened items.' }),
});

const spec = z.looseObject({
  encryptedData: z
    .record(text, z.unknown())
    .meta({ ...preserve, description: 'Sealed items by the key they get in the Secret, each base64.' }),
  template: template.nullable().optional().meta({ description: 'What surrounds the opened items in the produced Secret.' }),
  data: text.nullable().optional().meta({ format: 'byte', description: 'Deprecated: a whole sealed Secret (before v0.7).' }),
});

/** What the schema promises of an object that passed admission. Its `spec` may still hold nulls; the lenient reader drops them. */
export interface AdmittedSealedSecret {
  spec: { encryptedData: Record<string, unknown>; [field: string]: unknown };
  status?: SealedSecretStatus | undefined;
  [field: string]: unknown;
}

/** Schema of `spec` and `status`, as the CustomResourceDefinition states them. The compiler holds the types above to it. */
export const sealedSecretSchema: z.ZodType<AdmittedSealedSecret> = z
  .looseObject({ spec, status: status.optional() })
  .meta({ description: 'A Secret whose values only the cluster can open, safe to keep in git.' });

/** Metadata as read: strings where the API server promises strings, everything else kept. */
export interface SealedSecretMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** One condition of the status (Kubernetes API conventions). Times are RFC 3339 text. */
export interface SealedSecretCondition {
  /** Synced (always first), Ready, Reconciling, Stalled; others may follow. */
  type: string;
  status: 'True' | 'False' | 'Unknown';
  lastUpdateTime?: string | undefined;
  lastTransitionTime?: string | undefined;
  /** One word for programs. */
  reason?: string | undefined;
  /** The cause; names keys, never a value. */
  message?: string | undefined;
  observedGeneration?: number | undefined;
  [field: string]: unknown;
}

/** Mark of the Secret last produced: as the API server answered, and the scope its items opened under. */
export interface Produced {
  uid: string;
  resourceVersion: string;
  scope: string;
  /** The items were merged into a Secret that is not owned. */
  merged?: boolean | undefined;
  /** Fingerprints of the sealing keys that opened the items, the one of most items first. */
  keys?: readonly string[] | undefined;
  [field: string]: unknown;
}

/** `status` as read or written; fields of others survive. */
export interface SealedSecretStatus {
  observedGeneration?: number | undefined;
  conditions?: SealedSecretCondition[] | undefined;
  produced?: Produced | undefined;
  [field: string]: unknown;
}

/** `spec.template` as read: nulls are gone. */
export interface SealedSecretTemplate {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  readonly type?: string;
  readonly immutable?: boolean;
  readonly data?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** A SealedSecret as {@link readSealedSecret} returns it. Maps are own-property maps: a key `__proto__` is a key like any other. */
export interface SealedSecret {
  readonly apiVersion: 'bitnami.com/v1alpha1';
  readonly kind: 'SealedSecret';
  readonly metadata: SealedSecretMetadata;
  readonly spec: {
    /** Well-formed entries only; {@link brokenItems} names the others. */
    readonly encryptedData: Readonly<Record<string, string>>;
    readonly template?: SealedSecretTemplate;
    /** Present, even empty, means legacy mode (before v0.7). */
    readonly data?: string;
  };
  readonly status?: SealedSecretStatus;
}

/** Where the API server serves SealedSecrets. Fits the client's `Resource`. */
export const sealedSecretKind = {
  group: 'bitnami.com',
  version: 'v1alpha1',
  plural: 'sealedsecrets',
  kind: 'SealedSecret',
  namespaced: true,
} as const;

/** Annotations that carry meaning; each counts only when its value is exactly `"true"`. */
export const annotations = {
  /** On the SealedSecret: items are bound to nothing. Wins over namespaceWide. */
  clusterWide: 'sealedsecrets.bitnami.com/cluster-wide',
  /** On the SealedSecret: items are bound to the namespace. */
  namespaceWide: 'sealedsecrets.bitnami.com/namespace-wide',
  /** On the live Secret: may be overwritten and taken into ownership. */
  managed: 'sealedsecrets.bitnami.com/managed',
  /** On the live Secret: merge instead of overwrite. */
  patch: 'sealedsecrets.bitnami.com/patch',
  /** In `spec.template.metadata.annotations`: the produced Secret gets no owner reference. */
  skipSetOwnerReferences: 'sealedsecrets.bitnami.com/skip-set-owner-references',
  /** On the produced Secret, ours: which keys hold values that were rendered once, and of what. */
  renderedOnce: 'signet.dev/rendered-once',
  /** On the SealedSecret, ours: an immutable Secret that it owns may be deleted and made anew when its content changes. */
  replaceImmutable: 'signet.dev/replace-immutable',
} as const;

/** True when the annotation is present with exactly the word `true`. */
export function isMarked(marks: Readonly<Record<string, string>> | undefined, annotation: string): boolean {
  return marks !== undefined && Object.hasOwn(marks, annotation) && marks[annotation] === 'true';
}
