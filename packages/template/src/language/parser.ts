import type { SignetError } from '@signet/errors';
import { templateErrors } from '../errors.ts';
import type { FunctionTable } from '../functions/function.ts';
import { GoError, hidden } from '../go/error.ts';
import { quote, unquote } from '../go/strconv.ts';
import { isAscii, toGo, toText } from '../go/utf8.ts';
import { describe } from './describe.ts';
import { Lexer } from './lexer.ts';
import type { Delimiters } from './lexer.ts';
import type { Chain, Command, List, Operand, Pipe, Statement, Variable } from './node.ts';
import { readNumber } from './number.ts';
import { describeToken } from './token.ts';
import type { Token, TokenKind } from './token.ts';

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

/** Blocks, parentheses and `else if` nest this deep at most: everything that walks the tree does so by recursion. */
const maxNesting = 200;
/** An `else if` nests the rest of its chain one deeper, but chains are long by nature: they count this much. */
const elseWeight = 0.2;

/** What is known while one template (the text itself, a definition, a block) is read. */
interface Scope {
  readonly variables: string[];
  ranges: number;
  /** The line of the action being read, 0 outside. */
  actionLine: number;
}

type End = 'end' | 'else' | 'else if' | 'else with';

const blank = /^[\s\x85]*$/;

/** True for what shows nothing: such a template may be defined again. */
function isEmpty(list: List): boolean {
  return list.statements.every((statement) => statement.kind === 'text' && blank.test(toText(statement.text)));
}

/** Reads a text into trees. */
export function parse(source: Source): Definitions {
  return new Parser(source).parse();
}

class Parser {
  readonly #source: Source;
  readonly #lexer: Lexer;
  readonly #definitions = new Map<string, List>();
  readonly #tokens: Token[] = [];
  #next = 0;
  #nesting = 0;
  #scope: Scope = { variables: ['$'], ranges: 0, actionLine: 0 };

  constructor(source: Source) {
    this.#source = source;
    this.#lexer = new Lexer(source.text, source.delimiters);
  }

  parse(): Definitions {
    const root: List = { kind: 'list', at: this.#peek().at, statements: [] };
    while (this.#peek().kind !== 'end of file') {
      if (this.#peek().kind === 'left delimiter') {
        const from = this.#next++;
        if (this.#takeWord().kind === 'define') {
          this.#definition();
          continue;
        }
        this.#next = from;
      }
      const statement = this.#statement();
      if (typeof statement === 'string') throw this.#error(`unexpected ${describeEnd(statement)}`);
      root.statements.push(statement);
    }
    this.#define(toGo(this.#source.name), root);
    return this.#definitions;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? this.#lex();
  }

  #lex(): Token {
    const token = this.#lexer.next();
    this.#tokens.push(token);
    return token;
  }

