import { isSignetError } from '@signet/errors';
import { isScalar } from 'yaml';
import type { Node, YAMLMap } from 'yaml';
import { cliErrors } from '../errors.ts';
import { parseDocument, readDocument } from './read-document.ts';
import type { ParsedDocument } from './read-document.ts';
import { placeAt } from './source.ts';
import type { Source } from './source.ts';
import { fillBlock, insertIntoBlock, removeFromBlock, stepOf, Unchangeable } from './splice-block.ts';
import type { Page } from './splice-block.ts';
import { applyEdits, lineBreakOf } from './splice-edit.ts';
import type { Edit } from './splice-edit.ts';
import { fillFlow, insertIntoFlow, removeFromFlow } from './splice-flow.ts';
import { holdsShared, locate, ownEntries, pathText, sharedNodes, styleOf } from './splice-nodes.ts';
import type { Entry, Located, Step } from './splice-nodes.ts';
import type { Nested } from './splice-text.ts';
import { replaceValue } from './splice-value.ts';
import { splitStream } from './split.ts';
import type { Piece } from './split.ts';
import { jsonOf } from './tree.ts';
import type { Json } from './tree.ts';
import { resolvePlain } from './yaml-scalar.ts';

/** What shall change in one mapping of a document. */
export interface MapChange {
  /**
   * Keys, and places in lists, that lead to the mapping from the outside in: `['items', 1, 'spec', 'encryptedData']`. It is made
   * when it is not there; a list and its items are not.
   */
  readonly path: readonly Step[];
  /** The new text of each key; undefined removes it. Keys that are not named stay as they are. */
  readonly entries: ReadonlyMap<string, string | undefined>;
}

/** Where the items of a SealedSecret are. */
const itemsPath: readonly string[] = ['spec', 'encryptedData'];

/**
 * The text of a document of `source` with items of `spec.encryptedData` set or removed. Everything else keeps its bytes:
 * comments, anchors, quotes, line ends, order. A new key goes where the order of the others wants it, in their style.
 *
 * @param changes sealed items by key; undefined removes the key
 * @param object where the SealedSecret stands in the document, such as `['items', 1]` of a List; default: it is the document
 * @throws SIGNET_CLI_SPLICE_SHARED, SIGNET_CLI_SPLICE_FORM, SIGNET_CLI_FIELD_TYPE, and the errors of documents
 * @example spliceSource(source, new Map([[piece, spliceItems(source, piece, new Map([['password', sealed]]))]]))
 */
export function spliceItems(
  source: Source,
  piece: Piece,
  changes: ReadonlyMap<string, string | undefined>,
  object: readonly Step[] = [],
): string {
  return spliceMaps(source, piece, [{ path: [...object, ...itemsPath], entries: changes }]);
}

/**
 * The text of a document of `source` with texts of several mappings set or removed, as {@link spliceItems} does it. What comes
 * out is read again and compared with what was wanted, so that a form of YAML nobody thought of is refused and not damaged.
 *
 * @throws SIGNET_CLI_SPLICE_SHARED, SIGNET_CLI_SPLICE_FORM, SIGNET_CLI_FIELD_TYPE, and the errors of documents
 */
export function spliceMaps(source: Source, piece: Piece, changes: readonly MapChange[]): string {
  const before = source.text.slice(piece.start, piece.end);
  const meant = jsonOf(readDocument(source, piece).tree);
  const wanted = changes.reduce((json, change) => changed(json, change), meant);
  let text = before;
  try {
    for (const change of changes) text = spliceMap({ name: source.name, text }, piece.kind, change, lineBreakOf(source.text));
    if (text !== before) prove(text, before, piece.kind, wanted);
    else if (!sameJson(meant, wanted)) throw new Unchangeable('nothing would change');
  } catch (error) {
    const at = placeAt(source, piece.start);
    if (error instanceof Unchangeable) throw cliErrors.SPLICE_FORM({}, { cause: error, at });
    // Where inside the piece is not known: what was read stands at an offset of its own.
    if (isSignetError(error)) throw error.within(at);
    throw error;
  }
  return text;
}

/** The text of a source with the text of some of its pieces replaced. */
export function spliceSource(source: Source, texts: ReadonlyMap<Piece, string>): string {
  return applyEdits(
    source.text,
    [...texts].map(([{ start, end }, text]) => ({ start, end, text })),
  );
}

/** @throws Unchangeable when the text does not mean exactly what was wanted */
function prove(text: string, before: string, kind: Piece['kind'], wanted: Json): void {
  const documents = (of: string): number => splitStream(of).filter((one) => one.kind === 'yaml' || one.kind === 'json').length;
  if (documents(text) !== documents(before)) throw new Unchangeable('the number of documents would change');
  let result: Json;
  try {
    result = jsonOf(readDocument({ name: '', text }, { kind, start: 0, end: text.length }).tree);
  } catch (error) {
    throw new Unchangeable('the result could not be read', { cause: error });
  }
  if (!sameJson(result, wanted)) throw new Unchangeable('the result would mean something else');
}

