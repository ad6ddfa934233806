import { Bytes, Complex, GoMap, Integer, Slice, Struct } from '../go/value.ts';
import type { Reflected } from './execution.ts';

/** True for what is not the zero of its type: the truth of `if`, `and`, `not`. A struct is always true, a nil pointer never. */
export function isTrue(value: Reflected): boolean {
  switch (typeof value) {
    case 'string':
      return value !== '';
    case 'boolean':
      return value;
    case 'bigint':
      return value !== 0n;
    case 'number':
      return value !== 0;
    default:
      break;
  }
  if (value === null || value === undefined) return false;
  if (value instanceof GoMap) return value.entries.size > 0;
  if (value instanceof Slice) return value.items.length > 0;
  if (value instanceof Bytes) return value.text !== '';
  if (value instanceof Integer) return value.value !== 0n;
  if (value instanceof Complex) return value.real !== 0 || value.imaginary !== 0;
  return !(value instanceof Struct) || value.type.kind === 'struct' || !isNilPointer(value);
}

/** True for a nil pointer or function: a Struct with nothing behind it. */
export function isNilPointer(value: Reflected): boolean {
  return value instanceof Struct && value.type.kind !== 'struct' && (value.inner === null || value.inner === undefined);
}
