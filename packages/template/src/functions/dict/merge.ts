import { goError, shown } from '../../go/error.ts';
import { GoMap, Slice } from '../../go/value.ts';
import type { Value } from '../../go/value.ts';
import type { Budget } from '../../run.ts';
import { checkDepth } from '../flow/deep-equal.ts';
import { isEmpty } from '../flow/empty.ts';

/** Puts a value into a map, whose values may be of one type only. */
function put(map: GoMap, key: string, value: Value, from: GoMap): void {
  if (map.type.elem !== from.type.elem && map.type.elem?.kind !== 'interface') {
    const type = from.type.elem?.text ?? '';
    throw goError`reflect.Value.SetMapIndex: value of type ${shown(type)} is not assignable to type ${shown(map.type.elem?.text ?? '')}`;
  }
  map.entries.set(key, value);
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
    const stays = present !== undefined && !isEmpty(present);
    if (overwrites || !stays) put(target, key, value, source);
    else if (value instanceof Slice) continue;
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
