import { Buffer } from 'node:buffer';

import { ByteWriter } from './byte-writer.ts';
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
  // Each character has to be looked at.
  if (spec.sharp) spec.budget?.step(cut.length >> 3);
  if (spec.sharp && canBackquote(cut)) return spec.pad(`\`${cut}\``);
  return spec.pad(spec.plus ? quoteToAscii(cut, spec.budget) : quote(cut, spec.budget));
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
  return spec.pad(spec.space ? spaced(spec, cased, mark) : mark + cased);
}

function spaced(spec: Spec, digits: string, mark: string): string {
  spec.budget?.step(digits.length >> 4);
  const out = new ByteWriter(3 * digits.length);
  for (let at = 0; at < digits.length; at += 2) {
    if (at > 0) out.byte(0x20);
    out.copy(mark, 0, mark.length);
    out.copy(digits, at, 2);
  }
  return out.text();
}

/** `%q` of a rune. */
export function formatQuotedRune(spec: Spec, code: number): string {
  return spec.pad(spec.plus ? quoteRuneToAscii(code) : quoteRune(code));
}
