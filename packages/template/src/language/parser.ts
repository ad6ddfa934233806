import type { FunctionTable } from '../functions/function.ts';
import { hidden } from '../go/error.ts';
import { toGo, toText } from '../go/utf8.ts';
import { Cursor } from './cursor.ts';
import type { Where } from './cursor.ts';
import { Lexer } from './lexer.ts';
import type { Delimiters } from './lexer.ts';
import type { List, Statement } from './node.ts';
import { PipeParser, unquoted } from './pipe-parser.ts';

/** What to parse, and what it may name. */
export interface Source {
  /** The name in errors. */
  readonly name: string;
  /** A Go string. */
  readonly text: string;
  readonly delimiters: Delimiters;
  readonly functions: FunctionTable;
}

/** The templates a text defines by name, its own (under its own name) included. */
export type Definitions = ReadonlyMap<string, List>;

/** An `else if` nests the rest of its chain one deeper, but chains are long by nature: they count this much. */
const elseWeight = 0.2;

type End = 'end' | 'else' | 'else if' | 'else with';

const blank = /^[\s\x85]*$/;

/** True for what shows nothing: such a template may be defined again. */
function isEmpty(list: List): boolean {
  return list.statements.every((statement) => statement.kind === 'text' && blank.test(toText(statement.text)));
}

/** Reads a text into trees. */
export function parse(source: Source): { readonly definitions: Definitions; readonly tokens: number } {
  const parser = new Parser(source);
  return { definitions: parser.parse(), tokens: parser.tokens };
}

class Parser {
  readonly #source: Source;
  readonly #cursor: Cursor;
  readonly #definitions = new Map<string, List>();
  /** Names of definitions that show nothing. */
  readonly #empty = new Set<string>();
  readonly #pipes: PipeParser;
  /** Ranges around what is read: a jump needs one. */
  #ranges = 0;

  constructor(source: Source) {
    this.#source = source;
    this.#cursor = new Cursor(source.name, new Lexer(source.text, source.delimiters));
    this.#pipes = new PipeParser(this.#cursor, source.functions);
  }

  get tokens(): number {
    return this.#cursor.count;
  }

  parse(): Definitions {
    const root: List = { kind: 'list', at: this.#cursor.peek().at, statements: [] };
    while (this.#cursor.peek().kind !== 'end of file') {
      if (this.#cursor.peek().kind === 'left delimiter') {
        const from = this.#cursor.skip();
        if (this.#cursor.takeWord().kind === 'define') {
          this.#definition();
          continue;
        }
        this.#cursor.backTo(from);
      }
      const statement = this.#statement();
      if (typeof statement === 'string') throw this.#cursor.error(`unexpected ${describeEnd(statement)}`);
      root.statements.push(statement);
    }
    this.#define(toGo(this.#source.name), root);
    return this.#definitions;
  }

  /** The body of a definition or block: it sees no variables of its surroundings. */
  #inOwnScope<T>(read: () => T): T {
    const ranges = this.#ranges;
    const { variables } = this.#pipes;
    const { actionLine } = this.#cursor;
    this.#ranges = 0;
    this.#pipes.variables = ['$'];
    this.#cursor.actionLine = 0;
    const result = read();
    this.#ranges = ranges;
    this.#pipes.variables = variables;
    this.#cursor.actionLine = actionLine;
    return result;
  }

