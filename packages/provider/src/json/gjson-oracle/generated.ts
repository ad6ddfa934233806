import type { Question } from './question.ts';

/** Numbers by chance, the same for the same seed (mulberry32). */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const names = ['a', 'b', 'c', 'ab', 'a.b', 'é', '0', '1', 'x y'] as const;
const scalars = [
  '1',
  '2',
  '10',
  '-1',
  '1.5',
  '1e3',
  '"a"',
  '"b"',
  '"1"',
  '"true"',
  '"\\u00e4\\n"',
  '""',
  'true',
  'false',
  'null',
] as const;
const modifiers = [
  'this',
  'reverse',
  'keys',
  'values',
  'flatten',
  'flatten:{"deep":true}',
  'join',
  'ugly',
  'pretty',
  'fromstr',
  'group',
  'dig:a',
  'valid',
] as const;
const operators = ['==', '=', '!=', '<', '<=', '>', '>=', '%', '!%'] as const;
const wanted = [
  '1',
  '"a"',
  '"1"',
  'true',
  'false',
  'null',
  '~true',
  '~false',
  '~null',
  '~*',
  '"*"',
  '"a*"',
  '2',
  '1.5',
  '',
] as const;

/** One question by chance: a value and a path that often fits it. Left out are paths into a string: gjson reads brackets inside of it. */
export function generated(seed: number, index: number): Question {
  const random = chance(seed + index * 7919);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const many = <T>(most: number, make: () => T): T[] => Array.from({ length: Math.floor(random() * (most + 1)) }, make);

  const value = (depth: number): string => {
    const kind = depth === 0 ? 1 : random();
    if (kind > 0.7) return pick(scalars);
    const space = random() < 0.1 ? ' ' : '';
    if (kind > 0.35) return `[${space}${many(4, () => value(depth - 1)).join(`,${space}`)}]`;
    return `{${space}${many(4, () => `${JSON.stringify(pick(names))}:${space}${value(depth - 1)}`).join(',')}}`;
  };
  const member = (): string => {
    const name = pick(names);
    const sort = random();
    if (sort < 0.08) return '*';
    if (sort < 0.12) return '?';
    if (sort < 0.16) return `${name.slice(0, 1)}*`;
    return sort < 0.8 ? name.replaceAll('.', '\\.') : name;
  };
  const query = (depth: number): string => {
    const left = random() < 0.3 ? '' : random() < 0.8 ? member() : path(depth - 1);
    const right = random() < 0.2 ? '' : `${pick(operators)}${pick(wanted)}`;
    return `#(${left}${right})${random() < 0.5 ? '#' : ''}`;
  };
  const part = (depth: number): string => {
    const sort = random();
    if (sort < 0.4 || depth <= 0) return member();
    if (sort < 0.55) return String(Math.floor(random() * 4));
    if (sort < 0.68) return '#';
    if (sort < 0.82) return query(depth);
    if (sort < 0.94) return `@${pick(modifiers)}`;
    const selectors = [path(depth - 1), ...many(2, () => path(depth - 1))].join(',');
    return random() < 0.5 ? `[${selectors}]` : `{${selectors}}`;
  };
  const path = (depth: number): string =>
    many(3, () => part(depth)).reduce((whole, next) => (whole === '' ? next : `${whole}${random() < 0.85 ? '.' : '|'}${next}`), '');

  const root = random() < 0.5 ? `{"a":${value(3)},"b":${value(3)},"ab":${value(2)}}` : `[${value(3)},${value(3)},${value(2)}]`;
  return { json: root, path: path(2) };
}
