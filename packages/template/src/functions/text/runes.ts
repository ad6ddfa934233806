import { fromRunes, runeAt, runes } from '../../go/utf8.ts';
import type { Rune } from '../../go/utf8.ts';
import { isSpace } from './unicode.ts';

/** The rune that ends before a byte offset, as utf8.DecodeLastRuneInString: a bad byte is U+FFFD of size 1. */
function runeBefore(text: string, end: number): Rune {
  const last = text.charCodeAt(end - 1);
  if (last < 0x80) return { code: last, at: end - 1, size: 1 };
  for (let at = end - 1; at >= 0 && at >= end - 4; at--) {
    if ((text.charCodeAt(at) & 0xc0) === 0x80) continue;
    const rune = runeAt(text.slice(at, end), 0);
    if (at + rune.size === end) return { ...rune, at };
    break;
  }
  return { code: 0xfffd, at: end - 1, size: 1 };
}

/** Cuts runes off the front for which a test holds. */
function trimStart(text: string, out: (code: number) => boolean): string {
  let at = 0;
  while (at < text.length) {
    const rune = runeAt(text, at);
    if (!out(rune.code)) break;
    at += rune.size;
  }
  return text.slice(at);
}

/** Cuts runes off the end for which a test holds. */
function trimEnd(text: string, out: (code: number) => boolean): string {
  let end = text.length;
  while (end > 0) {
    const rune = runeBefore(text, end);
    if (!out(rune.code)) break;
    end = rune.at;
  }
  return text.slice(0, end);
}

/** strings.TrimSpace. */
export function trimSpace(text: string): string {
  return trimEnd(trimStart(text, isSpace), isSpace);
}

/** strings.Trim: cuts off the runes of a set at both ends. */
export function trimRunes(text: string, cutset: string): string {
  if (text === '' || cutset === '') return text;
  const set = new Set<number>();
  for (const rune of runes(cutset)) set.add(rune.code);
  const out = (code: number): boolean => set.has(code);
  return trimEnd(trimStart(text, out), out);
}

/** strings.Map: each rune through a mapping; a byte that is not UTF-8 comes out as U+FFFD. */
export function mapRunes(text: string, map: (code: number) => number): string {
  let mapped = '';
  for (let at = 0; at < text.length;) {
    const first = text.charCodeAt(at);
    if (first < 0x80) {
      const code = map(first);
      mapped += code < 0x80 ? String.fromCharCode(code) : fromRunes([code]);
      at++;
      continue;
    }
    const rune = runeAt(text, at);
    const code = map(rune.code);
    mapped += code === rune.code && rune.size > 1 ? text.slice(at, at + rune.size) : fromRunes([code]);
    at += rune.size;
  }
  return mapped;
}

/** A string as its runes, `[]rune(s)`. */
export function codes(text: string): number[] {
  const list: number[] = [];
  for (const rune of runes(text)) list.push(rune.code);
  return list;
}
