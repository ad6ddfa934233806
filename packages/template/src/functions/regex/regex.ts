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
/** The engine clears and fills a table of this many bits at most when it searches a short text. */
const tableBits = 1 << 18;
/** What beginning a search and keeping its result cost, in looks at a char. */
const searching = 48;
const cache = new Map<string, Entry>();
const paid = new WeakMap<Run, Set<string>>();

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
  const kept = cache.get(pattern);
  const known = knownOf(run);
  let entry = kept;
  // also what others left here is paid for once: whether a template keeps to its limits must not depend on them
  if (!entry || !known.has(pattern)) {
    run.budget.step(pattern.length >> 4);
    entry ??= { prepared: preparePattern(toText(pattern)) };
    run.budget.step(entry.prepared.steps);
    known.add(pattern);
  }
  entry.regex ??= compile(pattern, entry.prepared);
  if (kept) cache.delete(pattern);
  else if (cache.size >= limit) cache.delete(cache.keys().next().value ?? '');
  cache.set(pattern, entry);
  if (entry.regex instanceof GoError) throw entry.regex;
  return entry.regex;
}

/** The expressions that a rendering has paid for. */
function knownOf(run: Run): Set<string> {
  const found = paid.get(run) ?? new Set();
  paid.set(run, found);
  return found;
}

function compile(pattern: string, prepared: Pattern): Regex | GoError {
  const valid = validLength(pattern);
  const text = valid === pattern.length ? prepared.text : preparePattern(toText(pattern.slice(0, valid))).text;
  try {
    const engine = RE2JS.compile(text).re2();
    if (valid === pattern.length) return new Regex(engine, prepared.names);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const code = error instanceof RE2JSSyntaxException ? error.error : 'expression too large';
    // what is open where the bad byte comes might have been closed
    if (valid === pattern.length || !/^missing closing|^trailing/.test(code))
      return goError`error parsing regexp: ${shown(code)}: ${pattern}`;
  }
  return goError`error parsing regexp: invalid UTF-8: ${pattern}`;
}

/** Bytes before the first that is not UTF-8. */
function validLength(pattern: string): number {
  if (isAscii(pattern)) return pattern.length;
  for (const rune of runes(pattern)) if (rune.code === 0xfffd && rune.size === 1) return rune.at;
  return pattern.length;
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
    run.budget.step(replacement.length >> 2);
    const expand = literal ? () => replacement : expansion(replacement, this.#names, this.#groups);
    let made = '';
    let lastEnd = 0;
    for (let at = 0; at <= text.length;) {
      const match = this.#search(input, at, literal ? 2 : 2 * (this.#groups + 1));
      if (!match) break;
      const [start = 0, end = 0] = match;
      const between = text.slice(lastEnd, start);
      // an empty match right after a match is none, but for the very start
      const instead = end > lastEnd || start === 0 ? expand(run, text, match) : '';
      run.budget.make(between.length + instead.length);
      made += between + instead;
      lastEnd = end;
      at = Math.max(at + width(input, at), end);
    }
    return lastEnd === 0 && made === '' ? text : made + text.slice(lastEnd);
  }

  /** A text to search, with what a look at a char costs: least where the engine walks once, most where it follows many threads. */
  #input(run: Run, text: string): BytesInput {
    // a thread carries the places of all groups with it
    const thread = 1 + this.#groups / 16;
    const isThreaded = this.#engine.onepass === null && !this.#backtracks(text);
    if (isThreaded) run.budget.make(16 * this.#size * this.#groups);
    const weight = isThreaded ? (this.#size + 8) * thread : this.#engine.onepass !== null ? 1 : 3 + this.#size / 32;
    return new BytesInput(run, text, this.#prefix, weight);
  }

  #search(input: BytesInput, at: number, capacity: number): Match | undefined {
    input.charge(this.#backtracks(input.text) ? searching + (input.text.length * this.#size) / 8192 : searching);
    return (this.#engine.executeEngine(input, at, unanchored, capacity) as Match | null) ?? undefined;
  }

  /** True where the engine clears a table of instructions times chars for each search, and then looks at each of its bits once. */
  #backtracks(text: string): boolean {
    return this.#size <= 500 && text.length * this.#size <= tableBits;
  }
}

/** Bytes of the rune at a position; 1 at the end. */
function width(input: BytesInput, at: number): number {
  const looked = input.step(at);
  return looked < 0 ? 1 : looked & 7;
}
