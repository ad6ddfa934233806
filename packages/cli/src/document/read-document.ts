import { isAlias, isMap, isScalar, isSeq, parseAllDocuments } from 'yaml';
import type { Alias, Document, Node, Pair, Scalar as YamlScalar, YAMLMap } from 'yaml';
import { cliErrors } from '../errors.ts';
import { placeAt } from './source.ts';
import type { Source } from './source.ts';
import { oddLineBreak } from './split.ts';
import type { Piece } from './split.ts';
import type { MapTree, Tree } from './tree.ts';
import { resolvePlain } from './yaml-scalar.ts';

/** Nesting and alias limits; real manifests stay below a tenth of them. */
const maxDepth = 200;
const maxAliasedNodes = 20_000;

/** A document that was read: its values, and where its content begins in the stream. */
export interface ReadDocument {
  readonly tree: Tree;
  /** Offset of the first character of the content, after comments and directives. */
  readonly contentStart: number;
}

/**
 * Reads one document as YAML 1.1, the way the reader of kubectl and the API server does. JSON is read by the same rules.
 *
 * Messages of the YAML library are not shown, because some of them quote the text they stumble over.
 *
 * @throws SIGNET_CLI_YAML_SYNTAX, _DUPLICATE_KEY, _LIMIT, _LINE_BREAK, _SEPARATOR, _TAG, each with its line
 */
export function readDocument(source: Source, piece: Piece): ReadDocument {
  const { reader, document, contents } = parse(source, piece, { keepSourceTokens: false });
  if (!document || !contents) return { tree: { kind: 'scalar', value: null, at: piece.start }, contentStart: piece.start };
  return { tree: reader.tree(document, contents, 0), contentStart: piece.start + (contents.range?.[0] ?? 0) };
}

/** A document as its nodes, with the tokens they came from. Offsets are those of the piece, not of the stream. */
export interface ParsedDocument {
  readonly document: Document.Parsed | undefined;
  readonly contents: Node | undefined;
  /** The text that a key stands for, as in {@link readDocument}. */
  keyOf(key: Node): string;
}

/** Parses one document for changing its text; what it means, {@link readDocument} says. Throws what that throws. */
export function parseDocument(source: Source, piece: Piece): ParsedDocument {
  const { reader, document, contents } = parse(source, piece, { keepSourceTokens: true });
  return { document, contents, keyOf: (key) => (document ? reader.keyText(document, key) : '') };
}

function parse(
  source: Source,
  piece: Piece,
  more: { readonly keepSourceTokens: boolean },
): { reader: Reader; document: Document.Parsed | undefined; contents: Node | undefined } {
  const reader = new Reader(source, piece.start);
  const text = source.text.slice(piece.start, piece.end);
  const odd = piece.kind === 'yaml' ? oddLineBreak.exec(text) : null;
  if (odd) throw cliErrors.YAML_LINE_BREAK({}, { at: reader.place(odd.index) });
  // All scalars are read as strings here; what plain ones mean is decided by resolvePlain. Keys that appear twice are found
  // when the tree is built: by their meaning, and in linear time.
  const options = { version: '1.1', schema: 'failsafe', prettyErrors: false, uniqueKeys: false, logLevel: 'silent' } as const;
  const parsed = parseAllDocuments(text, { ...options, ...more });
  const documents: Document.Parsed[] = Array.isArray(parsed) ? parsed : [];
  const [document, second] = documents;
  for (const one of documents) reader.refuse(one);
  if (second) throw cliErrors.YAML_SEPARATOR({}, { at: reader.place(second.range[0]) });
  const contents = (document?.contents ?? undefined) as Node | undefined;
  const start = contents?.range?.[0] ?? 0;
  if (/^---/m.test(text.slice(0, start))) throw cliErrors.YAML_SEPARATOR({}, { at: reader.place(start) });
  return { reader, document, contents };
}

