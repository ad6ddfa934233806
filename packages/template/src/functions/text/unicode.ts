/**
 * Cased characters that are newer than Unicode 15.0, the version of Go's tables: for Go they have no case. First and last of each range.
 */
const newerThanGo: readonly (readonly [number, number])[] = [
  [0x1c89, 0x1c8a],
  [0xa7cb, 0xa7cf],
  [0xa7d2, 0xa7d2],
  [0xa7d4, 0xa7d4],
  [0xa7da, 0xa7dc],
  [0x10d50, 0x10d85],
  [0x16ea0, 0x16ed3],
];

function isNewer(code: number): boolean {
  return code >= 0x1c89 && newerThanGo.some(([first, last]) => code >= first && code <= last);
}

/** The mapping when it is from one character to one that Go knows too; else the character itself. */
function simple(code: number, mapped: string): number {
  const to = mapped.codePointAt(0) ?? code;
  if (mapped.length !== (to > 0xffff ? 2 : 1)) return code;
  return isNewer(to) || isNewer(code) ? code : to;
}

/** Greek letters with iota below: their simple upper case (also their title case) is one letter, their full one is two. */
function withIota(code: number): number | undefined {
  if (code >= 0x1f80 && code <= 0x1faf) return code | 8;
  if (code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3) return code + 9;
  return undefined;
}

/** Go's unicode.ToUpper: one rune to one rune, so `ß` stays. */
export function upperRune(code: number): number {
  if (code < 0x80) return code >= 97 && code <= 122 ? code - 32 : code;
  if (code >= 0x1f80 && code <= 0x1fff) {
    const special = withIota(code);
    if (special !== undefined) return special;
  }
  return simple(code, String.fromCodePoint(code).toUpperCase());
}

/** Go's unicode.ToLower. */
export function lowerRune(code: number): number {
  if (code < 0x80) return code >= 65 && code <= 90 ? code + 32 : code;
  if (code === 0x130) return 0x69;
  return simple(code, String.fromCodePoint(code).toLowerCase());
}

/** Go's unicode.ToTitle: as upper case but for the digraphs (`ǆ` becomes `ǅ`) and Georgian, which has no title case. */
export function titleRune(code: number): number {
  if (code >= 0x1c4 && code <= 0x1cc) return code - ((code - 0x1c4) % 3) + 1;
  if (code >= 0x1f1 && code <= 0x1f3) return 0x1f2;
  if (code >= 0x10d0 && code <= 0x10ff) return code;
  return upperRune(code);
}

/** Go's unicode.IsSpace. */
export function isSpace(code: number): boolean {
  if (code < 0x80) return code === 32 || (code >= 9 && code <= 13);
  return (
    code === 0x85 ||
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

/** Tells whether a rune is in a class; classes differ from Go's only in characters assigned after Unicode 15.0. */
function inClass(pattern: RegExp): (code: number) => boolean {
  return (code) => pattern.test(String.fromCodePoint(code));
}

const letter = inClass(/\p{L}/u);
const upper = inClass(/\p{Lu}/u);
const lower = inClass(/\p{Ll}/u);
const punctuation = inClass(/\p{P}/u);

/** Go's unicode.IsLetter. */
export function isLetter(code: number): boolean {
  return code < 0x80 ? (code >= 97 && code <= 122) || (code >= 65 && code <= 90) : letter(code);
}

/** Go's unicode.IsUpper. */
export function isUpper(code: number): boolean {
  return code < 0x80 ? code >= 65 && code <= 90 : upper(code) && !isNewer(code);
}

/** Go's unicode.IsLower. */
export function isLower(code: number): boolean {
  // U+0295 lost its case after Unicode 15.0.
  return code < 0x80 ? code >= 97 && code <= 122 : (lower(code) && !isNewer(code)) || code === 0x295;
}

/** Go's unicode.IsTitle. */
export const isTitle: (code: number) => boolean = inClass(/\p{Lt}/u);
/** Go's unicode.IsNumber. */
export const isNumber: (code: number) => boolean = inClass(/\p{N}/u);
/** Go's unicode.IsDigit. */
export const isDigit: (code: number) => boolean = inClass(/\p{Nd}/u);

/** Go's unicode.IsPunct: the symbols `$+<=>^`, backquote, `|` and `~` are none. */
export function isPunctuation(code: number): boolean {
  return punctuation(code);
}
