import { Buffer } from 'node:buffer';

import { canBackquote, quote, quoteRune, quoteRuneToAscii, quoteToAscii } from './strconv-quote.ts';
import type { Spec } from './fmt-spec.ts';

/** Verbs of strings; undefined for one they do not have. */
export function formatString(spec: Spec, text: string, verb: string): string | undefined {
  switch (verb) {
    case 'v':
      return spec.sharpV ? formatQuoted(spec, text) : formatPlain(spec, text);
    case 's':
      return formatPlain(spec, text);
    case 'x':
    case 'X':
      return formatHex(spec, text, verb);
    case 'q':
      return formatQuoted(spec, text);
    default:
      return undefined;
  }
}

export function formatPlain(spec: Spec, text: string): string {
  return spec.pad(spec.truncate(text));
}

/** `%q`: in backquotes with `#` if the text can stand in them, in ASCII with `+`. */
function formatQuoted(spec: Spec, text: string): string {
  const cut = spec.truncate(text);
  if (spec.sharp && canBackquote(cut)) return spec.pad(`\`${cut}\``);
  return spec.pad(spec.plus ? quoteToAscii(cut) : quote(cut));
}

/** `%x`, `%X` of strings and bytes; here the precision counts bytes. */
export function formatHex(spec: Spec, text: string, verb: 'x' | 'X'): string {
  const cut = spec.precision === undefined ? text : text.slice(0, spec.precision);
  if (cut === '')
    return spec.width === undefined ? '' : spec.minus ? spec.padBy('', spec.width, false) : spec.padBy('', spec.width);
  spec.budget?.make(cut.length * (spec.space ? 5 : 2));
  const mark = spec.sharp ? (verb === 'x' ? '0x' : '0X') : '';
  const digits = Buffer.from(cut, 'latin1').toString('hex');
  const cased = verb === 'x' ? digits : digits.toUpperCase();
  const made = spec.space ? cased.replace(/../g, (pair, at: number) => (at === 0 ? '' : ' ') + mark + pair) : mark + cased;
  return spec.pad(made);
}

/** `%q` of a rune. */
export function formatQuotedRune(spec: Spec, code: number): string {
  return spec.pad(spec.plus ? quoteRuneToAscii(code) : quoteRune(code));
}
