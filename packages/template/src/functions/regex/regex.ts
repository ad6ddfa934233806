import { RE2JS, RE2JSException, RE2JSSyntaxException } from 're2js';
import { GoError, goError, shown } from '../../go/error.ts';
import { isAscii, runes, toText } from '../../go/utf8.ts';
import type { Run } from '../../run.ts';
import { expansion } from './expansion.ts';
import { BytesInput } from './input.ts';
import { preparePattern } from './pattern.ts';
import type { Pattern } from './pattern.ts';

/** Where a match and its groups begin and end, in bytes: start, end, start of group 1, ... -1 for a group that took no part. */
export type Match = readonly number[];

type Engine = ReturnType<RE2JS['re2']>;

const unanchored = 0;
const limit = 256;
/** What compiling one instruction costs, in steps of a rendering's budget. */
const stepsPerInstruction = 4;
const cache = new Map<string, Entry>();

interface Entry {
  readonly prepared: Pattern;
  regex?: Regex | GoError;
}

/**
 * A regular expression in RE2 syntax with Go's meaning, compiled once; the 256 used last are kept.
 *
 * @throws GoError `error parsing regexp: REASON: ...`, the expression hidden; an error of the limit of steps for one that is too large
 */
export function compileRegex(run: Run, pattern: string): Regex {
  run.budget.step(pattern.length >> 4);
  const entry: Entry = cache.get(pattern) ?? { prepared: preparePattern(toText(pattern)) };
  // charged also when it is known: whether a template keeps to its limits must not depend on others
  run.budget.step(entry.prepared.size * stepsPerInstruction);
  entry.regex ??= compile(pattern, entry.prepared);
  cache.delete(pattern);
  if (cache.size >= limit) cache.delete(cache.keys().next().value ?? '');
  cache.set(pattern, entry);
  if (entry.regex instanceof GoError) throw entry.regex;
  return entry.regex;
}

function compile(pattern: string, prepared: Pattern): Regex | GoError {
  for (const rune of isAscii(pattern) ? [] : runes(pattern)) {
    if (rune.code === 0xfffd && rune.size === 1) return goError`error parsing regexp: invalid UTF-8: ${pattern}`;
  }
  try {
    return new Regex(RE2JS.compile(prepared.text).re2(), prepared.names);
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return goError`error parsing regexp: ${shown(error.error)}: ${pattern}`;
    if (error instanceof RE2JSException) return goError`error parsing regexp: ${shown('expression too large')}: ${pattern}`;
    throw error;
  }
}

/** A compiled regular expression over Go strings. */
export class Regex {
  readonly #engine: Engine;
  readonly #prefix: string;
  readonly #size: number;
  readonly #groups: number;
  readonly #names: Pattern['names'];

  constructor(engine: Engine, names: Pattern['names']) {
    this.#engine = engine;
    this.#names = names;
    this.#prefix = String.fromCharCode(...(engine.prefixUTF8 as Iterable<number>));
    this.#size = engine.numberOfInstructions() as number;
    this.#groups = engine.numberOfCapturingGroups();
  }

  /** Regexp.MatchString. */
  test(run: Run, text: string): boolean {
    return this.#engine.executeEngine(this.#input(run, text), 0, unanchored, 0) !== null;
  }

  /** Regexp.FindStringIndex: start and end of the first match. */
  first(run: Run, text: string): Match | undefined {
    return this.#search(this.#input(run, text), 0, 2);
  }

  /** Regexp.FindAllStringSubmatchIndex: up to `count` matches, all for a negative one. An empty match next to the one before does not count. */
  matches(run: Run, text: string, count: number): Match[] {
    const input = this.#input(run, text);
    const most = count < 0 ? text.length + 1 : count;
    const found: Match[] = [];
    let previousEnd = -1;
    for (let at = 0; found.length < most && at <= text.length;) {
      const match = this.#search(input, at, 2 * (this.#groups + 1));
      if (!match) break;
      const [start = 0, end = 0] = match;
      const isEmptyHere = end === at;
      if (!(isEmptyHere && start === previousEnd)) found.push(match);
      at = isEmptyHere ? at + width(input, at) : end;
      previousEnd = end;
    }
    return found;
  }

  /** Regexp.ReplaceAllString, or with `literal` Regexp.ReplaceAllLiteralString: every match gives way to a replacement. */
  replace(run: Run, text: string, replacement: string, literal: boolean): string {
    const input = this.#input(run, text);
    const expand = literal ? () => replacement : expansion(replacement, this.#names, this.#groups);
    let made = '';
    let lastEnd = 0;
    for (let at = 0; at <= text.length;) {
      const match = this.#search(input, at, literal ? 2 : 2 * (this.#groups + 1));
      if (!match) break;
      const [start = 0, end = 0] = match;
      const between = text.slice(lastEnd, start);
      // an empty match right after a match is none, but for the very start
      const instead = end > lastEnd || start === 0 ? expand(text, match) : '';
      run.budget.make(between.length + instead.length);
      made += between + instead;
      lastEnd = end;
      at = Math.max(at + width(input, at), end);
    }
    return lastEnd === 0 && made === '' ? text : made + text.slice(lastEnd);
  }

  #input(run: Run, text: string): BytesInput {
    const size = this.#size;
    const isWalkedOnce = this.#engine.onepass !== null;
    return new BytesInput(run, text, this.#prefix, isWalkedOnce ? 1 : Math.max(1, size / 8));
  }

  #search(input: BytesInput, at: number, capacity: number): Match | undefined {
    // the engine clears a table for each search that it does by backtracking
    input.charge(1 + Math.min(input.text.length * this.#size, 1 << 18) / 2048);
    return (this.#engine.executeEngine(input, at, unanchored, capacity) as Match | null) ?? undefined;
  }
}

/** Bytes of the rune at a position; 1 at the end. */
function width(input: BytesInput, at: number): number {
  const looked = input.step(at);
  return looked < 0 ? 1 : looked & 7;
}
