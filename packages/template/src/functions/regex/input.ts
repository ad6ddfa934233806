import { runeAt } from '../../go/utf8.ts';
import type { Run } from '../../run.ts';

const endOfText = -8;
const beginsLine = 1;
const endsLine = 2;
const beginsText = 4;
const endsText = 8;
const isBoundary = 16;
const isNoBoundary = 32;
/** Looks at a char of weight 1 that take about as long as one step of a rendering's budget. */
const looksPerStep = 8;

/**
 * A Go string as the input of a regular expression: the engine walks over its bytes, a byte that is not UTF-8 counts as U+FFFD, and
 * every look at a char is charged, so that an expression that looks at the same text again and again comes to an end.
 *
 * The shape is that of re2js's MachineInput: positions are bytes, `step` gives `rune << 3 | bytes`.
 */
export class BytesInput {
  readonly text: string;
  readonly #run: Run;
  readonly #prefix: string;
  readonly #weight: number;
  #looks = 0;

  /**
   * @param prefix the literal that every match begins with
   * @param weight what one look is charged: the engine may carry out several instructions for each
   */
  constructor(run: Run, text: string, prefix: string, weight: number) {
    this.text = text;
    this.#run = run;
    this.#prefix = prefix;
    this.#weight = weight;
  }

  step(at: number): number {
    if (at >= this.text.length) return endOfText;
    this.#look(this.#weight);
    const code = this.text.charCodeAt(at);
    if (code < 0x80) return (code << 3) | 1;
    const rune = runeAt(this.text, at);
    return (rune.code << 3) | rune.size;
  }

  /** Conditions between two chars, as a set of bits. */
  context(at: number): number {
    const before = at > 0 ? this.text.charCodeAt(at - 1) : -1;
    const after = at < this.text.length ? this.text.charCodeAt(at) : -1;
    let bits = isWord(before) === isWord(after) ? isNoBoundary : isBoundary;
    if (before === -1) bits |= beginsText | beginsLine;
    if (before === 10) bits |= beginsLine;
    if (after === -1) bits |= endsText | endsLine;
    if (after === 10) bits |= endsLine;
    return bits;
  }

  /** How far ahead the literal beginning of an expression is; -1 for nowhere. */
  index(_expression: unknown, at: number): number {
    const found = this.text.indexOf(this.#prefix, at);
    this.#look(((found === -1 ? this.text.length : found) - at) / 64);
    return found === -1 ? -1 : found - at;
  }

  canCheckPrefix(): boolean {
    return true;
  }

  endPos(): number {
    return this.text.length;
  }

  /** The engine's test for literals that every match holds: answered with "may be", which is always right. */
  hasString(): boolean {
    return true;
  }

  hasAnyString(): boolean {
    return true;
  }

  prefixLength(): number {
    return this.#prefix.length;
  }

  /** Charges work that the engine does without looking at a char. */
  charge(looks: number): void {
    this.#look(looks);
  }

  #look(cost: number): void {
    this.#looks += cost;
    if (this.#looks < looksPerStep) return;
    this.#run.budget.step(Math.floor(this.#looks / looksPerStep));
    this.#looks %= looksPerStep;
  }
}

function isWord(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122);
}
