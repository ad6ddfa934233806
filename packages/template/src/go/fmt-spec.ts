import type { Budget } from '../run.ts';
import { isAscii, runeAt } from './utf8.ts';

/** Flags, width and precision of one verb, and how they pad a text. */
export class Spec {
  width: number | undefined;
  precision: number | undefined;
  minus = false;
  plus = false;
  sharp = false;
  space = false;
  zero = false;
  /** `%+v`: fields with their names. */
  plusV = false;
  /** `%#v`: as Go source. */
  sharpV = false;
  readonly budget: Budget | undefined;

  constructor(budget: Budget | undefined) {
    this.budget = budget;
  }

  clear(): void {
    this.width = undefined;
    this.precision = undefined;
    this.minus = this.plus = this.sharp = this.space = this.zero = this.plusV = this.sharpV = false;
  }

  /** Pads to the width, counted in runes: right with spaces, left with spaces or zeros. */
  pad(text: string, zero: boolean = this.zero): string {
    // A rune has at most 4 bytes: what is long enough need not be counted.
    if (this.width === undefined || text.length >= 4 * this.width) return text;
    return this.padBy(text, this.width - runeCount(text), zero);
  }

  /** Pads with a known number of characters. */
  padBy(text: string, count: number, zero: boolean = this.zero): string {
    if (count <= 0) return text;
    this.budget?.make(count);
    if (this.minus) return text + ' '.repeat(count);
    return (zero ? '0' : ' ').repeat(count) + text;
  }

  /** Cuts a text at the precision, counted in runes. */
  truncate(text: string): string {
    if (this.precision === undefined || this.precision >= text.length) return text;
    this.budget?.step(this.precision >> 3);
    return text.slice(0, offsetOfRune(text, this.precision));
  }
}

/** utf8.RuneCountInString: a byte that is not UTF-8 counts as one. */
function runeCount(text: string): number {
  if (isAscii(text)) return text.length;
  let count = 0;
  for (let at = 0; at < text.length; at += runeAt(text, at).size) count++;
  return count;
}

function offsetOfRune(text: string, index: number): number {
  let at = 0;
  for (let count = 0; count < index && at < text.length; count++) at += runeAt(text, at).size;
  return at;
}
