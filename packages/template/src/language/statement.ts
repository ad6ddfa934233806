import { hidden } from '../go/error.ts';
import { uint8Type } from '../go/type.ts';
import type { GoType } from '../go/type.ts';
import { Bytes, GoMap, Integer, Slice, typeOf } from '../go/value.ts';
import type { Value } from '../go/value.ts';
import { signOf } from './argument.ts';
import { describe } from './describe.ts';
import type { Execution, Reflected } from './execution.ts';
import { compilePipe } from './expression.ts';
import type { Evaluate, Setting } from './expression.ts';
import type { Action, Branch, Call, List, Statement } from './node.ts';
import { printed } from './print.ts';
import { isTrue } from './truth.ts';

/** How a statement ended: on to the next one, or with a jump out of or within the nearest range. */
export type Ending = 'next' | 'break' | 'continue';

/** A compiled statement. */
export type Perform = (x: Execution, dot: Reflected) => Ending;

/** Finds the body of a template by name, and how errors call it. Looked up when it runs: templates may call each other. */
export type Library = (name: string) => { readonly body: Perform; readonly shown: string } | undefined;

/** What statements are compiled against. */
export interface Room extends Setting {
  readonly library: Library;
}

/** Compiles a list of statements. */
export function compileList(list: List, room: Room): Perform {
  const all = list.statements.map((statement) => compileStatement(statement, room));
  const [first, second] = all;
  if (!first) return () => 'next';
  if (!second) return first;
  return (x, dot) => {
    for (const perform of all) {
      const ending = perform(x, dot);
      if (ending !== 'next') return ending;
    }
    return 'next';
  };
}

function compileStatement(statement: Statement, room: Room): Perform {
  switch (statement.kind) {
    case 'text': {
      const { text } = statement;
      return (x) => {
        x.write(text);
        return 'next';
      };
    }
    case 'action':
      return compileAction(statement, room);
    case 'if':
    case 'with':
      return compileCondition(statement, room);
    case 'range':
      return compileRange(statement, room);
    case 'template':
      return compileTemplate(statement, room);
    case 'break':
    case 'continue':
      return () => statement.kind;
  }
}

function compileAction(action: Action, room: Room): Perform {
  const evaluate = compilePipe(action.pipe, room);
  if (action.pipe.declared.length > 0) {
    return (x, dot) => {
      x.budget.step();
      evaluate(x, dot);
      return 'next';
    };
  }
  return (x, dot) => {
    x.budget.step();
    const value = evaluate(x, dot);
    x.at = action;
    const text = printed(value, x.budget);
    if (text === undefined) throw x.error(`can't print ${describe(action)} of type ${typeOf(value as Value)?.text ?? ''}`);
    x.write(text);
    return 'next';
  };
}

function compileCondition({ kind, pipe, body, otherwise }: Branch, room: Room): Perform {
  const evaluate = compilePipe(pipe, room);
  const then = compileList(body, room);
  const orElse = otherwise ? compileList(otherwise, room) : undefined;
  return (x, dot) => {
    x.budget.step();
    const { mark } = x;
    const value = evaluate(x, dot);
    let ending: Ending = 'next';
    if (!isTrue(value)) ending = orElse?.(x, dot) ?? 'next';
    else if (kind === 'if') ending = then(x, dot);
    else {
      const outer = x.dotBoxed;
      x.dotBoxed = false;
      ending = then(x, value);
      x.dotBoxed = outer;
    }
    x.pop(mark);
    return ending;
  };
}

/** What a range visits: pairs of index and element. Integers have no index. */
type Visit = (index: Reflected, element: Reflected) => Ending;

function compileRange(branch: Branch, room: Room): Perform {
  const { pipe, otherwise } = branch;
  const evaluate = compilePipe(pipe, room);
  const body = compileList(branch.body, room);
  const orElse = otherwise ? compileList(otherwise, room) : undefined;
  return (x, dot) => {
    x.budget.step();
    x.at = branch;
    const outerMark = x.mark;
    const value = evaluate(x, dot);
    const { mark, dotBoxed } = x;
    const boxed = isContainer(value) && value.type.elem?.kind === 'interface';
    const visit: Visit = (index, element) => {
      x.budget.step();
      bind(x, branch, index, element, boxed);
      x.dotBoxed = boxed;
      const ending = body(x, element);
      x.pop(mark);
      return ending;
    };
    const visited = visitAll(x, branch, value, visit);
    x.dotBoxed = dotBoxed;
    const ending = visited ? 'next' : (orElse?.(x, dot) ?? 'next');
    x.pop(outerMark);
    return ending;
  };
}

function isContainer(value: Reflected): value is Slice | GoMap {
  return value instanceof Slice || value instanceof GoMap;
}

/** Gives the variables of a range their values of this round. The element goes to the last one, the index to the one before. */
function bind(x: Execution, { pipe: { declared, assigns } }: Branch, index: Reflected, element: Reflected, boxed: boolean): void {
  const [first, second] = declared;
  if (!first) return;
  if (!assigns) {
    x.set(x.mark - 1, element, boxed);
    if (second) x.set(x.mark - 2, index);
    return;
  }
  if (second) x.set(x.find(first.name), index);
  x.set(x.find((second ?? first).name), element, boxed);
}

/** Visits what can be ranged over. False when there was nothing. */
function visitAll(x: Execution, { pipe }: Branch, value: Reflected, visit: Visit): boolean {
  if (value === undefined || value === null) return false;
  if (value instanceof GoMap) {
    if (value.entries.size === 0) return false;
    // All keys are sorted, also for a range that ends at the first.
    x.budget.step(value.entries.size >> 1);
    const entries = value.sortedKeys().map((key): [string, Reflected] => [key, value.entries.get(key)]);
    for (const [key, element] of entries) if (visit(key, element) === 'break') break;
    return true;
  }
  if (value instanceof Slice) return visitItems(value.items, visit);
  if (value instanceof Bytes) return visitBytes(value.text, visit);
  const count =
    typeof value === 'bigint' ? value : value instanceof Integer && signOf(value.type.kind) !== undefined ? value.value : undefined;
  if (count === undefined) throw x.error(`range can't iterate over ${hidden}`);
  if (pipe.declared.length > 1) throw x.error(`can't use ${hidden} to iterate over more than one variable`);
  return visitIntegers(count, value instanceof Integer ? value.type : undefined, visit);
}

function visitItems(items: readonly Value[], visit: Visit): boolean {
  for (let i = 0; i < items.length; i++) if (visit(BigInt(i), items[i]) === 'break') break;
  return items.length > 0;
}

function visitBytes(text: string, visit: Visit): boolean {
  for (let i = 0; i < text.length; i++) {
    if (visit(BigInt(i), new Integer(uint8Type, BigInt(text.charCodeAt(i)))) === 'break') break;
  }
  return text !== '';
}

function visitIntegers(count: bigint, type: GoType | undefined, visit: Visit): boolean {
  for (let i = 0n; i < count; i++) if (visit(undefined, type ? new Integer(type, i) : i) === 'break') break;
  return count > 0n;
}

function compileTemplate(call: Call, room: Room): Perform {
  const evaluate: Evaluate = call.pipe ? compilePipe(call.pipe, room) : () => undefined;
  return (x, dot) => {
    x.budget.step();
    x.at = call;
    const called = room.library(call.name);
    if (!called) throw x.error(`template "${hidden}" not defined`);
    if (x.depth >= x.budget.limits.depth) throw x.limit('levels of depth', x.budget.limits.depth);
    const inner = evaluate(x, dot);
    x.inside(called.shown, inner, () => called.body(x, inner));
    return 'next';
  };
}
