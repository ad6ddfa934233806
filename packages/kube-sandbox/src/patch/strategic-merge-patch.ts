import type { JsonSchema } from '../kinds/definition.ts';
import { clone, equal, isObject, type JsonObject, own, put } from '../schema/json.ts';
import { badRequest, unprocessable } from '../schema/rejection.ts';
import { deleteByKey, mergeKeyed, mergePrimitives, orderAsAsked } from './list-merge.ts';
import { goText, unmergeable } from './go-text.ts';
import { noObject, withoutNulls } from './merge-patch.ts';

const deletePrefix = '$deleteFromPrimitiveList/';
const orderPrefix = '$setElementOrder/';

/**
 * Applies a strategic merge patch to a copy of `document`. The schema says which lists merge
 * (`x-kubernetes-patch-strategy: merge`), by which key (`x-kubernetes-patch-merge-key`), and which maps are replaced.
 * Directives: `$patch: replace | delete`, `$deleteFromPrimitiveList/x`, `$setElementOrder/x`, `$retainKeys`.
 *
 * @throws Rejection 400 for a patch that is no object or whose directives are malformed, 422 for lists of lists, 500 (as the API
 *   server does) for a patch that cannot be merged
 */
export function applyStrategicMergePatch<T>(document: T, patch: unknown, schema: JsonSchema): T {
  if (!isObject(patch)) throw noObject(patch);
  return mergeMap(isObject(document) ? document : {}, patch, schema) as T;
}

/** Schema of a member: a named property, or what `additionalProperties` says. */
function memberSchema(schema: JsonSchema | undefined, key: string): JsonSchema | undefined {
  const rest = schema?.additionalProperties;
  return own(schema?.properties, key) ?? (isObject(rest) ? rest : undefined);
}

function strategies(schema: JsonSchema | undefined): readonly string[] {
  return (schema?.['x-kubernetes-patch-strategy'] ?? '').split(',');
}

function mergeMap(original: JsonObject, patch: JsonObject, schema: JsonSchema | undefined): JsonObject {
  if (Object.hasOwn(patch, '$patch')) return directed(patch);
  const { $retainKeys, ...rest } = patch;
  const kept = $retainKeys === undefined ? { ...original } : retain(original, rest, $retainKeys);
  const result = kept;
  const changes = ordered(result, rest, schema);
  for (const [name, change] of Object.entries(changes)) {
    const deleting = name.startsWith(deletePrefix);
    const key = deleting ? name.slice(deletePrefix.length) : name;
    if (change === null) {
      delete result[key];
      continue;
    }
    const current = own(result, key);
    const property = memberSchema(schema, key);
    if (isObject(current) && isObject(change)) {
      put(result, key, strategies(property).includes('replace') ? clone(change) : mergeMap(current, change, property));
    } else if (Array.isArray(current) && Array.isArray(change)) {
      put(result, key, mergeList(current, change, property, deleting));
    } else if (!deleting) {
      const fresh = withoutDirectives(withoutNulls(change));
      if (fresh === undefined) delete result[key];
      else put(result, key, fresh);
    }
  }
  return result;
}

function directed(patch: JsonObject): JsonObject {
  const { $patch, ...rest } = patch;
  if ($patch === 'replace') return clone(rest);
  if ($patch === 'delete') return {};
  throw unmergeable(`unknown patch type: ${goText($patch)} in map: ${goText(patch)}`);
}

/** `$retainKeys` names every key that may stay. A patch that sets another one contradicts itself. */
function retain(original: JsonObject, patch: JsonObject, names: unknown): JsonObject {
  const broken = (): Error => badRequest('invalid patch format of retainKeys');
  if (!Array.isArray(names)) throw broken();
  for (const [key, value] of Object.entries(patch)) {
    const directive = key.startsWith(deletePrefix) || key.startsWith(orderPrefix);
    if (value !== null && !directive && !names.includes(key)) throw broken();
  }
  return Object.fromEntries(Object.entries(original).filter(([key]) => names.includes(key)));
}

