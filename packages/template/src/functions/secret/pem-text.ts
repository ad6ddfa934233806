import type { PemBlock } from '../../der/pem.ts';
import { decodePem, encodePem } from '../../der/pem.ts';
import { goError } from '../../go/error.ts';
import { toText } from '../../go/utf8.ts';

/** The first block of a text and what follows it. @throws GoError as the reference engine does, which panics */
export function needPem(text: string): { readonly block: PemBlock; readonly rest: string } {
  const found = decodePem(text);
  if (!found) throw goError`runtime error: invalid memory address or nil pointer dereference`;
  return found;
}

/** A block with its headers, as Go's pem.Encode writes it: `Proc-Type` first, the others by name. */
function writePem({ type, headers, bytes }: PemBlock): string {
  const text = encodePem(type, bytes);
  if (headers.size === 0) return text;
  const rank = (name: string): string => (name === 'Proc-Type' ? '' : name);
  const sorted = [...headers].toSorted(([a], [b]) => (rank(a) < rank(b) ? -1 : 1));
  const start = text.indexOf('\n') + 1;
  return `${text.slice(0, start)}${sorted.map(([name, value]) => `${name}: ${value}\n`).join('')}\n${text.slice(start)}`;
}

/** What stands before the first block goes away. */
export function withoutJunk(text: string): string {
  const start = text.indexOf('-----BEGIN');
  return start === -1 ? text : text.slice(start);
}

/** The blocks of a type, in any case, written again. @throws GoError when there is text, but no such block */
export function filterBlocks(type: string, input: string): string {
  const wanted = toText(type).toLowerCase();
  let kept = '';
  let rest = withoutJunk(input);
  for (let found = decodePem(rest); found; found = decodePem(rest)) {
    ({ rest } = found);
    if (toText(found.block.type).toLowerCase() === wanted) kept += writePem(found.block);
  }
  if (kept === '' && rest !== '') throw goError`error filtering pem: found junk`;
  return kept;
}
