import { applyEdits } from '../document/splice-edit.ts';
import { sameJson, spliceItems, spliceMaps, spliceSource } from '../document/splice.ts';
import { readDocument } from '../document/read-document.ts';
import type { Source } from '../document/source.ts';
import { child, jsonOf } from '../document/tree.ts';
import type { Json } from '../document/tree.ts';
import type { Piece } from '../document/split.ts';
import type { PlacedObject } from '../manifests/sealed-objects.ts';
import { resealErrors } from './errors.ts';
import { legacyItem } from './fresh-items.ts';
import type { FreshItems } from './fresh-items.ts';

/** An object and the items it gets. */
export interface FreshObject {
  readonly placed: PlacedObject;
  readonly fresh: FreshItems;
}

/**
 * The text of a source with fresh items in the place of old ones; every other byte stays.
 *
 * @throws the errors of splicing, SIGNET_RESEAL_SHARED
 */
export function putItems(source: Source, objects: readonly FreshObject[]): string {
  const byPiece = Map.groupBy(objects, ({ placed }) => placed.document.piece);
  return spliceSource(source, new Map([...byPiece].map(([piece, of]) => [piece, pieceText(source, piece, of)])));
}

function pieceText(source: Source, piece: Piece, objects: readonly FreshObject[]): string {
  const [first] = objects;
  if (!first || first.placed.object.tree !== first.placed.document.tree) return listText(source, piece, objects);
  const legacy = first.fresh.get(legacyItem);
  if (legacy === undefined) return spliceItems(source, piece, first.fresh);
  return spliceMaps(source, piece, [{ path: ['spec'], entries: new Map([['data', legacy]]) }]);
}

/**
 * Items of objects in a list, each replaced where it stands: in one piece, with or without quotes, and nowhere else in the document.
 * The result is read again, and must mean what was wanted.
 */
function listText(source: Source, piece: Piece, objects: readonly FreshObject[]): string {
  const before = source.text.slice(piece.start, piece.end);
  const fresh = new Map<string, string>();
  const edits = objects.flatMap(({ placed: { object }, fresh: items }) =>
    [...items].map(([key, item]) => {
      const spec = child(object.tree, 'spec');
      const old = key === legacyItem ? child(spec, 'data') : child(child(spec, 'encryptedData'), key);
      const refused = resealErrors.SHARED({}, { at: object.place(old?.at) });
      if (old?.kind !== 'scalar' || typeof old.value !== 'string' || old.value === '' || fresh.has(old.value)) throw refused;
      const at = old.at - piece.start + (/["']/.test(source.text.charAt(old.at)) ? 1 : 0);
      if (!before.startsWith(old.value, at) || before.indexOf(old.value) !== before.lastIndexOf(old.value)) throw refused;
      fresh.set(old.value, item);
      return { start: at, end: at + old.value.length, text: item };
    }),
  );
  const text = applyEdits(before, edits);
  const read = (of: string): Json =>
    jsonOf(readDocument({ name: source.name, text: of }, { ...piece, start: 0, end: of.length }).tree);
  if (!sameJson(read(text), replaced(read(before), fresh)))
    throw resealErrors.SHARED({}, { at: objects[0]?.placed.object.place() ?? {} });
  return text;
}

function replaced(json: Json, fresh: ReadonlyMap<string, string>): Json {
  if (typeof json === 'string') return fresh.get(json) ?? json;
  if (json instanceof Map)
    return new Map([...(json as ReadonlyMap<string, Json>)].map(([key, value]) => [key, replaced(value, fresh)]));
  return Array.isArray(json) ? json.map((one: Json) => replaced(one, fresh)) : json;
}
