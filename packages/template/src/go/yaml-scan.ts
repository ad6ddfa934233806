import { Cursor, isBlank, isBlankOrEnd, isBreak } from './yaml-cursor.ts';
import { scanError } from './yaml-error.ts';
import { blockScalar, plainScalar, quotedScalar } from './yaml-scalar.ts';
import { anchorToken, directiveToken, tagToken } from './yaml-tag.ts';
import { token } from './yaml-token.ts';
import type { Token, TokenType } from './yaml-token.ts';

/** A place where a key without `?` may have started: only the `:` after it tells. */
interface PossibleKey {
  /** Number of the token it would start with. */
  readonly token: number;
  /** True when nothing but a key may stand there. */
  readonly isRequired: boolean;
  readonly index: number;
  readonly line: number;
  readonly column: number;
}

/** A key without `?` stands in one line and is not longer than this. */
const longestKey = 1024;

/** Cuts a YAML 1.1 text into tokens, one ahead as far as a possible key needs it. Indentation becomes tokens of its own. */
export class Scanner {
  readonly #cursor: Cursor;
  readonly #queue: Token[] = [];
  #taken = 0;
  #indent = -1;
  readonly #indents: number[] = [];
  /** One place per open flow collection, and one for the block outside. */
  readonly #keys: (PossibleKey | undefined)[] = [undefined];
  /** Numbers of the tokens that have to wait until it is known whether a key starts with them, and the level of that key. */
  readonly #waiting = new Map<number, number>();
  /** Per level the number under which its last key waited; a level without keys has that of its own bracket. */
  readonly #lastKeys: number[] = [-1];
  #keyAllowed = true;
  #ended = false;

  constructor(text: string) {
    this.#cursor = new Cursor(text);
  }

  /** The next token, which stays. */
  peek(): Token {
    while (this.#needsMore()) this.#fetch();
    return this.#queue[0] ?? token('stream end', this.#cursor.line);
  }

  /** Passes the token last seen. */
  skip(): void {
    this.#queue.shift();
    this.#taken++;
  }

  #needsMore(): boolean {
    if (this.#queue.length === 0) return !this.#ended;
    const level = this.#waiting.get(this.#taken);
    return level !== undefined && this.#isStillPossible(level);
  }

  get #flow(): number {
    return this.#keys.length - 1;
  }

