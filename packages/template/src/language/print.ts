import { formatValue } from '../go/fmt.ts';
import { Struct } from '../go/value.ts';
import type { Value } from '../go/value.ts';
import type { Budget } from '../run.ts';
import type { Reflected } from './execution.ts';
import { isNilPointer } from './truth.ts';

/** True for types that say themselves how they print: errors and Stringers. */
function printsItself({ type }: Struct): boolean {
  return type.methods !== undefined && (Object.hasOwn(type.methods, 'String') || Object.hasOwn(type.methods, 'Error'));
}

/** What is printed for a value: behind a pointer, what it points at, unless that says itself how it prints. */
export function printable(value: Struct): Value {
  const { elem, kind } = value.type;
  return kind === 'ptr' && elem && !isNilPointer(value) && !printsItself(value) ? new Struct(elem, value.inner) : value;
}

/** The text of an action's value; undefined for a function, which has none. */
export function printed(value: Reflected, budget: Budget): string | undefined {
  if (typeof value === 'string') return value;
  if (value === undefined) return '<no value>';
  if (!(value instanceof Struct)) return formatValue(value, budget);
  return value.type.kind === 'func' && !printsItself(value) ? undefined : formatValue(printable(value), budget);
}
