import { unicodeClass } from './unicode-class.ts';

/** An expression made ready for the engine. */
export interface Pattern {
  /** Named groups have become plain ones, Unicode classes have the engine's names. */
  readonly text: string;
  /** Groups by name, in order; a name may be given to several. */
  readonly names: ReadonlyMap<string, readonly number[]>;
  /** What compiling it costs in steps of a rendering's budget: by the instructions it comes to, repetitions multiplied, and by its classes. */
  readonly steps: number;
}

/** How large a group is so far, and its last part, which a repetition multiplies. */
interface Size {
  total: number;
  last: number;
  /** How often repetitions in the last part repeat its innermost one; the largest in the group. */
  times: number;
  most: number;
}

/** The engine refuses repetitions that multiply to more. */
const mostTimes = 1000;

/** Compiling anything; one instruction; reading a Unicode class; and a range that may hold most chars while case does not matter. */
const cost = { base: 400, instruction: 10, unicode: 2000, foldedRange: 20_000 };
/** Instructions that a class counts for: it is copied for each repetition. */
const classSize = 8;

const namedGroup = /\(\?P?<(\w+)>/y;
const repetition = /\{(\d+)(,?)(\d*)\}/y;
const unicodeName = /\\[pP](?:\{(\^?)([^}]{0,64})\}|([^{]))/uy;
const namedClass = /\[:\^?\w+:\]/y;

/** Reads through an expression once. What is wrong with it is left to the engine, which has Go's words for it. */
export function preparePattern(pattern: string): Pattern {
  const names = new Map<string, number[]>();
  const open: Size[] = [{ total: 1, last: 0, times: 1, most: 1 }];
  let groups = 0;
  let text = '';
  let at = 0;
  let reading = cost.base;
  const ignoresCase = /\(\?[a-zA-Z]*i/.test(pattern);

  const top = (): Size => open.at(-1) ?? { total: 0, last: 0, times: 1, most: 1 };
  const atom = (size: number, times = 1): void => {
    const group = top();
    group.total += size;
    group.last = size;
    group.times = times;
    group.most = Math.max(group.most, times);
  };
  const take = (length: number, instead?: string): void => {
    text += instead ?? pattern.slice(at, at + length);
    at += length;
  };
  const group = (): void => {
    const named = matchAt(namedGroup, pattern, at);
    open.push({ total: 2, last: 0, times: 1, most: 1 });
    if (named) {
      groups++;
      const name = named[1] ?? '';
      names.set(name, [...(names.get(name) ?? []), groups]);
      take(named[0].length, '(');
    } else {
      if (pattern[at + 1] !== '?') groups++;
      take(1);
    }
  };
  const escape = (): void => {
    if (pattern.startsWith('\\Q', at)) {
      const end = pattern.indexOf('\\E', at);
      const length = (end === -1 ? pattern.length : end + 2) - at;
      atom(length);
      take(length);
      return;
    }
    const named = matchAt(unicodeName, pattern, at);
    if (named) {
      reading += cost.unicode;
      take(named[0].length, className(named));
    } else take(2);
    atom(named ? classSize : 1);
  };
  const bracket = (): void => {
    take(pattern[at + 1] === '^' ? 2 : 1);
    for (let isFirst = true; at < pattern.length && (isFirst || pattern[at] !== ']'); isFirst = false) {
      const posix = matchAt(namedClass, pattern, at);
      const named = matchAt(unicodeName, pattern, at);
      if (ignoresCase && pattern[at] === '-' && !/^[\0-\x5b\x5d-\x7f]/.test(pattern.charAt(at + 1))) reading += cost.foldedRange;
      reading += named ? cost.unicode : 1;
      if (posix) take(posix[0].length);
      else if (named) take(named[0].length, className(named));
      else take(pattern[at] === '\\' ? 2 : 1);
    }
    take(1);
    atom(classSize);
  };
  const repeat = (): void => {
    const found = matchAt(repetition, pattern, at);
    if (!found) {
      atom(1);
      take(1);
      return;
    }
    const times = Math.max(1, Number(found[1]), Number(found[3]));
    const group = top();
    // more is an error that the engine sees before it multiplies
    if (group.times * times <= mostTimes) {
      group.total += group.last * (times - 1) + times;
      group.last *= times;
      group.times *= times;
      group.most = Math.max(group.most, group.times);
    }
    take(found[0].length);
  };

  while (at < pattern.length) {
    const char = pattern[at];
    if (char === '\\') escape();
    else if (char === '[') bracket();
    else if (char === '(') group();
    else if (char === ')') {
      const { total, most } = open.length > 1 ? (open.pop() ?? top()) : top();
      atom(total, most);
      take(1);
    } else if (char === '{') repeat();
    else {
      atom(1);
      take(1);
    }
  }
  return { text, names, steps: reading + cost.instruction * open.reduce((sum, { total }) => sum + total, 0) };
}

function matchAt(expression: RegExp, text: string, at: number): RegExpExecArray | undefined {
  expression.lastIndex = at;
  return expression.exec(text) ?? undefined;
}

/** A class as the engine spells it; one that Go does not know gets a name that nobody knows. */
function className([whole, negation = '', long, short = '']: RegExpExecArray): string {
  const known = unicodeClass(long ?? short);
  return `${whole.slice(0, 2)}{${negation}${known ?? '?'}}`;
}
