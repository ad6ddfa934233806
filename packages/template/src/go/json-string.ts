import type { Budget } from '../run.ts';
import { ByteWriter } from './byte-writer.ts';
import { runeAt } from './utf8.ts';

const plain = /^[ !#-%'-;=?-[\]-\x7f]*$/;
const plainHtml = /^[ !#-[\]-\x7f]*$/;

/** Letters of the escapes that JSON has, by code. */
const letters: Readonly<Record<number, number>> = { 8: 0x62, 9: 0x74, 10: 0x6e, 12: 0x66, 13: 0x72, 0x22: 0x22, 0x5c: 0x5c };

/** Characters of a long text that count as one step: each has to be looked at. */
const perStep = 8;

/** A Go string as a JSON string literal, as encoding/json writes it. */
export function jsonString(text: string, escapeHtml: boolean, budget?: Budget): string {
  if ((escapeHtml ? plain : plainHtml).test(text)) return `"${text}"`;
  budget?.step(Math.floor(text.length / perStep));
  const out = new ByteWriter(2 * text.length + 2);
  out.byte(0x22);
  for (let at = 0; at < text.length;) {
    const byte = text.charCodeAt(at);
    if (byte < 0x80) {
      const letter = letters[byte];
      const isHtml = byte === 0x26 || byte === 0x3c || byte === 0x3e;
      if (letter !== undefined) out.escape(letter);
      else if (byte < 0x20 || (escapeHtml && isHtml)) out.hex(0x75, byte, 4);
      else out.byte(byte);
      at++;
      continue;
    }
    const { code, size } = runeAt(text, at);
    // A byte that is not UTF-8 becomes the replacement character; line separators are escaped for JavaScript's sake.
    if (size === 1 || code === 0x2028 || code === 0x2029) out.hex(0x75, code, 4);
    else out.copy(text, at, size);
    at += size;
  }
  out.byte(0x22);
  return out.text();
}
