import { builtinFunctions } from '../../functions/builtin/functions.ts';
import { fn } from '../../functions/function.ts';
import type { FunctionTable } from '../../functions/function.ts';
import { sprint } from '../../go/fmt.ts';
import { goError } from '../../go/error.ts';
import { anyMapType, typeOfText } from '../../go/type.ts';
import { Bytes, GoMap, anyMap, anySlice, stringSlice } from '../../go/value.ts';
import type { Value } from '../../go/value.ts';

/** One function per kind of parameter and result, besides Go's own: what the language does with them is the same for all. */
export const sampleFunctions: FunctionTable = {
  ...builtinFunctions,
  str: fn('func(string) string', (_run, text) => text),
  i64: fn('func(int64) int64', (_run, value) => value),
  u8: fn('func(uint8) uint8', (_run, value) => value),
  f64: fn('func(float64) float64', (_run, value) => value),
  bl: fn('func(bool) bool', (_run, value) => value),
  anyf: fn('func(interface {}) interface {}', (_run, value) => value),
  strs: fn('func(...string) []string', (_run, ...texts) => stringSlice(texts)),
  list: fn('func(...interface {}) []interface {}', (_run, ...values) => anySlice(values)),
  dict: fn('func(...interface {}) map[string]interface {}', (_run, ...pairs) =>
    anyMap(pairs.flatMap((key, i): [string, Value][] => (i % 2 === 0 ? [[key as string, pairs[i + 1] ?? null]] : []))),
  ),
  join: fn('func([]string) string', (_run, texts) => texts.items.map((text) => sprint([text])).join(',')),
  bytes: fn('func(string) []uint8', (_run, text) => new Bytes(typeOfText('[]uint8'), text)),
  three: fn('func(string, int, interface {}) string', (_run, text, count, value) => sprint([text, count, value])),
  fails: fn('func(string) (string, error)', () => {
    throw goError`failed on it`;
  }),
  nothing: fn('func() interface {}', () => null),
  nilmap: fn('func() map[string]interface {}', () => new GoMap(anyMapType, new Map(), true)),
};

/** The dot of the cases: every kind of value that JSON has. */
export const sampleDot: Value = anyMap([
  ['x', 'hi'],
  ['n', 5],
  ['b', true],
  ['z', null],
  ['l', anySlice(['a', 1, null, anyMap([['k', 'v']])])],
  [
    'm',
    anyMap([
      ['a', anyMap([['b', 'c']])],
      ['z', null],
      ['s', 'str'],
    ]),
  ],
  ['e', ''],
  ['el', anySlice([])],
  ['u', 'h\xc3\xa9<&>"\''],
]);
