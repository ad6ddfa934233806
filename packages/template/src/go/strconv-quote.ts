import type { Budget } from '../run.ts';
import { ByteWriter } from './byte-writer.ts';
import { isPrintable } from './strconv-printable.ts';
import { fromRunes, runeAt } from './utf8.ts';

const plainDouble = /^[ !#-[\]-~]*$/;

/** strconv.Quote: a Go string literal, with what cannot be printed escaped. */
export function quote(text: string, budget?: Budget): string {
  return plainDouble.test(text) ? `"${text}"` : quoteWith(text, '"', false, budget);
}

/** strconv.QuoteToASCII: like `quote`, and everything beyond ASCII escaped. */
export function quoteToAscii(text: string, budget?: Budget): string {
  return plainDouble.test(text) ? `"${text}"` : quoteWith(text, '"', true, budget);
}

/** strconv.QuoteRune: a Go character literal. What is no code point becomes U+FFFD. */
export function quoteRune(code: number): string {
  return quoteWith(fromRunes([code]), "'", false);
}

/** strconv.QuoteRuneToASCII. */
export function quoteRuneToAscii(code: number): string {
  return quoteWith(fromRunes([code]), "'", true);
}

/** strconv.CanBackquote: whether a text can stand between backquotes on one line as it is. */
export function canBackquote(text: string): boolean {
  for (let at = 0; at < text.length;) {
    const { code, size } = runeAt(text, at);
    at += size;
    if (size > 1) {
      if (code === 0xfeff) return false;
      continue;
    }
    if (code === 0xfffd || (code < 0x20 && code !== 9) || code === 0x60 || code === 0x7f) return false;
  }
  return true;
}

/** Letters of the escapes of control characters, by code. */
const letters: Readonly<Record<number, number>> = { 7: 0x61, 8: 0x62, 9: 0x74, 10: 0x6e, 11: 0x76, 12: 0x66, 13: 0x72 };

/** Characters of a long text that count as one step: each has to be looked at. */
const perStep = 8;

function quoteWith(text: string, mark: '"' | "'", asciiOnly: boolean, budget?: Budget): string {
  budget?.step(Math.floor(text.length / perStep));
  const markCode = mark.charCodeAt(0);
  const out = new ByteWriter(4 * text.length + 2);
  out.byte(markCode);
  for (let at = 0; at < text.length;) {
    const byte = text.charCodeAt(at);
    if (byte < 0x80) {
      if (byte === markCode || byte === 0x5c) out.escape(byte);
      else if (byte >= 0x20 && byte < 0x7f) out.byte(byte);
      else {
        const letter = letters[byte];
        if (letter === undefined) out.hex(0x78, byte, 2);
        else out.escape(letter);
      }
      at++;
      continue;
    }
    const { code, size } = runeAt(text, at);
    if (size === 1) out.hex(0x78, byte, 2);
    else if (!asciiOnly && isPrintable(code)) out.copy(text, at, size);
    else if (code < 0x10000) out.hex(0x75, code, 4);
    else out.hex(0x55, code, 8);
    at += size;
  }
  out.byte(markCode);
  return out.text();
}
