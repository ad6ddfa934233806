import { isPrintable } from './strconv-printable.ts';
import { fromRunes, runeAt } from './utf8.ts';

const plainDouble = /^[ !#-[\]-~]*$/;

/** strconv.Quote: a Go string literal, with what cannot be printed escaped. */
export function quote(text: string): string {
  return plainDouble.test(text) ? `"${text}"` : quoteWith(text, '"', false);
}

/** strconv.QuoteToASCII: like `quote`, and everything beyond ASCII escaped. */
export function quoteToAscii(text: string): string {
  return plainDouble.test(text) ? `"${text}"` : quoteWith(text, '"', true);
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

const escapes: Readonly<Record<number, string>> = { 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r' };

function quoteWith(text: string, mark: '"' | "'", asciiOnly: boolean): string {
  let out: string = mark;
  for (let at = 0; at < text.length;) {
    const { code, size } = runeAt(text, at);
    if (size === 1 && code === 0xfffd) out += `\\x${hex(text.charCodeAt(at), 2)}`;
    else if (code === mark.charCodeAt(0) || code === 0x5c) out += `\\${String.fromCharCode(code)}`;
    else if ((code < 0x80 || !asciiOnly) && isPrintable(code)) out += text.slice(at, at + size);
    else out += escapes[code] ?? escaped(code);
    at += size;
  }
  return out + mark;
}

function escaped(code: number): string {
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
