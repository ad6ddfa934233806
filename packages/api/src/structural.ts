import { z } from 'zod';

/** A node of a structural schema: OpenAPI v3 as apiextensions.k8s.io/v1 accepts it. */
export type StructuralSchema = { readonly [keyword: string]: unknown };

/** Keywords whose children are named by the author; a child may be called like a keyword. */
const maps = new Set(['properties']);

/** Keywords whose value is no schema. */
const values = new Set(['default', 'enum', 'required', 'x-kubernetes-validations']);

/**
 * Turns a zod schema into the structural schema of a CustomResourceDefinition.
 *
 * The Kubernetes API rejects or ignores parts of what zod emits, so: `$schema` goes, an open or closed `additionalProperties`
 * goes (pruning is the API server's default, `x-kubernetes-preserve-unknown-fields` in the schema's metadata switches it off),
 * the bounds of a JavaScript integer become `format: int64`, one with the bounds of 32 bits gets `format: int32`, and a number or text marked
 * `x-kubernetes-int-or-string` needs no other type.
 */
export function structuralSchema(schema: z.ZodType): StructuralSchema {
  return prune(z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input' }) as StructuralSchema);
}

function prune(node: StructuralSchema): StructuralSchema {
  const kept: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(node)) {
    if (keyword === '$schema') continue;
    if (keyword === 'additionalProperties' && !isTypedMap(value)) continue;
    if (keyword === 'anyOf' && node['x-kubernetes-int-or-string'] === true) continue;
    if (isSafeIntegerBound(keyword, value)) continue;
    if (values.has(keyword)) kept[keyword] = value;
    else kept[keyword] = maps.has(keyword) ? mapValues(value as Record<string, StructuralSchema>) : pruneValue(value);
  }
  if (node['type'] === 'integer') kept['format'] = node['maximum'] === 2 ** 31 - 1 ? 'int32' : 'int64';
  return kept;
}

function pruneValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruneValue);
  return typeof value === 'object' && value !== null ? prune(value as StructuralSchema) : value;
}

function mapValues(properties: Record<string, StructuralSchema>): Record<string, StructuralSchema> {
  return Object.fromEntries(Object.entries(properties).map(([name, child]) => [name, prune(child)]));
}

function isTypedMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function isSafeIntegerBound(keyword: string, value: unknown): boolean {
  return (
    (keyword === 'maximum' && value === Number.MAX_SAFE_INTEGER) || (keyword === 'minimum' && value === Number.MIN_SAFE_INTEGER)
  );
}
