import { goError, shown } from '../../go/error.ts';
import { uint8Type } from '../../go/type.ts';
import { Bytes, GoMap, Integer, Slice, Struct } from '../../go/value.ts';
import type { Value } from '../../go/value.ts';
import { typeName, zeroOf } from '../../language/argument.ts';
import type { Reflected } from '../../language/execution.ts';
import { isNilPointer } from '../../language/truth.ts';

/** The type of what is measured or cut, behind a pointer. */
function itemType(item: Reflected): ReturnType<typeof typeName> {
  return item instanceof Struct && item.type.kind === 'ptr' && item.type.elem ? shown(item.type.elem.text) : typeName(item);
}

function lengthOf(item: Reflected): number | undefined {
  if (typeof item === 'string') return item.length;
  if (item instanceof Bytes) return item.text.length;
  return item instanceof Slice ? item.items.length : undefined;
}

/** The number of elements or bytes: `len`. */
export function length(item: Reflected): bigint {
  if (item === undefined) throw goError`reflect: call of reflect.Value.Type on zero Value`;
  if (item === null || isNilPointer(item)) throw goError`len of nil pointer`;
  const found = item instanceof GoMap ? item.entries.size : lengthOf(item);
  if (found === undefined) throw goError`len of type ${itemType(item)}`;
  return BigInt(found);
}

function position(index: Reflected, most: number): number {
  if (index === undefined || index === null) throw goError`cannot index slice/array with nil`;
  const value = typeof index === 'bigint' ? index : index instanceof Integer ? BigInt.asIntN(64, index.value) : undefined;
  if (value === undefined) throw goError`cannot index slice/array with type ${typeName(index)}`;
  if (value < 0n || value > BigInt(most)) throw goError`index out of range: ${value}`;
  return Number(value);
}

/** `index x 1 "k"`: the element of the element. A key that a map has not gives the zero of its values. */
export function elementAt(item: Reflected, indexes: readonly Reflected[]): Value {
  if (item === undefined || item === null) throw goError`index of untyped nil`;
  return indexes.reduce<Value>((inner, index) => elementOf(inner, index), item);
}

function elementOf(item: Value, index: Reflected): Value {
  if (item === null || isNilPointer(item)) throw goError`index of nil pointer`;
  if (item instanceof GoMap) return entryAt(item, index);
  const size = lengthOf(item);
  if (size === undefined) throw goError`can't index item of type ${itemType(item)}`;
  const at = position(index, size);
  if (item instanceof Slice) {
    if (at >= size) throw goError`reflect: slice index out of range`;
    return item.items[at] ?? null;
  }
  if (at >= size) throw goError`reflect: ${shown(typeof item === 'string' ? 'string' : 'slice')} index out of range`;
  const text = typeof item === 'string' ? item : (item as Bytes).text;
  return new Integer(uint8Type, BigInt(text.charCodeAt(at)));
}

function entryAt(map: GoMap, key: Reflected): Value {
  if (key === undefined || key === null) throw goError`value is nil; should be of type string`;
  if (typeof key !== 'string') throw goError`value has type ${typeName(key)}; should be string`;
  const found = map.entries.get(key);
  return found === undefined ? zeroOf(map.type.elem as NonNullable<typeof map.type.elem>) : found;
}

/** `slice x 1 2`: a part of a string or slice. What a third index limits, the capacity, is not kept: parts are never grown in place. */
export function partOf(item: Reflected, indexes: readonly Reflected[]): Value {
  if (item === undefined || item === null) throw goError`slice of untyped nil`;
  if (isNilPointer(item)) throw goError`slice of nil pointer`;
  if (indexes.length > 3) throw goError`too many slice indexes: ${shown(indexes.length)}`;
  if (typeof item === 'string' && indexes.length === 3) throw goError`cannot 3-index slice a string`;
  const size = lengthOf(item);
  if (size === undefined) throw goError`can't slice item of type ${itemType(item)}`;
  const [from = 0, to = size, most] = indexes.map((index) => position(index, size));
  if (from > to) throw goError`invalid slice index: ${from} > ${to}`;
  if (most !== undefined && to > most) throw goError`invalid slice index: ${to} > ${most}`;
  if (typeof item === 'string') return item.slice(from, to);
  if (item instanceof Bytes) return new Bytes(item.type, item.text.slice(from, to));
  const { type, items } = item as Slice;
  return new Slice(type, items.slice(from, to));
}
