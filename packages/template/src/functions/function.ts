import type { Bytes, GoMap, Slice, Struct, Value } from '../go/value.ts';
import type { Run } from '../run.ts';

/**
 * What a parameter or result of a Go type is in our code. Static types arrive bare (an int64 is a bigint, already within range);
 * `interface {}` and `reflect.Value` arrive as dynamic values. A result is boxed again by its declared type.
 */
type Bare<T extends string> = T extends 'string' | 'sprig.HashAlgorithm'
  ? string
  : T extends 'bool'
    ? boolean
    : T extends
          | 'int'
          | 'int8'
          | 'int16'
          | 'int32'
          | 'int64'
          | 'uint'
          | 'uint8'
          | 'uint32'
          | 'uint64'
          | 'time.Duration'
          | 'time.Month'
          | 'time.Weekday'
      ? bigint
      : T extends 'float64' | 'float32'
        ? number
        : T extends '[]uint8'
          ? Bytes
          : T extends `[]${string}`
            ? Slice
            : T extends `map[${string}`
              ? GoMap
              : T extends 'interface {}' | 'reflect.Value'
                ? Value
                : Struct;

type Split<S extends string> = S extends '' ? [] : S extends `${infer Head}, ${infer Tail}` ? [Head, ...Split<Tail>] : [S];

type Parameters<L extends string[]> = L extends [infer Head extends string, ...infer Tail extends string[]]
  ? Head extends `...${infer Each}`
    ? Bare<Each>[]
    : [Bare<Head>, ...Parameters<Tail>]
  : [];

/** The arguments a signature promises, after the run. */
export type ArgumentsOf<S extends string> = S extends `func(${infer In}) ${string}` ? Parameters<Split<In>> : never;

/** The result a signature asks for; `(T, error)` is T, errors are thrown. */
export type ResultOf<S extends string> = S extends `func(${string}) (${infer Out}, error)`
  ? Bare<Out>
  : S extends `func(${string}) ${infer Out}`
    ? Bare<Out>
    : never;

/** A function a template can call. */
export interface GoFunction {
  /** As Go's `%T` prints the function: `func(string, ...interface {}) (string, error)`. The oracle's test compares it with Go. */
  readonly signature: string;
  readonly call: (run: Run, ...args: never[]) => Value;
  /** False when the result depends on time or chance; `now`, `randAlpha`, `genCA`, `bcrypt`. */
  readonly deterministic: boolean;
}

/** Functions by name. */
export type FunctionTable = Readonly<Record<string, GoFunction>>;

/**
 * Declares a function by its Go signature; the types of the arguments and of the result follow from it.
 *
 * Arguments are already checked and converted as Go's `text/template` does. The body throws `goError` for an error the Go
 * function would return (or panic with); nothing else. It asks `run.budget` before it makes something large or works for long.
 *
 * @example const upper = fn('func(string) string', (_run, text) => ...)
 */
export function fn<const S extends string>(signature: S, call: (run: Run, ...args: ArgumentsOf<S>) => ResultOf<S>): GoFunction {
  return { signature, call: call as unknown as GoFunction['call'], deterministic: true };
}

/** Like `fn`, for a function whose result depends on time or chance. */
export function variable<const S extends string>(
  signature: S,
  call: (run: Run, ...args: ArgumentsOf<S>) => ResultOf<S>,
): GoFunction {
  return { signature, call: call as unknown as GoFunction['call'], deterministic: false };
}
