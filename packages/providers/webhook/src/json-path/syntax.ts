/** One step of a JSONPath. */
export type Step =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined; readonly step: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'filter'; readonly condition: Condition }
  /** The value itself and everything within it. */
  | { readonly kind: 'descent' };

/** What a filter asks of each value. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'comparison'; readonly left: Operand; readonly operator: string; readonly right: Operand }
  | { readonly kind: 'is'; readonly operand: Operand };

/** A literal, or a path from the value in question (`@`) or from the whole (`$`). */
export type Operand =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'path'; readonly from: '@' | '$'; readonly steps: readonly Step[] };

/** The text is no JSONPath; says where. */
export class JsonPathSyntaxError extends Error {
  /** @param at 0-based */
  constructor(at: number) {
    super(`it is not a JSONPath from character ${at + 1} on`);
  }
}

/** Levels of brackets in a filter. */
const maxDepth = 50;

/**
 * Reads a JSONPath: `$.a['b'][0]`, `[*]`, `..name`, `[1,2]`, `['a','b']`, `[1:3]`, `[?(@.name == "x" && @.age > 3)]`. What
 * PaesslerAG/jsonpath has besides (scripts, placeholders, arithmetic) is refused.
 *
 * @throws JsonPathSyntaxError
 */
export function readJsonPath(text: string): readonly Step[] {
  // A path without `$` begins with the name of a member.
  const reader = new Reader(text.trim().replace(/^(?=[^$.[])/, '$.'));
  reader.take('$');
  const steps = reader.steps();
  if (!reader.isAtEnd) reader.fail();
  return steps;
}

const operators = /(?:==|!=|<=|>=|<|>)/y;
const number = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const integer = /-?\d+/y;
const name = /[^\s.[\]()'",:*?@$=!<>&|]+/y;

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  fail(): never {
    throw new JsonPathSyntaxError(this.#at);
  }

  take(sign: string): void {
    if (!this.#takes(sign)) this.fail();
  }

  steps(): readonly Step[] {
    const steps: Step[] = [];
    for (;;) {
      if (this.#takes('..')) {
        steps.push({ kind: 'descent' });
        if (!this.#sees('[')) steps.push(this.#named());
      } else if (this.#takes('.')) {
        if (!this.#sees('[')) steps.push(this.#named());
      } else if (this.#takes('[')) {
        steps.push(this.#bracket());
      } else {
        return steps;
      }
    }
  }

  #named(): Step {
    if (this.#takes('*')) return { kind: 'all' };
    return { kind: 'names', names: [this.#match(name) ?? this.fail()] };
  }

  #bracket(): Step {
    this.#space();
    const step = this.#selector();
    this.#space();
    this.take(']');
    return step;
  }

  #selector(): Step {
    if (this.#takes('*')) return { kind: 'all' };
    if (this.#takes('?')) return { kind: 'filter', condition: this.#or() };
    if (this.#sees('"') || this.#sees("'")) return { kind: 'names', names: this.#list(() => this.#string()) };
    const first = this.#match(integer);
    this.#space();
    if (this.#sees(':')) return this.#slice(first);
    if (first === undefined) this.fail();
    const more = this.#takes(',') ? this.#list(() => this.#integer()) : [];
    return { kind: 'indexes', indexes: [Number(first), ...more] };
  }

  #slice(first: string | undefined): Step {
    const bound = (): number | undefined => {
      this.#space();
      const text = this.#match(integer);
      this.#space();
      return text === undefined ? undefined : Number(text);
    };
    this.take(':');
    const to = bound();
    const step = this.#takes(':') ? (bound() ?? 1) : 1;
    if (step <= 0) this.fail();
    return { kind: 'slice', from: first === undefined ? undefined : Number(first), to, step };
  }

  #list<T>(item: () => T): readonly T[] {
    const items: T[] = [];
    do {
      this.#space();
      items.push(item());
      this.#space();
    } while (this.#takes(','));
    return items;
  }

  #or(): Condition {
    let left = this.#and();
    for (this.#space(); this.#takes('||'); this.#space()) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Condition {
    let left = this.#unary();
    for (this.#space(); this.#takes('&&'); this.#space()) left = { kind: 'and', left, right: this.#unary() };
    return left;
  }

  #unary(): Condition {
    if (++this.#depth > maxDepth) this.fail();
    try {
      this.#space();
      if (this.#takes('!')) return { kind: 'not', of: this.#unary() };
      if (!this.#takes('(')) return this.#comparison();
      const inner = this.#or();
      this.#space();
      this.take(')');
      return inner;
    } finally {
      this.#depth--;
    }
  }

  #comparison(): Condition {
    const left = this.#operand();
    this.#space();
    const operator = this.#match(operators);
    return operator === undefined ? { kind: 'is', operand: left } : { kind: 'comparison', left, operator, right: this.#operand() };
  }

  #operand(): Operand {
    this.#space();
    if (this.#takes('@')) return { kind: 'path', from: '@', steps: this.steps() };
    if (this.#takes('$')) return { kind: 'path', from: '$', steps: this.steps() };
    if (this.#sees('"') || this.#sees("'")) return { kind: 'literal', value: this.#string() };
    const digits = this.#match(number);
    if (digits !== undefined) return { kind: 'literal', value: Number(digits) };
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
      ['nil', null],
    ] as const) {
      if (this.#takes(word)) return { kind: 'literal', value };
    }
    return this.fail();
  }

  #integer(): number {
    return Number(this.#match(integer) ?? this.fail());
  }

  #string(): string {
    const quote = this.#text[this.#at] ?? '';
    let value = '';
    for (this.#at++; this.#text[this.#at] !== quote; this.#at++) {
      if (this.isAtEnd) this.fail();
      if (this.#text[this.#at] === '\\') this.#at++;
      value += this.#text[this.#at] ?? '';
    }
    this.#at++;
    return value;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #sees(sign: string): boolean {
    return this.#text.startsWith(sign, this.#at);
  }

  #takes(sign: string): boolean {
    if (!this.#sees(sign)) return false;
    this.#at += sign.length;
    return true;
  }

  #space(): void {
    while (this.#text[this.#at] === ' ') this.#at++;
  }
}
