/** What a client may do with a kind; also the words of discovery. */
export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

/**
 * A JSON schema in the OpenAPI v3 subset of CustomResourceDefinitions, with the `x-kubernetes-*` extensions.
 * Built-in kinds may carry `x-kubernetes-patch-strategy` and `x-kubernetes-patch-merge-key` as well.
 */
export interface JsonSchema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly format?: string;
  readonly description?: string;
  readonly title?: string;
  readonly nullable?: boolean;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly required?: readonly string[];
  readonly allOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly not?: JsonSchema;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular';
  readonly 'x-kubernetes-validations'?: readonly Readonly<Record<string, unknown>>[];
  readonly 'x-kubernetes-patch-strategy'?: string;
  readonly 'x-kubernetes-patch-merge-key'?: string;
  readonly [extension: string]: unknown;
}

/** A column of `kubectl get`, as in a CustomResourceDefinition's `additionalPrinterColumns`. */
export interface PrinterColumn {
  readonly name: string;
  /** integer, number, string, boolean, date */
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  /** 0 is always shown; greater only with `-o wide`. */
  readonly priority?: number;
  /** Kubernetes JSONPath without braces, e.g. `.spec.replicas`. */
  readonly jsonPath: string;
}

/** A subresource below an object: `status`, `token`, `proxy`, `finalize`. */
export interface SubresourceDefinition {
  readonly name: string;
  /** Kind of the body; the parent's kind when absent. */
  readonly kind?: string;
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly Verb[];
}

/**
 * One served version of one kind, built in or from a CustomResourceDefinition: everything discovery, OpenAPI, validation,
 * server-side apply and printing need to know about it.
 */
export interface KindDefinition {
  /** `''` for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly listKind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  /** Whole object: `apiVersion`, `kind` and `metadata` (full ObjectMeta) are present, for custom kinds too. */
  readonly schema: JsonSchema;
  readonly subresources: readonly SubresourceDefinition[];
  readonly printerColumns: readonly PrinterColumn[];
  /** JSONPaths such as `.spec.colour`, usable as `spec.colour` in a field selector. */
  readonly selectableFields: readonly string[];
  /** True for kinds defined by a CustomResourceDefinition: pruned, defaulted and validated by their schema. */
  readonly custom: boolean;
  /** Version priority of discovery within the group: lower comes first. */
  readonly priority: number;
}
