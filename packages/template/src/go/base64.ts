import { Buffer } from 'node:buffer';
import { goError, shown } from './error.ts';

const encoded = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const digit = /[A-Za-z0-9+/]/;
const newline = /[\r\n]/;

/** base64.StdEncoding.EncodeToString of a Go string or bytes. */
export function encodeBase64(bytes: string | Uint8Array): string {
  return (
    typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  ).toString('base64');
}

/**
 * base64.StdEncoding.DecodeString: padding is required, line breaks are skipped, left-over bits may be anything.
 *
 * @throws GoError `illegal base64 data at input byte N`
 */
export function decodeBase64(text: string): string {
  const offset = illegalBase64(text);
  if (offset !== undefined) throw goError`illegal base64 data at input byte ${shown(offset)}`;
  return Buffer.from(text, 'base64').toString('latin1');
}

/** Where Go's decoder says that a text is not base64; undefined when it is. */
export function illegalBase64(text: string): number | undefined {
  if (encoded.test(text)) return undefined;
  for (let at = 0; ;) {
    let inGroup = 0;
    for (; inGroup < 4; at++) {
      const char = text[at];
      if (char === undefined) return inGroup === 0 ? undefined : at - inGroup;
      if (digit.test(char)) inGroup++;
      else if (!newline.test(char)) break;
    }
    if (inGroup === 4) continue;
    if (text[at] !== '=' || inGroup < 2) return at;
    at = afterNewlines(text, at + 1);
    if (inGroup === 2) {
      if (text[at] !== '=') return at < text.length ? at - 1 : at;
      at = afterNewlines(text, at + 1);
    }
    return at < text.length ? at : undefined;
  }
}

function afterNewlines(text: string, from: number): number {
  let at = from;
  while (newline.test(text[at] ?? '')) at++;
  return at;
}
