import { goError } from '../../go/error.ts';
import { anySliceType, typeOfText } from '../../go/type.ts';
import { anySlice, Bytes, Slice } from '../../go/value.ts';
import type { Value } from '../../go/value.ts';
import type { Run } from '../../run.ts';
import type { Cast } from '../number/cast.ts';
import { itemsOf } from './items.ts';

const listsType = typeOfText('[][]interface {}');
const noItems = new Slice(anySliceType, [], true);

/** All but the first item; of an empty list a nil one. */
export function rest(value: Value): Slice {
  const items = itemsOf(value, 'Cannot find rest on type');
  return items.length === 0 ? noItems : anySlice(items.slice(1));
}

/** All but the last item; of an empty list a nil one. */
export function initial(value: Value): Slice {
  const items = itemsOf(value, 'Cannot find initial on type');
  return items.length === 0 ? noItems : anySlice(items.slice(0, -1));
}

/** A part of a list, of the list's own type. Of an empty list it is nil, whatever the bounds. */
export function part(cast: Cast, value: Value, bounds: readonly Value[]): Value {
  const items = itemsOf(value, 'list should be type of slice or array but');
  if (items.length === 0) return null;
  const [from, to] = bounds;
  // Go's int is 64 bits: the numbers fit a comparison with lengths, whatever precision they lose.
  const start = from === undefined ? 0 : Number(cast.toInt64(from));
  const end = to === undefined ? items.length : Number(cast.toInt64(to));
  if (start < 0 || end < start || end > items.length) throw goError`reflect.Value.Slice: slice index out of bounds`;
  return value instanceof Bytes
    ? new Bytes(value.type, value.text.slice(start, end))
    : value instanceof Slice
      ? new Slice(value.type, items.slice(start, end))
      : null;
}

/** Lists of a size, the last one shorter if it must be. With a negative size Go's complaint, or what its arithmetic happens to give. */
export function chunk(run: Run, asked: bigint, value: Value): Slice {
  const items = itemsOf(value, 'Cannot chunk type');
  const size = Number(asked);
  if (size < 0 && items.length > 1 && items.length - 1 <= -size) return new Slice(listsType, []);
  if (size < -1 && items.length === 1) return new Slice(listsType, [anySlice(items)]);
  if (size <= 0) throw goError`runtime error: makeslice: len out of range`;
  const count = Math.ceil(items.length / size);
  run.budget.step(count);
  return new Slice(
    listsType,
    Array.from({ length: count }, (_, i) => anySlice(items.slice(i * size, (i + 1) * size))),
  );
}

/** The items of all lists in one; of no list, or of empty ones, a nil one. */
export function concat(run: Run, lists: readonly Value[]): Slice {
  const parts = lists.map((list) => itemsOf(list, 'Cannot concat type', ' as list'));
  run.budget.make(parts.reduce((sum, part) => sum + 16 * part.length, 0));
  const items = parts.flat();
  return items.length === 0 ? noItems : anySlice(items);
}
