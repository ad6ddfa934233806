import { goError, shown } from '../../go/error.ts';
import { anyMap, anySlice, GoMap, stringSlice, typeOf } from '../../go/value.ts';
import type { Value } from '../../go/value.ts';
import type { Run } from '../../run.ts';
import { fn } from '../function.ts';
import type { FunctionTable } from '../function.ts';
import { strval } from '../text/strval.ts';
import { merge } from './merge.ts';

/** A map of keys and values in turn; a last key without a value gets an empty string. */
function dict(run: Run, pairs: readonly Value[]): GoMap {
  const entries = new Map<string, Value>();
  for (let i = 0; i < pairs.length; i += 2) {
    const value = pairs[i + 1];
    entries.set(strval(pairs[i] ?? null, run.budget), value === undefined ? '' : value);
  }
  return anyMap(entries);
}

function set(run: Run, map: GoMap, key: string, value: Value): GoMap {
  if (map.isNil) throw goError`assignment to entry in nil map`;
  run.budget.step();
  map.entries.set(key, value);
  return map;
}

/** Go's words for a type assertion that does not hold. */
function notA(value: Value, wanted: string): Error {
  return goError`interface conversion: interface {} is ${shown(typeOf(value)?.text ?? 'nil')}, not ${shown(wanted)}`;
}

function asMap(value: Value): GoMap {
  if (value instanceof GoMap && value.type.text === 'map[string]interface {}') return value;
  throw notA(value, 'map[string]interface {}');
}

/** `dig key... default map`: goes down map by map; the default where a key is missing. */
function dig(args: readonly Value[]): Value {
  if (args.length < 3) throw goError`dig needs at least three arguments`;
  let at: Value = asMap(args.at(-1) ?? null);
  const keys = args.slice(0, -2).map((key) => {
    if (typeof key !== 'string') throw notA(key, 'string');
    return key;
  });
  for (const key of keys) {
    const next: Value | undefined = asMap(at).entries.get(key);
    if (next === undefined) return args.at(-2) ?? null;
    at = next;
  }
  return at;
}

/** The entries of a map whose keys pass a test, as a new map. */
function chosen(run: Run, map: GoMap, test: (key: string) => boolean): GoMap {
  run.budget.step(map.entries.size);
  return anyMap([...map.entries].filter(([key]) => test(key)));
}

function omit(run: Run, map: GoMap, keys: readonly string[]): GoMap {
  const out = new Set(keys);
  return chosen(run, map, (key) => !out.has(key));
}

function pick(run: Run, map: GoMap, keys: readonly string[]): GoMap {
  const wanted = new Set(keys);
  return chosen(run, map, (key) => wanted.has(key));
}

/** Sorting counts. */
function sortedKeys(run: Run, map: GoMap): string[] {
  run.budget.step(map.entries.size);
  return map.sortedKeys();
}

const merging = 'func(map[string]interface {}, ...map[string]interface {}) interface {}';
const mustMerging = 'func(map[string]interface {}, ...map[string]interface {}) (interface {}, error)';

/** Sprig's functions on maps. Keys and values come in the order of the keys, where Go has them in any order. */
export const dictFunctions: FunctionTable = {
  dict: fn('func(...interface {}) map[string]interface {}', (run, ...pairs) => dict(run, pairs)),
  get: fn('func(map[string]interface {}, string) interface {}', (_run, map, key) => {
    const value = map.entries.get(key);
    return value === undefined ? '' : value;
  }),
  set: fn('func(map[string]interface {}, string, interface {}) map[string]interface {}', set),
  unset: fn('func(map[string]interface {}, string) map[string]interface {}', (_run, map, key) => {
    map.entries.delete(key);
    return map;
  }),
  hasKey: fn('func(map[string]interface {}, string) bool', (_run, map, key) => map.entries.has(key)),
  pluck: fn('func(string, ...map[string]interface {}) []interface {}', (_run, key, ...maps) =>
    anySlice(maps.map((map) => map.entries.get(key)).filter((value) => value !== undefined)),
  ),
  keys: fn('func(...map[string]interface {}) []string', (run, ...maps) => stringSlice(maps.flatMap((map) => sortedKeys(run, map)))),
  values: fn('func(map[string]interface {}) []interface {}', (run, map) =>
    anySlice(sortedKeys(run, map).map((key) => map.entries.get(key) ?? null)),
  ),
  pick: fn('func(map[string]interface {}, ...string) map[string]interface {}', (run, map, ...keys) => pick(run, map, keys)),
  omit: fn('func(map[string]interface {}, ...string) map[string]interface {}', (run, map, ...keys) => omit(run, map, keys)),
  merge: fn(merging, (run, target, ...sources) => merge(run.budget, target, sources, false)),
  mustMerge: fn(mustMerging, (run, target, ...sources) => merge(run.budget, target, sources, false)),
  mergeOverwrite: fn(merging, (run, target, ...sources) => merge(run.budget, target, sources, true)),
  mustMergeOverwrite: fn(mustMerging, (run, target, ...sources) => merge(run.budget, target, sources, true)),
  dig: fn('func(...interface {}) (interface {}, error)', (_run, ...args) => dig(args)),
};
