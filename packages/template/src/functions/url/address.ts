import { goError, shown } from '../../go/error.ts';

/** A failed address with Go's words; the address, and the place in it, are hidden. */
function bad(message: string, hasPlace: boolean): Error {
  return hasPlace
    ? goError`ParseAddr(${'address'}): ${shown(message)} (at ${'place'})`
    : goError`ParseAddr(${'address'}): ${shown(message)}`;
}

/**
 * Checks an IP address as netip.ParseAddr does: dotted IPv4, or IPv6 with an optional zone after `%`.
 *
 * @throws GoError with Go's wording
 */
export function checkAddress(text: string): 'IPv4' | 'IPv6' {
  const first = /[.:%]/.exec(text)?.[0];
  if (first === undefined) throw bad('unable to parse IP', false);
  if (first === '%') throw bad('missing IPv6 address', false);
  if (first === ':') checkIPv6(text);
  else checkIPv4(text);
  return first === ':' ? 'IPv6' : 'IPv4';
}

function checkIPv4(text: string): void {
  let points = 0;
  let field = '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (/\d/.test(char)) {
      if (field === '0') throw bad('IPv4 field has octet with leading zero', false);
      field += char;
      if (Number(field) > 255) throw bad('IPv4 field has value >255', false);
    } else if (char === '.') {
      if (at === 0 || at === text.length - 1 || text[at - 1] === '.') throw bad('IPv4 field must have at least one digit', true);
      if (points === 3) throw bad('IPv4 address too long', false);
      points++;
      field = '';
    } else throw bad('unexpected character', true);
  }
  if (points < 3) throw bad('IPv4 address too short', false);
}

function checkIPv6(text: string): void {
  const percent = text.indexOf('%');
  if (percent === text.length - 1) throw bad('zone must be a non-empty string', false);
  let rest = percent === -1 ? text : text.slice(0, percent);
  let bytes = 0;
  let ellipsis = -1;
  if (rest.startsWith('::')) {
    ellipsis = 0;
    rest = rest.slice(2);
    if (rest === '') return;
  }
  while (bytes < 16) {
    const digits = /^[\da-f]*/i.exec(rest)?.[0] ?? '';
    if (digits.length > 4) throw bad('each group must have 4 or less digits', true);
    if (digits === '') throw bad('each colon-separated field must have at least one digit', true);
    if (rest[digits.length] === '.') {
      if (ellipsis < 0 && bytes !== 12) throw bad('embedded IPv4 address must replace the final 2 fields of the address', true);
      if (bytes + 4 > 16) throw bad('too many hex fields to fit an embedded IPv4 at the end of the address', true);
      checkIPv4(rest);
      rest = '';
      bytes += 4;
      break;
    }
    bytes += 2;
    rest = rest.slice(digits.length);
    if (rest === '') break;
    if (rest[0] !== ':') throw bad('unexpected character, want colon', true);
    if (rest.length === 1) throw bad('colon must be followed by more characters', true);
    rest = rest.slice(1);
    if (rest[0] !== ':') continue;
    if (ellipsis >= 0) throw bad('multiple :: in address', true);
    ellipsis = bytes;
    rest = rest.slice(1);
    if (rest === '') break;
  }
  if (rest !== '') throw bad('trailing garbage after address', true);
  if (bytes < 16 && ellipsis < 0) throw bad('address string too short', false);
  if (bytes === 16 && ellipsis >= 0) throw bad('the :: must expand to at least one field of zeros', false);
}
