import { isSignetError } from '@signet/errors';
import { builtinFunctions } from '../functions/builtin/functions.ts';
import type { GoFunction } from '../functions/function.ts';
import { GoError, hidden } from '../go/error.ts';
import type { GoType } from '../go/type.ts';
import { toText } from '../go/utf8.ts';
import { Bytes, GoMap, Slice } from '../go/value.ts';
import type { Value } from '../go/value.ts';
import { boxed, prepareFor } from './argument.ts';
import type { Execution, Reflected } from './execution.ts';
import type { Argument, Evaluate, Perform } from './expression.ts';
import type { Node } from './node.ts';
import { parameterAt, signatureOf } from './signature.ts';
import type { Signature } from './signature.ts';
import { describe } from './describe.ts';
import { isTrue } from './truth.ts';

/** A call to compile: what is called under which name, the node its errors show, and its operands. */
export interface CallSite {
  readonly called: GoFunction;
  readonly name: string;
  readonly whole: Node;
  readonly operands: readonly Compilable[];
  /** True when the pipeline hands a last argument on. */
  readonly hasFinal: boolean;
}

/** An operand that can be compiled for the parameter it meets. */
export interface Compilable {
  readonly node: Node;
  /** As what the parameter's type asks for. */
  as(type: GoType): Argument;
  /** As it is. */
  value(): Evaluate;
}

type Body = (x: Execution, ...values: unknown[]) => Value;

/** Compiles a call of a function or method: its arguments are bound to the types of its parameters now. */
export function compileCall(site: CallSite): Perform {
  const { called, name, operands, hasFinal } = site;
  const signature = signatureOf(called.signature);
  const problem = wrongCount(signature, name, operands.length, hasFinal) ?? signature.unfit?.(toText(name));
  if (problem !== undefined) {
    return (x) => {
      throw x.error(problem);
    };
  }
  if (called === builtinFunctions['and'] || called === builtinFunctions['or'])
    return shortCircuit(site, called === builtinFunctions['or']);
  const argumentList = operands.map((operand, i) => operand.as(typeAt(signature, i)));
  if (hasFinal) return withFinal(site, argumentList, prepareFor(typeAt(signature, operands.length)));
  return withArguments(site, argumentList);
}

function typeAt(signature: Signature, index: number): GoType {
  const type = parameterAt(signature, index);
  if (!type) throw new Error('a parameter that is not there');
  return type;
}

function wrongCount({ parameters, variadic }: Signature, name: string, written: number, hasFinal: boolean): string | undefined {
  const given = hasFinal ? written + 1 : written;
  const wrong = `wrong number of args for ${toText(name)}: want`;
  if (variadic) return given < parameters.length - 1 ? `${wrong} at least ${parameters.length - 1} got ${written}` : undefined;
  return given === parameters.length ? undefined : `${wrong} ${parameters.length} got ${given}`;
}

/** `and` and `or` evaluate no more than they need. */
function shortCircuit({ operands, hasFinal }: CallSite, stopsAt: boolean): Perform {
  const values = operands.map((operand) => (operand.node.kind === 'nil' ? nilValue(operand.node) : operand.value()));
  return (x, dot, final) => {
    x.budget.step();
    let value: Reflected;
    for (const evaluate of values) {
      value = evaluate(x, dot);
      if (isTrue(value) === stopsAt) return value;
    }
    return hasFinal ? final : value;
  };
}

function nilValue(at: Node): (x: Execution) => Reflected {
  return (x) => {
    x.at = at;
    return undefined;
  };
}

function withFinal(site: CallSite, argumentList: readonly Argument[], prepare: ReturnType<typeof prepareFor>): Perform {
  const finish = finisher(site);
  const body = bodyOf(site);
  const [first] = argumentList;
  if (!first) return (x, _dot, final) => finish(x, body, [prepare(x, final)]);
  return (x, dot, final) => {
    const values = argumentList.map((argument) => argument(x, dot));
    values.push(prepare(x, final));
    return finish(x, body, values);
  };
}

function withArguments(site: CallSite, argumentList: readonly Argument[]): Perform {
  const finish = finisher(site);
  const body = bodyOf(site);
  return (x, dot) => {
    const values = argumentList.map((argument) => argument(x, dot));
    return finish(x, body, values);
  };
}

function bodyOf({ called, operands }: CallSite): Body {
  const body = called.call as unknown as Body;
  if (called !== builtinFunctions['call']) return body;
  const [callee] = operands;
  const calleeName = callee ? describe(callee.node) : hidden;
  return (x, ...values) => body(x, calleeName, ...values);
}

/** Runs a body, gives its failure a place, charges its result and boxes it by its declared type. */
function finisher({ called, name, whole }: CallSite): (x: Execution, body: Body, values: readonly unknown[]) => Value {
  const box = boxed(signatureOf(called.signature).result);
  return (x, body, values) => {
    x.budget.step(effort(values));
    let result: Value;
    try {
      result = body(x, ...values);
    } catch (error) {
      throw failure(x, error, name, whole);
    }
    charge(x, result);
    return box ? box(result) : result;
  };
}

/** Rounds that a call counts: one, and more for long texts, for most functions read all of each; bytes may be taken one by one. */
function effort(values: readonly unknown[]): number {
  let rounds = 1;
  for (const value of values) {
    if (typeof value === 'string') rounds += value.length >> 5;
    else if (value instanceof Bytes) rounds += value.text.length >> 3;
  }
  return rounds + (values.length >> 3);
}

function charge(x: Execution, result: Value): void {
  if (typeof result === 'string') x.budget.make(result.length);
  else if (result instanceof Slice) x.budget.make(16 * result.items.length);
  else if (result instanceof Bytes) x.budget.make(result.text.length);
  else if (result instanceof GoMap) x.budget.make(16);
}

function failure(x: Execution, error: unknown, name: string, whole: Node): unknown {
  if (isSignetError(error)) return error;
  x.at = whole;
  if (error instanceof GoError) return x.error(`error calling ${toText(name)}: ${error.message}`);
  if (error instanceof RangeError && error.message.includes('call stack')) return x.limit('levels of depth', x.budget.limits.depth);
  if (error instanceof RangeError && error.message.includes('string length'))
    return x.limit('bytes of intermediate values', x.budget.limits.workBytes);
  return x.error(`error calling ${toText(name)}: internal error (${error instanceof Error ? error.name : typeof error})`);
}
