import { goError, shown } from '../../go/error.ts';
import { Bytes, GoMap, Slice } from '../../go/value.ts';
import type { Value } from '../../go/value.ts';
import type { Budget } from '../../run.ts';
import { checkDepth } from '../flow/deep-equal.ts';
import { isEmpty } from '../flow/empty.ts';

/** Go's words for putting what a map may not hold into it. */
function notAssignable(type: string, map: GoMap): Error {
  return goError`reflect.Value.SetMapIndex: value of type ${shown(type)} is not assignable to type ${shown(map.type.elem?.text ?? '')}`;
}

/** Puts a value into a map, whose values may be of one type only. */
function put(map: GoMap, key: string, value: Value, from: GoMap): void {
  if (!holdsAnything(map) && map.type !== from.type) throw notAssignable(from.type.elem?.text ?? '', map);
  map.entries.set(key, value);
}

function holdsAnything(map: GoMap): boolean {
  return map.type.elem?.kind === 'interface';
}

/** A list for a map of strings is refused before it is known whether it would be taken. */
function checkList(target: GoMap, value: Value, present: Value | undefined): void {
  if (holdsAnything(target) || !(value instanceof Slice || value instanceof Bytes)) return;
  if (present === undefined) throw notAssignable(value.type.text, target);
  throw goError`reflect: call of reflect.Value.IsNil on ${shown(target.type.elem?.kind ?? '')} Value`;
}

function mergeInto(budget: Budget, target: GoMap, source: GoMap, overwrites: boolean, depth: number): void {
  checkDepth(budget, depth);
  budget.step(1 + source.entries.size);
  for (const key of source.sortedKeys()) {
    const value = source.entries.get(key) ?? null;
    const present = target.entries.get(key);
    if (value === null) {
      if (overwrites) put(target, key, null, source);
      continue;
    }
    if (value instanceof GoMap && present instanceof GoMap) {
      if (!present.isNil) mergeInto(budget, present, value, overwrites, depth + 1);
      if (present.entries.size > 0) continue;
    }
    checkList(target, value, present);
    const stays = present !== undefined && !isEmpty(present);
    if (overwrites || !stays) put(target, key, value, source);
  }
}

/**
 * Merges maps into the first, in place: what is there stays unless it is empty, or is overwritten; maps merge with maps, lists do not
 * merge. A nil value is only taken when overwriting. Nested maps that are taken over are shared, not copied.
 */
export function merge(budget: Budget, target: GoMap, sources: readonly GoMap[], overwrites: boolean): GoMap {
  const made = target.isNil && sources.some((source) => !source.isNil) ? new GoMap(target.type) : target;
  for (const source of sources) mergeInto(budget, made, source, overwrites, 0);
  return made;
}
