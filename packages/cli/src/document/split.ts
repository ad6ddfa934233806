import { jsonValues } from './json-stream.ts';

/** A piece of a stream; the pieces in order, joined, are the text again. */
export interface Piece {
  readonly kind: 'separator' | 'blank' | 'yaml' | 'json';
  /** Offset of the first character in the stream. */
  readonly start: number;
  /** Offset after the last character. */
  readonly end: number;
}

/**
 * Splits a stream into separators and documents without losing a character.
 *
 * Only a line that is exactly `---`, with nothing but blanks after it, separates YAML documents: a `---` inside a value or
 * followed by text does not. Between separators, text that is a sequence of JSON objects is one piece for each of them.
 * A stretch of only blank lines, comments and directives is `blank`.
 */
export function splitStream(text: string): Piece[] {
  const pieces: Piece[] = [];
  const separator = /^---[ \t]*(?:\r?\n|$)/gm;
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  if (start > 0) pieces.push({ kind: 'blank', start: 0, end: start });
  separator.lastIndex = start;
  // A byte order mark is not part of the first line, but `^` matches only before it.
  if (start > 0) {
    const first = /^---[ \t]*(?:\r?\n|$)/.exec(text.slice(start));
    if (first) {
      pieces.push({ kind: 'separator', start, end: start + first[0].length });
      start += first[0].length;
      separator.lastIndex = start;
    }
  }
  for (let found = separator.exec(text); found; found = separator.exec(text)) {
    pushBody(pieces, text, start, found.index);
    pieces.push({ kind: 'separator', start: found.index, end: found.index + found[0].length });
    start = found.index + found[0].length;
    if (start === text.length) break;
    separator.lastIndex = start;
  }
  pushBody(pieces, text, start, text.length);
  return pieces;
}

function pushBody(pieces: Piece[], text: string, start: number, end: number): void {
  if (start === end) return;
  const body = text.slice(start, end);
  if (isBlank(body)) {
    pieces.push({ kind: 'blank', start, end });
    return;
  }
  const values = jsonValues(body);
  if (values === undefined) {
    pieces.push({ kind: 'yaml', start, end });
    return;
  }
  let at = 0;
  for (const value of values) {
    if (value.start > at) pieces.push({ kind: 'blank', start: start + at, end: start + value.start });
    pieces.push({ kind: 'json', start: start + value.start, end: start + value.end });
    at = value.end;
  }
  if (at < body.length) pieces.push({ kind: 'blank', start: start + at, end });
}

/** What YAML 1.1 takes for the end of a line and YAML 1.2 does not: a carriage return alone, NEL, LS, PS. */
export const oddLineBreak: RegExp = /\r(?!\n)|[\u0085\u2028\u2029]/;

/** True when every line is empty, a comment, or a directive, for every reader of YAML. */
export function isBlank(text: string): boolean {
  if (oddLineBreak.test(text)) return false;
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end === -1 ? text.length : end).trimStart();
    if (line !== '' && !line.startsWith('#') && !line.startsWith('%')) return false;
    if (end === -1) return true;
    start = end + 1;
  }
  return true;
}
