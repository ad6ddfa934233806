import { GoError, goError, shown } from '../../go/error.ts';
import { stringSlice, Slice } from '../../go/value.ts';
import { stringSliceType } from '../../go/type.ts';
import type { Run } from '../../run.ts';
import { fn } from '../function.ts';
import type { FunctionTable } from '../function.ts';
import { compileRegex } from './regex.ts';
import type { Regex } from './regex.ts';

/** An expression as regexp.MustCompile takes it: its panic names the expression before the reason. */
function must(run: Run, pattern: string): Regex {
  try {
    return compileRegex(run, pattern);
  } catch (error) {
    if (error instanceof GoError) throw goError`regexp: Compile(${pattern}): ${shown(error.message)}`;
    throw error;
  }
}

const nothing = new Slice(stringSliceType, [], true);

function test(run: Run, pattern: string, text: string): boolean {
  return compileRegex(run, pattern).test(run, text);
}

/** Sprig's regexMatch takes an expression that is none for one that matches nothing. */
function looseTest(run: Run, pattern: string, text: string): boolean {
  try {
    return test(run, pattern, text);
  } catch (error) {
    if (error instanceof GoError) return false;
    throw error;
  }
}

function findAll(run: Run, regex: Regex, text: string, count: bigint): Slice {
  const found = regex.matches(run, text, Number(count)).map(([start, end]) => text.slice(start, end));
  return found.length === 0 ? nothing : stringSlice(found);
}

function find(run: Run, regex: Regex, text: string): string {
  const match = regex.first(run, text);
  return match ? text.slice(match[0], match[1]) : '';
}

function quoteMeta(run: Run, text: string): string {
  run.budget.make(2 * text.length);
  run.budget.step(text.length >> 2);
  return text.replace(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`);
}

/** Regexp.Split: the pieces between matches, at most `count`; none for 0, all for a negative one. */
function split(run: Run, pattern: string, regex: Regex, text: string, count: bigint): Slice {
  if (count === 0n) return nothing;
  if (pattern !== '' && text === '') return stringSlice(['']);
  const pieces: string[] = [];
  let begin = 0;
  let end = 0;
  for (const [start = 0, next = 0] of regex.matches(run, text, Number(count))) {
    if (count > 0n && pieces.length >= Number(count) - 1) break;
    end = start;
    if (next !== 0) pieces.push(text.slice(begin, end));
    begin = next;
  }
  if (end !== text.length) pieces.push(text.slice(begin));
  return stringSlice(pieces);
}

/** Sprig's functions of regular expressions. Those without `must` panic in Go for a bad expression, which ends a template as an error does. */
export const regexFunctions: FunctionTable = {
  mustRegexFind: fn('func(string, string) (string, error)', (run, pattern, text) => find(run, compileRegex(run, pattern), text)),
  mustRegexFindAll: fn('func(string, string, int) ([]string, error)', (run, pattern, text, count) =>
    findAll(run, compileRegex(run, pattern), text, count),
  ),
  mustRegexMatch: fn('func(string, string) (bool, error)', test),
  mustRegexReplaceAll: fn('func(string, string, string) (string, error)', (run, pattern, text, instead) =>
    compileRegex(run, pattern).replace(run, text, instead, false),
  ),
  mustRegexReplaceAllLiteral: fn('func(string, string, string) (string, error)', (run, pattern, text, instead) =>
    compileRegex(run, pattern).replace(run, text, instead, true),
  ),
  mustRegexSplit: fn('func(string, string, int) ([]string, error)', (run, pattern, text, count) =>
    split(run, pattern, compileRegex(run, pattern), text, count),
  ),
  regexFind: fn('func(string, string) string', (run, pattern, text) => find(run, must(run, pattern), text)),
  regexFindAll: fn('func(string, string, int) []string', (run, pattern, text, count) =>
    findAll(run, must(run, pattern), text, count),
  ),
  regexMatch: fn('func(string, string) bool', looseTest),
  regexQuoteMeta: fn('func(string) string', quoteMeta),
  regexReplaceAll: fn('func(string, string, string) string', (run, pattern, text, instead) =>
    must(run, pattern).replace(run, text, instead, false),
  ),
  regexReplaceAllLiteral: fn('func(string, string, string) string', (run, pattern, text, instead) =>
    must(run, pattern).replace(run, text, instead, true),
  ),
  regexSplit: fn('func(string, string, int) []string', (run, pattern, text, count) =>
    split(run, pattern, must(run, pattern), text, count),
  ),
};
