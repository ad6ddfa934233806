import { sealedSecretKind, sealedSecretSchema } from './sealed-secret.ts';
import { structuralSchema } from './structural.ts';
import type { StructuralSchema } from './structural.ts';

/** An apiextensions.k8s.io/v1 CustomResourceDefinition, as far as we write one. */
export interface CustomResourceDefinition {
  readonly apiVersion: 'apiextensions.k8s.io/v1';
  readonly kind: 'CustomResourceDefinition';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string; readonly listKind: string; readonly plural: string; readonly singular: string };
    readonly scope: 'Namespaced';
    readonly versions: readonly StructuralSchema[];
  };
}

/**
 * The CustomResourceDefinition of SealedSecret. Same group, version and names as the peer's, so that either program can take
 * over the other's objects; printer columns read `conditions[0]`, which is always `Synced`.
 */
export function sealedSecretCrd(): CustomResourceDefinition {
  const { group, version, plural, kind } = sealedSecretKind;
  const schema = structuralSchema(sealedSecretSchema);
  const metadata = {
    apiVersion: { type: 'string', description: 'Version of the schema of this object.' },
    kind: { type: 'string', description: 'The kind of this object.' },
    metadata: { type: 'object' },
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
      scope: 'Namespaced',
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: [
            { name: 'Status', type: 'string', jsonPath: '.status.conditions[0].message' },
            { name: 'Synced', type: 'string', jsonPath: '.status.conditions[0].status' },
            { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
          ],
          schema: { openAPIV3Schema: { ...schema, properties: { ...metadata, ...(schema['properties'] as object) } } },
        },
      ],
    },
  };
}
