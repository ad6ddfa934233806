import type { FunctionSet } from '../question.ts';
import { functions, phrases } from './functions.ts';
import type { Signature, Type } from './functions.ts';
import { leafAway, leaves } from './leaves.ts';
import { made } from './literals.ts';
import type { Random } from './random.ts';
import { expression, textOf } from './tree.ts';
import type { Tree } from './tree.ts';

/** Variables in scope, by the type they were given. */
export interface Scope {
  readonly set: FunctionSet;
  readonly variables: { readonly name: string; readonly type: Type }[];
  readonly depth: number;
  /** False inside of range and with: the data is in `$` only. */
  readonly atRoot: boolean;
}

/** The types a value may have where another is asked for. */
const accepted: Partial<Record<Type, readonly Type[]>> = {
  any: ['string', 'int', 'int64', 'float', 'bool', 'list', 'strings', 'dict', 'texts', 'time', 'any'],
  // Not times, nor what may hold one: a verb for numbers shows what is private to them, an address among it.
  plain: ['string', 'int', 'int64', 'float', 'bool', 'strings', 'texts'],
  number: ['int', 'int64', 'float', 'number', 'string'],
  elements: ['list', 'strings', 'elements'],
  separator: ['separator', 'string'],
  path: ['path', 'string'],
  key: ['key'],
};

/** A time stays one: what else there is, the functions on dates take for the time of day. Counts stay small, for the sake of Go's memory. */
const faithful: ReadonlySet<Type> = new Set<Type>(['time', 'count', 'index', 'width']);

const everyType = Object.keys(leaves) as Type[];

const byResult = new Map<string, Signature[]>();
for (const set of ['sealed-secrets', 'external-secrets'] as const) {
  for (const type of everyType) {
    const results = new Set(accepted[type] ?? [type]);
    byResult.set(
      `${set} ${type}`,
      functions.filter(({ result, only }) => results.has(result) && (only === undefined || only === set)),
    );
  }
}

/** An expression of a type, in parentheses where it needs them as an argument. */
export function argument(random: Random, type: Type, scope: Scope): Tree {
  // Now and then something else entirely: most errors of execution come from there.
  const wanted = !faithful.has(type) && random.chance(0.012) ? random.pick(everyType) : type;
  const known = scope.variables.filter((variable) => variable.type === wanted);
  if (known.length > 0 && random.chance(0.3)) return expression(random.pick(known).name);
  const candidates = byResult.get(`${scope.set} ${wanted}`) ?? [];
  if (candidates.length === 0 || scope.depth <= 0 || random.chance(0.35)) return leaf(random, wanted, scope);
  return expression('(', call(random, random.pick(candidates), scope), ')');
}

/** A pipeline of a type: one call, or several with pipes between. */
export function pipeline(random: Random, type: Type, scope: Scope): Tree {
  const candidates = byResult.get(`${scope.set} ${type}`) ?? [];
  if (candidates.length === 0 || random.chance(0.15)) {
    const made = leaf(random, type, scope);
    return textOf(made) === 'nil' ? expression('(index (dict) "nil")') : made;
  }
  return call(random, random.pick(candidates), scope);
}

function leaf(random: Random, type: Type, { atRoot }: Scope): Tree {
  const make = made[type];
  const text = make && random.chance(0.4) ? make(random) : random.pick(leaves[type]);
  return expression(atRoot ? text : leafAway(text));
}

function call(random: Random, { name, parameters }: Signature, scope: Scope): Tree {
  const inner = { ...scope, depth: scope.depth - 1 };
  const types = parameters.flatMap((parameter): Type[] => {
    if (!parameter.startsWith('...')) return [parameter as Type];
    return Array.from({ length: random.below(4) }, () => parameter.slice(3) as Type);
  });
  // A wrong number of arguments, seldom.
  if (random.chance(0.01)) types.pop();
  if (random.chance(0.005)) types.push('any');
  const phrase = phrases.get(name);
  if (phrase !== undefined) {
    const [before = '', after = ''] = phrase.split('%');
    return expression(before, argument(random, types[0] ?? 'any', inner), after);
  }
  const last = types.at(-1);
  if (last && random.chance(0.3)) {
    const before = types.slice(0, -1).flatMap((type) => [' ', argument(random, type, inner)]);
    const piped = random.chance(0.5) ? argument(random, last, inner) : pipeline(random, last, inner);
    return expression(piped, random.pick([' | ', ' | ', '|']), name, ...before);
  }
  return expression(name, ...types.flatMap((type) => [' ', argument(random, type, inner)]));
}
