import type { GoFunction } from '../functions/function.ts';
import { quote } from '../go/strconv.ts';
import { toText } from '../go/utf8.ts';
import { GoMap, Struct, Typed, typeOf } from '../go/value.ts';
import type { Value } from '../go/value.ts';
import { boxed, zeroOf } from './argument.ts';
import type { Execution, MissingKey, Reflected } from './execution.ts';
import { signatureOf } from './signature.ts';
import { isNilPointer } from './truth.ts';

/** Calls a method found instead of a field. */
export type CallMethod = (x: Execution, dot: Reflected, method: GoFunction, final: Reflected) => Reflected;

/** One `.name` of a chain. */
export interface Step {
  readonly name: string;
  readonly missingKey: MissingKey;
  /** True when arguments follow, which only a method takes. */
  readonly hasArguments: boolean;
  readonly call: CallMethod;
}

/** The method of a value's type with a name, bound to it. */
function methodOf(value: Reflected, name: string): GoFunction | undefined {
  if (!(value instanceof Typed) || value.type.methods === undefined || !Object.hasOwn(value.type.methods, name)) return undefined;
  return value.type.methods[name]?.(value as never);
}

/** True when what a container holds under a name sits in an interface: errors then name that type. */
export function holdsInterface(container: Reflected, name: string): boolean {
  if (container instanceof GoMap) return container.type.elem?.kind === 'interface';
  const method = methodOf(container, name);
  if (method) return signatureOf(method.signature).result.kind === 'interface';
  return container instanceof Struct && container.type.fields?.[name]?.type.kind === 'interface';
}

/**
 * The value of `receiver.name`: a method's result, a struct's field or a map's entry.
 *
 * @param isBoxed whether the receiver came out of an interface
 */
export function fieldOf(
  x: Execution,
  dot: Reflected,
  receiver: Reflected,
  step: Step,
  final: Reflected,
  isBoxed: () => boolean,
): Reflected {
  const { name } = step;
  if (receiver === undefined) {
    if (step.missingKey === 'error') throw x.error(`nil data; no entry for key ${shownName(name)}`);
    return undefined;
  }
  if (receiver === null) throw x.error(`nil pointer evaluating interface {}.${toText(name)}`);
  const method = methodOf(receiver, name);
  if (method) return step.call(x, dot, method, final);
  if (receiver instanceof GoMap) return entryOf(x, receiver, step);
  const type = isBoxed() ? 'interface {}' : (typeOf(receiver)?.text ?? '');
  const field =
    receiver instanceof Struct && receiver.type.fields && Object.hasOwn(receiver.type.fields, name)
      ? receiver.type.fields[name]
      : undefined;
  if (receiver instanceof Struct && receiver.type.unexported?.includes(name)) {
    throw x.error(`${toText(name)} is an unexported field of struct type ${type}`);
  }
  if (!field) throw x.error(`can't evaluate field ${toText(name)} in type ${type}`);
  if (isNilPointer(receiver)) throw x.error(`nil pointer evaluating ${type}.${toText(name)}`);
  if (step.hasArguments) throw x.error(`${toText(name)} has arguments but cannot be invoked as function`);
  const read = field.read((receiver as Struct).inner as never);
  return boxed(field.type)?.(read) ?? (read as Value);
}

function entryOf(x: Execution, map: GoMap, { name, missingKey, hasArguments }: Step): Reflected {
  if (hasArguments) throw x.error(`${toText(name)} is not a method but has arguments`);
  const value = map.entries.get(name);
  if (value !== undefined || missingKey === 'default') return value;
  if (missingKey === 'error') throw x.error(`map has no entry for key ${shownName(name)}`);
  return map.type.elem ? zeroOf(map.type.elem) : null;
}

function shownName(name: string): string {
  return toText(quote(name));
}