/** Equal but for the order of keys. */
export function sameJson(one: Json, other: Json): boolean {
  if (one instanceof Map && other instanceof Map) {
    const [left, right] = [one as ReadonlyMap<string, Json>, other as ReadonlyMap<string, Json>];
    return left.size === right.size && [...left].every(([key, value]) => right.has(key) && sameJson(value, right.get(key) ?? null));
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item: Json, at) => sameJson(item, other[at] as Json));
  }
  return Object.is(one, other);
}

/** What the document shall mean. */
function changed(json: Json, { path, entries }: MapChange): Json {
  const [key, ...rest] = path;
  if (typeof key === 'number') {
    const list = Array.isArray(json) ? (json as readonly Json[]) : [];
    return list.map((item, at) => (at === key ? changed(item, { path: rest, entries }) : item));
  }
  const map = new Map(json instanceof Map ? (json as ReadonlyMap<string, Json>) : []);
  if (key !== undefined) {
    const inner = map.get(key) ?? null;
    const next = changed(inner, { path: rest, entries });
    // A mapping is not made to hold nothing.
    if (!(inner === null && next instanceof Map && next.size === 0)) map.set(key, next);
    return map;
  }
  for (const [name, value] of entries) {
    if (value === undefined) map.delete(name);
    else map.set(name, value);
  }
  return map;
}

function spliceMap(source: Source, kind: Piece['kind'], change: MapChange, eol: Page['eol']): string {
  let { text } = source;
  const step = (edits: (page: Page, located: Located, own: ReadonlyMap<string, Entry>) => Edit[]): boolean => {
    const parsed = parsedAgain({ ...source, text }, kind, text !== source.text);
    const shared = sharedNodes(parsed);
    const located = locate(parsed, change.path, shared);
    const own = located.missing.length > 0 ? new Map<string, Entry>() : ownEntries(parsed, located.map);
    const page = {
      text,
      parsed,
      shared,
      eol,
      json: kind === 'json',
      step: stepOf(text, located.root),
    };
    const made = edits(page, located, own);
    text = applyEdits(text, made);
    return made.length > 0;
  };
  const values = [...change.entries];
  const added = new Map<string, Nested>();
  step((page, { map }, own) =>
    values.flatMap(([key, value]) => {
      const entry = own.get(key);
      if (value === undefined) return [];
      if (!entry) added.set(key, value);
      return entry ? replaceEdits(page, map, entry, value, [...change.path, key]) : [];
    }),
  );
  const removed = values.flatMap(([key, value]) => (value === undefined ? [key] : []));
  // One entry of a flow mapping after the other: a comma belongs to two of them.
  while (removed.length > 0 && step((page, located, own) => removeEdits(page, located, own, change.path, removed)));
  if (added.size > 0) step((page, located) => insertEdits(page, located, added));
  return text;
}

/** After a first edit, what cannot be read was not put together well. */
function parsedAgain(source: Source, kind: Piece['kind'], edited: boolean): ParsedDocument {
  try {
    return parseDocument(source, { kind, start: 0, end: source.text.length });
  } catch (error) {
    throw edited ? new Unchangeable('the result could not be read', { cause: error }) : error;
  }
}

function replaceEdits(page: Page, map: YAMLMap, entry: Entry, value: string, path: readonly Step[]): Edit[] {
  if (isScalar(entry.value) && entry.value.tag === undefined && entry.value.value === value && styleOf(entry.value)) {
    // A plain 123 is no text, whatever it looks like.
    if (styleOf(entry.value) !== 'plain' || resolvePlain(value) === value) return [];
  }
  refuseShared(page, [entry.value], path);
  return replaceValue(page.text, entry, value, map.flow === true ? 'flow' : 'block');
}

function removeEdits(
  page: Page,
  { map, holder }: Located,
  own: ReadonlyMap<string, Entry>,
  path: readonly Step[],
  keys: readonly string[],
): Edit[] {
  const gone = keys.flatMap((key) => {
    const entry = own.get(key);
    if (entry) refuseShared(page, [entry.key, entry.value], [...path, key]);
    return entry ? [entry] : [];
  });
  const [first] = gone;
  if (!first) return [];
  return map.flow === true ? removeFromFlow(page, map, first) : removeFromBlock(page, map, holder, gone);
}

function refuseShared(page: Page, nodes: readonly (Node | null)[], path: readonly Step[]): void {
  if (holdsShared(nodes, page.shared)) throw cliErrors.SPLICE_SHARED({ what: pathText(path) });
}

function insertEdits(page: Page, { map, holder, empty, missing }: Located, entries: ReadonlyMap<string, Nested>): Edit[] {
  const flow = map.flow === true;
  const below = missing.slice(1).reduceRight<ReadonlyMap<string, Nested>>((inner, key) => new Map([[key, inner]]), entries);
  if (empty) return flow ? fillFlow(page, map, empty, below) : fillBlock(page, map, empty, below);
  const [key] = missing;
  const put = key === undefined ? entries : new Map([[key, below]]);
  return flow ? insertIntoFlow(page, map, put) : insertIntoBlock(page, map, holder, put);
}
