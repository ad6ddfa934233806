import { sealingErrors } from './errors.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const characters = new TextEncoder().encode(alphabet);
const foreign = 0xff;
const sextets: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = alphabet.indexOf(String.fromCodePoint(code));
  return value < 0 ? foreign : value;
});
const padding = 0x3d;

/** Standard base64 (RFC 4648 section 4) with padding and without line breaks. */
export function toBase64(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(padding);
  const at = (index: number): number => bytes[index] ?? 0;
  const put = (index: number, sextet: number): void => {
    text[index] = characters[sextet & 63] ?? 0;
  };
  for (let from = 0, to = 0; from < bytes.length; from += 3, to += 4) {
    const group = (at(from) << 16) | (at(from + 1) << 8) | at(from + 2);
    put(to, group >> 18);
    put(to + 1, group >> 12);
    if (from + 1 < bytes.length) put(to + 2, group >> 6);
    if (from + 2 < bytes.length) put(to + 3, group);
  }
  return new TextDecoder().decode(text);
}

const isLineBreak = (code: number): boolean => code === 0x0a || code === 0x0d;

/**
 * Reads standard base64 exactly as strictly as Go's `base64.StdEncoding`: padding is required, `\r` and `\n` are ignored
 * anywhere, bits beyond the last byte may be set, everything else is refused.
 *
 * @throws SIGNET_SEAL_BASE64 with the offset Go reports
 */
export function fromBase64(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let written = 0;
  let group = 0;
  let filled = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const sextet = code < 128 ? (sextets[code] ?? foreign) : foreign;
    if (sextet !== foreign) {
      group = (group << 6) | sextet;
      filled++;
      if (filled === 4) {
        bytes[written++] = group >> 16;
        bytes[written++] = group >> 8;
        bytes[written++] = group;
        group = 0;
        filled = 0;
      }
    } else if (code === padding) {
      checkPadding(text, at, filled);
      bytes[written++] = group >> (filled === 2 ? 4 : 10);
      if (filled === 3) bytes[written++] = group >> 2;
      return bytes.subarray(0, written);
    } else if (!isLineBreak(code)) {
      throw sealingErrors.BASE64({ offset: at });
    }
  }
  // A text that ends inside a group is reported where the group would start had it no line breaks.
  if (filled > 0) throw sealingErrors.BASE64({ offset: text.length - filled });
  return bytes.subarray(0, written);
}

/** Checks everything from the first `=` to the end of the text. */
function checkPadding(text: string, first: number, filled: number): void {
  if (filled < 2) throw sealingErrors.BASE64({ offset: first });
  let at = first + 1;
  const skipLineBreaks = (): void => {
    while (at < text.length && isLineBreak(text.charCodeAt(at))) at++;
  };
  if (filled === 2) {
    skipLineBreaks();
    if (at === text.length) throw sealingErrors.BASE64({ offset: at });
    if (text.charCodeAt(at) !== padding) throw sealingErrors.BASE64({ offset: at - 1 });
    at++;
  }
  skipLineBreaks();
  if (at < text.length) throw sealingErrors.BASE64({ offset: at });
}
