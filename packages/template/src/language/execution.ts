import type { SignetError } from '@signet/errors';
import { templateErrors } from '../errors.ts';
import { hidden } from '../go/error.ts';
import { quote } from '../go/strconv.ts';
import { toGo, toText } from '../go/utf8.ts';
import type { Value } from '../go/value.ts';
import type { Limits } from '../limits.ts';
import { Budget } from '../run.ts';
import type { Run, Surroundings } from '../run.ts';
import { describe } from './describe.ts';
import type { Node } from './node.ts';

/**
 * What an operand has: a value, `null` for a nil inside an interface, or `undefined` where Go has no value at all (a missing key, a
 * nil that came through a pipeline). Errors and `<no value>` tell the last two apart.
 */
export type Reflected = Value | undefined;

/** Where a tree came from: what its errors need. */
export interface Origin {
  /** The name the text was parsed under. */
  readonly name: string;
  readonly text: string;
}

/** What a map does when it is asked for a key it has not. */
export type MissingKey = 'default' | 'zero' | 'error';

/** One rendering under way: its variables, its output so far, and the node it is at. */
export class Execution implements Run {
  readonly now: () => number;
  readonly random: (length: number) => Uint8Array;
  readonly budget: Budget;
  /** The node that an error now would be about. */
  at: Node | undefined;
  /** The template being executed, as errors show it: quoted. */
  executing: string;
  /** True while dot came out of an interface: only wording depends on it. */
  dotBoxed = false;
  /** Template calls inside each other. */
  depth = 0;

  readonly #origin: Origin;
  #output = '';
  #names: string[] = [];
  #values: Reflected[] = [];
  #boxed: boolean[] = [];

  constructor(origin: Origin, limits: Limits, surroundings: Surroundings) {
    this.now = surroundings.now;
    this.random = surroundings.random;
    this.budget = new Budget(limits, () => this.#where(), surroundings.spent);
    this.#origin = origin;
    this.executing = toText(quote(toGo(origin.name)));
  }

  get output(): string {
    return this.#output;
  }

  write(text: string): void {
    this.#output += text;
    const allowed = this.budget.limits.outputBytes;
    if (this.#output.length > allowed) throw this.limit('bytes of output', allowed);
  }

  /** How many variables there are. */
  get mark(): number {
    return this.#names.length;
  }

  push(name: string, value: Reflected): void {
    this.#names.push(name);
    this.#values.push(value);
    this.#boxed.push(false);
  }

  pop(mark: number): void {
    if (this.#names.length === mark) return;
    this.#names.length = mark;
    this.#values.length = mark;
    this.#boxed.length = mark;
  }

  /** The place of the variable declared last with a name. */
  find(name: string): number {
    const last = this.#names.length - 1;
    for (let i = last; i >= 0; i--) {
      if (this.#names[i] !== name) continue;
      if (last - i >= 32) this.budget.step((last - i) >> 5);
      return i;
    }
    throw this.error(`undefined variable: ${toText(name)}`);
  }

  get(place: number): Reflected {
    return this.#values[place];
  }

  isBoxed(place: number): boolean {
    return this.#boxed[place] === true;
  }

  set(place: number, value: Reflected, boxed = false): void {
    this.#values[place] = value;
    this.#boxed[place] = boxed;
  }

  /** Runs a template's body with no variables but its own `$`. */
  inside<T>(executing: string, dot: Reflected, run: () => T): T {
    const outer = [this.#names, this.#values, this.#boxed, this.executing, this.dotBoxed] as const;
    [this.#names, this.#values, this.#boxed] = [['$'], [dot], [false]];
    this.executing = executing;
    this.dotBoxed = false;
    this.depth++;
    const result = run();
    this.depth--;
    [this.#names, this.#values, this.#boxed, this.executing, this.dotBoxed] = outer;
    return result;
  }

  /** An error of execution at the present node. The message is JavaScript text without values. */
  error(message: string): SignetError {
    return templateErrors.EXECUTE({ message: this.#where() + message }, { at: this.#place() });
  }

  limit(limit: string, allowed: number): SignetError {
    return templateErrors.LIMIT({ where: this.#where(), limit, allowed }, { at: this.#place() });
  }

  #place(): { key: string; line?: number } {
    return this.at ? { key: this.#origin.name, line: this.#position(this.at.at).line } : { key: this.#origin.name };
  }

  #position(at: number): { line: number; column: number } {
    const before = this.#origin.text.slice(0, at);
    const lineStart = before.lastIndexOf('\n') + 1;
    return { line: before.split('\n').length, column: at - lineStart };
  }

  #where(): string {
    if (!this.at) return `template: ${this.#origin.name}: `;
    const { line, column } = this.#position(this.at.at);
    return `template: ${this.#origin.name}:${line}:${column}: executing ${this.executing} at <${shortened(describe(this.at))}>: `;
  }
}

const longestContext = 500;

/** What a node looks like, without the rest of what is very long. */
function shortened(context: string): string {
  return context.length > longestContext ? `${context.slice(0, longestContext)}${hidden}` : context;
}
