import { templateErrors } from '../errors.ts';
import type { FunctionTable } from '../functions/function.ts';
import { quote, unquote } from '../go/strconv.ts';
import { isAscii, toText } from '../go/utf8.ts';
import type { Cursor } from './cursor.ts';
import { describe } from './describe.ts';
import type { Chain, Command, Operand, Pipe, Variable } from './node.ts';
import { readNumber } from './number.ts';
import type { TokenKind } from './token.ts';

/** Blocks, parentheses and `else if` nest this deep at most: everything that walks the tree does so by recursion. */
const maxNesting = 200;
/** Variables that can be named at one place: finding one takes as long as there are others. */
const maxVariables = 1000;

/** The bytes that a string of the template's text stands for. */
export function unquoted(cursor: Cursor, text: string): string {
  const simple = text.startsWith('"') ? !text.includes('\\') : !text.includes('\r');
  return simple && isAscii(text) ? text.slice(1, -1) : cursor.placed(() => unquote(text));
}

/** Reads pipelines, and knows which variables there are. */
export class PipeParser {
  /** The variables that can be named here, in the order they were declared. */
  variables: string[] = ['$'];
  readonly #cursor: Cursor;
  readonly #functions: FunctionTable;
  #nesting = 0;

  constructor(cursor: Cursor, functions: FunctionTable) {
    this.#cursor = cursor;
    this.#functions = functions;
  }

  /** Reads what is one deeper. */
  nested<T>(weight: number, read: () => T): T {
    this.#nesting += weight;
    if (this.#nesting > maxNesting) {
      const { where, at } = this.#cursor.place();
      throw templateErrors.LIMIT({ where, limit: 'levels of nesting', allowed: maxNesting }, { at });
    }
    const result = read();
    this.#nesting -= weight;
    return result;
  }

  /** A pipeline up to a kind of token, which is passed. `context` is what errors call the place. */
  pipe(context: string, end: TokenKind): Pipe {
    const pipe: Pipe = { kind: 'pipe', at: this.#cursor.peekWord().at, assigns: false, declared: [], commands: [] };
    this.#declarations(pipe, context);
    for (;;) {
      const token = this.#cursor.peekWord();
      if (token.kind === end) {
        this.#cursor.skip();
        this.#checkPipe(pipe, context);
        return pipe;
      }
      if (!startsOperand.has(token.kind)) {
        this.#cursor.skip();
        throw this.#cursor.unexpected(token, context);
      }
      pipe.commands.push(this.#command());
    }
  }

  #declarations(pipe: Pipe, context: string): void {
    for (;;) {
      const variable = this.#cursor.peekWord();
      if (variable.kind !== 'variable') return;
      const from = this.#cursor.skip();
      const after = this.#cursor.peekWord();
      const isComma = after.kind === 'char' && after.text === ',';
      if (after.kind !== 'assign' && after.kind !== 'declare' && !isComma) {
        this.#cursor.backTo(from);
        return;
      }
      this.#cursor.skip();
      pipe.declared.push({ kind: 'variable', at: variable.at, name: variable.text, fields: [] });
      this.#declare(variable.text);
      if (!isComma) {
        pipe.assigns = after.kind === 'assign';
        return;
      }
      if (context !== 'range' || pipe.declared.length >= 2) throw this.#cursor.error(`too many declarations in ${context}`);
      const following = this.#cursor.peekWord().kind;
      if (following !== 'variable' && following !== 'right delimiter' && following !== 'right paren')
        throw this.#cursor.error('range can only initialize variables');
    }
  }

  #declare(name: string): void {
    this.variables.push(name);
    if (this.variables.length <= maxVariables) return;
    const { where, at } = this.#cursor.place();
    throw templateErrors.LIMIT({ where, limit: 'variables', allowed: maxVariables }, { at });
  }

  #checkPipe(pipe: Pipe, context: string): void {
    if (pipe.commands.length === 0) throw this.#cursor.error(`missing value for ${context}`);
    pipe.commands.forEach((command, i) => {
      const first = command.operands[0]?.kind ?? 'nil';
      if (i > 0 && literals.has(first)) throw this.#cursor.error(`non executable command in pipeline stage ${i + 1}`);
    });
  }

  #command(): Command {
    const command: Command = { kind: 'command', at: this.#cursor.peekWord().at, operands: [] };
    for (;;) {
      this.#cursor.peekWord();
      const operand = this.#operand();
      if (operand) command.operands.push(operand);
      const token = this.#cursor.take();
      if (token.kind === 'space') continue;
      if (token.kind === 'right delimiter' || token.kind === 'right paren') this.#cursor.back();
      else if (token.kind !== 'pipe') throw this.#cursor.unexpected(token, 'operand');
      if (command.operands.length === 0) throw this.#cursor.error('empty command');
      return command;
    }
  }

  #operand(): Operand | undefined {
    const term = this.#term();
    const first = term && this.#cursor.peek();
    if (first?.kind !== 'field') return term;
    const fields: string[] = [];
    while (this.#cursor.peek().kind === 'field') fields.push(this.#cursor.take().text.slice(1));
    switch (term?.kind) {
      case 'field':
        return { kind: 'field', at: first.at, names: [...term.names, ...fields] };
      case 'variable':
        return { kind: 'variable', at: first.at, name: term.name, fields };
      case 'identifier':
      case 'pipe':
        return { kind: 'chain', at: first.at, of: term, fields } satisfies Chain;
      default:
        throw this.#cursor.error(`unexpected . after term ${JSON.stringify(term ? describe(term) : ``)}`);
    }
  }

  #term(): Operand | undefined {
    const token = this.#cursor.takeWord();
    const { at, text } = token;
    switch (token.kind) {
      case 'identifier':
        if (!Object.hasOwn(this.#functions, text)) throw this.#cursor.error(`function ${toText(quote(text))} not defined`);
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
        return this.#cursor.placed(() => readNumber(at, text, kind));
      }
      case 'left paren':
        return this.nested(1, () => this.pipe('parenthesized pipeline', 'right paren'));
      case 'string':
      case 'raw string':
        return { kind: 'string', at, raw: token.kind === 'raw string', value: unquoted(this.#cursor, text) };
      default:
        this.#cursor.back();
        return undefined;
    }
  }

  #variable(at: number, name: string): Variable {
    if (!this.variables.includes(name)) throw this.#cursor.error(`undefined variable ${toText(quote(name))}`);
    return { kind: 'variable', at, name, fields: [] };
  }
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
