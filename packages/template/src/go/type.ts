import type { GoFunction } from '../functions/function.ts';

/** Go's reflect.Kind, by its name. */
export type Kind =
  | 'bool'
  | 'int'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'float32'
  | 'float64'
  | 'complex128'
  | 'string'
  | 'slice'
  | 'map'
  | 'interface'
  | 'struct'
  | 'ptr'
  | 'func';

/**
 * A Go type, one object per type: compare with `===`. `text` is what `%T` and reflect print (`[]interface {}`, `time.Duration`).
 * Maps are keyed by strings: no function of a template makes others.
 */
export interface GoType {
  readonly text: string;
  readonly kind: Kind;
  /** Of slices, maps (the values) and pointers. */
  readonly elem?: GoType;
  /** Exported fields of a struct (or of what a pointer points at), in order of declaration; they read the value's `inner`. */
  readonly fields?: Readonly<Record<string, { readonly type: GoType; readonly read: (inner: never) => unknown }>>;
  /** Names of a struct's fields that templates may not read: their error says so. */
  readonly unexported?: readonly string[];
  /** Exported methods by name, each bound to its receiver (a Struct, an Integer ...). `String` makes the type a fmt.Stringer, `Error` an error. */
  readonly methods?: Readonly<Record<string, (receiver: never) => GoFunction>>;
}

const types = new Map<string, GoType>();

const basic: readonly Kind[] = [
  'bool',
  'int',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'float32',
  'float64',
  'complex128',
  'string',
];
for (const kind of basic) types.set(kind, { text: kind, kind });
types.set('interface {}', { text: 'interface {}', kind: 'interface' });
types.set('error', { text: 'error', kind: 'interface' });
types.set('reflect.Value', { text: 'reflect.Value', kind: 'struct' });

/** Makes a named type known (`time.Time`, `time.Duration`, `*semver.Version`), once per name. */
export function defineType(type: GoType): GoType {
  if (types.has(type.text)) throw new Error(`the type ${type.text} is defined twice`);
  types.set(type.text, type);
  return type;
}

/**
 * The type with a text as Go prints it: basic types, `interface {}`, `[]T`, `map[string]T`, `*T` of known types, and defined ones.
 *
 * @throws Error for a name that is not known: a mistake in a signature, not in a template
 */
export function typeOfText(text: string): GoType {
  const known = types.get(text);
  if (known) return known;
  const made = composite(text);
  types.set(text, made);
  return made;
}

function composite(text: string): GoType {
  if (text.startsWith('[]')) return { text, kind: 'slice', elem: typeOfText(text.slice(2)) };
  if (text.startsWith('map[string]')) return { text, kind: 'map', elem: typeOfText(text.slice(11)) };
  if (text.startsWith('*')) return { text, kind: 'ptr', elem: typeOfText(text.slice(1)) };
  if (text.startsWith('func(')) return { text, kind: 'func' };
  throw new Error(`no Go type is known as ${text}`);
}

export const boolType: GoType = typeOfText('bool');
export const intType: GoType = typeOfText('int');
export const int64Type: GoType = typeOfText('int64');
export const uint8Type: GoType = typeOfText('uint8');
export const float64Type: GoType = typeOfText('float64');
export const complexType: GoType = typeOfText('complex128');
export const stringType: GoType = typeOfText('string');
export const anyType: GoType = typeOfText('interface {}');
export const anySliceType: GoType = typeOfText('[]interface {}');
export const stringSliceType: GoType = typeOfText('[]string');
export const anyMapType: GoType = typeOfText('map[string]interface {}');
export const stringMapType: GoType = typeOfText('map[string]string');
