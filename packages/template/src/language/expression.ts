import type { FunctionTable, GoFunction } from '../functions/function.ts';
import { hidden } from '../go/error.ts';
import type { GoType } from '../go/type.ts';
import { Complex, GoMap } from '../go/value.ts';
import type { Value } from '../go/value.ts';
import { canBeNil, prepareFor, reflectedType, signOf, wrap, zeroOf } from './argument.ts';
import { compileCall } from './call.ts';
import type { Compilable } from './call.ts';
import { describe } from './describe.ts';
import type { Execution, MissingKey, Reflected } from './execution.ts';
import { fieldOf, holdsInterface } from './field.ts';
import type { Step } from './field.ts';
import type { Chain, Command, Field, Literal, Node, Num, Operand, Pipe, Variable } from './node.ts';
import { signatureOf } from './signature.ts';

/** What trees are compiled against. */
export interface Setting {
  readonly functions: FunctionTable;
  readonly missingKey: MissingKey;
}

/** A compiled operand or pipeline. */
export type Evaluate = (x: Execution, dot: Reflected) => Reflected;
/** A compiled operand of a parameter's type: what the function's body gets. */
export type Argument = (x: Execution, dot: Reflected) => unknown;
/** A compiled command: `final` is the value that the pipeline hands on. */
export type Perform = (x: Execution, dot: Reflected, final: Reflected) => Reflected;

type IsBoxed = (x: Execution) => boolean;

const never: IsBoxed = () => false;
const dotIsBoxed: IsBoxed = (x) => x.dotBoxed;

/** Compiles a pipeline: its value, with what it declares or assigns done. */
export function compilePipe(pipe: Pipe, setting: Setting): Evaluate {
  const [first, ...rest] = pipe.commands.map((command, i) => compileCommand(command, i > 0, setting));
  const value: Evaluate =
    rest.length === 0
      ? (x, dot) => {
          x.at = pipe;
          return first?.(x, dot, undefined) ?? undefined;
        }
      : (x, dot) => {
          x.at = pipe;
          let flowing = first?.(x, dot, undefined) ?? undefined;
          for (const command of rest) flowing = command(x, dot, flowing) ?? undefined;
          return flowing;
        };
  const { declared, assigns } = pipe;
  if (declared.length === 0) return value;
  return (x, dot) => {
    const result = value(x, dot);
    for (const { name } of declared) {
      if (assigns) x.set(x.find(name), result);
      else x.push(name, result);
    }
    return result;
  };
}

function failing(message: () => string, at?: Node): Perform {
  return (x) => {
    if (at) x.at = at;
    throw x.error(message());
  };
}

function compileCommand(command: Command, hasFinal: boolean, setting: Setting): Perform {
  const [first, ...operands] = command.operands;
  if (!first) return failing(() => 'empty command');
  const isGiven = operands.length > 0 || hasFinal;
  const needless = (): string => `can't give argument to non-function ${describe(first)}`;
  switch (first.kind) {
    case 'identifier':
      return compileFunction(first.name, first, command, operands, hasFinal, setting);
    case 'field':
    case 'chain':
      return compileChain(first, operands, hasFinal, setting);
    case 'variable':
      if (first.fields.length > 0) return compileChain(first, operands, hasFinal, setting);
      if (!isGiven) return compileOperand(first, setting);
      return (x) => {
        x.at = first;
        x.find(first.name);
        throw x.error(needless());
      };
    case 'pipe':
      return isGiven ? failing(needless) : compilePipe(first, setting);
    case 'nil':
      return failing(isGiven ? needless : () => 'nil is not a command', first);
    default:
      return isGiven ? failing(needless, first) : compileOperand(first, setting);
  }
}

function compilable(node: Operand, setting: Setting): Compilable {
  return { node, as: (type) => compileArgument(node, type, setting), value: () => compileOperand(node, setting) };
}

function compileFunction(
  name: string,
  at: Node,
  whole: Node,
  operands: readonly Operand[],
  hasFinal: boolean,
  setting: Setting,
): Perform {
  const called = setting.functions[name];
  if (!called) return failing(() => `"${name}" is not a defined function`, at);
  const call = compileCall({ called, name, whole, operands: operands.map((operand) => compilable(operand, setting)), hasFinal });
  return (x, dot, final) => {
    x.at = at;
    return call(x, dot, final);
  };
}

/** Compiles an operand to its value, whatever its type. */
function compileOperand(operand: Operand, setting: Setting): Evaluate {
  switch (operand.kind) {
    case 'pipe':
      return compilePipe(operand, setting);
    case 'identifier': {
      const call = compileFunction(operand.name, operand, operand, [], false, setting);
      return (x, dot) => call(x, dot, undefined);
    }
    case 'dot':
      return (x, dot) => {
        x.at = operand;
        return dot;
      };
    case 'variable': {
      const { name, fields } = operand;
      if (fields.length > 0) return withoutFinal(compileChain(operand, [], false, setting));
      return (x) => {
        x.at = operand;
        return x.get(x.find(name));
      };
    }
    case 'field':
      return withoutFinal(compileChain(operand, [], false, setting));
    case 'chain':
      return withoutFinal(compileChain(operand, [], false, setting));
    case 'nil':
      return (x) => {
        x.at = operand;
        return null;
      };
    default:
      return compileLiteral(operand);
  }
}

