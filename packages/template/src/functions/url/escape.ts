import { goError } from '../../go/error.ts';

/** Parts of a URL that escape differently. */
export type Part = 'path' | 'host' | 'zone' | 'userinfo' | 'fragment';

const unreserved = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~';
const plain: Readonly<Record<Part, ReadonlySet<string>>> = {
  path: new Set(`${unreserved}$&+,/:;=@`),
  host: new Set(`${unreserved}!"$&'()*+,:;<=>[]`),
  zone: new Set(`${unreserved}!"$&'()*+,:;<=>[]`),
  userinfo: new Set(`${unreserved}$&+,;=`),
  fragment: new Set(`${unreserved}!$&()*+,/:;=?@`),
};

/** A part with every byte that it may not hold as `%XX`. */
export function escape(text: string, part: Part): string {
  let escaped = '';
  for (const char of text)
    escaped += plain[part].has(char) ? char : `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  return escaped;
}

/**
 * Resolves `%XX`. A host may escape bytes that are not ASCII, and `%25`; a zone also spaces and what a host may hold.
 *
 * @throws GoError for a broken escape or a char that a host cannot hold
 */
export function unescape(text: string, part: Part): string {
  const isHost = part === 'host' || part === 'zone';
  let made = '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char !== '%') {
      if (isHost && char.charCodeAt(0) < 0x80 && !plain[part].has(char)) throw goError`invalid character ${char} in host name`;
      made += char;
      continue;
    }
    const digits = text.slice(at + 1, at + 3);
    if (!/^[\da-f]{2}$/i.test(digits)) throw goError`invalid URL escape ${char}`;
    const byte = parseInt(digits, 16);
    const isPercent = byte === 0x25;
    if (part === 'host' && byte < 0x80 && !isPercent) throw goError`invalid URL escape ${char}`;
    if (part === 'zone' && !isPercent && byte !== 0x20 && !plain.host.has(String.fromCharCode(byte)))
      throw goError`invalid URL escape ${char}`;
    made += String.fromCharCode(byte);
    at += 2;
  }
  return made;
}
