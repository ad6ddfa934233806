import { isDeepStrictEqual } from 'node:util';
import { templateErrors } from '../../errors.ts';
import { Bytes, Complex, GoMap, Integer, Slice, Struct } from '../../go/value.ts';
import type { Value } from '../../go/value.ts';
import type { Budget } from '../../run.ts';

/** Refuses a value that is nested deeper than the limit (one that holds itself is). */
export function checkDepth(budget: Budget, depth: number): void {
  const allowed = budget.limits.depth;
  if (depth > allowed) throw templateErrors.LIMIT({ where: 'a value in the template ', limit: 'levels of depth', allowed });
}

/** reflect.DeepEqual: types must be the same, an empty list is not a nil one, NaN is not itself (but a list that holds it is itself). */
export function deepEqual(budget: Budget, a: Value, b: Value, depth = 0): boolean {
  if (typeof a === 'string') return typeof b === 'string' && equalTexts(budget, a, b);
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (a === b) return true;
  if (a.type !== b.type) return false;
  checkDepth(budget, depth);
  budget.step();
  if (a instanceof GoMap && b instanceof GoMap) return a.isNil === b.isNil && equalEntries(budget, a.entries, b.entries, depth);
  if (a instanceof Slice && b instanceof Slice) {
    return (
      a.isNil === b.isNil &&
      a.items.length === b.items.length &&
      a.items.every((item, i) => deepEqual(budget, item, b.items[i] ?? null, depth + 1))
    );
  }
  if (a instanceof Bytes && b instanceof Bytes) return a.isNil === b.isNil && a.text === b.text;
  if (a instanceof Integer && b instanceof Integer) return a.value === b.value;
  if (a instanceof Complex && b instanceof Complex) return a.real === b.real && a.imaginary === b.imaginary;
  return a instanceof Struct && b instanceof Struct && isDeepStrictEqual(a.inner, b.inner);
}

/** Long texts of the same length are compared to their end, which counts. */
function equalTexts(budget: Budget, a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  if (a.length >= 1024) budget.step(a.length >> 10);
  return a === b;
}

function equalEntries(budget: Budget, a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>, depth: number): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    const other = b.get(key);
    if (other === undefined || !deepEqual(budget, value, other, depth + 1)) return false;
  }
  return true;
}
