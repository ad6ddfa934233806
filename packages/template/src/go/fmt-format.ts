import type { Budget } from '../run.ts';
import { Printer } from './fmt-printer.ts';
import { fromRunes, runeAt } from './utf8.ts';
import { Integer, typeOf } from './value.ts';
import type { Value } from './value.ts';

/** Widths and precisions beyond this are refused. */
const largest = 1_000_000;

/** fmt.Sprintf: all verbs and flags; mistakes are reported in the text (`%!d(string=hi)`), as Go does. */
export function sprintf(format: string, values: readonly Value[], budget?: Budget): string {
  return new Formatting(format, values, budget).run();
}

class Formatting {
  readonly #format: string;
  readonly #values: readonly Value[];
  readonly #printer: Printer;
  #at = 0;
  #next = 0;
  /** An index was used: unused operands are no mistake any more. */
  #isReordered = false;
  /** The index just read is not one of an operand. */
  #isBadIndex = false;
  /** An index was just read, so that only `*` or the verb may follow. */
  #isAfterIndex = false;
  /** No `]` is left. */
  #isUnclosed = false;

  constructor(format: string, values: readonly Value[], budget: Budget | undefined) {
    this.#format = format;
    this.#values = values;
    this.#printer = new Printer(budget);
  }

  run(): string {
    const format = this.#format;
    const printer = this.#printer;
    while (this.#at < format.length) {
      const percent = format.indexOf('%', this.#at);
      if (percent !== this.#at) printer.out += percent < 0 ? format.slice(this.#at) : format.slice(this.#at, percent);
      if (percent < 0) break;
      this.#at = percent + 1;
      printer.beginDirective();
      this.#directive();
      // One operand can be taken by many verbs.
      if (printer.isOwing) printer.charge();
    }
    if (!this.#isReordered && this.#next < this.#values.length) this.#extra();
    return printer.out;
  }

  #directive(): void {
    const { spec } = this.#printer;
    spec.clear();
    this.#isBadIndex = false;
    this.#isAfterIndex = false;
    this.#flags();
    this.#index();
    this.#width();
    this.#precision();
    if (!this.#isAfterIndex) this.#index();
    if (this.#at >= this.#format.length) {
      this.#printer.out += '%!(NOVERB)';
      return;
    }
    const { code, size } = runeAt(this.#format, this.#at);
    const verb = fromRunes([code]);
    this.#at += size;
    this.#verb(verb);
  }

  #verb(verb: string): void {
    const printer = this.#printer;
    const { spec } = printer;
    if (verb === '%') {
      printer.out += '%';
    } else if (this.#isBadIndex) {
      printer.out += `%!${verb}(BADINDEX)`;
    } else if (this.#next >= this.#values.length) {
      printer.out += `%!${verb}(MISSING)`;
    } else {
      if (verb === 'v' || verb === 'w') {
        spec.sharpV = spec.sharp;
        spec.sharp = false;
        spec.plusV = spec.plus;
        spec.plus = false;
      }
      printer.print(this.#values[this.#next++] ?? null, verb);
    }
  }

  #flags(): void {
    const { spec } = this.#printer;
    for (; ; this.#at++) {
      switch (this.#format.charCodeAt(this.#at)) {
        case 0x23:
          spec.sharp = true;
          break;
        case 0x30:
          spec.zero = true;
          break;
        case 0x2b:
          spec.plus = true;
          break;
        case 0x2d:
          spec.minus = true;
          break;
        case 0x20:
          spec.space = true;
          break;
        default:
          return;
      }
    }
  }

  #width(): void {
    const { spec } = this.#printer;
    if (this.#format[this.#at] === '*') {
      this.#at++;
      const given = this.#star();
      if (given === undefined) {
        this.#printer.out += '%!(BADWIDTH)';
      } else if (given < 0) {
        spec.width = -given;
        spec.minus = true;
        spec.zero = false;
      } else spec.width = given;
      this.#isAfterIndex = false;
      return;
    }
    spec.width = this.#number();
    // `%[3]2d`: the index does not stand before the verb.
    if (this.#isAfterIndex && spec.width !== undefined) this.#isBadIndex = true;
  }

  #precision(): void {
    const { spec } = this.#printer;
    // A point that ends the format is taken for the verb.
    if (this.#format[this.#at] !== '.' || this.#at + 1 >= this.#format.length) return;
    this.#at++;
    if (this.#isAfterIndex) this.#isBadIndex = true;
    this.#index();
    if (this.#format[this.#at] === '*') {
      this.#at++;
      const given = this.#star();
      if (given === undefined || given < 0) this.#printer.out += '%!(BADPREC)';
      else spec.precision = given;
      this.#isAfterIndex = false;
      return;
    }
    spec.precision = this.#number() ?? 0;
  }

  /** Digits as a number; one that is far too long swallows the rest of the format. */
  #number(): number | undefined {
    const start = this.#at;
    while (isDigit(this.#format, this.#at)) this.#at++;
    if (this.#at === start) return undefined;
    const number = decimal(this.#format.slice(start, this.#at));
    if (number === undefined) this.#at = this.#format.length;
    return number;
  }

  /** The operand of a `*`: an integer within limits. */
  #star(): number | undefined {
    if (this.#next >= this.#values.length) return undefined;
    const value = this.#values[this.#next++];
    const number = typeof value === 'bigint' ? value : value instanceof Integer ? value.value : undefined;
    return number === undefined || number > BigInt(largest) || number < -BigInt(largest) ? undefined : Number(number);
  }

  /** `[n]`: the operand to take next. */
  #index(): void {
    const start = this.#at;
    const format = this.#format;
    if (format[start] !== '[') {
      this.#isAfterIndex = false;
      return;
    }
    this.#isReordered = true;
    // Less than `[n]` is left: no index can be there.
    const close = this.#isUnclosed || format.length - start < 3 ? -1 : format.indexOf(']', start);
    // Not looked for again: that would take the square of the format's length.
    if (close < 0) this.#isUnclosed = true;
    this.#at = close < 0 ? start + 1 : close + 1;
    const number = close < 0 ? undefined : decimal(format.slice(start + 1, close));
    // A number that is merely out of range still counts as an index.
    this.#isAfterIndex = number !== undefined;
    if (number !== undefined && number >= 1 && number <= this.#values.length) this.#next = number - 1;
    else this.#isBadIndex = true;
  }

  /** Operands that no verb took. */
  #extra(): void {
    const printer = this.#printer;
    printer.spec.clear();
    printer.out += '%!(EXTRA ';
    this.#values.slice(this.#next).forEach((value, i) => {
      if (i > 0) printer.out += ', ';
      if (value === null) printer.out += '<nil>';
      else {
        printer.out += `${typeOf(value)?.text}=`;
        printer.print(value, 'v');
      }
    });
    printer.out += ')';
  }
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

/** Decimal digits as a number, unless there are so many that leaving the last one off is still too much. */
function decimal(digits: string): number | undefined {
  if (!/^\d+$/.test(digits) || Number(digits.slice(0, -1)) > largest) return undefined;
  return Number(digits);
}
