import type { Place, SignetError } from '@signet/errors';
import { templateErrors } from '../errors.ts';
import { GoError } from '../go/error.ts';
import type { Lexer } from './lexer.ts';
import { describeToken } from './token.ts';
import type { Token, TokenKind } from './token.ts';

/** Where an error is, in words and apart. */
export interface Where {
  readonly where: string;
  readonly at: Place;
}

/** Tokens of one text: far more than a template that a person wrote, few enough to be read in no time. */
export const maxTokens = 100_000;
const kept = 256;
const stepsBack = 16;

/** A place among the tokens of a template, with the errors that say where it is. */
export class Cursor {
  /** The line of the action being read, 0 outside. */
  actionLine = 0;
  readonly #name: string;
  readonly #lexer: Lexer;
  /** The last tokens seen: the parser steps back by a few at most. */
  #tokens: Token[] = [];
  /** How many tokens are no longer kept. */
  #dropped = 0;
  #next = 0;

  /** @param name the template, for errors */
  constructor(name: string, lexer: Lexer) {
    this.#name = name;
    this.#lexer = lexer;
  }

  /** Tokens read so far. */
  get count(): number {
    return this.#dropped + this.#next;
  }

  peek(): Token {
    return this.#tokens[this.#next] ?? this.#lex();
  }

  #lex(): Token {
    if (this.#next >= kept) {
      this.#tokens = this.#tokens.slice(-stepsBack);
      this.#dropped += this.#next - this.#tokens.length;
      this.#next = this.#tokens.length;
    }
    const token = this.#lexer.next();
    this.#tokens.push(token);
    if (this.#dropped + this.#next > maxTokens) {
      const { where, at } = this.place();
      throw templateErrors.LIMIT({ where, limit: 'tokens', allowed: maxTokens }, { at });
    }
    return token;
  }

  take(): Token {
    const token = this.peek();
    this.#next++;
    return token;
  }

  /** The next token that is not space; space before it is passed. */
  peekWord(): Token {
    let token = this.peek();
    while (token.kind === 'space') {
      this.#next++;
      token = this.peek();
    }
    return token;
  }

  takeWord(): Token {
    const token = this.peekWord();
    this.#next++;
    return token;
  }

  /** Passes one token. @returns the place it was at, for `backTo` */
  skip(): number {
    return this.#dropped + this.#next++;
  }

  back(): void {
    this.#next--;
  }

  backTo(place: number): void {
    this.#next = place - this.#dropped;
  }

  /** The next token that is not space, which must be of a kind. */
  expect(kind: TokenKind, context: string): Token {
    const token = this.takeWord();
    if (token.kind !== kind) throw this.unexpected(token, context);
    return token;
  }

  /** Where errors are. Go counts the line of the last token it has looked at, which may be beyond the one complained about. */
  place(): Where {
    const line = this.#tokens.at(-1)?.line ?? 1;
    return { where: `template: ${this.#name}:${line}: `, at: { key: this.#name, line } };
  }

  error(message: string, { where, at }: Where = this.place()): SignetError {
    return templateErrors.PARSE({ message: where + message }, { at });
  }

  unexpected(token: Token, context: string): SignetError {
    if (token.kind !== 'error') return this.error(`unexpected ${describeToken(token)} in ${context}`);
    if (this.actionLine === 0 || this.actionLine === token.line) return this.error(token.text);
    const action = token.text.endsWith(' action') ? '' : ' in action';
    return this.error(`${token.text}${action} started at ${this.#name}:${this.actionLine}`);
  }

  /** Runs what may throw a GoError and gives it the place. */
  placed<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw error instanceof GoError ? this.error(error.message) : error;
    }
  }
}