  #define(name: string, root: List): void {
    const known = this.#definitions.has(name);
    const nothing = isEmpty(root);
    if (known && !this.#empty.has(name)) {
      if (!nothing) throw this.#cursor.error(`template: multiple definition of template "${hidden}"`);
      return;
    }
    this.#definitions.set(name, root);
    if (nothing) this.#empty.add(name);
    else this.#empty.delete(name);
  }

  #definition(): void {
    const context = 'define clause';
    this.#inOwnScope(() => {
      const name = this.#templateName(context);
      this.#cursor.expect('right delimiter', context);
      this.#define(name, this.#wholeBody(context));
    });
  }

  #wholeBody(context: string, place?: Where): List {
    const [body, end] = this.#body();
    if (end !== 'end') throw this.#cursor.error(`unexpected ${describeEnd(end)} in ${context}`, place);
    return body;
  }

  #templateName(context: string): string {
    const token = this.#cursor.takeWord();
    if (token.kind !== 'string' && token.kind !== 'raw string') throw this.#cursor.unexpected(token, context);
    return unquoted(this.#cursor, token.text);
  }

  /** Statements up to an end or else, which is passed. */
  #body(): [List, End] {
    const list: List = { kind: 'list', at: this.#cursor.peekWord().at, statements: [] };
    while (this.#cursor.peekWord().kind !== 'end of file') {
      const statement = this.#statement();
      if (typeof statement === 'string') return [list, statement];
      list.statements.push(statement);
    }
    throw this.#cursor.error('unexpected EOF');
  }

  #statement(): Statement | End {
    const token = this.#cursor.takeWord();
    if (token.kind === 'text') return { kind: 'text', at: token.at, text: token.text };
    if (token.kind !== 'left delimiter') throw this.#cursor.unexpected(token, 'input');
    this.#cursor.actionLine = token.line;
    const statement = this.#action();
    this.#cursor.actionLine = 0;
    return statement;
  }

  #action(): Statement | End {
    const token = this.#cursor.peekWord();
    switch (token.kind) {
      case 'block':
        this.#cursor.skip();
        return this.#pipes.nested(1, () => this.#block());
      case 'break':
      case 'continue':
        this.#cursor.skip();
        return this.#jump(token.kind, token.at);
      case 'else':
        this.#cursor.skip();
        return this.#else();
      case 'end':
        this.#cursor.skip();
        this.#cursor.expect('right delimiter', 'end');
        return 'end';
      case 'if':
      case 'range':
      case 'with': {
        this.#cursor.skip();
        const { kind } = token;
        return this.#pipes.nested(1, () => this.#branch(kind));
      }
      case 'template':
        this.#cursor.skip();
        return this.#call();
      default:
        return { kind: 'action', at: token.at, pipe: this.#pipes.pipe('command', 'right delimiter') };
    }
  }

  #jump(kind: 'break' | 'continue', at: number): Statement {
    const token = this.#cursor.takeWord();
    if (token.kind !== 'right delimiter') throw this.#cursor.unexpected(token, `{{${kind}}}`);
    if (this.#ranges === 0) throw this.#cursor.error(`{{${kind}}} outside {{range}}`);
    return { kind, at };
  }

  #else(): End {
    const token = this.#cursor.peekWord();
    if (token.kind === 'if') return 'else if';
    if (token.kind === 'with') return 'else with';
    this.#cursor.expect('right delimiter', 'else');
    return 'else';
  }

  #branch(kind: 'if' | 'with' | 'range'): Statement {
    const known = this.#pipes.variables.length;
    const pipe = this.#pipes.pipe(kind, 'right delimiter');
    if (kind === 'range') this.#ranges++;
    const [body, end] = this.#body();
    if (kind === 'range') this.#ranges--;
    const otherwise = end === 'end' ? undefined : this.#otherwise(kind, end);
    this.#pipes.variables.length = known;
    return { kind, at: pipe.at, pipe, body, otherwise };
  }

  #otherwise(kind: 'if' | 'with' | 'range', end: End): List {
    if (kind !== 'range' && end === `else ${kind}`) {
      const { at } = this.#cursor.take();
      return { kind: 'list', at, statements: [this.#pipes.nested(elseWeight, () => this.#branch(kind))] };
    }
    const [list, last] = this.#body();
    if (last !== 'end') throw this.#cursor.error(`expected end; found ${describeEnd(last)}`);
    return list;
  }

  #block(): Statement {
    const context = 'block clause';
    const { at } = this.#cursor.peekWord();
    const name = this.#templateName(context);
    const pipe = this.#pipes.pipe(context, 'right delimiter');
    const place = this.#cursor.place();
    this.#inOwnScope(() => this.#define(name, this.#wholeBody(context, place)));
    return { kind: 'template', at, name, pipe };
  }

  #call(): Statement {
    const context = 'template clause';
    const { at } = this.#cursor.peekWord();
    const name = this.#templateName(context);
    if (this.#cursor.peekWord().kind !== 'right delimiter')
      return { kind: 'template', at, name, pipe: this.#pipes.pipe(context, 'right delimiter') };
    this.#cursor.skip();
    return { kind: 'template', at, name, pipe: undefined };
  }
}

function describeEnd(end: End): string {
  return end === 'end' ? '{{end}}' : '{{else}}';
}
