import { Buffer } from 'node:buffer';
import { decodeBase64, encodeBase64, illegalBase64 } from '../go/base64.ts';

/** One PEM block. Texts have one char per byte, as Go strings do. */
export interface PemBlock {
  /** What follows BEGIN: `CERTIFICATE`, `RSA PRIVATE KEY`. */
  readonly type: string;
  /** Lines `Key: value` before the base64. */
  readonly headers: ReadonlyMap<string, string>;
  readonly bytes: Uint8Array;
}

const begin = '-----BEGIN ';
const end = '-----END ';
const dashes = '-----';

/**
 * Finds the first PEM block of a text as Go's pem.Decode does (Go 1.26): the first END line and the last BEGIN before it make a
 * block; text around blocks is passed over, and so is a block that is broken. `rest` is what follows the block.
 *
 * @returns undefined when there is none
 */
export function decodePem(text: string): { readonly block: PemBlock; readonly rest: string } | undefined {
  for (let from = 0; ;) {
    const ending = text.indexOf(`\n${end}`, from);
    if (ending < 0) return undefined;
    const typeAgain = ending + 1 + end.length;
    const beginning = text.slice(from, ending).lastIndexOf(begin) + from;
    const isLineStart = beginning === from || text[beginning - 1] === '\n';
    from = typeAgain;
    if (!isLineStart || !text.startsWith(begin, beginning)) continue;

    const { line, next } = lineAt(text, beginning + begin.length);
    if (!line.endsWith(dashes)) continue;
    const type = line.slice(0, -dashes.length);
    const { headers, bodyAt } = headersAt(text, next);
    if (bodyAt === text.length || bodyAt > typeAgain) return undefined;
    if (headers.size > 0 && ending < bodyAt) continue;

    const mark = `${type}${dashes}`;
    if (!text.startsWith(mark, typeAgain) || lineAt(text, typeAgain + mark.length).line !== '') continue;
    const body = ending > bodyAt ? text.slice(bodyAt, ending).replaceAll(/[ \t]/g, '') : '';
    if (illegalBase64(body) !== undefined) continue;
    return {
      block: { type, headers, bytes: Buffer.from(decodeBase64(body), 'latin1') },
      rest: text.slice(lineAt(text, typeAgain).next),
    };
  }
}

function headersAt(text: string, from: number): { headers: Map<string, string>; bodyAt: number } {
  const headers = new Map<string, string>();
  for (let at = from; ;) {
    const { line, next } = lineAt(text, at);
    const colon = line.indexOf(':');
    if (colon < 0) return { headers, bodyAt: at };
    headers.set(trimmed(line.slice(0, colon)), trimmed(line.slice(colon + 1)));
    at = next;
  }
}

/** All blocks of a text, in order. */
export function decodePemBlocks(text: string): PemBlock[] {
  const blocks = [];
  for (let found = decodePem(text); found; found = decodePem(found.rest)) blocks.push(found.block);
  return blocks;
}

/** A block without headers as Go's pem.EncodeToMemory writes it: 64 chars a line. */
export function encodePem(type: string, bytes: Uint8Array): string {
  const lines = encodeBase64(bytes).replaceAll(/.{1,64}/g, '$&\n');
  return `${begin}${type}${dashes}\n${lines}${end}${type}${dashes}\n`;
}

/** The line at an offset without blanks at its end, and where the next one begins. */
function lineAt(text: string, at: number): { line: string; next: number } {
  const newline = text.indexOf('\n', at);
  const line = newline < 0 ? text.slice(at) : text.slice(at, text[newline - 1] === '\r' && newline > at ? newline - 1 : newline);
  return { line: line.replace(/[ \t]+$/, ''), next: newline < 0 ? text.length : newline + 1 };
}

function trimmed(text: string): string {
  return text.replaceAll(/^[\t-\r ]+|[\t-\r ]+$/g, '');
}
