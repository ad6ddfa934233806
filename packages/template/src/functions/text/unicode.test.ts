import { expect, test } from 'vitest';
import { isLower, isSpace, isTitle, isUpper, lowerRune, titleRune, upperRune } from './unicode.ts';

const code = (text: string): number => text.codePointAt(0) ?? 0;

// Expected: Go's unicode package (Unicode 15.0): one rune to one rune.
test.each([
  // rune    upper     lower     title
  ['a', 'A', 'a', 'A'],
  ['Z', 'Z', 'z', 'Z'],
  ['é', 'É', 'é', 'É'],
  ['ß', 'ß', 'ß', 'ß'],
  ['ẞ', 'ẞ', 'ß', 'ẞ'],
  ['ŉ', 'ŉ', 'ŉ', 'ŉ'],
  ['İ', 'İ', 'i', 'İ'],
  ['ı', 'I', 'ı', 'I'],
  ['ſ', 'S', 'ſ', 'S'],
  ['µ', 'Μ', 'µ', 'Μ'],
  ['ς', 'Σ', 'ς', 'Σ'],
  ['Σ', 'Σ', 'σ', 'Σ'],
  ['ǆ', 'Ǆ', 'ǆ', 'ǅ'],
  ['ǅ', 'Ǆ', 'ǆ', 'ǅ'],
  ['Ǆ', 'Ǆ', 'ǆ', 'ǅ'],
  ['ǳ', 'Ǳ', 'ǳ', 'ǲ'],
  ['ᾀ', 'ᾈ', 'ᾀ', 'ᾈ'],
  ['ᾈ', 'ᾈ', 'ᾀ', 'ᾈ'],
  ['ῳ', 'ῼ', 'ῳ', 'ῼ'],
  ['ΐ', 'ΐ', 'ΐ', 'ΐ'],
  ['ﬁ', 'ﬁ', 'ﬁ', 'ﬁ'],
  ['ა', 'Ა', 'ა', 'ა'],
  ['K', 'K', 'k', 'K'],
  ['𐐨', '𐐀', '𐐨', '𐐀'],
  ['\u019b', '\u019b', '\u019b', '\u019b'],
  ['\ua7cb', '\ua7cb', '\ua7cb', '\ua7cb'],
  ['日', '日', '日', '日'],
])('%s', (rune, upper, lower, title) => {
  expect([upperRune(code(rune)), lowerRune(code(rune)), titleRune(code(rune))]).toEqual([code(upper), code(lower), code(title)]);
});

test('classes', () => {
  expect(Array.from('aAǅ\u0295\u1c89').map((rune) => [isLower(code(rune)), isUpper(code(rune)), isTitle(code(rune))])).toEqual([
    [true, false, false],
    [false, true, false],
    [false, false, true],
    [true, false, false],
    [false, false, false],
  ]);
  expect(Array.from(' \t\v\u0085\u00a0\u1680\u2000\u200a\u2028\u202f\u205f\u3000').every((rune) => isSpace(code(rune)))).toBe(true);
  expect(Array.from('a\u200b\ufeff\u180e\u001c').some((rune) => isSpace(code(rune)))).toBe(false);
});
