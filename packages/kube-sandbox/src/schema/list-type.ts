import type { JsonSchema } from '../kinds/definition.ts';
import { duplicate, type FieldError, invalid } from './field-error.ts';
import { canonicalText, isObject, own } from './json.ts';

/**
 * Uniqueness that `x-kubernetes-list-type` promises: elements of a set, keys of a map. Each repeated element is reported once,
 * at its second place.
 */
export function checkLists(schema: JsonSchema | undefined, value: unknown, path = ''): FieldError[] {
  if (schema === undefined) return [];
  if (Array.isArray(value)) {
    return [
      ...checkUnique(schema, value, path),
      ...value.flatMap((item: unknown, index) => checkLists(schema.items, item, `${path}[${index}]`)),
    ];
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const property = own(schema.properties, key);
    if (property) return checkLists(property, member, path === '' ? key : `${path}.${key}`);
    return isObject(schema.additionalProperties) ? checkLists(schema.additionalProperties, member, `${path}[${key}]`) : [];
  });
}

function checkUnique(schema: JsonSchema, list: readonly unknown[], path: string): FieldError[] {
  const type = schema['x-kubernetes-list-type'];
  if (type === 'set') return repeated(list).map((index) => duplicate(`${path}[${index}]`, list[index]));
  if (type !== 'map') return [];
  const stray = list.findIndex((item) => item !== null && !isObject(item));
  if (stray >= 0) return [invalid(`${path}[${stray}]`, list[stray], 'must be an object for an array of list-type map')];
  const names = schema['x-kubernetes-list-map-keys'] ?? [];
  const keys = list.map((item) => keyOf(names, item));
  return repeated(keys).map((index) => duplicate(`${path}[${index}]`, keys[index]));
}

function keyOf(names: readonly string[], item: unknown): Record<string, unknown> {
  const fields = isObject(item) ? item : {};
  return Object.fromEntries(names.filter((name) => Object.hasOwn(fields, name)).map((name) => [name, fields[name]]));
}

function repeated(values: readonly unknown[]): number[] {
  const seen = new Map<string, number>();
  return values.flatMap((value, index) => {
    const text = canonicalText(value);
    const times = (seen.get(text) ?? 0) + 1;
    seen.set(text, times);
    return times === 2 ? [index] : [];
  });
}