/** Carries out the `$setElementOrder/x` directives on `result`; the changes that are left come back. */
function ordered(result: JsonObject, patch: JsonObject, schema: JsonSchema | undefined): JsonObject {
  const changes = { ...patch };
  for (const [name, order] of Object.entries(patch)) {
    if (!name.startsWith(orderPrefix)) continue;
    delete changes[name];
    const key = name.slice(orderPrefix.length);
    const current = own(result, key);
    const change = own(patch, key);
    const malformed = [order, current ?? [], change ?? []].some((list) => !Array.isArray(list));
    if (malformed) throw badRequest('invalid patch format of setElementOrder list');
    const property = memberSchema(schema, key);
    const mergeKey = property?.['x-kubernetes-patch-merge-key'];
    checkOrder((change ?? []) as unknown[], order as unknown[], mergeKey);
    if (current === undefined && change === undefined) continue;
    const before = (current ?? []) as unknown[];
    const merged = change === undefined ? before : mergeList(before, change as unknown[], property, false);
    put(result, key, orderAsAsked(merged, order as unknown[], before, mergeKey));
    delete changes[key];
  }
  return changes;
}

/** The elements a patch brings must stand in the order it asks for. */
function checkOrder(list: readonly unknown[], order: readonly unknown[], mergeKey: string | undefined): void {
  const keyOf = (item: unknown): unknown => (mergeKey !== undefined && isObject(item) ? item[mergeKey] : item);
  const wanted = list.filter((item) => !(isObject(item) && Object.hasOwn(item, '$patch'))).map(keyOf);
  if (order.length === 0 || wanted.length === 0) return;
  let matched = 0;
  for (const item of order) if (matched < wanted.length && equal(keyOf(item), wanted[matched])) matched++;
  if (matched < wanted.length) {
    throw unmergeable(`The order in patch list:\n${goText(list)}\n doesn't match $setElementOrder list:\n${goText(order)}\n`);
  }
}

function mergeList(original: unknown[], patch: unknown[], schema: JsonSchema | undefined, deleting: boolean): unknown[] {
  if (!deleting && !strategies(schema).includes('merge')) return clone(patch);
  if (original.length === 0 && patch.length === 0) return [];
  const first = original[0] ?? patch[0];
  const kind = (item: unknown): string => (Array.isArray(item) ? 'list' : typeof item);
  if (Array.isArray(first)) throw unprocessable('the server rejected our request due to an error in our request');
  if ([...original, ...patch].some((item) => kind(item) !== kind(first))) {
    throw unmergeable(`list element types are not identical: ${goText([original, patch])}`);
  }
  if (!isObject(first)) {
    if (deleting) return original.filter((item) => !patch.some((removed) => equal(item, removed)));
    return mergePrimitives(original, patch);
  }
  const mergeKey = schema?.['x-kubernetes-patch-merge-key'];
  if (mergeKey === undefined) throw unmergeable('cannot merge lists without merge key');
  return mergeObjects(original as JsonObject[], patch as JsonObject[], mergeKey, schema?.items);
}

function mergeObjects(original: JsonObject[], patch: JsonObject[], mergeKey: string, schema: JsonSchema | undefined): unknown[] {
  const plain = patch.filter((item) => !Object.hasOwn(item, '$patch'));
  const fresh = (item: JsonObject): JsonObject => withoutDirectives(withoutNulls(item)) as JsonObject;
  const directives = patch.filter((item) => Object.hasOwn(item, '$patch'));
  let remaining: readonly JsonObject[] = original;
  for (const directive of directives) {
    if (directive['$patch'] === 'replace') return plain.map(fresh);
    if (directive['$patch'] !== 'delete') {
      throw unmergeable(`unknown patch type: ${goText(directive['$patch'])} in map: ${goText(directive)}`);
    }
    remaining = deleteByKey(remaining, directive, mergeKey);
  }
  return mergeKeyed(remaining, plain, mergeKey, {
    merge: (current, change) => mergeMap(current, change, schema),
    fresh,
  });
}

/** A copy without directives; undefined when the value itself is one (`$patch: delete` of something that is not there). */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isObject(value)) return value;
  if (Object.hasOwn(value, '$patch')) return undefined;
  const result: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    const kept = withoutDirectives(member);
    const directive = key === '$retainKeys' || key.startsWith(deletePrefix) || key.startsWith(orderPrefix);
    if (kept !== undefined && !directive) put(result, key, kept);
  }
  return result;
}
