import type { z } from 'zod';
import { structuralSchema } from './structural.ts';
import type { StructuralSchema } from './structural.ts';

/** A column of `kubectl get`. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'date';
  readonly jsonPath: string;
}

/** One version of a kind, as the API server serves it. */
export interface CustomResourceVersion {
  readonly name: string;
  readonly served: true;
  readonly storage: boolean;
  readonly subresources: { readonly status: Readonly<Record<string, never>> };
  readonly additionalPrinterColumns?: readonly PrinterColumn[];
  readonly selectableFields?: readonly { readonly jsonPath: string }[];
  readonly schema: { readonly openAPIV3Schema: StructuralSchema };
}

/** An apiextensions.k8s.io/v1 CustomResourceDefinition, as far as we write one. */
export interface CustomResourceDefinition {
  readonly apiVersion: 'apiextensions.k8s.io/v1';
  readonly kind: 'CustomResourceDefinition';
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly group: string;
    readonly names: {
      readonly kind: string;
      readonly listKind: string;
      readonly plural: string;
      readonly singular: string;
      readonly shortNames?: readonly string[];
      readonly categories?: readonly string[];
    };
    readonly scope: 'Namespaced' | 'Cluster';
    readonly versions: readonly CustomResourceVersion[];
  };
}

/** What a kind is, before it becomes a CustomResourceDefinition. */
export interface KindDescription {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** All alike; the first is stored. */
  readonly versions: readonly string[];
  /** Of `spec` and `status`. */
  readonly schema: z.ZodType;
  readonly columns: readonly PrinterColumn[];
  readonly selectable?: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

const common = {
  apiVersion: { type: 'string', description: 'Version of the schema of this object.' },
  kind: { type: 'string', description: 'The kind of this object.' },
  metadata: { type: 'object' },
};

/**
 * The CustomResourceDefinition of a kind, with a status subresource. Its versions share one schema, so that nothing is lost, and
 * nothing means something else, between them; no conversion is needed.
 */
export function customResourceDefinition(description: KindDescription): CustomResourceDefinition {
  const { group, plural, kind, namespaced, versions, columns, selectable, shortNames, categories, labels } = description;
  const schema = structuralSchema(description.schema);
  const openAPIV3Schema = { ...schema, properties: { ...common, ...(schema['properties'] as object) } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}`, ...(labels && { labels }) },
    spec: {
      group,
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        ...(shortNames && { shortNames }),
        ...(categories && { categories }),
      },
      scope: namespaced ? 'Namespaced' : 'Cluster',
      versions: versions.map((name, index) => ({
        name,
        served: true,
        storage: index === 0,
        subresources: { status: {} },
        ...(columns.length > 0 && { additionalPrinterColumns: columns }),
        ...(selectable && { selectableFields: selectable.map((jsonPath) => ({ jsonPath })) }),
        schema: { openAPIV3Schema },
      })),
    },
  };
}
