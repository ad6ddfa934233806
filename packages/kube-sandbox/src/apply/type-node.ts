import type { JsonSchema } from '../kinds/definition.ts';
import { isObject, type JsonObject, own } from '../schema/json.ts';
import { quote } from '../schema/field-error.ts';
import { keyElement, valueElement } from './fields-v1.ts';

/**
 * What a schema says of a place, for server-side apply. Without a schema the shape follows the value: maps are granular, lists
 * atomic. `open` is set below `x-kubernetes-preserve-unknown-fields`: unknown members are allowed.
 */
export interface TypeNode {
  readonly schema: JsonSchema | undefined;
  readonly open: boolean;
}

/** A place owned as one (`leaf`), or by its members (`map`), or by its elements (`list`). */
export type Shape = 'leaf' | 'map' | 'list';

const untyped: TypeNode = { schema: undefined, open: true };

/** The node of a schema. */
export function typeNode(schema: JsonSchema | undefined, open = false): TypeNode {
  return { schema, open: open || schema?.['x-kubernetes-preserve-unknown-fields'] === true };
}

/** How the value at a node is owned. Values without type in the schema decide by their own. */
export function shapeOf(node: TypeNode, value: unknown): Shape {
  const type = node.schema?.type;
  const isMap = type === undefined ? isObject(value) || value === null : type === 'object';
  if (isMap) return node.schema?.['x-kubernetes-map-type'] === 'atomic' ? 'leaf' : 'map';
  const isList = type === undefined ? Array.isArray(value) : type === 'array';
  return isList && listKeys(node) !== undefined ? 'list' : 'leaf';
}

/** Key fields of an associative list, none of them for a set; undefined for an atomic list. */
function listKeys(node: TypeNode): readonly string[] | undefined {
  const { schema } = node;
  switch (schema?.['x-kubernetes-list-type']) {
    case 'map':
      return schema['x-kubernetes-list-map-keys'] ?? [];
    case 'set':
      return [];
    case 'atomic':
      return undefined;
    case undefined:
      break;
  }
  // Kinds older than the list types say it by their patch strategy.
  if (!(schema?.['x-kubernetes-patch-strategy'] ?? '').split(',').includes('merge')) return undefined;
  const key = schema?.['x-kubernetes-patch-merge-key'];
  return key === undefined ? [] : [key];
}

/** True when the schema names the member, so that it is a field of a structure and not a key of a map. */
export function isNamed(node: TypeNode, key: string): boolean {
  return own(node.schema?.properties, key) !== undefined;
}

/** The node of a member, undefined when the schema does not allow it. */
export function memberNode(node: TypeNode, key: string): TypeNode | undefined {
  const { schema, open } = node;
  const property = own(schema?.properties, key);
  if (property) return typeNode(property, open);
  const rest = schema?.additionalProperties;
  if (isObject(rest)) return typeNode(rest, open);
  if (rest === false) return undefined;
  const named = Object.keys(schema?.properties ?? {}).length > 0;
  return rest === true || open || !named ? untyped : undefined;
}

/** The node of a list's elements. */
export function itemNode(node: TypeNode): TypeNode {
  return node.schema?.items ? typeNode(node.schema.items, node.open) : untyped;
}

/**
 * The path element of a list's element.
 *
 * @throws Error when the element has no key
 */
export function itemElement(node: TypeNode, item: unknown): string {
  const keys = listKeys(node) ?? [];
  if (keys.length === 0) {
    if (item === null) throw new Error("associative list without keys has an element that's an explicit null");
    if (isObject(item)) throw new Error("associative list without keys has an element that's a map type");
    if (Array.isArray(item)) throw new Error('not supported: associative list with lists as elements');
    return valueElement(item);
  }
  if (item === null) throw new Error('associative list with keys may not have a null element');
  if (!isObject(item)) throw new Error('associative list with keys may not have non-map elements');
  const key: JsonObject = {};
  for (const name of keys) {
    const value = Object.hasOwn(item, name) ? item[name] : own(node.schema?.items?.properties, name)?.default;
    if (value !== undefined) key[name] = value;
  }
  if (Object.keys(key).length === 0) {
    const names = keys.map(quote).join(' ');
    throw new Error(
      `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
    );
  }
  return keyElement(key);
}
