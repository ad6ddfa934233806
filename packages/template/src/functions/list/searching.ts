import { anySlice } from '../../go/value.ts';
import type { Slice, Value } from '../../go/value.ts';
import type { Run } from '../../run.ts';
import { deepEqual } from '../flow/deep-equal.ts';
import { itemsOf } from './items.ts';

function holds(run: Run, items: readonly Value[], wanted: Value): boolean {
  run.budget.step(Math.ceil(items.length / 8));
  return items.some((item) => deepEqual(run.budget, wanted, item));
}

/** True if a list has an item; nil has none. */
export function has(run: Run, wanted: Value, list: Value): boolean {
  return list !== null && holds(run, itemsOf(list, 'Cannot find has on type'), wanted);
}

/** The items without those that are equal to one of others. */
export function without(run: Run, list: Value, others: readonly Value[]): Slice {
  return anySlice(itemsOf(list, 'Cannot find without on type').filter((item) => !holds(run, others, item)));
}

/** Each item once, where it comes first. Every NaN stays: it is not equal to itself. */
export function uniq(run: Run, list: Value): Slice {
  const seen = new Set<Value>();
  const compound: Value[] = [];
  const items = itemsOf(list, 'Cannot find uniq on type');
  run.budget.step(items.length >> 1);
  return anySlice(
    items.filter((item) => {
      if (typeof item === 'object' && item !== null) {
        if (holds(run, compound, item)) return false;
        compound.push(item);
        return true;
      }
      if (Number.isNaN(item)) return true;
      if (typeof item === 'string' && item.length >= 1024) run.budget.step(item.length >> 10);
      const isNew = !seen.has(item);
      seen.add(item);
      return isNew;
    }),
  );
}
