import { atoi } from './go/strconv.ts';
import { GoError } from './go/error.ts';
import { templateErrors } from './errors.ts';
import type { SignetError } from '@signet/errors';

/** One step of a target path: the key of a map, or the index of a list. */
export type Step = string | number;

/** Lists are filled up to an index: a path of a tenant must not fill the memory. external-secrets has the same limit. */
const highestIndex = 10_000;

/** Reads `spec.rules[0].from`. @throws TARGET with the words of external-secrets; a path is no secret */
export function parsePath(target: string): Step[] {
  const refuse = (problem: string): SignetError =>
    templateErrors.TARGET({ message: `invalid path ${JSON.stringify(target)}: ${problem}` });
  const steps = target.split('.').flatMap((segment): Step[] => {
    if (segment === '') throw refuse('empty segment');
    const bracket = segment.indexOf('[');
    const name = bracket === -1 ? segment : segment.slice(0, bracket);
    const found: Step[] = name === '' ? [] : [name];
    for (let rest = segment.slice(name.length); rest !== '';) {
      if (!rest.startsWith('[')) throw refuse(`expected '[' near ${JSON.stringify(rest)}`);
      const end = rest.indexOf(']');
      if (end === -1) throw refuse("unterminated '['");
      found.push(indexOf(rest.slice(1, end), refuse));
      rest = rest.slice(end + 1);
    }
    return found;
  });
  if (typeof steps[0] !== 'string') throw refuse('path must start with a key');
  return steps;
}

function indexOf(text: string, refuse: (problem: string) => SignetError): number {
  let index: bigint;
  try {
    index = atoi(text);
  } catch (error) {
    throw error instanceof GoError ? refuse(`bad index ${JSON.stringify(text)}`) : error;
  }
  if (index < 0n) throw refuse(`negative index ${index}`);
  if (index > highestIndex) throw refuse(`index ${index} exceeds maximum (${highestIndex})`);
  return Number(index);
}

/**
 * Puts a value at a path, making maps and lists on the way; `leaf` gets what is there already. The object is changed in place.
 *
 * @throws TARGET when something else stands in the way
 */
export function setAtPath(object: Record<string, unknown>, target: string, leaf: (existing: unknown) => unknown): void {
  set(object, parsePath(target), target, leaf);
}

function set(node: unknown, steps: readonly Step[], target: string, leaf: (existing: unknown) => unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return leaf(node);
  if (typeof step === 'number') {
    if (node !== null && node !== undefined && !Array.isArray(node)) throw blocked(target, `expected array at index ${step}`, node);
    const list: unknown[] = (node as unknown[] | null | undefined) ?? [];
    while (list.length <= step) list.push(null);
    list[step] = set(list[step], rest, target, leaf);
    return list;
  }
  if (node !== null && node !== undefined && !isMap(node))
    throw blocked(target, `expected map at key ${JSON.stringify(step)}`, node);
  const map = node ?? {};
  const existing = Object.hasOwn(map, step) ? map[step] : undefined;
  put(map, step, set(existing, rest, target, leaf));
  return map;
}

/** Sets a key of a JSON object, also one that JavaScript has other plans for (`__proto__`). */
export function put(map: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
}

/** True for a JSON object. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function blocked(target: string, problem: string, found: unknown): SignetError {
  return templateErrors.TARGET({ message: `failed to set path ${target}: ${problem} but found ${goTypeOf(found)}` });
}

function goTypeOf(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'map[string]interface {}';
}
