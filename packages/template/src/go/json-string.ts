import { isAscii, runeAt } from './utf8.ts';

const plain = /^[ !#-%'-;=?-[\]-\x7f]*$/;
const plainHtml = /^[ !#-[\]-\x7f]*$/;

/** A Go string as a JSON string literal, as encoding/json writes it. */
export function jsonString(text: string, escapeHtml: boolean): string {
  if ((escapeHtml ? plain : plainHtml).test(text)) return `"${text}"`;
  let out = '"';
  let start = 0;
  const ascii = isAscii(text);
  for (let at = 0; at < text.length;) {
    const byte = text.charCodeAt(at);
    const rune = byte < 0x80 || ascii ? undefined : runeAt(text, at);
    const size = rune?.size ?? 1;
    const escape = rune ? escapeOfRune(rune.code, size) : escapeOfAscii(byte, escapeHtml);
    if (escape !== undefined) {
      out += text.slice(start, at) + escape;
      start = at + size;
    }
    at += size;
  }
  return `${out}${text.slice(start)}"`;
}

const short: Readonly<Record<number, string>> = { 8: '\\b', 9: '\\t', 10: '\\n', 12: '\\f', 13: '\\r', 0x22: '\\"', 0x5c: '\\\\' };

function escapeOfAscii(byte: number, escapeHtml: boolean): string | undefined {
  const known = short[byte];
  if (known !== undefined) return known;
  const isHtml = byte === 0x26 || byte === 0x3c || byte === 0x3e;
  return byte < 0x20 || (escapeHtml && isHtml) ? `\\u${byte.toString(16).padStart(4, '0')}` : undefined;
}

/** Line separators are escaped for JavaScript's sake; a byte that is not UTF-8 becomes the replacement character. */
function escapeOfRune(code: number, size: number): string | undefined {
  if (code === 0x2028 || code === 0x2029) return `\\u${code.toString(16)}`;
  return size === 1 ? '\\ufffd' : undefined;
}
