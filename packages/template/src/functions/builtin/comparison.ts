import { goError } from '../../go/error.ts';
import { Bytes, Complex, GoMap, Integer, Slice, Struct, typeOf } from '../../go/value.ts';
import type { Reflected } from '../../language/execution.ts';
import { signOf, typeName } from '../../language/argument.ts';

/** A value ready to be compared: integers of all widths are bigint, `family` is what it may be compared with. */
interface Basic {
  readonly family: 'bool' | 'int' | 'uint' | 'float' | 'complex' | 'string' | 'none';
  readonly plain: unknown;
}

const noFamily: Basic = { family: 'none', plain: undefined };

function basicOf(value: Reflected): Basic {
  switch (typeof value) {
    case 'string':
      return { family: 'string', plain: value };
    case 'bigint':
      return { family: 'int', plain: value };
    case 'number':
      return { family: 'float', plain: value };
    case 'boolean':
      return { family: 'bool', plain: value };
    default:
      break;
  }
  if (value instanceof Integer) return { family: signOf(value.type.kind) ?? 'none', plain: value.value };
  return value instanceof Complex ? { family: 'complex', plain: value } : noFamily;
}

function isInteger({ family }: Basic): boolean {
  return family === 'int' || family === 'uint';
}

function isNil(value: Reflected): boolean {
  if (value === undefined || value === null) return true;
  if (value instanceof Slice || value instanceof GoMap) return value.isNil;
  return value instanceof Struct && value.type.kind !== 'struct' && value.inner === null;
}

/** The kind of a value as far as `eq` asks: values of different kinds are not compared, except with nothing. */
function kindOf(value: Reflected): string {
  return value === undefined || value === null ? '' : (typeOf(value)?.kind ?? '');
}

function equalWithoutFamily(first: Reflected, other: Reflected): boolean {
  const kinds = [kindOf(first), kindOf(other)];
  if (kinds[0] !== kinds[1] && !kinds.includes(''))
    throw goError`non-comparable types ${first}: ${typeName(first)}, ${typeName(other)}: ${other}`;
  if (isNil(first) || isNil(other)) return isNil(first) === isNil(other);
  if (other instanceof Slice || other instanceof Bytes || other instanceof GoMap)
    throw goError`non-comparable type ${other}: ${typeName(other)}`;
  if (!(first instanceof Struct && other instanceof Struct) || first.type !== other.type) return first === other;
  return first.inner === other.inner || (first.type.kind === 'struct' && equalFields(first.inner, other.inner));
}

/** Structs are equal when their fields are; what a field points at is not looked into. */
function equalFields(first: unknown, other: unknown): boolean {
  if (typeof first !== 'object' || typeof other !== 'object' || first === null || other === null) return false;
  const [one, two] = [Object.entries(first), new Map(Object.entries(other))];
  return one.length > 0 && one.length === two.size && one.every(([key, value]) => two.get(key) === value);
}

/** True when the first equals one of the others: `eq`. */
export function equal(first: Reflected, others: readonly Reflected[]): boolean {
  if (others.length === 0) throw goError`missing argument for comparison`;
  const one = basicOf(first);
  return others.some((other) => equalPair(first, one, other));
}

function equalPair(first: Reflected, one: Basic, other: Reflected): boolean {
  const two = basicOf(other);
  if (one.family === 'none' && two.family === 'none') return equalWithoutFamily(first, other);
  if (isInteger(one) && isInteger(two)) return one.plain === two.plain;
  if (one.family === two.family) {
    const [a, b] = [one.plain, two.plain];
    return a instanceof Complex && b instanceof Complex ? a.real === b.real && a.imaginary === b.imaginary : a === b;
  }
  const bothThere = first !== null && first !== undefined && other !== null && other !== undefined;
  if (bothThere) throw goError`incompatible types for comparison: ${typeName(first)} and ${typeName(other)}`;
  return false;
}

/** True when the first is less than the second: `lt`. */
export function less(first: Reflected, second: Reflected): boolean {
  const [one, two] = [basicOf(first), basicOf(second)];
  if (one.family === 'none' || two.family === 'none') throw goError`invalid type for comparison`;
  if (one.family !== two.family && !(isInteger(one) && isInteger(two))) {
    throw goError`incompatible types for comparison: ${typeName(first)} and ${typeName(second)}`;
  }
  if (one.family === 'bool' || one.family === 'complex') throw goError`invalid type for comparison`;
  return (one.plain as string) < (two.plain as string);
}
