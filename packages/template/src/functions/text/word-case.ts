import { fromRunes, runeAt } from '../../go/utf8.ts';
import type { Rune } from '../../go/utf8.ts';
import { isConnector } from './pascal-case.ts';
import { isLetter, isNumber, isPunctuation, isUpper, lowerRune } from './unicode.ts';

type Kind = 'number' | 'upper' | 'alphabet' | 'connector' | 'punctuation' | 'other' | 'invalid';

interface Word {
  readonly kind: Kind;
  readonly text: string;
}

/** A letter that is not a CJK ideograph: only those make words. */
function isAlphabet(code: number): boolean {
  if (!isLetter(code)) return false;
  if (code < 0x3400) return true;
  return !((code >= 0x4e00 && code <= 0x9fcc) || code <= 0x4d85 || (code >= 0x20000 && code <= 0x2b81d));
}

/**
 * The next rune that is valid UTF-8, counting the bad bytes before it as part of it. At the end the rune before stands in, with the
 * size of the bad bytes that were left.
 */
function validRune(text: string, from: number, before: number): Rune {
  for (let at = from; at < text.length;) {
    const rune = runeAt(text, at);
    at += rune.size;
    if (rune.code !== 0xfffd) return { code: rune.code, at: from, size: at - from };
  }
  return { code: before, at: from, size: text.length - from };
}

/** Reads the word at the front. */
function nextWord(text: string): Word {
  const first = validRune(text, 0, 0xfffd);
  if (first.code === 0xfffd) return { kind: 'invalid', text: text.slice(0, first.size) };

  /** The end of the run of runes from an offset for which a test holds, and the rune that ended it. */
  const run = (
    from: number,
    before: number,
    goesOn: (code: number, size: number) => boolean,
  ): { end: number; last: Rune; stop: number } => {
    let end = from;
    let last: Rune = { code: before, at: from, size: 0 };
    while (end < text.length) {
      const rune = validRune(text, end, last.code === 0xfffd ? before : last.code);
      if (!goesOn(rune.code, rune.size)) return { end, last, stop: rune.code };
      last = rune;
      end += rune.size;
    }
    return { end, last, stop: -1 };
  };
  const word = (kind: Kind, goesOn: (code: number, size: number) => boolean): Word => ({
    kind,
    text: text.slice(0, run(first.size, first.code, goesOn).end),
  });

  if (isConnector(first.code)) return word('connector', isConnector);
  if (isPunctuation(first.code)) return word('punctuation', isPunctuation);
  if (isUpper(first.code)) {
    const shout = run(first.size, first.code, isUpper);
    if (shout.end > first.size) {
      // The last big letter of "HTTPStatus" begins the next word.
      const end = shout.end < text.length && isAlphabet(shout.stop) ? shout.last.at : shout.end;
      return { kind: 'upper', text: text.slice(0, end) };
    }
    return word('upper', (code) => isAlphabet(code) && !isUpper(code));
  }
  if (isAlphabet(first.code)) return word('alphabet', (code) => isAlphabet(code) && !isUpper(code));
  if (isNumber(first.code)) return word('number', isNumber);
  return word('other', (code) => !(isConnector(code) || isAlphabet(code) || isNumber(code) || isPunctuation(code)));
}

/** The words of a text with a look ahead of one; at the end the word is `invalid` and empty. */
class Words {
  #rest: string;
  current: Word = { kind: 'invalid', text: '' };

  constructor(text: string) {
    this.#rest = text;
    this.advance();
  }

  get hasMore(): boolean {
    return this.#rest.length > 0;
  }

  isAt(kind: Kind): boolean {
    return this.current.kind === kind;
  }

  advance(): void {
    this.current = this.#rest === '' ? { kind: 'invalid', text: '' } : nextWord(this.#rest);
    this.#rest = this.#rest.slice(this.current.text.length);
  }
}

/** Only words that begin with a big letter are made small; a run of connectors becomes as many of the wanted one. */
function small({ kind, text }: Word, connector: string): string {
  if (kind !== 'upper' && kind !== 'connector') return text;
  let made = '';
  for (let at = 0; at < text.length;) {
    const rune = runeAt(text, at);
    at += rune.size;
    made += isConnector(rune.code) ? connector : fromRunes([isUpper(rune.code) ? lowerRune(rune.code) : rune.code]);
  }
  return made;
}

const joinsNumber = (kind: Kind): boolean => kind === 'alphabet' || kind === 'number';
const needsConnector = (kind: Kind): boolean => kind !== 'connector' && kind !== 'punctuation';

/**
 * Parts words with a connector and makes them small: `HTTPServer` is `http_server`, `http2xx` is `http_2xx`, `Bld4Floor3rd` is
 * `bld4_floor_3rd` (a number belongs to the word before it, unless small letters follow it).
 */
export function connectWords(text: string, connector: '_' | '-'): string {
  if (text === '') return '';
  const words = new Words(text);
  let made = '';
  const rest = (): void => {
    while (joinsNumber(words.current.kind)) {
      made += small(words.current, connector);
      words.advance();
    }
    if (words.current.kind !== 'invalid' && needsConnector(words.current.kind)) made += connector;
  };

  while (words.hasMore) {
    const word = words.current;
    if (word.kind !== 'connector') made += small(word, connector);
    words.advance();

    if (word.kind === 'number') rest();
    else if (word.kind === 'connector') made += small(word, connector);
    else if (word.kind !== 'punctuation') {
      if (words.current.kind !== 'number') {
        if (needsConnector(words.current.kind)) made += connector;
      } else if (words.hasMore) {
        const digits = words.current.text;
        words.advance();
        if (words.isAt('alphabet')) {
          made += connector + digits;
          rest();
        } else {
          made += digits;
          if (needsConnector(words.current.kind)) made += connector;
        }
      }
    }
  }
  return made + small(words.current, connector);
}
