import type { Place } from '@signet/errors';
import { cliErrors } from '../errors.ts';

/** Largest manifest stream that is read, in MiB. The largest Secret an API server takes is 1 MiB. */
const maxMiB = 32;

/** One input: its name as a person would say it, and its text. Offsets elsewhere are UTF-16 indexes into `text`. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/**
 * Decodes an input as UTF-8. A byte order mark stays in the text, so that a document passed through keeps its bytes.
 *
 * @throws SIGNET_CLI_NOT_UTF8, SIGNET_CLI_INPUT_TOO_LARGE
 */
export function sourceOf(name: string, bytes: Uint8Array): Source {
  if (bytes.length > maxMiB * 1024 * 1024) throw cliErrors.INPUT_TOO_LARGE({ maxMiB }, { at: { file: name } });
  try {
    return { name, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    throw cliErrors.NOT_UTF8({}, { at: { file: name } });
  }
}

/** Where the lines of a source begin, found once: a run may have thousands of places to name. */
const lineStarts = new WeakMap<Source, readonly number[]>();

function startsOf(source: Source): readonly number[] {
  const known = lineStarts.get(source);
  if (known) return known;
  const starts = [0];
  for (let at = source.text.indexOf('\n'); at !== -1; at = source.text.indexOf('\n', at + 1)) starts.push(at + 1);
  lineStarts.set(source, starts);
  return starts;
}

/** 1-based line of an offset. */
function lineAt(source: Source, offset: number): number {
  const starts = startsOf(source);
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}

/** Where a line begins, counted from 1. */
export function offsetOfLine(source: Source, line: number): number {
  return startsOf(source)[line - 1] ?? source.text.length;
}

/** 1-based column of an offset, in UTF-16 code units. */
export function columnAt(source: Source, offset: number): number {
  return offset - offsetOfLine(source, lineAt(source, offset)) + 1;
}

/** The place of an offset, for an error. */
export function placeAt(source: Source, offset: number): Place {
  return { file: source.name, line: lineAt(source, offset) };
}
