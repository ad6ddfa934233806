import { Buffer } from 'node:buffer';
import type { Decoding } from '@signet/api';

const lineFeed = 10;
const carriageReturn = 13;
const padding = '='.charCodeAt(0);

function alphabet(last: string): Uint8Array {
  const digits = new Uint8Array(256);
  for (const digit of `ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789${last}`) digits[digit.charCodeAt(0)] = 1;
  return digits;
}

const alphabets = { Base64: alphabet('+/'), Base64URL: alphabet('-_') };

/**
 * Decodes a value (external-secrets v2.9 `decodingStrategy`). Base64 is that of Go's `encoding/base64`: padding is required, line breaks may stand
 * anywhere, left-over bits may be anything. `Auto` tries Base64, then Base64URL, and takes anything else as it is.
 *
 * @returns undefined when the value is not what the strategy says
 */
export function decode(value: Uint8Array, strategy: Decoding): Uint8Array | undefined {
  switch (strategy) {
    case 'None':
      return value;
    case 'Base64':
    case 'Base64URL':
      return decodeBase64(value, alphabets[strategy]);
    case 'Auto':
      return decode(value, 'Base64') ?? decode(value, 'Base64URL') ?? value;
  }
}

function decodeBase64(value: Uint8Array, digits: Uint8Array): Uint8Array | undefined {
  const text = value.includes(lineFeed) || value.includes(carriageReturn) ? value.filter(isNoLineBreak) : value;
  if (text.length % 4 !== 0) return undefined;
  let end = text.length;
  while (end > text.length - 2 && text[end - 1] === padding) end--;
  for (let at = 0; at < end; at++) if (digits[text[at] ?? 0] !== 1) return undefined;
  return Buffer.from(Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString('latin1'), 'base64');
}

function isNoLineBreak(byte: number): boolean {
  return byte !== lineFeed && byte !== carriageReturn;
}
