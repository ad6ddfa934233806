import type { JsonSchema } from '../definition.ts';

/** Short makers of JSON schemas, so that a kind reads like a table of its fields. */

export function text(description: string, more: Partial<JsonSchema> = {}): JsonSchema {
  return { type: 'string', description, ...more };
}

export function integer(description: string, format: 'int32' | 'int64' = 'int32'): JsonSchema {
  return { type: 'integer', format, description };
}

export function flag(description: string): JsonSchema {
  return { type: 'boolean', description };
}

/** RFC 3339 with seconds. */
export function time(description: string): JsonSchema {
  return { type: 'string', format: 'date-time', description };
}

export function intOrText(description: string): JsonSchema {
  return { 'x-kubernetes-int-or-string': true, description };
}

/** A map from string to `values`. */
export function mapOf(values: JsonSchema, description: string, more: Partial<JsonSchema> = {}): JsonSchema {
  return { type: 'object', additionalProperties: values, description, ...more };
}

export function struct(properties: Record<string, JsonSchema>, description: string, required: readonly string[] = []): JsonSchema {
  return { type: 'object', properties, description, ...(required.length > 0 ? { required } : {}) };
}

/** Replaced as a whole. */
export function atomicList(items: JsonSchema, description: string): JsonSchema {
  return { type: 'array', items, description, 'x-kubernetes-list-type': 'atomic' };
}

/** Merged item by item, items being scalars. */
export function setOf(items: JsonSchema, description: string): JsonSchema {
  return { type: 'array', items, description, 'x-kubernetes-list-type': 'set', 'x-kubernetes-patch-strategy': 'merge' };
}

/** Merged item by item, `keys` naming an item. A strategic merge patch uses `mergeKey`, the first key by default. */
export function keyedList(
  items: JsonSchema,
  keys: readonly string[],
  description: string,
  mergeKey: string = keys[0] ?? '',
): JsonSchema {
  return {
    type: 'array',
    items,
    description,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': keys,
    'x-kubernetes-patch-strategy': 'merge',
    'x-kubernetes-patch-merge-key': mergeKey,
  };
}

/** Any JSON below. */
export function anything(description: string): JsonSchema {
  return { type: 'object', description, 'x-kubernetes-preserve-unknown-fields': true };
}
