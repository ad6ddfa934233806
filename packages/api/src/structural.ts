import { z } from 'zod';

/** A node of a structural schema: OpenAPI v3 as apiextensions.k8s.io/v1 accepts it. */
export type StructuralSchema = { readonly [keyword: string]: unknown };

const maps = new Set(['properties']);

/**
 * Turns a zod schema into the structural schema of a CustomResourceDefinition.
 *
 * The Kubernetes API rejects or ignores parts of what zod emits, so: `$schema` goes, an open or closed `additionalProperties`
 * goes (pruning is the API server's default, `x-kubernetes-preserve-unknown-fields` in the schema's metadata switches it off),
 * and the bounds of a JavaScript integer become `format: int64`.
 */
export function structuralSchema(schema: z.ZodType): StructuralSchema {
  return prune(z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input' }) as StructuralSchema);
}

function prune(node: StructuralSchema): StructuralSchema {
  const kept: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(node)) {
    if (keyword === '$schema') continue;
    if (keyword === 'additionalProperties' && !isTypedMap(value)) continue;
    if (isSafeIntegerBound(keyword, value)) continue;
    kept[keyword] = maps.has(keyword) ? mapValues(value as Record<string, StructuralSchema>) : pruneValue(value);
  }
  if (node['type'] === 'integer') kept['format'] = 'int64';
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
