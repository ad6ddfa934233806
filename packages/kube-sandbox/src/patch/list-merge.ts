import { equal, isObject, type JsonObject } from '../schema/json.ts';
import { goText, unmergeable } from './go-text.ts';

/** How elements of a keyed list are combined. */
export interface ElementRules {
  readonly merge: (current: JsonObject, change: JsonObject) => JsonObject;
  /** Makes an element ready that was not in the list before. */
  readonly fresh: (element: JsonObject) => JsonObject;
}

/** Merges scalars as a set. The order of the patch wins among its elements, others keep their place. */
export function mergePrimitives(original: readonly unknown[], patch: readonly unknown[]): unknown[] {
  const merged: unknown[] = [];
  for (const item of [...original, ...patch]) if (!merged.some((known) => equal(known, item))) merged.push(item);
  return orderAsAsked(merged, patch, original, undefined);
}

/** Merges elements of equal key, appends new ones, and orders the result. */
export function mergeKeyed(
  original: readonly JsonObject[],
  patch: readonly JsonObject[],
  mergeKey: string,
  rules: ElementRules,
): JsonObject[] {
  const merged = [...original];
  for (const change of patch) {
    const at = merged.findIndex((item) => equal(item[mergeKey], keyOf(change, mergeKey)));
    const current = merged[at];
    if (current === undefined) merged.push(rules.fresh(change));
    else merged[at] = rules.merge(current, change);
  }
  merged.forEach((item) => keyOf(item, mergeKey));
  return orderAsAsked(merged, patch, original, mergeKey) as JsonObject[];
}

/** The elements whose key differs from that of the directive. */
export function deleteByKey(list: readonly JsonObject[], directive: JsonObject, mergeKey: string): JsonObject[] {
  const key = keyOf(directive, mergeKey);
  return list.filter((item) => !equal(item[mergeKey], key));
}

function keyOf(item: JsonObject, mergeKey: string): unknown {
  if (item[mergeKey] === undefined) {
    throw unmergeable(`map: ${goText(item)} does not contain declared merge key: ${mergeKey}`);
  }
  return item[mergeKey];
}

/**
 * Orders a merged list: elements named in `wanted` stand in that order, the others keep the order of `before`, and the two
 * sequences are interleaved by the places both had in `before`.
 */
export function orderAsAsked(
  merged: readonly unknown[],
  wanted: readonly unknown[],
  before: readonly unknown[],
  mergeKey: string | undefined,
): unknown[] {
  const keyOf = (item: unknown): unknown => (mergeKey !== undefined && isObject(item) ? item[mergeKey] : item);
  const place = (list: readonly unknown[], item: unknown): number => list.findIndex((other) => equal(keyOf(other), keyOf(item)));
  const sorted = (list: readonly unknown[], order: readonly unknown[]): unknown[] =>
    list.toSorted((a, b) => place(order, a) - place(order, b));

  const asked = sorted(
    merged.filter((item) => place(wanted, item) >= 0),
    wanted,
  );
  const others = sorted(
    merged.filter((item) => place(wanted, item) < 0),
    before,
  );
  const result: unknown[] = [];
  while (asked.length > 0 && others.length > 0) {
    const right = place(before, asked[0]);
    const otherFirst = right >= 0 && place(before, others[0]) < right;
    result.push(otherFirst ? others.shift() : asked.shift());
  }
  return [...result, ...asked, ...others];
}