function withoutFinal(perform: Perform): Evaluate {
  return (x, dot) => perform(x, dot, undefined);
}

function compileLiteral(operand: Literal): Evaluate {
  const value = operand.kind === 'number' ? constantOf(operand) : operand.value;
  return (x) => {
    x.at = operand;
    if (value === undefined) throw x.error(`${hidden} overflows int`);
    return value;
  };
}

const hexInteger = /^0[xX][^pP]*$/;

/** The value of a number where no type is asked for; undefined when it is an integer beyond int. */
function constantOf({ complex, float, int, text }: Num): Value | undefined {
  if (complex) return new Complex(...complex);
  if (float !== undefined && !hexInteger.test(text) && !text.startsWith("'") && /[.eEpP]/.test(text)) return float;
  return int;
}

/** Fields of dot, of a variable, of a pipeline or of a function's result; the last may be a method with arguments. */
function compileChain(node: Field | Variable | Chain, operands: readonly Operand[], hasFinal: boolean, setting: Setting): Perform {
  const names = node.kind === 'field' ? node.names : node.fields;
  const steps = names.map((name, i): Step => {
    const isLast = i === names.length - 1;
    const own = isLast ? operands : [];
    const ownFinal = isLast && hasFinal;
    const call = (x: Execution, dot: Reflected, method: GoFunction, final: Reflected): Reflected =>
      compileCall({
        called: method,
        name,
        whole: node,
        operands: own.map((operand) => compilable(operand, setting)),
        hasFinal: ownFinal,
      })(x, dot, final);
    return { name, missingKey: setting.missingKey, hasArguments: own.length > 0 || ownFinal, call };
  });
  const [start, startBoxed] = compileStart(node, setting);
  const [only] = steps;
  if (node.kind === 'field' && steps.length === 1 && only && !only.hasArguments) return compileSingle(node, only);
  return (x, dot, final) => {
    x.at = node;
    let value = start(x, dot);
    let isBoxed = (): boolean => startBoxed(x);
    for (const step of steps) {
      const receiver = value;
      value = fieldOf(x, dot, receiver, step, final, isBoxed);
      isBoxed = () => holdsInterface(receiver, step.name);
    }
    return value;
  };
}

/** The most common operand, `.name` of a map, without ceremony. */
function compileSingle(node: Field, step: Step): Perform {
  const { name } = step;
  return (x, dot) => {
    x.at = node;
    const value = dot instanceof GoMap ? dot.entries.get(name) : undefined;
    return value === undefined ? fieldOf(x, dot, dot, step, undefined, () => x.dotBoxed) : value;
  };
}

function compileStart(node: Field | Variable | Chain, setting: Setting): [Evaluate, IsBoxed] {
  if (node.kind === 'field') return [(_x, dot) => dot, dotIsBoxed];
  if (node.kind === 'variable') return [(x) => x.get(x.find(node.name)), (x) => x.isBoxed(x.find(node.name))];
  const called = node.of.kind === 'identifier' ? setting.functions[node.of.name] : undefined;
  const isInterface = called !== undefined && signatureOf(called.signature).result.kind === 'interface';
  return [compileOperand(node.of, setting), isInterface ? () => true : never];
}

/** Compiles an operand as the argument of a parameter. */
function compileArgument(operand: Operand, type: GoType, setting: Setting): Argument {
  switch (operand.kind) {
    case 'bool':
    case 'number':
    case 'string':
      return literalArgument(operand, type);
    case 'nil':
      return (x) => {
        x.at = operand;
        if (!canBeNil(type)) throw x.error(`cannot assign nil to ${type.text}`);
        return type === reflectedType ? undefined : zeroOf(type);
      };
    default: {
      const value = compileOperand(operand, setting);
      const prepare = prepareFor(type);
      return (x, dot) => prepare(x, value(x, dot));
    }
  }
}

function literalArgument(operand: Literal, type: GoType): Argument {
  if (type.kind === 'interface' || type === reflectedType) return compileLiteral(operand);
  const [constant, expected] = typedConstant(operand, type);
  return (x) => {
    x.at = operand;
    if (constant === undefined)
      throw x.error(
        expected === ''
          ? `can't handle ${describe(operand)} for arg of type ${type.text}`
          : `expected ${expected}; found ${describe(operand)}`,
      );
    return constant;
  };
}

/** A literal as a constant of a type, and what that type is called when the literal is not one. */
function typedConstant(operand: Literal, type: GoType): [constant: unknown, expected: string] {
  const number = operand.kind === 'number' ? operand : undefined;
  const sign = signOf(type.kind);
  if (sign !== undefined) {
    const value = number?.[sign];
    return [value === undefined ? undefined : wrap(type.kind, value), sign === 'int' ? 'integer' : 'unsigned integer'];
  }
  switch (type.kind) {
    case 'bool':
      return [operand.kind === 'bool' ? operand.value : undefined, 'bool'];
    case 'string':
      return [operand.kind === 'string' ? operand.value : undefined, 'string'];
    case 'float32':
    case 'float64':
      return [number?.float, 'float'];
    case 'complex128':
      return [number?.complex ? new Complex(...number.complex) : undefined, 'complex'];
    default:
      return [undefined, ''];
  }
}
