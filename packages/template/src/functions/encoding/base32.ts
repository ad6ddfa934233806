import { goError, shown } from '../../go/error.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** Bytes that so many characters of a last, padded group hold; other counts are no whole bytes. */
const bytesOf: ReadonlyMap<number, number> = new Map([
  [2, 1],
  [4, 2],
  [5, 3],
  [7, 4],
]);

/** base32.StdEncoding.EncodeToString. */
export function encodeBase32(text: string): string {
  let encoded = '';
  let bits = 0;
  let held = 0;
  for (let at = 0; at < text.length; at++) {
    bits = ((bits << 8) | text.charCodeAt(at)) & 0xfff;
    for (held += 8; held >= 5; held -= 5) encoded += alphabet[(bits >> (held - 5)) & 31] ?? '';
  }
  if (held > 0) encoded += alphabet[(bits << (5 - held)) & 31] ?? '';
  return encoded.padEnd(Math.ceil(encoded.length / 8) * 8, '=');
}

function illegal(offset: number): Error {
  return goError`illegal base32 data at input byte ${shown(offset)}`;
}

/** Characters in the padded group that starts at an offset; `at` is where its padding begins. */
function padding(text: string, at: number, inGroup: number): number {
  const after = text.length - at - 1;
  if (after + inGroup < 7) throw illegal(text.length);
  for (let k = 0; k < 7 - inGroup; k++) if (text[at + 1 + k] !== '=') throw illegal(at + k);
  const bytes = bytesOf.get(inGroup);
  if (bytes === undefined) throw illegal(at);
  return bytes;
}

/**
 * base32.StdEncoding.DecodeString: line breaks are skipped (offsets do not count them), the padding must be whole, what follows it
 * within its group of 8 is not looked at, left-over bits may be anything.
 *
 * @throws GoError `illegal base32 data at input byte N`
 */
export function decodeBase32(encoded: string): string {
  const text = encoded.replaceAll(/[\r\n]/g, '');
  let decoded = '';
  let bits = 0;
  let held = 0;
  for (let at = 0; at < text.length; at++) {
    const inGroup = at % 8;
    const char = text.charAt(at);
    if (char === '=' && inGroup >= 2 && text.length - at - 1 < 8) {
      const bytes = padding(text, at, inGroup);
      return decoded.slice(0, Math.floor(at / 8) * 5 + bytes);
    }
    const value = alphabet.indexOf(char);
    if (value < 0) throw illegal(at);
    bits = ((bits << 5) | value) & 0xfff;
    held += 5;
    if (held >= 8) {
      held -= 8;
      decoded += String.fromCharCode((bits >> held) & 255);
    }
  }
  if (text.length % 8 !== 0) throw illegal(text.length - (text.length % 8));
  return decoded;
}
