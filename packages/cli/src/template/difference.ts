import { textOf } from './rendered-secret.ts';

/** Lines of a difference that are shown, and equal lines before and after it. */
const mostLines = 24;
const context = 2;

/**
 * What differs between two outputs, for a person: the lines that differ (`-` expected, `+` rendered) with a little of what stands
 * around them. Blanks at the end of a line show as `·`, control characters as escapes. Bytes that are not UTF-8 are told by offset.
 *
 * @returns lines; none when the outputs are equal
 */
export function difference(expected: Uint8Array, rendered: Uint8Array): string[] {
  if (Buffer.compare(expected, rendered) === 0) return [];
  const [want, got] = [textOf(expected), textOf(rendered)];
  if (want === undefined || got === undefined) return [bytesDiffer(expected, rendered)];
  const [left, right] = [linesOf(want), linesOf(got)];
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start += 1;
  let same = 0;
  const room = Math.min(left.length, right.length) - start;
  while (same < room && left.at(-1 - same) === right.at(-1 - same)) same += 1;
  const lines = [
    ...left.slice(Math.max(0, start - context), start).map((line) => `  ${line}`),
    ...left.slice(start, left.length - same).map((line) => `- ${line}`),
    ...right.slice(start, right.length - same).map((line) => `+ ${line}`),
    ...left.slice(left.length - same, left.length - same + context).map((line) => `  ${line}`),
  ];
  if (lines.length <= mostLines) return lines;
  return [...lines.slice(0, mostLines), `  ... ${lines.length - mostLines} more lines`];
}

function linesOf(text: string): string[] {
  if (text === '') return ['(nothing)'];
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  const shown = lines.map(visible);
  return last === '' ? shown : [...shown, `${visible(last)} (no line end)`];
}

function visible(line: string): string {
  return line
    .replace(/ +$/, (blanks) => '·'.repeat(blanks.length))
    .replaceAll(/[\p{Cc}\u2028\u2029\ufeff]/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function bytesDiffer(expected: Uint8Array, rendered: Uint8Array): string {
  let at = 0;
  while (at < expected.length && at < rendered.length && expected[at] === rendered[at]) at += 1;
  return `${expected.length} bytes expected, ${rendered.length} rendered; the first difference is at byte ${at}`;
}
