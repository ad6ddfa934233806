import { Buffer, isUtf8 } from 'node:buffer';

const ascii = /^[\0-\x7f]*$/;

/** True when a string is the same as bytes and as text. */
export function isAscii(text: string): boolean {
  return ascii.test(text);
}

/** JavaScript text as a Go string: its UTF-8 bytes, one char each. */
export function toGo(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** A Go string as JavaScript text; bytes that are not UTF-8 become U+FFFD (one for each bad byte, as Go's range does). */
export function toText(bytes: string): string {
  if (isAscii(bytes)) return bytes;
  const raw = Buffer.from(bytes, 'latin1');
  // A decoder of the web replaces several bad bytes by one U+FFFD.
  if (isUtf8(raw)) return raw.toString('utf8');
  let text = '';
  for (const rune of runes(bytes)) text += String.fromCodePoint(rune.code);
  return text;
}

/** Bytes as a Go string. */
export function fromBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** A Go string as bytes. */
export function toBytes(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

/** One rune of a Go string: its code point (U+FFFD for a byte that is not UTF-8), where it starts and how many bytes it has. */
export interface Rune {
  readonly code: number;
  readonly at: number;
  readonly size: number;
}

const bad = 0xfffd;

/** Decodes the rune at a byte offset, as utf8.DecodeRuneInString: a bad byte is U+FFFD of size 1, the end is size 0. */
export function runeAt(text: string, at: number): Rune {
  if (at >= text.length) return { code: bad, at, size: 0 };
  const first = text.charCodeAt(at);
  if (first < 0x80) return { code: first, at, size: 1 };
  const size = first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 1;
  if (size === 1 || at + size > text.length) return { code: bad, at, size: 1 };
  let code = first & (0xff >> (size + 1));
  for (let i = 1; i < size; i++) {
    const next = text.charCodeAt(at + i);
    if ((next & 0xc0) !== 0x80) return { code: bad, at, size: 1 };
    code = (code << 6) | (next & 0x3f);
  }
  const tooLong = (size === 3 && code < 0x800) || (size === 4 && (code < 0x10000 || code > 0x10ffff));
  return tooLong || (code >= 0xd800 && code <= 0xdfff) ? { code: bad, at, size: 1 } : { code, at, size };
}

/** The runes of a Go string in order. */
export function* runes(text: string): Generator<Rune> {
  for (let at = 0; at < text.length;) {
    const rune = runeAt(text, at);
    yield rune;
    at += rune.size;
  }
}

/** Code points as a Go string; surrogates and what is beyond U+10FFFF become U+FFFD, as string(rune) does. */
export function fromRunes(codes: Iterable<number>): string {
  let text = '';
  for (const code of codes) {
    const valid = code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? code : bad;
    text += valid < 0x80 ? String.fromCharCode(valid) : toGo(String.fromCodePoint(valid));
  }
  return text;
}
