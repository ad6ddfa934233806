import { goError, shown } from '../../go/error.ts';
import { uint8Type } from '../../go/type.ts';
import { Bytes, Integer, Slice, typeOf } from '../../go/value.ts';
import type { Value } from '../../go/value.ts';

/**
 * The items of a list of any type; of bytes each byte is a uint8.
 *
 * @param complaint the words before the kind of what is no list
 * @param end the words after it
 * @throws GoError the complaint and the kind, for what is no list
 */
export function itemsOf(value: Value, complaint: string, end = ''): readonly Value[] {
  if (value instanceof Slice) return value.items;
  if (value instanceof Bytes) return Array.from(value.text, (byte) => new Integer(uint8Type, BigInt(byte.charCodeAt(0))));
  if (value === null) throw goError`runtime error: invalid memory address or nil pointer dereference`;
  throw goError`${shown(complaint)} ${shown(typeOf(value)?.kind ?? '')}${shown(end)}`;
}
