import {
  anyMapType,
  anySliceType,
  boolType,
  complexType,
  float64Type,
  intType,
  stringSliceType,
  stringType,
  uint8Type,
} from './type.ts';
import type { GoType } from './type.ts';

/**
 * A Go value as templates see it. The common ones are plain JavaScript:
 *
 * - `string` is a Go string: **one char per byte** (0..255), so that length, slicing, comparison and concatenation are Go's and
 *   binary passes through. `utf8.ts` turns it into text and back. A literal in our code must be ASCII or go through `utf8`.
 * - `boolean` is bool, `bigint` is int (always within 64 bits), `number` is float64, `null` is an untyped nil.
 *
 * Everything else knows its type. Values are never changed in place, except maps (Sprig's set, unset, merge change theirs).
 */
export type Value = null | boolean | string | bigint | number | Typed;

/** A value that carries its Go type. */
export abstract class Typed {
  abstract readonly type: GoType;
}

/** An integer that is not a plain int: int64, uint8, and named ones such as time.Duration. */
export class Integer extends Typed {
  readonly type: GoType;
  readonly value: bigint;

  constructor(type: GoType, value: bigint) {
    super();
    this.type = type;
    this.value = value;
  }
}

/** A complex128, which only a literal makes. */
export class Complex extends Typed {
  readonly type: GoType = complexType;
  readonly real: number;
  readonly imaginary: number;

  constructor(real: number, imaginary: number) {
    super();
    this.real = real;
    this.imaginary = imaginary;
  }
}

/** A []byte. `text` has one char per byte, like a string. A nil one is `null` in JSON. */
export class Bytes extends Typed {
  readonly type: GoType;
  readonly text: string;
  readonly isNil: boolean;

  constructor(type: GoType, text: string, isNil = false) {
    super();
    this.type = type;
    this.text = text;
    this.isNil = isNil;
  }
}

/** A slice other than []byte. A nil slice has no items; it differs from an empty one in JSON (`null`) and in comparison with nil. */
export class Slice extends Typed {
  readonly type: GoType;
  readonly items: readonly Value[];
  readonly isNil: boolean;

  constructor(type: GoType, items: readonly Value[], isNil = false) {
    super();
    this.type = type;
    this.items = items;
    this.isNil = isNil;
  }
}

/** A map with string keys. Printing, ranging and JSON visit keys in byte order: `sortedKeys`. */
export class GoMap extends Typed {
  readonly type: GoType;
  readonly entries: Map<string, Value>;
  readonly isNil: boolean;

  constructor(type: GoType, entries: Map<string, Value> = new Map(), isNil = false) {
    super();
    this.type = type;
    this.entries = entries;
    this.isNil = isNil;
  }

  /** Keys in Go's order: by byte. */
  sortedKeys(): string[] {
    return [...this.entries.keys()].sort();
  }
}

/** A struct, or a pointer to one, whose fields and methods its type lists; `inner` is the JavaScript behind it. */
export class Struct<Inner = unknown> extends Typed {
  readonly type: GoType;
  readonly inner: Inner;

  constructor(type: GoType, inner: Inner) {
    super();
    this.type = type;
    this.inner = inner;
  }
}

/** A `[]interface {}`. */
export function anySlice(items: readonly Value[]): Slice {
  return new Slice(anySliceType, items);
}

/** A `[]string`. */
export function stringSlice(items: readonly string[]): Slice {
  return new Slice(stringSliceType, items);
}

/** A `map[string]interface {}`. */
export function anyMap(entries: Map<string, Value> | Iterable<readonly [string, Value]>): GoMap {
  return new GoMap(anyMapType, entries instanceof Map ? entries : new Map(entries));
}

/** The dynamic type of a value; undefined for an untyped nil. */
export function typeOf(value: Value): GoType | undefined {
  switch (typeof value) {
    case 'string':
      return stringType;
    case 'bigint':
      return intType;
    case 'number':
      return float64Type;
    case 'boolean':
      return boolType;
    default:
      return value?.type;
  }
}

/** What our code holds bare, as a value of a declared type: the field of a struct, the result of a function or method. */
export function box(type: GoType, bare: unknown): Value {
  switch (typeof bare) {
    case 'string':
    case 'boolean':
    case 'number':
      return bare;
    case 'bigint':
      return type === intType || type.kind === 'interface' ? bare : new Integer(type, bare);
    default:
      if (bare instanceof Typed) return bare;
      return bare === null || bare === undefined ? zeroOf(type) : new Struct(type, bare);
  }
}

function zeroOf(type: GoType): Value {
  if (type.kind === 'ptr') return new Struct(type, null);
  if (type.kind === 'map') return new GoMap(type, new Map(), true);
  if (type.kind !== 'slice') return null;
  return type.elem === uint8Type ? new Bytes(type, '', true) : new Slice(type, [], true);
}
