import type { JsonSchema, KindDefinition } from '../../kinds/definition.ts';
import type { KubeObject } from '../../kinds/object.ts';
import { isObject, own } from '../../schema/index.ts';

/** Collections the API writes even when they are empty, and the one whose emptiness is an order (forget all managers). */
const kept = new Set(['rules', 'managedFields']);

/**
 * The object as it is after a Go structure has held it: optional lists and maps with nothing in them are left out. That is all of an
 * object of a built-in kind, and the `metadata` of a custom one; the rest of a custom object is never a structure and stays as sent.
 */
export function omitEmpty(object: KubeObject, kind: KindDefinition): KubeObject {
  if (!kind.custom) return compact(kind.schema, object) as KubeObject;
  const schema = own(kind.schema.properties, 'metadata');
  return { ...object, metadata: compact(schema, object.metadata) as KubeObject['metadata'] };
}

function compact(schema: JsonSchema | undefined, value: unknown): unknown {
  if (Array.isArray(value)) return schema?.items ? value.map((item) => compact(schema.items, item)) : value;
  if (!schema?.properties || !isObject(value)) return value;
  const entries = Object.entries(value).flatMap(([key, member]): [string, unknown][] => {
    const property = own(schema.properties, key);
    if (!property) return [[key, member]];
    const optional = !kept.has(key) && !schema.required?.includes(key);
    return optional && isCollection(property) && isEmpty(member) ? [] : [[key, compact(property, member)]];
  });
  return Object.fromEntries(entries);
}

function isCollection(schema: JsonSchema): boolean {
  return schema.type === 'array' || (schema.type === 'object' && isObject(schema.additionalProperties));
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}
