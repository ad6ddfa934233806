import type { Budget } from '../run.ts';
import { Printer } from './fmt-printer.ts';
import { runeAt } from './utf8.ts';
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
      this.#directive();
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
    const { size } = runeAt(this.#format, this.#at);
    const verb = this.#format.slice(this.#at, this.#at + size);
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
      if (verb === 'v') {
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
    if (this.#format[this.#at] !== '.') return;
    this.#at++;
    if (this.#isAfterIndex) this.#isBadIndex = true;
    this.#index();
    if (this.#format[this.#at] === '*') {
      this.#at++;
      const given = this.#star();
      if (given === undefined) this.#printer.out += '%!(BADPREC)';
      // A negative precision is none.
      else if (given >= 0) spec.precision = given;
      this.#isAfterIndex = false;
      return;
    }
    spec.precision = this.#number() ?? 0;
  }

  /** Digits as a number; one that is far too long swallows the rest of the format. */
  #number(): number | undefined {
    const start = this.#at;
    let number = 0;
    for (; this.#at < this.#format.length; this.#at++) {
      const digit = this.#format.charCodeAt(this.#at) - 0x30;
      if (!(digit >= 0 && digit <= 9)) break;
      if (number > largest) {
        this.#at = this.#format.length;
        return undefined;
      }
      number = number * 10 + digit;
    }
    return this.#at === start ? undefined : number;
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
    const close = format.indexOf(']', start);
    this.#at = close < 0 ? start + 1 : close + 1;
    const digits = close < 0 ? '' : format.slice(start + 1, close);
    const index = /^\d{1,8}$/.test(digits) ? Number(digits) - 1 : -1;
    if (index >= 0 && index < this.#values.length) {
      this.#next = index;
      this.#isAfterIndex = true;
      return;
    }
    this.#isBadIndex = true;
    // A number that is merely out of range still counts as an index.
    this.#isAfterIndex = /^\d+$/.test(digits);
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
