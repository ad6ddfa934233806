import type { Budget } from '../run.ts';
import { readText } from './yaml-cursor.ts';
import { parseError, yamlError } from './yaml-error.ts';
import { Scanner } from './yaml-scan.ts';
import type { Token, TokenType } from './yaml-token.ts';

/** A node of a document, before scalars are given a type. Aliases point at their node, which may contain them. */
export type YamlNode =
  | { readonly kind: 'scalar'; readonly value: string; readonly tag: string; readonly isImplicit: boolean }
  | { readonly kind: 'sequence'; readonly items: YamlNode[] }
  | { readonly kind: 'mapping'; readonly pairs: [key: YamlNode, value: YamlNode][] }
  | { readonly kind: 'alias'; readonly name: string; readonly target: YamlNode };

/** What tags of YAML's own types begin with. */
export const coreTag = 'tag:yaml.org,2002:';

const empty: YamlNode = { kind: 'scalar', value: '', tag: '', isImplicit: true };
/** A node costs about half a microsecond to find. */
const stepsPerNode = 4;

const outside: readonly TokenType[] = ['version', 'tag directive', 'document start', 'document end', 'stream end'];

/** The root of the first document in a text; undefined when there is none. @throws YamlError with the words of Go's yaml.v2 */
export function parseYaml(bytes: string, budget: Budget): YamlNode | undefined {
  return new Parser(bytes === '' ? '\n' : bytes, budget).document();
}

class Parser {
  readonly #tokens: Scanner;
  readonly #budget: Budget;
  readonly #anchors = new Map<string, YamlNode>();
  readonly #handles = new Map<string, string>();
  #depth = 0;

  constructor(bytes: string, budget: Budget) {
    this.#budget = budget;
    this.#tokens = new Scanner(readText(bytes));
  }

  document(): YamlNode | undefined {
    const first = this.#tokens.peek();
    if (first.type === 'stream end') return undefined;
    const isBare = !outside.slice(0, 3).includes(first.type);
    if (!isBare) {
      this.#directives();
      const start = this.#tokens.peek();
      if (start.type !== 'document start') throw parseError(start.line, 'did not find expected <document start>');
      this.#tokens.skip();
    }
    this.#handles.set('!', this.#handles.get('!') ?? '!');
    this.#handles.set('!!', this.#handles.get('!!') ?? coreTag);
    const root = !isBare && this.#isNext(...outside) ? empty : this.#node({ inBlock: true });
    this.#tokens.peek();
    return root;
  }

  #directives(): void {
    let hasVersion = false;
    for (let token = this.#tokens.peek(); this.#isNext('version', 'tag directive'); token = this.#tokens.peek()) {
      if (token.type === 'version') {
        if (hasVersion) throw parseError(token.line, 'found duplicate %YAML directive');
        if (token.value !== '1' || token.suffix !== '1') throw parseError(token.line, 'found incompatible YAML document');
        hasVersion = true;
      } else {
        if (this.#handles.has(token.value)) throw parseError(token.line, 'found duplicate %TAG directive');
        this.#handles.set(token.value, token.suffix);
      }
      this.#tokens.skip();
    }
  }

  #isNext(...types: readonly TokenType[]): boolean {
    return types.includes(this.#tokens.peek().type);
  }

  /** Passes the next token when it is of the type. */
  #pass(type: TokenType): boolean {
    if (!this.#isNext(type)) return false;
    this.#tokens.skip();
    return true;
  }

  /** One node. A sequence that is the value of a key in a block may stand without indentation. */
  #node({ inBlock, mayStandOut = false }: { inBlock: boolean; mayStandOut?: boolean }): YamlNode {
    this.#budget.step(stepsPerNode);
    if (this.#isNext('alias')) return this.#alias();
    const { anchor, tag } = this.#properties();
    const { type, value, isPlain, line } = this.#tokens.peek();
    if (type === 'scalar') {
      this.#tokens.skip();
      return this.#named(anchor, { kind: 'scalar', value, tag, isImplicit: tag === '!' || (tag === '' && isPlain) });
    }
    const opens = type === '[' || type === '{' || (inBlock && (type === 'block sequence start' || type === 'block mapping start'));
    const standsOut = mayStandOut && type === '-';
    if (!opens && !standsOut) {
      if (anchor === undefined && tag === '') throw parseError(line, 'did not find expected node content');
      return this.#named(anchor, { kind: 'scalar', value: '', tag, isImplicit: tag === '' });
    }
    this.#budget.nest(++this.#depth);
    const made = this.#collection(type, anchor);
    this.#depth--;
    return made;
  }

