import { goError } from '../../go/error.ts';
import { GoMap, Slice } from '../../go/value.ts';
import type { Value } from '../../go/value.ts';
import type { Budget } from '../../run.ts';
import { checkDepth } from './deep-equal.ts';

function copy(budget: Budget, value: Value, depth: number): Value {
  if (value instanceof Slice) {
    checkDepth(budget, depth);
    budget.step(1 + value.items.length);
    return new Slice(
      value.type,
      value.items.map((item) => copy(budget, item, depth + 1)),
      value.isNil,
    );
  }
  if (value instanceof GoMap) {
    checkDepth(budget, depth);
    budget.step(1 + value.entries.size);
    const entries = new Map<string, Value>();
    for (const [key, entry] of value.entries) entries.set(key, copy(budget, entry, depth + 1));
    return new GoMap(value.type, entries, value.isNil);
  }
  return value;
}

/**
 * A copy that shares no map or list with the original.
 *
 * @throws GoError for nil, which Sprig cannot copy
 */
export function deepCopy(budget: Budget, value: Value): Value {
  if (value === null) throw goError`reflect: call of reflect.Value.Type on zero Value`;
  return copy(budget, value, 0);
}
