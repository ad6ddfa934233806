import type { JsonSchema, KindDefinition } from '../kinds/definition.ts';
import { equal, isObject } from '../schema/json.ts';

const meta = (kind: string): string => `io.k8s.apimachinery.pkg.apis.meta.v1.${kind}`;

/**
 * Name of a kind's definition. Built-in kinds keep the names client libraries know, custom ones are named by their group turned
 * round: `com.example.v1.Widget`.
 */
export function definitionName(kind: Pick<KindDefinition, 'group' | 'version' | 'kind' | 'custom'>): string {
  if (kind.custom) return [...kind.group.split('.').toReversed(), kind.version, kind.kind].join('.');
  if (kind.group === 'apiextensions.k8s.io')
    return `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.${kind.version}.${kind.kind}`;
  return `io.k8s.api.${kind.group.split('.')[0] || 'core'}.${kind.version}.${kind.kind}`;
}

/** How references to another definition look. */
export interface Style {
  readonly prefix: string;
  /** Keywords this version of OpenAPI does not have. */
  readonly without: readonly string[];
  readonly refer: (reference: string, description: string | undefined) => Record<string, unknown>;
}

/** OpenAPI v3: a reference with a description sits in an `allOf`. */
export const v3: Style = {
  prefix: '#/components/schemas/',
  without: [],
  refer: (reference, description) => ({
    allOf: [{ $ref: reference }],
    default: {},
    ...(description === undefined ? {} : { description }),
  }),
};

/** OpenAPI v2: no choices, no null. */
export const v2: Style = {
  prefix: '#/definitions/',
  without: ['nullable', 'oneOf', 'anyOf', 'not'],
  refer: (reference, description) => ({ $ref: reference, ...(description === undefined ? {} : { description }) }),
};

/** The definitions of some kinds by name; the parts of `metadata` that clients know by name are definitions of their own. */
export function definitionsOf(kinds: readonly KindDefinition[], style: Style): Record<string, unknown> {
  const definitions: Record<string, unknown> = {};
  for (const kind of kinds) {
    const { metadata, ...properties } = kind.schema.properties ?? {};
    if (metadata && !definitions[meta('ObjectMeta')]) Object.assign(definitions, metaDefinitions(metadata, style));
    definitions[definitionName(kind)] = {
      ...withReferences({ ...kind.schema, properties }, style, metadata ? { metadata: ['ObjectMeta', metadata.description] } : {}),
      'x-kubernetes-group-version-kind': [{ group: kind.group, version: kind.version, kind: kind.kind }],
    };
  }
  return Object.fromEntries(Object.entries(definitions).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

type References = Readonly<Record<string, readonly [kind: string, description: string | undefined]>>;

/** A schema in the words of one version of OpenAPI, with some properties as references. */
function withReferences(schema: JsonSchema, style: Style, references: References): Record<string, unknown> {
  const properties = Object.entries(references).map(([name, [kind, description]]) => [
    name,
    style.refer(style.prefix + meta(kind), description),
  ]);
  const result = plain(schema, style);
  return {
    ...result,
    properties: { ...(result['properties'] as Record<string, unknown> | undefined), ...Object.fromEntries(properties) },
  };
}

/** ObjectMeta, OwnerReference, ManagedFieldsEntry and FieldsV1. */
function metaDefinitions(metadata: JsonSchema, style: Style): Record<string, unknown> {
  const { description: _description, ...bare } = withoutNameRules(metadata);
  const objectMeta = plain(bare, style);
  const properties = objectMeta['properties'] as Record<string, Record<string, unknown>>;
  const definitions: Record<string, unknown> = { [meta('ObjectMeta')]: objectMeta };
  for (const [name, kind] of [
    ['ownerReferences', 'OwnerReference'],
    ['managedFields', 'ManagedFieldsEntry'],
  ] as const) {
    const items = metadata.properties?.[name]?.items;
    if (!items) continue;
    const { fieldsV1, ...others } = items.properties ?? {};
    const references: References = fieldsV1 ? { fieldsV1: ['FieldsV1', fieldsV1.description] } : {};
    definitions[meta(kind)] = withReferences({ ...items, properties: others }, style, references);
    properties[name] = { ...properties[name], items: style.refer(style.prefix + meta(kind), undefined) };
    if (fieldsV1) definitions[meta('FieldsV1')] = { type: 'object', description: 'A set of fields.' };
  }
  return definitions;
}

/** A custom kind may restrict names; the shared definition does not. */
function withoutNameRules(metadata: JsonSchema): JsonSchema {
  const bare = ({ type, description }: JsonSchema): JsonSchema => ({
    ...(type === undefined ? {} : { type }),
    ...(description === undefined ? {} : { description }),
  });
  const { name, generateName, ...rest } = metadata.properties ?? {};
  const names = Object.entries({ name, generateName }).flatMap(([key, schema]) => (schema ? [[key, bare(schema)] as const] : []));
  return { ...metadata, properties: { ...rest, ...Object.fromEntries(names) } };
}

const intOrString = [{ type: 'integer' }, { type: 'string' }];

/** A schema in the words of one version of OpenAPI. */
function plain(schema: JsonSchema, style: Style): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (style.without.includes(keyword) || value === undefined) continue;
    result[keyword] = keywordValue(keyword, value, style);
  }
  // Clients know this type by its format and take the choice of types for a mistake.
  if (schema['x-kubernetes-int-or-string'] && (schema.anyOf === undefined || equal(schema.anyOf, intOrString))) {
    delete result['anyOf'];
    if (style === v3) result['oneOf'] = intOrString;
    else Object.assign(result, { type: 'string', format: 'int-or-string' });
  }
  return result;
}

function keywordValue(keyword: string, value: unknown, style: Style): unknown {
  const inner = (schema: unknown): unknown => (isObject(schema) ? plain(schema, style) : schema);
  switch (keyword) {
    case 'properties':
      return Object.fromEntries(Object.entries(value as Record<string, JsonSchema>).map(([name, schema]) => [name, inner(schema)]));
    case 'items':
    case 'additionalProperties':
    case 'not':
      return inner(value);
    case 'allOf':
    case 'anyOf':
    case 'oneOf':
      return (value as JsonSchema[]).map(inner);
    default:
      return value;
  }
}
