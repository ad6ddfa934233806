import { Buffer } from 'node:buffer';
import { YamlError } from './yaml-error.ts';

const nextLine = 0x85;
const lineSeparator = 0x2028;
const paragraphSeparator = 0x2029;

/** Code units YAML 1.1 takes for the end of a line. */
export function isBreak(code: number): boolean {
  return code === 10 || code === 13 || code === nextLine || code === lineSeparator || code === paragraphSeparator;
}

export function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

/** Blank, end of line, or end of text (which reads as 0). */
export function isBlankOrEnd(code: number): boolean {
  return code === 32 || code === 9 || code === 0 || isBreak(code);
}

export function isBreakOrEnd(code: number): boolean {
  return code === 0 || isBreak(code);
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** What names of anchors, directives and tag handles are made of. */
export function isWord(code: number): boolean {
  return isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code === 45;
}

/** A place in a YAML text. Lines and columns count from 0, columns in characters. */
export class Cursor {
  readonly text: string;
  at = 0;
  /** Characters before the place. */
  index = 0;
  line = 0;
  column = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The code unit some places on; 0 past the end, which cannot stand in a text. */
  code(offset = 0): number {
    const at = this.at + offset;
    return at < this.text.length ? this.text.charCodeAt(at) : 0;
  }

  /** True when one of the characters is here. */
  isOneOf(characters: string): boolean {
    return this.at < this.text.length && characters.includes(this.text.charAt(this.at));
  }

  /** Passes characters that do not end a line. */
  skip(count = 1): void {
    for (let i = 0; i < count; i++) {
      const code = this.code();
      this.at += code >= 0xd800 && code <= 0xdbff ? 2 : 1;
      this.index++;
      this.column++;
    }
  }

  /** Takes one character. */
  read(): string {
    const start = this.at;
    this.skip();
    return this.text.slice(start, this.at);
  }

  /** Takes the end of a line as YAML reads it: one line feed, or the separator itself. Nothing when there is none. */
  readLine(): string {
    const code = this.code();
    if (!isBreak(code)) return '';
    const two = code === 13 && this.code(1) === 10;
    this.at += two ? 2 : 1;
    this.index += two ? 2 : 1;
    this.column = 0;
    this.line++;
    return code === lineSeparator || code === paragraphSeparator ? String.fromCharCode(code) : '\n';
  }

  skipComment(): void {
    if (this.code() === 35) while (!isBreakOrEnd(this.code())) this.skip();
  }

  skipBlanks(): void {
    while (isBlank(this.code())) this.skip();
  }

  /** True at the start of a line that begins with `---` or `...`. */
  atDocumentMark(mark: '-' | '.' | 'any' = 'any'): boolean {
    if (this.column !== 0) return false;
    const code = this.code();
    const expected = code === 45 ? '-' : code === 46 ? '.' : undefined;
    if (expected === undefined || (mark !== 'any' && mark !== expected)) return false;
    return this.code(1) === code && this.code(2) === code && isBlankOrEnd(this.code(3));
  }
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
// oxlint-disable-next-line no-control-regex -- these are the characters that YAML refuses
const refused = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

/**
 * The text of a document given as bytes: UTF-8, or UTF-16 after its byte order mark.
 *
 * @throws YamlError for the first place that is not well encoded or holds a character YAML does not take
 */
export function readText(bytes: string): string {
  if (bytes.startsWith('\xff\xfe')) return fromUtf16(bytes, 0);
  if (bytes.startsWith('\xfe\xff')) return fromUtf16(bytes, 1);
  let text: string;
  try {
    text = strict.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    throw new YamlError(`yaml: ${encodingProblem(bytes)}`);
  }
  if (text.startsWith('\ufeff')) text = text.slice(1);
  if (refused.test(text)) throw new YamlError(`yaml: ${controlCharacter}`);
  return text;
}

const controlCharacter = 'control characters are not allowed';

/** `low` is where in a pair of bytes the low one is. */
function fromUtf16(bytes: string, low: 0 | 1): string {
  const unit = (at: number): number => bytes.charCodeAt(at + low) | (bytes.charCodeAt(at + 1 - low) << 8);
  let text = '';
  for (let at = 2; at < bytes.length; at += 2) {
    if (at + 2 > bytes.length) throw new YamlError('yaml: incomplete UTF-16 character');
    const first = unit(at);
    if ((first & 0xfc00) === 0xdc00) throw new YamlError('yaml: unexpected low surrogate area');
    let character = String.fromCharCode(first);
    if ((first & 0xfc00) === 0xd800) {
      at += 2;
      if (at + 2 > bytes.length) throw new YamlError('yaml: incomplete UTF-16 surrogate pair');
      if ((unit(at) & 0xfc00) !== 0xdc00) throw new YamlError('yaml: expected low surrogate area');
      character += String.fromCharCode(unit(at));
    }
    if (refused.test(character)) throw new YamlError(`yaml: ${controlCharacter}`);
    text += character;
  }
  return text;
}

function encodingProblem(bytes: string): string {
  for (let at = 0; at < bytes.length;) {
    const first = bytes.charCodeAt(at);
    const width = first < 0x80 ? 1 : (first & 0xe0) === 0xc0 ? 2 : (first & 0xf0) === 0xe0 ? 3 : (first & 0xf8) === 0xf0 ? 4 : 0;
    if (width === 0) return 'invalid leading UTF-8 octet';
    if (at + width > bytes.length) return 'incomplete UTF-8 octet sequence';
    let code = width === 1 ? first : first & (0xff >> (width + 1));
    for (let i = 1; i < width; i++) {
      const next = bytes.charCodeAt(at + i);
      if ((next & 0xc0) !== 0x80) return 'invalid trailing UTF-8 octet';
      code = (code << 6) | (next & 0x3f);
    }
    if (code < ([0, 0, 0x80, 0x800, 0x10000][width] ?? 0)) return 'invalid length of a UTF-8 sequence';
    if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return 'invalid Unicode character';
    if (refused.test(String.fromCodePoint(code))) return controlCharacter;
    at += width;
  }
  return 'invalid Unicode character';
}
