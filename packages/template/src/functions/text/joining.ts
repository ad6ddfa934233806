import { formatValue } from '../../go/fmt.ts';
import { quote as quoteText } from '../../go/strconv.ts';
import { runeAt } from '../../go/utf8.ts';
import { Bytes, GoMap, Slice, stringSlice } from '../../go/value.ts';
import type { Value } from '../../go/value.ts';
import { stringMapType } from '../../go/type.ts';
import type { Run } from '../../run.ts';
import { fn } from '../function.ts';
import type { FunctionTable } from '../function.ts';
import { countReading, countSearch } from './reading.ts';
import { Search } from './search.ts';
import { toSize } from './size.ts';
import { strings, strval } from './strval.ts';

/** Each value but nil through a form, with spaces between. */
function each(values: readonly Value[], form: (value: Value) => string): string {
  if (values.length === 1 && values[0] !== undefined && values[0] !== null) return form(values[0]);
  return values
    .filter((value) => value !== null)
    .map(form)
    .join(' ');
}

/** What needs no escape in quotes. */
const plain = /^[ !#-[\]-~]*$/;

function quoted(run: Run, value: Value): string {
  const text = strval(value, run.budget);
  const isPlain = plain.test(text);
  countReading(run, text, isPlain ? 1024 : 1);
  return isPlain ? `"${text}"` : quoteText(text);
}

/** strings.SplitN: at most `most` parts, all of them if negative, none if 0. An empty separator parts runes. */
function split(run: Run, text: string, separator: string, most: number): readonly string[] {
  if (most === 0) return [];
  countSearch(run, text, separator);
  const allowed = most < 0 ? Infinity : most;
  const parts: string[] = [];
  let at = 0;
  if (separator === '') {
    for (; at < text.length && parts.length < allowed - 1; at += runeAt(text, at).size)
      parts.push(text.slice(at, at + runeAt(text, at).size));
    if (at < text.length) parts.push(text.slice(at));
  } else {
    const search = new Search(separator);
    for (let end = search.next(text, 0); end >= 0 && parts.length < allowed - 1; end = search.next(text, at)) {
      parts.push(text.slice(at, end));
      at = end + separator.length;
    }
    parts.push(text.slice(at));
  }
  run.budget.step(parts.length);
  return parts;
}

/** Parts as a map with the keys `_0`, `_1` ... An entry takes more time and room than a part. */
function numbered(run: Run, parts: readonly string[]): GoMap {
  run.budget.step(8 * parts.length);
  return new GoMap(stringMapType, new Map(parts.map((part, i) => [`_${i}`, part])));
}

function toStrings(run: Run, value: Value): Slice {
  return value instanceof Slice && value.type.text === '[]string' ? value : stringSlice(strings(value, run.budget));
}

function join(run: Run, separator: string, value: Value): string {
  const parts = strings(value, run.budget);
  run.budget.step(parts.length >> 1);
  if (parts.length === 1) return parts[0] ?? '';
  run.budget.make(parts.reduce((sum, part) => sum + part.length, separator.length * parts.length));
  return parts.join(separator);
}

/** Sorts by bytes. A list that is a `[]string` already is sorted in place, as Go's is: who holds it sees it sorted. */
function sortAlpha(run: Run, value: Value): Slice {
  if (!(value instanceof Slice) && !(value instanceof Bytes)) return stringSlice([strval(value, run.budget)]);
  const list = value instanceof Slice ? toStrings(run, value) : stringSlice(strings(value, run.budget));
  const { items } = list;
  // To sort is to compare: long texts that begin alike are read far.
  const length = items.reduce<number>((sum, item) => sum + (typeof item === 'string' ? item.length : 0), 0);
  run.budget.step(items.length + Math.floor((length * Math.log2(items.length + 1)) / 1024));
  (list.items as Value[]).sort();
  return list;
}

/** From values to strings, from strings to lists and back. */
export const joiningFunctions: FunctionTable = {
  quote: fn('func(...interface {}) string', (run, ...values) => each(values, (value) => quoted(run, value))),
  squote: fn('func(...interface {}) string', (run, ...values) => each(values, (value) => `'${formatValue(value, run.budget)}'`)),
  cat: fn('func(...interface {}) string', (run, ...values) => each(values, (value) => formatValue(value, run.budget))),
  toString: fn('func(interface {}) string', (run, value) => strval(value, run.budget)),
  toStrings: fn('func(interface {}) []string', toStrings),
  split: fn('func(string, string) map[string]string', (run, separator, text) => numbered(run, split(run, text, separator, -1))),
  splitList: fn('func(string, string) []string', (run, separator, text) => stringSlice(split(run, text, separator, -1))),
  splitn: fn('func(string, int, string) map[string]string', (run, separator, most, text) =>
    numbered(run, split(run, text, separator, toSize(most))),
  ),
  join: fn('func(string, interface {}) string', join),
  sortAlpha: fn('func(interface {}) []string', sortAlpha),
};
