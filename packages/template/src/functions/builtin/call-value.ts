import { GoError, goError, shown } from '../../go/error.ts';
import type { GoType } from '../../go/type.ts';
import { Integer, Struct, typeOf } from '../../go/value.ts';
import type { Value } from '../../go/value.ts';
import { bare, boxed, canBeNil, reflectedType, signOf, typeName, wrap, zeroOf } from '../../language/argument.ts';
import type { Reflected } from '../../language/execution.ts';
import { parameterAt, signatureOf } from '../../language/signature.ts';
import type { Run } from '../../run.ts';
import type { GoFunction } from '../function.ts';

/** `call f args`: calls a value that is a function (a Struct of kind func with a GoFunction inside). `name` is the callee as errors show it. */
export function callValue(run: Run, name: string, callee: Reflected, ...values: Reflected[]): Value {
  if (callee === undefined || callee === null) throw goError`call of nil`;
  if (!(callee instanceof Struct) || callee.type.kind !== 'func')
    throw goError`non-function ${shown(name)} of type ${typeName(callee)}`;
  const called = callee.inner as GoFunction;
  const signature = signatureOf(called.signature);
  const { parameters, variadic, result } = signature;
  const wanted = parameters.length - (variadic ? 1 : 0);
  if (variadic ? values.length < wanted : values.length !== wanted) {
    throw goError`wrong number of args for ${shown(name)}: got ${shown(values.length)} want ${shown(variadic ? 'at least ' : '')}${shown(wanted)}`;
  }
  const prepared = values.map((value, i) => argumentFor(value, parameterAt(signature, i) ?? reflectedType, i));
  const body = called.call as unknown as (run: Run, ...prepared: unknown[]) => Value;
  const made = body(run, ...prepared);
  return boxed(result)?.(made) ?? made;
}

function argumentFor(value: Reflected, type: GoType, index: number): unknown {
  try {
    return converted(value, type);
  } catch (error) {
    throw error instanceof GoError ? goError`arg ${shown(index)}: ${shown(error.message)}` : error;
  }
}

/** A value as an argument: integers convert to every integer type, all others must have the type itself. */
function converted(value: Reflected, type: GoType): unknown {
  if (value === undefined || value === null) {
    if (!canBeNil(type)) throw goError`value is nil; should be of type ${shown(type.text)}`;
    return zeroOf(type);
  }
  if (type.kind === 'interface' || type === reflectedType) return value;
  const actual = typeOf(value);
  if (actual === type) return bare(value);
  const whole = typeof value === 'bigint' ? value : value instanceof Integer ? value.value : undefined;
  if (whole !== undefined && signOf(type.kind) !== undefined) return wrap(type.kind, whole);
  throw goError`value has type ${typeName(value)}; should be ${shown(type.text)}`;
}