  #add(type: TokenType, rest: Partial<Token> = {}): void {
    this.#queue.push(token(type, this.#cursor.line, rest));
  }

  #isStillPossible(level: number): boolean {
    const key = this.#keys[level];
    if (!key) return false;
    if (key.line >= this.#cursor.line && key.index + longestKey >= this.#cursor.index) return true;
    if (key.isRequired) throw scanError(this.#cursor.line, "could not find expected ':'");
    this.#keys[level] = undefined;
    return false;
  }

  /** A key may start here, if keys may start here at all. */
  #markKey(): void {
    if (!this.#keyAllowed) return;
    const { index, line, column } = this.#cursor;
    const isRequired = this.#flow === 0 && this.#indent === column;
    const number = this.#taken + this.#queue.length;
    this.#dropKey();
    this.#keys[this.#flow] = { token: number, isRequired, index, line, column };
    this.#waiting.set(number, this.#flow);
    this.#lastKeys[this.#flow] = number;
  }

  #dropKey(): void {
    const key = this.#keys[this.#flow];
    if (!key) return;
    if (key.isRequired) throw scanError(this.#cursor.line, "could not find expected ':'");
    this.#keys[this.#flow] = undefined;
    this.#waiting.delete(key.token);
  }

  /** Opens a block at a column that is further in; `at` is the number of the token before which it opens. */
  #indentTo(column: number, type: TokenType, at = this.#taken + this.#queue.length, line = this.#cursor.line): void {
    if (this.#flow > 0 || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    this.#queue.splice(at - this.#taken, 0, token(type, line));
  }

  #unindentTo(column: number): void {
    if (this.#flow > 0) return;
    while (this.#indent > column) {
      this.#add('block end');
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  #toNextToken(): void {
    const cursor = this.#cursor;
    for (;;) {
      if (cursor.column === 0 && cursor.code() === 0xfeff) cursor.skip();
      while (cursor.code() === 32 || (cursor.code() === 9 && (this.#flow > 0 || !this.#keyAllowed))) cursor.skip();
      cursor.skipComment();
      if (!isBreak(cursor.code())) return;
      cursor.readLine();
      if (this.#flow === 0) this.#keyAllowed = true;
    }
  }

  #fetch(): void {
    const cursor = this.#cursor;
    this.#toNextToken();
    this.#unindentTo(cursor.column);
    const code = cursor.code();
    if (code === 0) return this.#fetchEnd();
    if (cursor.column === 0 && code === 37) return this.#fetchOutside(() => this.#queue.push(directiveToken(cursor)));
    if (cursor.atDocumentMark()) {
      return this.#fetchOutside(() => {
        this.#add(code === 45 ? 'document start' : 'document end');
        cursor.skip(3);
      });
    }
    const character = String.fromCharCode(code);
    const isAlone = isBlankOrEnd(cursor.code(1));
    switch (character) {
      case '[':
      case '{':
        return this.#fetchOpening(character);
      case ']':
      case '}':
        return this.#fetchClosing(character);
      case ',':
        this.#dropKey();
        this.#keyAllowed = true;
        this.#add(',');
        return cursor.skip();
      case '*':
      case '&':
        return this.#fetchInLine(() => anchorToken(cursor));
      case '!':
        return this.#fetchInLine(() => tagToken(cursor));
      case '"':
      case "'":
        return this.#fetchInLine(() => token('scalar', cursor.line, { value: quotedScalar(cursor) }));
      case '-':
        if (isAlone) return this.#fetchEntry();
        break;
      case '?':
        if (isAlone || this.#flow > 0) return this.#fetchKey();
        break;
      case ':':
        if (isAlone || this.#flow > 0) return this.#fetchValue();
        break;
      case '|':
      case '>':
        if (this.#flow === 0) return this.#fetchBlockScalar();
        break;
      default:
    }
    if (!this.#startsPlain(character)) throw scanError(cursor.line, 'found character that cannot start any token');
    this.#fetchPlain();
  }

  #startsPlain(character: string): boolean {
    const next = this.#cursor.code(1);
    if (character === '-') return !isBlank(next);
    if (character === '?' || character === ':') return this.#flow === 0 && !isBlankOrEnd(next);
    return !'\t,[]{}#&*!|>\'"%@`'.includes(character);
  }

  #fetchEnd(): void {
    const cursor = this.#cursor;
    if (cursor.column !== 0) {
      cursor.column = 0;
      cursor.line++;
    }
    this.#fetchOutside(() => this.#add('stream end'));
    this.#ended = true;
  }

  /** What stands outside of every block. */
  #fetchOutside(make: () => void): void {
    this.#unindentTo(-1);
    this.#dropKey();
    this.#keyAllowed = false;
    make();
  }

  /** What a key may start with, and after which none may start in the same line. */
  #fetchInLine(make: () => Token): void {
    this.#markKey();
    this.#keyAllowed = false;
    const { line } = this.#cursor;
    this.#queue.push({ ...make(), line });
  }

  #fetchPlain(): void {
    this.#markKey();
    this.#keyAllowed = false;
    const { line } = this.#cursor;
    const { value, endsLine } = plainScalar(this.#cursor, this.#indent + 1, this.#flow > 0);
    if (endsLine) this.#keyAllowed = true;
    this.#queue.push(token('scalar', line, { value, isPlain: true }));
  }

  #fetchBlockScalar(): void {
    this.#dropKey();
    this.#keyAllowed = true;
    const { line } = this.#cursor;
    this.#queue.push(token('scalar', line, { value: blockScalar(this.#cursor, this.#indent) }));
  }

  #fetchOpening(type: '[' | '{'): void {
    this.#markKey();
    this.#keys.push(undefined);
    this.#lastKeys.push(this.#taken + this.#queue.length);
    this.#keyAllowed = true;
    this.#add(type);
    this.#cursor.skip();
  }

  #fetchClosing(type: ']' | '}'): void {
    this.#dropKey();
    if (this.#flow > 0) {
      this.#keys.pop();
      this.#waiting.delete(this.#lastKeys.pop() ?? -1);
    }
    this.#keyAllowed = false;
    this.#add(type);
    this.#cursor.skip();
  }

  #fetchEntry(): void {
    if (this.#flow === 0) this.#needKeyAllowed('block sequence entries are not allowed in this context', 'block sequence start');
    this.#dropKey();
    this.#keyAllowed = true;
    this.#add('-');
    this.#cursor.skip();
  }

  #fetchKey(): void {
    if (this.#flow === 0) this.#needKeyAllowed('mapping keys are not allowed in this context', 'block mapping start');
    this.#dropKey();
    this.#keyAllowed = this.#flow === 0;
    this.#add('?');
    this.#cursor.skip();
  }

  #fetchValue(): void {
    const key = this.#keys[this.#flow];
    if (key && this.#isStillPossible(this.#flow)) {
      this.#queue.splice(key.token - this.#taken, 0, token('?', key.line));
      this.#indentTo(key.column, 'block mapping start', key.token, key.line);
      this.#keys[this.#flow] = undefined;
      this.#waiting.delete(key.token);
      this.#keyAllowed = false;
    } else {
      if (this.#flow === 0) this.#needKeyAllowed('mapping values are not allowed in this context', 'block mapping start');
      this.#keyAllowed = this.#flow === 0;
    }
    this.#add(':');
    this.#cursor.skip();
  }

  #needKeyAllowed(problem: string, opens: TokenType): void {
    if (!this.#keyAllowed) throw scanError(this.#cursor.line, problem);
    this.#indentTo(this.#cursor.column, opens);
  }
}
