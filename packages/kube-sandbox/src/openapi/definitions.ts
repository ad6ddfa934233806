import type { JsonSchema, KindDefinition } from '../kinds/definition.ts';
import { equal, isObject } from '../schema/json.ts';

/** Name of the definition of `metadata`. */
export const objectMetaName = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

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

/** The definitions of some kinds by name, with ObjectMeta as one of its own. */
export function definitionsOf(kinds: readonly KindDefinition[], style: Style): Record<string, unknown> {
  const definitions: Record<string, unknown> = {};
  for (const kind of kinds) {
    const { metadata, ...properties } = kind.schema.properties ?? {};
    if (metadata) definitions[objectMetaName] ??= plain(withoutNameRules(metadata), style);
    definitions[definitionName(kind)] = {
      ...plain({ ...kind.schema, properties }, style, metadata && style.refer(style.prefix + objectMetaName, metadata.description)),
      'x-kubernetes-group-version-kind': [{ group: kind.group, version: kind.version, kind: kind.kind }],
    };
  }
  return Object.fromEntries(Object.entries(definitions).toSorted(([a], [b]) => (a < b ? -1 : 1)));
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
function plain(schema: JsonSchema, style: Style, metadata?: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (style.without.includes(keyword) || value === undefined) continue;
    result[keyword] = keywordValue(keyword, value, style);
  }
  if (metadata) result['properties'] = { ...(result['properties'] as Record<string, unknown> | undefined), metadata };
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