  #take(): Token {
    const token = this.#peek();
    this.#next++;
    return token;
  }

  #peekWord(): Token {
    let token = this.#peek();
    while (token.kind === 'space') {
      this.#next++;
      token = this.#peek();
    }
    return token;
  }

  #takeWord(): Token {
    const token = this.#peekWord();
    this.#next++;
    return token;
  }

  #expect(kind: TokenKind, context: string): Token {
    const token = this.#takeWord();
    if (token.kind !== kind) throw this.#unexpected(token, context);
    return token;
  }

  /** Go counts the line of the last token it has looked at, which may be beyond the one complained about. */
  #error(message: string): SignetError {
    const line = this.#tokens.at(-1)?.line ?? 1;
    return templateErrors.PARSE(
      { message: `template: ${this.#source.name}:${line}: ${message}` },
      { at: { key: this.#source.name, line } },
    );
  }

  #unexpected(token: Token, context: string): SignetError {
    if (token.kind !== 'error') return this.#error(`unexpected ${describeToken(token)} in ${context}`);
    const started = this.#scope.actionLine;
    if (started === 0 || started === token.line) return this.#error(token.text);
    const action = token.text.endsWith(' action') ? '' : ' in action';
    return this.#error(`${token.text}${action} started at ${this.#source.name}:${started}`);
  }

  /** Runs what may throw a GoError and gives it the place. */
  #placed<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw error instanceof GoError ? this.#error(error.message) : error;
    }
  }

  #nested<T>(weight: number, read: () => T): T {
    this.#nesting += weight;
    if (this.#nesting > maxNesting) {
      const line = this.#tokens.at(-1)?.line ?? 1;
      const where = `template: ${this.#source.name}:${line}: `;
      throw templateErrors.LIMIT(
        { where, limit: 'levels of nesting', allowed: maxNesting },
        { at: { key: this.#source.name, line } },
      );
    }
    const result = read();
    this.#nesting -= weight;
    return result;
  }

  /** The body of a definition or block: it sees no variables of its surroundings. */
  #inOwnScope<T>(read: () => T): T {
    const outer = this.#scope;
    this.#scope = { variables: ['$'], ranges: 0, actionLine: 0 };
    const result = read();
    this.#scope = outer;
    return result;
  }

  #define(name: string, root: List): void {
    const before = this.#definitions.get(name);
    if (!before || isEmpty(before)) this.#definitions.set(name, root);
    else if (!isEmpty(root)) throw this.#error(`template: multiple definition of template "${hidden}"`);
  }

  #definition(): void {
    const context = 'define clause';
    this.#inOwnScope(() => {
      const name = this.#templateName(context);
      this.#expect('right delimiter', context);
      this.#define(name, this.#wholeBody(context));
    });
  }

  #wholeBody(context: string): List {
    const [body, end] = this.#body();
    if (end !== 'end') throw this.#error(`unexpected ${describeEnd(end)} in ${context}`);
    return body;
  }

  #templateName(context: string): string {
    const token = this.#takeWord();
    if (token.kind !== 'string' && token.kind !== 'raw string') throw this.#unexpected(token, context);
    return this.#unquoted(token.text);
  }

  #unquoted(text: string): string {
    const simple = text.startsWith('"') ? !text.includes('\\') : !text.includes('\r');
    return simple && isAscii(text) ? text.slice(1, -1) : this.#placed(() => unquote(text));
  }

  /** Statements up to an end or else, which is passed. */
  #body(): [List, End] {
    const list: List = { kind: 'list', at: this.#peekWord().at, statements: [] };
    while (this.#peekWord().kind !== 'end of file') {
      const statement = this.#statement();
      if (typeof statement === 'string') return [list, statement];
      list.statements.push(statement);
    }
    throw this.#error('unexpected EOF');
  }

  #statement(): Statement | End {
    const token = this.#takeWord();
    if (token.kind === 'text') return { kind: 'text', at: token.at, text: token.text };
    if (token.kind !== 'left delimiter') throw this.#unexpected(token, 'input');
    this.#scope.actionLine = token.line;
    const statement = this.#action();
    this.#scope.actionLine = 0;
    return statement;
  }

  #action(): Statement | End {
    const token = this.#peekWord();
    switch (token.kind) {
      case 'block':
        this.#next++;
        return this.#nested(1, () => this.#block());
      case 'break':
      case 'continue':
        this.#next++;
        return this.#jump(token.kind, token.at);
      case 'else':
        this.#next++;
        return this.#else();
      case 'end':
        this.#next++;
        this.#expect('right delimiter', 'end');
        return 'end';
      case 'if':
      case 'range':
      case 'with': {
        this.#next++;
        const { kind } = token;
        return this.#nested(1, () => this.#branch(kind));
      }
      case 'template':
        this.#next++;
        return this.#call();
      default:
        return { kind: 'action', at: token.at, pipe: this.#pipe('command', 'right delimiter') };
    }
  }

  #jump(kind: 'break' | 'continue', at: number): Statement {
    const token = this.#takeWord();
    if (token.kind !== 'right delimiter') throw this.#unexpected(token, `{{${kind}}}`);
    if (this.#scope.ranges === 0) throw this.#error(`{{${kind}}} outside {{range}}`);
    return { kind, at };
  }

  #else(): End {
    const token = this.#peekWord();
    if (token.kind === 'if') return 'else if';
    if (token.kind === 'with') return 'else with';
    this.#expect('right delimiter', 'else');
    return 'else';
  }

  #branch(kind: 'if' | 'with' | 'range'): Statement {
    const known = this.#scope.variables.length;
    const pipe = this.#pipe(kind, 'right delimiter');
    if (kind === 'range') this.#scope.ranges++;
    const [body, end] = this.#body();
    if (kind === 'range') this.#scope.ranges--;
    const otherwise = end === 'end' ? undefined : this.#otherwise(kind, end);
    this.#scope.variables.length = known;
    return { kind, at: pipe.at, pipe, body, otherwise };
  }

  #otherwise(kind: 'if' | 'with' | 'range', end: End): List {
    if (kind !== 'range' && end === `else ${kind}`) {
      const { at } = this.#take();
      return { kind: 'list', at, statements: [this.#nested(elseWeight, () => this.#branch(kind))] };
    }
    const [list, last] = this.#body();
    if (last !== 'end') throw this.#error(`expected end; found ${describeEnd(last)}`);
    return list;
  }

  #block(): Statement {
    const context = 'block clause';
    const { at } = this.#peekWord();
    const name = this.#templateName(context);
    const pipe = this.#pipe(context, 'right delimiter');
    this.#inOwnScope(() => this.#define(name, this.#wholeBody(context)));
    return { kind: 'template', at, name, pipe };
  }

  #call(): Statement {
    const context = 'template clause';
    const { at } = this.#peekWord();
    const name = this.#templateName(context);
    if (this.#peekWord().kind !== 'right delimiter')
      return { kind: 'template', at, name, pipe: this.#pipe(context, 'right delimiter') };
    this.#next++;
    return { kind: 'template', at, name, pipe: undefined };
  }

  #pipe(context: string, end: TokenKind): Pipe {
    const pipe: Pipe = { kind: 'pipe', at: this.#peekWord().at, assigns: false, declared: [], commands: [] };
    this.#declarations(pipe, context);
    for (;;) {
      const token = this.#peekWord();
      if (token.kind === end) {
        this.#next++;
        this.#checkPipe(pipe, context);
        return pipe;
      }
      if (!startsOperand.has(token.kind)) {
        this.#next++;
        throw this.#unexpected(token, context);
      }
      pipe.commands.push(this.#command());
    }
  }

  #declarations(pipe: Pipe, context: string): void {
    for (;;) {
      const variable = this.#peekWord();
      if (variable.kind !== 'variable') return;
      const from = this.#next++;
      const after = this.#peekWord();
      const isComma = after.kind === 'char' && after.text === ',';
      if (after.kind !== 'assign' && after.kind !== 'declare' && !isComma) {
        this.#next = from;
        return;
      }
      this.#next++;
      pipe.declared.push({ kind: 'variable', at: variable.at, name: variable.text, fields: [] });
      this.#scope.variables.push(variable.text);
      if (!isComma) {
        pipe.assigns = after.kind === 'assign';
        return;
      }
      if (context !== 'range' || pipe.declared.length >= 2) throw this.#error(`too many declarations in ${context}`);
      const following = this.#peekWord().kind;
      if (following !== 'variable' && following !== 'right delimiter' && following !== 'right paren')
        throw this.#error('range can only initialize variables');
    }
  }

  #checkPipe(pipe: Pipe, context: string): void {
    if (pipe.commands.length === 0) throw this.#error(`missing value for ${context}`);
    pipe.commands.forEach((command, i) => {
      const first = command.operands[0]?.kind ?? 'nil';
      if (i > 0 && literals.has(first)) throw this.#error(`non executable command in pipeline stage ${i + 1}`);
    });
  }

  #command(): Command {
    const command: Command = { kind: 'command', at: this.#peekWord().at, operands: [] };
    for (;;) {
      this.#peekWord();
      const operand = this.#operand();
      if (operand) command.operands.push(operand);
      const token = this.#take();
      if (token.kind === 'space') continue;
      if (token.kind === 'right delimiter' || token.kind === 'right paren') this.#next--;
      else if (token.kind !== 'pipe') throw this.#unexpected(token, 'operand');
      if (command.operands.length === 0) throw this.#error('empty command');
      return command;
    }
  }

  #operand(): Operand | undefined {
    const term = this.#term();
    const first = term && this.#peek();
    if (first?.kind !== 'field') return term;
    const fields: string[] = [];
    while (this.#peek().kind === 'field') fields.push(this.#take().text.slice(1));
    switch (term?.kind) {
      case 'field':
        return { kind: 'field', at: first.at, names: [...term.names, ...fields] };
      case 'variable':
        return { kind: 'variable', at: first.at, name: term.name, fields };
      case 'identifier':
      case 'pipe':
        return { kind: 'chain', at: first.at, of: term, fields } satisfies Chain;
      default:
        throw this.#error(`unexpected . after term ${JSON.stringify(term ? describe(term) : ``)}`);
    }
  }

  #term(): Operand | undefined {
    const token = this.#takeWord();
    const { at, text } = token;
    switch (token.kind) {
      case 'identifier':
        if (!Object.hasOwn(this.#source.functions, text)) throw this.#error(`function ${toText(quote(text))} not defined`);
        return { kind: 'identifier', at, name: text };
      case 'dot':
      case 'nil':
        return { kind: token.kind, at };
      case 'variable':
        return this.#variable(at, text);
      case 'field':
        return { kind: 'field', at, names: [text.slice(1)] };
      case 'bool':
        return { kind: 'bool', at, value: text === 'true' };
      case 'rune':
      case 'complex':
      case 'number': {
        const { kind } = token;
        return this.#placed(() => readNumber(at, text, kind));
      }
      case 'left paren':
        return this.#nested(1, () => this.#pipe('parenthesized pipeline', 'right paren'));
      case 'string':
      case 'raw string':
        return { kind: 'string', at, raw: token.kind === 'raw string', value: this.#unquoted(text) };
      default:
        this.#next--;
        return undefined;
    }
  }

  #variable(at: number, name: string): Variable {
    if (!this.#scope.variables.includes(name)) throw this.#error(`undefined variable ${toText(quote(name))}`);
    return { kind: 'variable', at, name, fields: [] };
  }
}

function describeEnd(end: End): string {
  return end === 'end' ? '{{end}}' : '{{else}}';
}

const startsOperand: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'bool',
  'rune',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'raw string',
  'string',
  'variable',
  'left paren',
]);

const literals: ReadonlySet<Operand['kind']> = new Set<Operand['kind']>(['bool', 'dot', 'nil', 'number', 'string']);
