import { clusterSecretStoreCrd, externalSecretCrd, secretStoreCrd } from '@signet/api';
import type { StructuralSchema } from '@signet/api';
import { finding } from '../../check/finding.ts';
import type { Finding } from '../../check/finding.ts';
import type { Tree } from '../../document/tree.ts';
import type { ExternalKind } from '../../manifests/external-kind.ts';
import type { ManifestObject } from '../../template/manifest-object.ts';
import { externalCheckErrors } from './errors.ts';
import { fieldText, placeAtOffset } from './placing.ts';
import type { Path } from './placing.ts';
import { suggest } from './suggest.ts';

const definitions = {
  ExternalSecret: externalSecretCrd,
  SecretStore: secretStoreCrd,
  ClusterSecretStore: clusterSecretStoreCrd,
} as const;

interface KnownFields {
  readonly schema: StructuralSchema;
  /** Where each name of a field is known, outside of the status. */
  readonly places: ReadonlyMap<string, readonly string[]>;
}

const known = new Map<ExternalKind, KnownFields>();

/**
 * Fields that the CustomResourceDefinition of a kind does not have, each with what was probably meant: a field of the same place with a like
 * name, or the place where a field of that name belongs. Fields of providers are the providers' affair.
 */
export function unknownFields(object: ManifestObject, kind: ExternalKind): Finding[] {
  const findings: Finding[] = [];
  const { schema, places } = fieldsOf(kind);
  const look = (tree: Tree, node: StructuralSchema | undefined, path: Path): void => {
    if (!node) return;
    if (tree.kind === 'list') {
      for (const [at, item] of tree.items.entries()) look(item, asSchema(node['items']), [...path, at]);
    } else if (tree.kind === 'map') {
      const properties = asSchema(node['properties']);
      for (const [name, { at, value }] of tree.entries) {
        const own = properties && Object.hasOwn(properties, name) ? asSchema(properties[name]) : undefined;
        if (own || !properties || node['x-kubernetes-preserve-unknown-fields'] === true) {
          look(value, own ?? asSchema(node['additionalProperties']), [...path, name]);
          continue;
        }
        const here = [...path, name];
        const hint =
          suggest(name, Object.keys(properties)) ?? elsewhere(places, name, fieldText(path).replaceAll(/\[\d+\]/g, '[]'));
        const error = externalCheckErrors.UNKNOWN_FIELD({ field: fieldText(here), kind, hint });
        findings.push(finding('error', error, placeAtOffset(object, at, fieldText(here))));
      }
    }
  };
  look(object.tree, schema, []);
  return findings;
}

/**
 * Where a name is known that is not known here: below this place if it is there, else where the fewest steps lead; several that are alike would only
 * confuse.
 */
function elsewhere(places: KnownFields['places'], name: string, here: string): string | undefined {
  const all = places.get(name) ?? [];
  const below = all.filter((place) => place.startsWith(`${here}.`));
  const near = below.length > 0 ? below : all;
  const steps = (place: string): number => place.split('.').length;
  const [first, second] = near.toSorted((one, other) => steps(one) - steps(other));
  if (first === undefined || (second !== undefined && steps(second) === steps(first))) return undefined;
  return first;
}

function fieldsOf(kind: ExternalKind): KnownFields {
  const before = known.get(kind);
  if (before) return before;
  const schema = definitions[kind]().spec.versions[0]?.schema.openAPIV3Schema ?? {};
  const places = new Map<string, string[]>();
  const walk = (node: StructuralSchema, path: string): void => {
    for (const [name, child] of Object.entries(asSchema(node['properties']) ?? {})) {
      const place = path === '' ? name : `${path}.${name}`;
      if (place === 'status') continue;
      places.set(name, [...(places.get(name) ?? []), place]);
      walk(asSchema(child) ?? {}, place);
    }
    const items = asSchema(node['items']);
    if (items) walk(items, `${path}[]`);
  };
  walk(schema, '');
  const fields = { schema, places };
  known.set(kind, fields);
  return fields;
}

function asSchema(value: unknown): StructuralSchema | undefined {
  return typeof value === 'object' && value !== null ? (value as StructuralSchema) : undefined;
}
