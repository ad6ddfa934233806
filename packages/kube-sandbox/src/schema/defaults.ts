import type { JsonSchema } from '../kinds/definition.ts';
import { clone, isObject, type JsonObject, own, put } from './json.ts';

/**
 * A copy of `value` with the schema's defaults filled in. A null where the schema does not allow null is replaced by the default,
 * or dropped when there is none (Kubernetes, "Defaulting and Nullable"). Nulls in lists stay.
 */
export function applyDefaults<T>(schema: JsonSchema, value: T): T {
  return visit(schema, value) as T;
}

const isStrayNull = (value: unknown, schema: JsonSchema | undefined): boolean =>
  value === null && schema !== undefined && schema.nullable !== true;

function visit(schema: JsonSchema | undefined, value: unknown): unknown {
  if (schema === undefined) return value;
  if (Array.isArray(value)) {
    return value.map((item: unknown) => {
      const filled = isStrayNull(item, schema.items) ? clone(schema.items?.default ?? null) : item;
      return visit(schema.items, filled);
    });
  }
  if (!isObject(value)) return value;
  const rest = isObject(schema.additionalProperties) ? schema.additionalProperties : undefined;
  const result: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    const property = own(schema.properties, key) ?? rest;
    if (!isStrayNull(member, property)) put(result, key, visit(property, member));
    else if (property?.default !== undefined) put(result, key, visit(property, clone(property.default)));
  }
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (property.default !== undefined && !Object.hasOwn(result, key)) put(result, key, visit(property, clone(property.default)));
  }
  return result;
}
