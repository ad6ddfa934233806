import { isAlias, isCollection, isMap, isPair, isScalar, isSeq, visit } from 'yaml';
import type { CST, Node, Pair, YAMLMap } from 'yaml';
import { cliErrors } from '../errors.ts';
import type { ParsedDocument } from './read-document.ts';
import type { Style } from './splice-text.ts';

/** An entry of a mapping as it stands in the text. */
export type Entry = Pair<Node, Node | null>;

/** A token of the text. */
export type Token = CST.SourceToken;

/** The tokens before a key: comments, line ends, commas, `?`, anchors and tags. */
export function tokensBefore(entry: Entry): readonly Token[] {
  return (entry.srcToken as { start?: Token[] } | undefined)?.start ?? [];
}

/** The tokens between key and value: the colon, anchors and tags, comments. */
export function tokensBetween(entry: Entry): readonly Token[] {
  return (entry.srcToken as { sep?: Token[] } | undefined)?.sep ?? [];
}

/** The entries of a mapping. */
export function entriesOf(map: YAMLMap): readonly Entry[] {
  return map.items as Entry[];
}

/** True for `<<`, which brings in the entries of another mapping. */
export function isMerge({ key }: Entry): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.value === '<<' && key.tag === undefined;
}

/** True for a value that is not written at all. */
export function isUnwritten(node: Node | null): boolean {
  return !node?.range || (isScalar(node) && node.range[0] === node.range[1]);
}

const blank: ReadonlySet<string> = new Set(['space', 'newline', 'comment', 'comma']);

/** Offset where an entry begins: its `?`, the anchor or tag of its key, or its key. */
export function entryStart(entry: Entry): number {
  const first = tokensBefore(entry).find((token) => !blank.has(token.type));
  return first?.offset ?? entry.key.range?.[0] ?? 0;
}

/** Offset after the colon of an entry and the anchor and tag of its value; after the key where there is no colon. */
export function headEnd(entry: Entry): number {
  const said = tokensBetween(entry).filter((token) => !blank.has(token.type));
  const last = said.at(-1);
  return last ? last.offset + last.source.length : (entry.key.range?.[1] ?? 0);
}

/** Offset after the last character of an entry that means something. */
export function entryEnd(entry: Entry): number {
  return entry.value && !isUnwritten(entry.value) ? nodeEnd(entry.value) : headEnd(entry);
}

function nodeEnd(node: Node): number {
  const end = node.range?.[1] ?? 0;
  if (!isCollection(node) || node.flow === true) return end;
  const last = node.items.at(-1);
  if (isPair(last)) return entryEnd(last as Entry);
  return last && !isUnwritten(last as Node) ? nodeEnd(last as Node) : end;
}

/** The quotes of a scalar. */
export function styleOf(node: Node | null | undefined): Style | undefined {
  if (!isScalar(node) || isUnwritten(node)) return undefined;
  const styles: Readonly<Record<string, Style>> = { QUOTE_DOUBLE: 'double', QUOTE_SINGLE: 'single', PLAIN: 'plain' };
  return styles[node.type ?? ''];
}

/** The entries of a mapping by key, without what `<<` brings in. */
export function ownEntries(parsed: ParsedDocument, map: YAMLMap): ReadonlyMap<string, Entry> {
  return new Map(entriesOf(map).flatMap((entry): [string, Entry][] => (isMerge(entry) ? [] : [[parsed.keyOf(entry.key), entry]])));
}

/** One step of a path: the key of a mapping, or the place in a list, the first being 0. */
export type Step = string | number;

