import { fromRunes, isAscii } from '../../go/utf8.ts';
import { fn } from '../function.ts';
import type { FunctionTable, GoFunction } from '../function.ts';
import { countReading } from './reading.ts';
import { codes, mapRunes } from './runes.ts';
import { isDigit, isLetter, isLower, isSpace, isTitle, isUpper, lowerRune, titleRune, upperRune } from './unicode.ts';

/** Where strings.Title starts a word: after what is neither letter, digit nor underscore; beyond ASCII only after space. */
function isSeparator(code: number): boolean {
  if (code < 0x80) return !((code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95);
  return !isLetter(code) && !isDigit(code) && isSpace(code);
}

function title(text: string): string {
  let before = 32;
  return mapRunes(text, (code) => {
    const mapped = isSeparator(before) ? titleRune(code) : code;
    before = code;
    return mapped;
  });
}

/** Lower-cases the first rune of each word; words are parted by space. */
function untitle(text: string): string {
  let isFirst = true;
  return mapRunes(text, (code) => {
    if (isSpace(code)) {
      isFirst = true;
      return code;
    }
    const mapped = isFirst ? lowerRune(code) : code;
    isFirst = false;
    return mapped;
  });
}

function swapCase(text: string): string {
  let isFirst = true;
  return fromRunes(
    codes(text).map((code) => {
      if (isUpper(code) || isTitle(code)) {
        isFirst = false;
        return lowerRune(code);
      }
      if (isLower(code)) {
        const swapped = isFirst ? titleRune(code) : upperRune(code);
        isFirst = false;
        return swapped;
      }
      isFirst = isSpace(code);
      return code;
    }),
  );
}

/** The first byte of each word, each taken for a rune (so `é` gives `Ã`), as Sprig does. */
function initials(text: string): string {
  let isFirst = true;
  const found: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const byte = text.charCodeAt(at);
    if (isSpace(byte)) isFirst = true;
    else if (isFirst) {
      found.push(byte);
      isFirst = false;
    }
  }
  return fromRunes(found);
}

/** A function on text that looks at each rune; ASCII may have a way of its own. */
function byRunes(slow: (text: string) => string, ofAscii?: (text: string) => string): GoFunction {
  return fn('func(string) string', (run, text) => {
    if (ofAscii && isAscii(text)) {
      countReading(run, text, 1024);
      return ofAscii(text);
    }
    countReading(run, text, 2);
    return slow(text);
  });
}

/** Letters big and small. */
export const caseFunctions: FunctionTable = {
  upper: byRunes(
    (text) => mapRunes(text, upperRune),
    (text) => text.toUpperCase(),
  ),
  lower: byRunes(
    (text) => mapRunes(text, lowerRune),
    (text) => text.toLowerCase(),
  ),
  title: byRunes(title),
  untitle: byRunes(untitle),
  swapcase: byRunes(swapCase),
  initials: byRunes(initials),
};