const problems: Readonly<Record<string, string>> = {
  ALIAS_PROPS: 'an alias cannot have a tag or an anchor',
  BAD_ALIAS: 'an alias is malformed',
  BAD_DQ_ESCAPE: 'a double-quoted text has an unknown escape',
  BAD_INDENT: 'the indentation does not fit',
  BAD_SCALAR_START: 'a value starts with a reserved character',
  BLOCK_AS_IMPLICIT_KEY: 'a mapping stands where a value was expected (an unquoted ": " inside a value?)',
  BLOCK_IN_FLOW: 'an indented block stands inside brackets',
  IMPOSSIBLE: 'it cannot be understood',
  KEY_OVER_1024_CHARS: 'a key is longer than 1024 characters',
  MISSING_CHAR: 'a bracket, quote, comma or space is missing',
  MULTILINE_IMPLICIT_KEY: 'a key runs over several lines (a missing colon, or a missing quote?)',
  MULTIPLE_ANCHORS: 'a value has two anchors',
  MULTIPLE_DOCS: 'several documents run into each other',
  MULTIPLE_TAGS: 'a value has two tags',
  TAB_AS_INDENT: 'tabs cannot be used for indentation',
  UNEXPECTED_TOKEN: 'something stands where it does not belong',
};

class Reader {
  readonly #source: Source;
  readonly #base: number;
  readonly #open = new Set<Node>();
  #aliased = 0;
  #inAlias = 0;

  constructor(source: Source, base: number) {
    this.#source = source;
    this.#base = base;
  }