/** A path as it is told: `items[1].spec`. */
export function pathText(path: readonly Step[]): string {
  return path.map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`)).join('');
}

/** Where a path leads: the mapping at its end, or the deepest one on the way and what is missing below it. */
export interface Located {
  readonly map: YAMLMap;
  /** The object: the document, or the item of a list that the path leads through last. */
  readonly root: YAMLMap;
  /** The entry that holds `map`, and the mapping it is in; nothing for the object itself. */
  readonly holder: { readonly entry: Entry; readonly parent: YAMLMap } | undefined;
  /** An entry of `map` that is there without a value. */
  readonly empty: Entry | undefined;
  /** Keys of the path that are not there; the first of them is the key of `empty` when that is set. */
  readonly missing: readonly string[];
}

/**
 * Follows a path through mappings and lists. What is missing can be made, except for lists and their items.
 *
 * @throws SIGNET_CLI_SPLICE_SHARED when something on the way is shared through an anchor, SIGNET_CLI_FIELD_TYPE when something on
 * the way is neither mapping nor list
 */
export function locate(parsed: ParsedDocument, path: readonly Step[], shared: ReadonlySet<Node>): Located {
  const last = path.findLastIndex((step) => typeof step === 'number') + 1;
  const root = objectAt(parsed, path.slice(0, last), shared);
  const keys = path.slice(last) as readonly string[];
  let map = root;
  let holder: Located['holder'];
  for (const [depth, key] of keys.entries()) {
    const field = pathText(path.slice(0, last + depth + 1));
    if (shared.has(map)) throw cliErrors.SPLICE_SHARED({ what: pathText(path.slice(0, last + depth)) || 'the document' });
    const entry = ownEntries(parsed, map).get(key);
    const value = entry?.value ?? null;
    if (!entry) return { root, map, holder, empty: undefined, missing: keys.slice(depth) };
    if (isAlias(value) || (value && shared.has(value))) throw cliErrors.SPLICE_SHARED({ what: field });
    if (isMap(value) && value.items.length > 0) {
      holder = { entry, parent: map };
      map = value;
    } else if (isMap(value) || isNothing(value)) {
      return { root, map, holder, empty: entry, missing: keys.slice(depth) };
    } else {
      throw wrongType(value, field);
    }
  }
  return { root, map, holder, empty: undefined, missing: [] };
}

/** The object that a path leads to: the document, or an item of a list in it. */
function objectAt(parsed: ParsedDocument, path: readonly Step[], shared: ReadonlySet<Node>): YAMLMap {
  let node: Node | null | undefined = parsed.contents;
  for (const [depth, step] of path.entries()) {
    const what = pathText(path.slice(0, depth + 1));
    if (typeof step === 'number') {
      if (!isSeq(node)) throw wrongType(node ?? null, pathText(path.slice(0, depth)));
      node = node.items[step] as Node | undefined;
    } else {
      node = isMap(node) ? ownEntries(parsed, node).get(step)?.value : undefined;
    }
    if (isAlias(node) || (node && shared.has(node))) throw cliErrors.SPLICE_SHARED({ what });
  }
  if (isMap(node)) return node;
  if (path.length === 0) throw cliErrors.NOT_AN_OBJECT({});
  throw wrongType(node ?? null, pathText(path));
}

function wrongType(found: Node | null, field: string): Error {
  const names = isScalar(found) ? 'a single value' : isMap(found) ? 'a mapping' : found ? 'a list' : 'nothing';
  return cliErrors.FIELD_TYPE({ field, wants: isMap(found) ? 'a list' : 'a mapping', found: names });
}

function isNothing(value: Node | null): boolean {
  if (!value) return true;
  if (!isScalar(value) || value.tag !== undefined || value.type !== 'PLAIN') return false;
  return ['', '~', 'null', 'Null', 'NULL'].includes(String(value.value));
}

/** The nodes that an alias of the document stands for: what happens to them happens elsewhere too. */
export function sharedNodes({ document, contents }: ParsedDocument): ReadonlySet<Node> {
  const shared = new Set<Node>();
  if (!document || !contents) return shared;
  visit(contents, {
    Alias(_key, alias) {
      const target = alias.resolve(document);
      if (target) shared.add(target);
    },
  });
  return shared;
}

/** True when an alias stands for something inside these nodes. */
export function holdsShared(nodes: readonly (Node | null)[], shared: ReadonlySet<Node>): boolean {
  if (shared.size === 0) return false;
  let found = false;
  for (const node of nodes) {
    if (!node) continue;
    visit(node, {
      Node(_key, inner) {
        if (!shared.has(inner)) return undefined;
        found = true;
        return visit.BREAK;
      },
    });
  }
  return found;
}
