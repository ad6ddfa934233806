import { shown } from '../go/error.ts';
import { anyType, typeOfText } from '../go/type.ts';
import type { GoType, Kind } from '../go/type.ts';
import { Bytes, Complex, GoMap, Integer, Slice, Struct, typeOf } from '../go/value.ts';
import type { Value } from '../go/value.ts';
import type { Execution, Reflected } from './execution.ts';

/** reflect.Value: a parameter that takes anything, also no value at all. Only built-in functions have it. */
export const reflectedType: GoType = typeOfText('reflect.Value');

/** Bits of the integer kinds; negative for signed ones. */
const integerBits: Partial<Record<Kind, number>> = {
  int: -64,
  int8: -8,
  int16: -16,
  int32: -32,
  int64: -64,
  uint: 64,
  uint8: 8,
  uint16: 16,
  uint32: 32,
  uint64: 64,
};

/** 'int' and 'uint' for kinds that are integers, undefined for others. */
export function signOf(kind: Kind): 'int' | 'uint' | undefined {
  const bits = integerBits[kind];
  return bits === undefined ? undefined : bits < 0 ? 'int' : 'uint';
}

/** An integer cut to the width of a kind, as a conversion in Go does. */
export function wrap(kind: Kind, value: bigint): bigint {
  const bits = integerBits[kind] ?? 64;
  return bits < 0 ? BigInt.asIntN(-bits, value) : BigInt.asUintN(bits, value);
}

/** True for types that have a nil. */
export function canBeNil(type: GoType): boolean {
  const { kind } = type;
  return kind === 'interface' || kind === 'map' || kind === 'slice' || kind === 'ptr' || kind === 'func' || type === reflectedType;
}

/** The zero value of a type. */
export function zeroOf(type: GoType): Value {
  switch (type.kind) {
    case 'bool':
      return false;
    case 'string':
      return '';
    case 'float32':
    case 'float64':
      return 0;
    case 'complex128':
      return new Complex(0, 0);
    case 'interface':
      return null;
    case 'slice':
      return type.text === '[]uint8' ? new Bytes(type, '') : new Slice(type, [], true);
    case 'map':
      return new GoMap(type, new Map(), true);
    case 'struct':
    case 'ptr':
    case 'func':
      return new Struct(type, null);
    default:
      return type.text === 'int' ? 0n : new Integer(type, 0n);
  }
}

/** A value as the body of a function gets it: an integer bare, everything else as it is. */
export function bare(value: Reflected): unknown {
  return value instanceof Integer ? value.value : value;
}

/** What a function or a field gave, as a value of its declared type. */
export function boxed(type: GoType): ((result: unknown) => Value) | undefined {
  return signOf(type.kind) === undefined || type.text === 'int' ? undefined : (result) => new Integer(type, result as bigint);
}

/** Checks a value against the type of a parameter and makes it bare. */
export type Prepare = (x: Execution, value: Reflected) => unknown;

const reflected: Prepare = (_x, value) => value;
const any: Prepare = (_x, value) => value ?? null;

/** The check for a type, made once per parameter. */
export function prepareFor(type: GoType): Prepare {
  if (type === reflectedType) return reflected;
  if (type === anyType) return any;
  switch (type.text) {
    case 'string':
      return (x, value) => (typeof value === 'string' ? value : assigned(x, value, type));
    case 'bool':
      return (x, value) => (typeof value === 'boolean' ? value : assigned(x, value, type));
    case 'int':
      return (x, value) => (typeof value === 'bigint' ? value : assigned(x, value, type));
    case 'float64':
      return (x, value) => (typeof value === 'number' ? value : assigned(x, value, type));
    default:
      return (x, value) => assigned(x, value, type);
  }
}

function assigned(x: Execution, value: Reflected, type: GoType): unknown {
  if (value === undefined) {
    if (canBeNil(type)) return zeroOf(type);
    throw x.error(`invalid value; expected ${type.text}`);
  }
  const actual = typeOf(value);
  if (actual === type) return bare(value);
  if (actual?.kind === 'ptr' && actual.elem === type && value instanceof Struct) {
    if (value.inner === null) throw x.error(`dereference of nil pointer of type ${type.text}`);
    return new Struct(type, value.inner);
  }
  throw x.error(`wrong type for value; expected ${type.text}; got ${actual?.text ?? 'interface {}'}`);
}

/** The name of a value's type for a message: of a nil, `interface {}`. */
export function typeName(value: Reflected): ReturnType<typeof shown> {
  return shown(value === undefined || value === null ? 'interface {}' : (typeOf(value)?.text ?? ''));
}
