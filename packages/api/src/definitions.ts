import type { CustomResourceDefinition } from './crd.ts';
import { customResourceDefinition } from './crd.ts';
import { externalSecretKind } from './external-secret.ts';
import { externalSecretSchema } from './external-secret-schema.ts';
import { generatorSchemas } from './generator-schema.ts';
import { sealedSecretKind, sealedSecretSchema } from './sealed-secret.ts';
import { clusterSecretStoreKind, secretStoreKind } from './secret-store.ts';
import { secretStoreSchema } from './secret-store-schema.ts';

/**
 * The CustomResourceDefinition of SealedSecret. Same group, version and names as the peer's, so that either program can take
 * over the other's objects; printer columns read `conditions[0]`, which is always `Synced`.
 */
export function sealedSecretCrd(): CustomResourceDefinition {
  return customResourceDefinition({
    ...sealedSecretKind,
    versions: [sealedSecretKind.version],
    schema: sealedSecretSchema,
    columns: [
      { name: 'Status', type: 'string', jsonPath: '.status.conditions[0].message' },
      { name: 'Synced', type: 'string', jsonPath: '.status.conditions[0].status' },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ],
  });
}

/** `v1beta1` is served too, with the meaning of `v1`: manifests written for either keep working. */
const versions = ['v1', 'v1beta1'];
const labels = { 'external-secrets.io/component': 'controller' };
const categories = ['external-secrets'];

const ready = (name: string, field: 'reason' | 'status'): { name: string; type: 'string'; jsonPath: string } => ({
  name,
  type: 'string',
  jsonPath: `.status.conditions[?(@.type=="Ready")].${field}`,
});

/** The CustomResourceDefinition of ExternalSecret: names, columns, selectable fields, defaults and limits of external-secrets v2.9. */
export function externalSecretCrd(): CustomResourceDefinition {
  return customResourceDefinition({
    ...externalSecretKind,
    versions,
    schema: externalSecretSchema,
    columns: [
      { name: 'StoreType', type: 'string', jsonPath: '.spec.secretStoreRef.kind' },
      { name: 'Store', type: 'string', jsonPath: '.spec.secretStoreRef.name' },
      { name: 'Refresh Interval', type: 'string', jsonPath: '.spec.refreshInterval' },
      ready('Status', 'reason'),
      ready('Ready', 'status'),
      { name: 'Last Sync', type: 'date', jsonPath: '.status.refreshTime' },
    ],
    selectable: ['.spec.secretStoreRef.name', '.spec.secretStoreRef.kind', '.spec.target.name', '.spec.refreshInterval'],
    shortNames: ['es'],
    categories,
    labels,
  });
}

/** The CustomResourceDefinition of SecretStore. */
export function secretStoreCrd(): CustomResourceDefinition {
  return storeCrd(secretStoreKind, 'ss');
}

/** The CustomResourceDefinition of ClusterSecretStore. */
export function clusterSecretStoreCrd(): CustomResourceDefinition {
  return storeCrd(clusterSecretStoreKind, 'css');
}

function storeCrd(kind: typeof secretStoreKind | typeof clusterSecretStoreKind, shortName: string): CustomResourceDefinition {
  return customResourceDefinition({
    ...kind,
    versions,
    schema: secretStoreSchema,
    columns: [
      { name: 'AGE', type: 'date', jsonPath: '.metadata.creationTimestamp' },
      ready('Status', 'reason'),
      { name: 'Capabilities', type: 'string', jsonPath: '.status.capabilities' },
      ready('Ready', 'status'),
    ],
    shortNames: [shortName],
    categories,
    labels,
  });
}

const generatorPlurals = { Fake: 'fakes', UUID: 'uuids', Password: 'passwords', ClusterGenerator: 'clustergenerators' } as const;

/** The CustomResourceDefinitions of the generators that we have. */
export function generatorCrds(): readonly CustomResourceDefinition[] {
  return (['Fake', 'UUID', 'Password', 'ClusterGenerator'] as const).map((kind) =>
    customResourceDefinition({
      group: 'generators.external-secrets.io',
      plural: generatorPlurals[kind],
      kind,
      namespaced: kind !== 'ClusterGenerator',
      versions: ['v1alpha1'],
      schema: generatorSchemas[kind],
      columns: [],
      categories: [...categories, 'external-secrets-generators'],
      labels,
    }),
  );
}

/** Every kind that Signet serves. */
export function customResourceDefinitions(): readonly CustomResourceDefinition[] {
  return [sealedSecretCrd(), externalSecretCrd(), secretStoreCrd(), clusterSecretStoreCrd(), ...generatorCrds()];
}
