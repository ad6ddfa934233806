import { goError, shown } from '../../go/error.ts';
import { fromRunes } from '../../go/utf8.ts';
import type { Run } from '../../run.ts';
import { fn } from '../function.ts';
import type { FunctionTable } from '../function.ts';
import { countReading, countSearch } from './reading.ts';
import { Search } from './search.ts';
import { trimRunes, trimSpace } from './runes.ts';
import { toSize } from './size.ts';
import { isSpace } from './unicode.ts';

/** Go's `text[start:end]` by Sprig's rules: a start before the text is its start, an end outside it is its end unless the start is outside too. */
function substr(from: bigint, to: bigint, text: string): string {
  const start = Number(from);
  const end = Number(to);
  if (start < 0) {
    if (end < 0) throw goError`runtime error: slice bounds out of range [:${to}]`;
    if (end > text.length) throw goError`runtime error: slice bounds out of range [:${to}] with length ${shown(text.length)}`;
    return text.slice(0, end);
  }
  const last = end < 0 || end > text.length ? text.length : end;
  if (start > last) throw goError`runtime error: slice bounds out of range [${from}:${last}]`;
  return text.slice(start, last);
}

function trunc(count: number, text: string): string {
  if (count < 0) return text.length + count > 0 ? text.slice(count) : text;
  return text.slice(0, count);
}

/** Shortens to a width in bytes; the dots count. `offset` says from where on bytes must be seen, with dots before them too. */
function abbreviate(text: string, offset: number, width: number): string {
  if (width < 4) return '';
  if (text.length <= width) return text;
  const room = width - 3;
  const from = Math.min(offset, text.length - room);
  if (from <= 4) return `${text.slice(0, room)}...`;
  if (width < 7) return '';
  if (from + room < text.length) return `...${abbreviate(text.slice(from), 0, room)}`;
  return `...${text.slice(text.length - room)}`;
}

function abbrevBoth(asked: bigint, right: number, text: string): string {
  // Go's subtraction of a very negative offset wraps round: the end is shown then.
  const left = BigInt.asIntN(64, BigInt(text.length) - asked) < 0n ? text.length : toSize(asked);
  return right < 4 || (asked > 0n && right < 7) ? text : abbreviate(text, left, right);
}

/** Without white space. Bytes are taken for runes, so that text beyond ASCII comes out garbled if a space was in it: as Sprig does. */
function noSpace(run: Run, text: string): string {
  countReading(run, text, 2);
  const kept: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const byte = text.charCodeAt(at);
    if (!isSpace(byte)) kept.push(byte);
  }
  return kept.length === text.length ? text : fromRunes(kept);
}

function trimmed(run: Run, cutset: string, text: string): string {
  countReading(run, text, 8);
  countReading(run, cutset, 8);
  return trimRunes(text, cutset);
}

function contains(run: Run, part: string, text: string): boolean {
  countSearch(run, text, part);
  return new Search(part).next(text, 0) >= 0;
}

function startsWith(run: Run, prefix: string, text: string): boolean {
  countReading(run, prefix, 1024);
  return text.startsWith(prefix);
}

function endsWith(run: Run, suffix: string, text: string): boolean {
  countReading(run, suffix, 1024);
  return text.endsWith(suffix);
}

/** Parts of strings. */
export const cuttingFunctions: FunctionTable = {
  abbrev: fn('func(int, string) string', (_run, width, text) => (width < 4n ? text : abbreviate(text, 0, toSize(width)))),
  abbrevboth: fn('func(int, int, string) string', (_run, left, right, text) => abbrevBoth(left, toSize(right), text)),
  trunc: fn('func(int, string) string', (_run, count, text) => trunc(toSize(count), text)),
  substr: fn('func(int, int, string) string', (_run, start, end, text) => substr(start, end, text)),
  trim: fn('func(string) string', (run, text) => {
    const kept = trimSpace(text);
    run.budget.step((text.length - kept.length) >> 3);
    return kept;
  }),
  trimall: fn('func(string, string) string', (run, cutset, text) => trimmed(run, cutset, text)),
  trimAll: fn('func(string, string) string', (run, cutset, text) => trimmed(run, cutset, text)),
  trimSuffix: fn('func(string, string) string', (run, suffix, text) => {
    return suffix !== '' && endsWith(run, suffix, text) ? text.slice(0, -suffix.length) : text;
  }),
  trimPrefix: fn('func(string, string) string', (run, prefix, text) =>
    startsWith(run, prefix, text) ? text.slice(prefix.length) : text,
  ),
  nospace: fn('func(string) string', noSpace),
  contains: fn('func(string, string) bool', contains),
  hasPrefix: fn('func(string, string) bool', startsWith),
  hasSuffix: fn('func(string, string) bool', endsWith),
};
