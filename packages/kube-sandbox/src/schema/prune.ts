import type { JsonSchema } from '../kinds/definition.ts';
import { objectMetaSchema } from '../kinds/schemas/object-meta.ts';
import { compareText, isObject, type JsonObject, own, put } from './json.ts';

/** What pruning did: a copy without the unknown fields, and their paths (`spec.foo`, `spec.list[0].bar`), sorted. */
export interface Pruned<T> {
  readonly value: T;
  readonly unknown: readonly string[];
}

const metaFields = new Set(['apiVersion', 'kind', 'metadata']);

/**
 * Removes the fields a structural schema does not specify. Below `x-kubernetes-preserve-unknown-fields` unspecified fields
 * stay, but specified objects are pruned again. `apiVersion` and `kind` of an embedded resource are known, and its `metadata` is
 * pruned like any object's.
 *
 * With `fieldValidation=Strict` or `Warn` the API server says `unknown field "spec.foo"` of every path: `unknownFieldMessage`.
 */
export function prune<T>(schema: JsonSchema, value: T): Pruned<T> {
  const unknown: string[] = [];
  const pruned = visit(schema, value, '', unknown) as T;
  return { value: pruned, unknown: unknown.toSorted(compareText) };
}

/** The wording of strict field validation. */
export function unknownFieldMessage(path: string): string {
  return `unknown field ${JSON.stringify(path)}`;
}

function visit(schema: JsonSchema | undefined, value: unknown, path: string, unknown: string[], kept = false): unknown {
  const keep = kept || schema?.['x-kubernetes-preserve-unknown-fields'] === true;
  if (Array.isArray(value)) {
    // Preservation holds for the elements of a preserved list, but ends at a specified property.
    return value.map((item, index) => visit(schema?.items, item, `${path}[${index}]`, unknown, keep));
  }
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    const property = own(schema?.properties, key);
    const rest = schema?.additionalProperties;
    if (property) put(result, key, visit(property, member, at, unknown));
    else if (schema?.['x-kubernetes-embedded-resource'] && metaFields.has(key)) {
      put(result, key, key === 'metadata' ? visit(objectMetaSchema, member, at, unknown) : member);
    } else if (rest !== undefined && rest !== false) {
      put(result, key, visit(isObject(rest) ? rest : undefined, member, at, unknown, rest === true && keep));
    } else if (keep) put(result, key, member);
    else unknown.push(at);
  }
  return result;
}
