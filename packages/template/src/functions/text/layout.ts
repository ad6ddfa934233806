import { goError } from '../../go/error.ts';
import { runes } from '../../go/utf8.ts';
import type { Run } from '../../run.ts';
import { fn } from '../function.ts';
import type { FunctionTable } from '../function.ts';
import { countReading, countSearch } from './reading.ts';
import { Search } from './search.ts';
import { toSize } from './size.ts';

/** strings.Repeat. */
function repeat(run: Run, count: number, text: string): string {
  if (count < 0) throw goError`strings: negative Repeat count`;
  if (text === '') return '';
  run.budget.make(text.length * count);
  return text.repeat(count);
}

function occurrences(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) count++;
  return count;
}

function indent(run: Run, count: number, text: string): string {
  const pad = repeat(run, count, ' ');
  countReading(run, text, 1024);
  if (!text.includes('\n')) return pad + text;
  countReading(run, text, 8);
  run.budget.make(text.length + occurrences(text, '\n') * pad.length);
  return pad + text.replaceAll('\n', `\n${pad}`);
}

/** strings.ReplaceAll: an empty old part stands before each rune and at the end. */
function replace(run: Run, old: string, made: string, text: string): string {
  if (old === made) return text;
  countReading(run, text, 8);
  countSearch(run, text, old);
  if (old === '') {
    let replaced = made;
    run.budget.make(text.length * (made.length + 1));
    for (const rune of runes(text)) replaced += text.slice(rune.at, rune.at + rune.size) + made;
    return replaced;
  }
  const places = new Search(old).all(text);
  run.budget.step(places.length);
  run.budget.make(text.length + places.length * (made.length - old.length));
  let replaced = '';
  let at = 0;
  for (const place of places) {
    replaced += text.slice(at, place) + made;
    at = place + old.length;
  }
  return replaced + text.slice(at);
}

/** Breaks lines at spaces so that they have at most a width in bytes. A longer word is cut if `cutsWords`, else it stands alone. */
function wrap(run: Run, text: string, asked: number, lineEnd: string, cutsWords: boolean): string {
  countReading(run, text, 1024);
  const width = Math.max(asked, 1);
  const newLine = lineEnd === '' ? '\n' : lineEnd;
  run.budget.step(Math.floor(text.length / width));
  run.budget.make(text.length + Math.floor(text.length / width) * newLine.length);
  let made = '';
  let at = 0;
  while (text.length - at > width) {
    if (text[at] === ' ') {
      at++;
      continue;
    }
    const last = text.slice(at, at + width + 1).lastIndexOf(' ');
    if (last >= 0) {
      made += text.slice(at, at + last) + newLine;
      at += last + 1;
    } else if (cutsWords) {
      made += text.slice(at, at + width) + newLine;
      at += width;
    } else {
      const next = text.indexOf(' ', at + width);
      if (next < 0) return made + text.slice(at);
      made += text.slice(at, next) + newLine;
      at = next + 1;
    }
  }
  return made + text.slice(at);
}

/** Lines, margins and repetition. */
export const layoutFunctions: FunctionTable = {
  repeat: fn('func(int, string) string', (run, count, text) => repeat(run, toSize(count), text)),
  indent: fn('func(int, string) string', (run, count, text) => indent(run, toSize(count), text)),
  nindent: fn('func(int, string) string', (run, count, text) => `\n${indent(run, toSize(count), text)}`),
  replace: fn('func(string, string, string) string', (run, old, made, text) => replace(run, old, made, text)),
  wrap: fn('func(int, string) string', (run, width, text) => wrap(run, text, toSize(width), '', false)),
  wrapWith: fn('func(int, string, string) string', (run, width, newLine, text) => wrap(run, text, toSize(width), newLine, true)),
};
