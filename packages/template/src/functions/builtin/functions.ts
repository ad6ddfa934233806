import { sprint, sprintf, sprintln } from '../../go/fmt.ts';
import { Struct } from '../../go/value.ts';
import type { Value } from '../../go/value.ts';
import type { Reflected } from '../../language/execution.ts';
import { printable } from '../../language/print.ts';
import { isTrue } from '../../language/truth.ts';
import type { Run } from '../../run.ts';
import type { FunctionTable, GoFunction } from '../function.ts';
import { fn } from '../function.ts';
import { callValue } from './call-value.ts';
import { equal, less } from './comparison.ts';
import { elementAt, length, partOf } from './element.ts';
import { escapeHtml, escapeQuery, escapeScript } from './escape.ts';

/** The text of arguments as an escaper sees it: like print, with pointers followed. */
function textOf(run: Run, values: readonly Value[]): string {
  const [first] = values;
  if (values.length === 1 && typeof first === 'string') return first;
  return sprint(
    values.map((value) => (value === null ? '<no value>' : value instanceof Struct ? printable(value) : value)),
    run.budget,
  );
}

/** The same, counted for what an escaper takes: each char may become several. */
function escapable(run: Run, values: readonly Value[]): string {
  const text = textOf(run, values);
  run.budget.step(text.length >> 1);
  run.budget.make(2 * text.length);
  return text;
}

/** The language itself carries `and` and `or` out, argument by argument; this is their meaning when all are there. */
function logic(stopsAt: boolean): GoFunction {
  return fn('func(reflect.Value, ...reflect.Value) reflect.Value', (_run, first, ...others) => {
    const all: readonly Reflected[] = [first, ...others];
    return (all.find((value) => isTrue(value) === stopsAt) ?? all.at(-1)) as Value;
  });
}

/** Go's own functions. Parameters of type reflect.Value may be `undefined`: no value at all. */
export const builtinFunctions: FunctionTable = {
  and: logic(false),
  or: logic(true),
  not: fn('func(reflect.Value) bool', (_run, value) => !isTrue(value)),
  call: {
    signature: 'func(reflect.Value, ...reflect.Value) (reflect.Value, error)',
    call: callValue,
    deterministic: true,
  },
  html: fn('func(...interface {}) string', (run, ...values) => escapeHtml(escapable(run, values))),
  js: fn('func(...interface {}) string', (run, ...values) => escapeScript(escapable(run, values))),
  urlquery: fn('func(...interface {}) string', (run, ...values) => escapeQuery(escapable(run, values))),
  index: fn('func(reflect.Value, ...reflect.Value) (reflect.Value, error)', (_run, item, ...indexes) => elementAt(item, indexes)),
  slice: fn('func(reflect.Value, ...reflect.Value) (reflect.Value, error)', (_run, item, ...indexes) => partOf(item, indexes)),
  len: fn('func(reflect.Value) (int, error)', (_run, item) => length(item)),
  print: fn('func(...interface {}) string', (run, ...values) => sprint(values, run.budget)),
  printf: fn('func(string, ...interface {}) string', (run, format, ...values) => sprintf(format, values, run.budget)),
  println: fn('func(...interface {}) string', (run, ...values) => sprintln(values, run.budget)),
  eq: fn('func(reflect.Value, ...reflect.Value) (bool, error)', (_run, first, ...others) => equal(first, others)),
  ne: fn('func(reflect.Value, reflect.Value) (bool, error)', (_run, first, second) => !equal(first, [second])),
  lt: fn('func(reflect.Value, reflect.Value) (bool, error)', (_run, first, second) => less(first, second)),
  le: fn(
    'func(reflect.Value, reflect.Value) (bool, error)',
    (_run, first, second) => less(first, second) || equal(first, [second]),
  ),
  gt: fn(
    'func(reflect.Value, reflect.Value) (bool, error)',
    (_run, first, second) => !(less(first, second) || equal(first, [second])),
  ),
  ge: fn('func(reflect.Value, reflect.Value) (bool, error)', (_run, first, second) => !less(first, second)),
};
