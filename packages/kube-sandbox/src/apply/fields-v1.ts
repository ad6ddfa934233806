import { canonicalText, compareText, isObject, type JsonObject, put } from '../schema/json.ts';
import { quote } from '../schema/field-error.ts';
import { type FieldSet, FieldSetBuilder } from './field-set.ts';

const kinds = 'fkvi';

/**
 * A set in the FieldsV1 notation of `metadata.managedFields`: `{}` is a field, `{".": {}, ...}` a field with fields below,
 * `{...}` only the fields below. Members are sorted: field names, then list keys, values, positions.
 */
export function toFieldsV1(set: FieldSet): JsonObject {
  const fields: JsonObject = {};
  if (set.self && set.children.size > 0) fields['.'] = {};
  const order = (element: string): number => kinds.indexOf(element[0] ?? '');
  const sorted = [...set.children].toSorted(([a], [b]) => order(a) - order(b) || compareText(a, b));
  for (const [element, child] of sorted) put(fields, element, toFieldsV1(child));
  return fields;
}

/**
 * Reads the FieldsV1 notation.
 *
 * @throws Error naming the first element that is none
 */
export function fromFieldsV1(fields: unknown): FieldSet {
  const root = new FieldSetBuilder();
  if (fields !== undefined && fields !== null) read(fields, root, true);
  return root;
}

function read(fields: unknown, node: FieldSetBuilder, isRoot: boolean): void {
  if (!isObject(fields)) throw new Error('fieldsV1 must be an object');
  const entries = Object.entries(fields);
  node.self = !isRoot && (entries.length === 0 || Object.hasOwn(fields, '.'));
  for (const [element, below] of entries) {
    if (element === '.') continue;
    read(below, node.child(normal(element)), false);
  }
}

/** The same element, with its JSON in the form this module writes. */
function normal(element: string): string {
  const [kind = '', rest] = [element[0], element.slice(2)];
  if (element[1] !== ':' || !kinds.includes(kind)) throw new Error(`unknown path element ${JSON.stringify(element)}`);
  if (kind === 'f') return element;
  const value = JSON.parse(rest) as unknown;
  return `${kind}:${canonicalText(value)}`;
}

/** Path element of a member. */
export function fieldElement(name: string): string {
  return `f:${name}`;
}

/** Path element of a list element by its key fields. */
export function keyElement(key: JsonObject): string {
  return `k:${canonicalText(key)}`;
}

/** Path element of a set's element. */
export function valueElement(value: unknown): string {
  return `v:${canonicalText(value)}`;
}

/** A path as messages show it: `.spec.ports[port=80,protocol="TCP"].name`, `.metadata.finalizers[="x"]`. */
export function showPath(path: readonly string[]): string {
  return path.map(showElement).join('');
}

function showElement(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith('f:')) return `.${rest}`;
  if (element.startsWith('i:')) return `[${rest}]`;
  if (element.startsWith('v:')) return `[=${showValue(JSON.parse(rest))}]`;
  const key = JSON.parse(rest) as JsonObject;
  return `[${Object.entries(key)
    .map(([name, value]) => `${name}=${showValue(value)}`)
    .join(',')}]`;
}

function showValue(value: unknown): string {
  return typeof value === 'string' ? quote(value) : JSON.stringify(value);
}