  #collection(type: TokenType, anchor: string | undefined): YamlNode {
    if (type !== '-') this.#tokens.skip();
    if (type === '{' || type === 'block mapping start') {
      const node: YamlNode = { kind: 'mapping', pairs: [] };
      this.#named(anchor, node);
      if (type === '{') this.#flowMapping(node.pairs);
      else this.#blockMapping(node.pairs);
      return node;
    }
    const node: YamlNode = { kind: 'sequence', items: [] };
    this.#named(anchor, node);
    if (type === '[') this.#flowSequence(node.items);
    else if (type === '-') this.#standingOut(node.items);
    else this.#blockSequence(node.items);
    return node;
  }

  #named(anchor: string | undefined, node: YamlNode): YamlNode {
    if (anchor !== undefined) this.#anchors.set(anchor, node);
    return node;
  }

  #alias(): YamlNode {
    const { value } = this.#tokens.peek();
    this.#tokens.skip();
    const target = this.#anchors.get(value);
    if (!target) throw yamlError`yaml: unknown anchor '${value}' referenced`;
    return { kind: 'alias', name: value, target };
  }

  /** An anchor and a tag, in any order, before a node. */
  #properties(): { anchor?: string; tag: string } {
    let anchor: string | undefined;
    let tag: Token | undefined;
    for (let i = 0; i < 2; i++) {
      const token = this.#tokens.peek();
      if (token.type === 'anchor' && anchor === undefined) anchor = token.value;
      else if (token.type === 'tag' && tag === undefined) tag = token;
      else break;
      this.#tokens.skip();
    }
    const full = tag ? this.#expand(tag) : '';
    return anchor === undefined ? { tag: full } : { anchor, tag: full };
  }

  #expand({ value, suffix, line }: Token): string {
    if (value === '') return suffix;
    const prefix = this.#handles.get(value);
    if (prefix === undefined) {
      this.#tokens.peek();
      throw parseError(line, 'found undefined tag handle');
    }
    return prefix + suffix;
  }

  #blockSequence(items: YamlNode[]): void {
    while (this.#pass('-')) items.push(this.#isNext('-', 'block end') ? empty : this.#node({ inBlock: true }));
    if (!this.#pass('block end')) throw parseError(this.#tokens.peek().line, "did not find expected '-' indicator");
  }

  #standingOut(items: YamlNode[]): void {
    while (this.#pass('-')) items.push(this.#isNext('-', '?', ':', 'block end') ? empty : this.#node({ inBlock: true }));
  }

  #blockMapping(pairs: [YamlNode, YamlNode][]): void {
    const part = (): YamlNode => (this.#isNext('?', ':', 'block end') ? empty : this.#node({ inBlock: true, mayStandOut: true }));
    while (this.#pass('?')) {
      const key = part();
      pairs.push([key, this.#pass(':') ? part() : empty]);
    }
    if (!this.#pass('block end')) throw parseError(this.#tokens.peek().line, 'did not find expected key');
  }

  #flowSequence(items: YamlNode[]): void {
    this.#flow(']', () => items.push(this.#pass('?') ? this.#pair() : this.#node({ inBlock: false })));
  }

  /** A mapping of one pair that stands in a flow sequence without braces. */
  #pair(): YamlNode {
    let key = empty;
    if (this.#isNext(':', ',', ']')) this.#tokens.skip();
    else key = this.#node({ inBlock: false });
    const value = this.#pass(':') && !this.#isNext(',', ']') ? this.#node({ inBlock: false }) : empty;
    return { kind: 'mapping', pairs: [[key, value]] };
  }

  #flowMapping(pairs: [YamlNode, YamlNode][]): void {
    const part = (): YamlNode => (this.#isNext(':', ',', '}') ? empty : this.#node({ inBlock: false }));
    this.#flow('}', () => {
      if (!this.#pass('?')) return pairs.push([this.#node({ inBlock: false }), empty]);
      const key = part();
      const value = this.#pass(':') && !this.#isNext(',', '}') ? this.#node({ inBlock: false }) : empty;
      return pairs.push([key, value]);
    });
  }

  /** Entries between commas up to the closing bracket; a comma may stand before it. */
  #flow(closing: ']' | '}', entry: () => unknown): void {
    for (let isFirst = true; !this.#isNext(closing); isFirst = false) {
      if (!isFirst && !this.#pass(',')) throw parseError(this.#tokens.peek().line, `did not find expected ',' or '${closing}'`);
      if (this.#isNext(closing)) break;
      entry();
    }
    this.#tokens.skip();
  }
}