  place(offset: number): { file?: string; line?: number } {
    return placeAt(this.#source, this.#base + offset);
  }

  /** Throws the first error of the library in our words. */
  refuse(document: Document.Parsed): void {
    const [first] = document.errors;
    if (first) {
      const at = this.place(first.pos[0]);
      if (first.code === 'RESOURCE_EXHAUSTION') throw cliErrors.YAML_LIMIT({ limit: `nesting deeper than ${maxDepth}` }, { at });
      throw cliErrors.YAML_SYNTAX({ problem: problems[first.code] ?? 'it cannot be understood' }, { at });
    }
    const tag = document.warnings.find(
      (warning) => warning.code === 'TAG_RESOLVE_FAILED' && !knownTagAt(this.#textAt(warning.pos[0])),
    );
    if (tag) throw cliErrors.YAML_TAG({}, { at: this.place(tag.pos[0]) });
  }

  #textAt(offset: number): string {
    return this.#source.text.slice(this.#base + offset, this.#base + offset + 32);
  }

  tree(document: Document, node: Node | null, depth: number): Tree {
    const at = this.#base + (node?.range?.[0] ?? 0);
    if (depth > maxDepth)
      throw cliErrors.YAML_LIMIT({ limit: `nesting deeper than ${maxDepth}` }, { at: placeAt(this.#source, at) });
    if (this.#inAlias > 0) {
      this.#aliased += 1;
      if (this.#aliased > maxAliasedNodes) {
        throw cliErrors.YAML_LIMIT(
          { limit: `more than ${maxAliasedNodes} values through aliases` },
          { at: placeAt(this.#source, at) },
        );
      }
    }
    if (node === null) return { kind: 'scalar', value: null, at };
    if (isAlias(node)) return this.#aliasTree(document, node, depth);
    if (isScalar(node)) return { kind: 'scalar', value: scalarOf(node, () => placeAt(this.#source, at)), at };
    if (this.#open.has(node))
      throw cliErrors.YAML_LIMIT({ limit: 'an alias inside its own anchor' }, { at: placeAt(this.#source, at) });
    this.#open.add(node);
    try {
      if (isSeq(node))
        return { kind: 'list', items: node.items.map((item) => this.tree(document, item as Node | null, depth + 1)), at };
      if (isMap(node)) return this.#mapTree(document, node, depth, at);
      throw cliErrors.YAML_SYNTAX({ problem: 'it cannot be understood' }, { at: placeAt(this.#source, at) });
    } finally {
      this.#open.delete(node);
    }
  }

  #aliasTree(document: Document, alias: Alias, depth: number): Tree {
    const at = this.place(alias.range?.[0] ?? 0);
    const target = alias.resolve(document);
    // The name is not shown: an unquoted password that starts with * looks like an alias.
    if (!target)
      throw cliErrors.YAML_SYNTAX(
        { problem: 'an alias has no anchor before it (a value that starts with * needs quotes)' },
        { at },
      );
    this.#inAlias += 1;
    try {
      return this.tree(document, target, depth + 1);
    } finally {
      this.#inAlias -= 1;
    }
  }

  #mapTree(document: Document, map: YAMLMap, depth: number, at: number): MapTree {
    const entries = new Map<string, { at: number; value: Tree }>();
    const own = new Set<string>();
    for (const pair of map.items as Pair<Node, Node | null>[]) {
      const keyAt = this.#base + (pair.key.range?.[0] ?? 0);
      const value = this.tree(document, pair.value ?? null, depth + 1);
      if (isScalar(pair.key) && pair.key.type === 'PLAIN' && pair.key.value === '<<' && pair.key.tag === undefined) {
        for (const [key, entry] of this.#merged(value)) entries.set(key, entry);
        continue;
      }
      const key = this.#keyOf(this.tree(document, pair.key, depth + 1), keyAt);
      if (own.has(key))
        throw cliErrors.YAML_DUPLICATE_KEY({ key: shownKey(key) }, { at: { ...placeAt(this.#source, keyAt), key: shownKey(key) } });
      own.add(key);
      // A key without a value stands where its key does.
      entries.set(key, { at: keyAt, value: pair.value?.range ? value : { ...value, at: keyAt } });
    }
    return { kind: 'map', entries, at };
  }

  /**
   * What `<<` brings in. It replaces what stands before it and gives way to what stands after it, as kubectl's reader has it
   * (the merge specification says otherwise); of several mappings the first wins.
   */
  #merged(value: Tree): Map<string, { at: number; value: Tree }> {
    const merged = new Map<string, { at: number; value: Tree }>();
    for (const from of value.kind === 'list' ? value.items.toReversed() : [value]) {
      if (from.kind !== 'map')
        throw cliErrors.YAML_SYNTAX({ problem: '<< must name a mapping' }, { at: placeAt(this.#source, from.at) });
      for (const [key, entry] of from.entries) merged.set(key, entry);
    }
    return merged;
  }

  /** The text of a key. */
  keyText(document: Document, key: Node): string {
    return this.#keyOf(this.tree(document, key, 0), this.#base + (key.range?.[0] ?? 0));
  }

  #keyOf(tree: Tree, at: number): string {
    if (tree.kind === 'scalar' && tree.value !== null) return textOf(tree.value);
    throw cliErrors.YAML_SYNTAX({ problem: 'a key is neither text nor a number' }, { at: placeAt(this.#source, at) });
  }
}

/** A key as far as it may be shown: one that no key could be is a value in the wrong place. */
function shownKey(key: string): string {
  return /^[-._/a-zA-Z0-9]{1,253}$/.test(key) ? key : '?';
}

const knownTags: Readonly<Record<string, true>> = {
  '!!str': true,
  '!!int': true,
  '!!float': true,
  '!!bool': true,
  '!!null': true,
  '!!binary': true,
};

function knownTagAt(text: string): boolean {
  return knownTags[/^\S+/.exec(text)?.[0] ?? ''] === true;
}

function scalarOf(node: YamlScalar, place: () => object): string | bigint | number | boolean | null {
  const text = typeof node.value === 'string' ? node.value : '';
  const tag = node.tag?.replace('tag:yaml.org,2002:', '');
  if (tag === undefined) return node.type === 'PLAIN' || node.type === undefined ? resolvePlain(text) : text;
  if (tag === 'str' || tag === '!') return text;
  const value = resolvePlain(text);
  const fits =
    (tag === 'int' && typeof value === 'bigint') ||
    (tag === 'float' && (typeof value === 'number' || typeof value === 'bigint')) ||
    (tag === 'bool' && typeof value === 'boolean') ||
    (tag === 'null' && value === null);
  if (fits) return value;
  if (tag === 'binary') return decodeBinary(text, place);
  throw cliErrors.YAML_SYNTAX({ problem: 'a value does not fit its tag' }, { at: place() });
}

/** `!!binary` stands for the bytes, which a string of a manifest can hold only when they are UTF-8. */
function decodeBinary(text: string, place: () => object): string {
  const bare = text.replaceAll(/\s/g, '');
  try {
    if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(bare)) throw new Error('not base64');
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(bare, 'base64'));
  } catch {
    throw cliErrors.YAML_SYNTAX({ problem: 'a !!binary value is not base64 of UTF-8 text' }, { at: place() });
  }
}

/** A scalar as the text Go's reader makes of it where a string is wanted. */
export function textOf(value: Exclude<Tree & { kind: 'scalar' }, never>['value']): string {
  if (value === null) return '';
  if (typeof value !== 'number') return String(value);
  return floatText(value);
}

/** Go's shortest formatting of a float: an exponent below 1e-4 and from 1e6 on, at least two exponent digits. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e6)) return String(value);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits}e${exponent.startsWith('-') ? '-' : '+'}${exponent.replace(/^[-+]/, '').padStart(2, '0')}`;
}
