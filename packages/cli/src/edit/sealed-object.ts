import { checkBinding, scopeOf } from '@signet/sealing';
import type { Binding } from '@signet/sealing';
import { readDocument } from '../document/read-document.ts';
import { placeAt } from '../document/source.ts';
import type { Source } from '../document/source.ts';
import { splitStream } from '../document/split.ts';
import type { Piece } from '../document/split.ts';
import { child, describe, stringAt } from '../document/tree.ts';
import type { MapTree, Tree } from '../document/tree.ts';
import { pathText } from '../document/splice-nodes.ts';
import { cliErrors } from '../errors.ts';
import { textsAt } from '../kubeseal/sealed-document.ts';
import { placedObjectsIn } from '../secret/find-secrets.ts';
import { editErrors } from './errors.ts';

/** One SealedSecret of a file, and where it stands: a document of its own, or an item of a List. */
export interface SealedObject {
  readonly source: Source;
  readonly piece: Piece;
  /** 1-based, among the documents of the file that are not empty. */
  readonly document: number;
  /** Where in the document: `['items', 1]`; empty when it is the document. */
  readonly path: readonly (string | number)[];
  readonly name: string;
  /** Empty when the object names none. */
  readonly namespace: string;
  readonly tree: MapTree;
  /** Keys of `spec.encryptedData` as they stand; undefined for what is no text and can never open. */
  readonly items: ReadonlyMap<string, string | undefined>;
}

/** Which SealedSecret of a file is meant. */
export interface Choice {
  /** 1-based. */
  readonly document?: number | undefined;
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
}

/**
 * Finds the one SealedSecret that is meant. Only that document must be readable when it is chosen by its number.
 *
 * @throws SIGNET_CLI_EDIT_NO_OBJECT, _WHICH_OBJECT, _LEGACY, SIGNET_CLI_FIELD_TYPE, and the errors of documents
 */
export function chooseObject(source: Source, choice: Choice): SealedObject {
  const pieces = splitStream(source.text).filter(({ kind }) => kind === 'yaml' || kind === 'json');
  const objects = pieces.flatMap((piece, at): SealedObject[] => {
    const document = at + 1;
    if (choice.document !== undefined && choice.document !== document) return [];
    return readObjects(source, piece, document).filter((object) => fits(object, choice));
  });
  const [first, second] = objects;
  if (!first) throw editErrors.NO_OBJECT({ wanted: wantedText(choice) }, { at: { file: source.name } });
  if (second) throw editErrors.WHICH_OBJECT({ found: objects.map(shownObject) }, { at: { file: source.name } });
  const data = child(child(first.tree, 'spec'), 'data');
  if (data && !(data.kind === 'scalar' && data.value === null)) throw editErrors.LEGACY({}, { at: placeOf(first) });
  return first;
}

/** An object that names no namespace can be in any. */
function fits(object: SealedObject, { name, namespace }: Choice): boolean {
  return (
    (name === undefined || object.name === name) &&
    (namespace === undefined || object.namespace === '' || object.namespace === namespace)
  );
}

function readObjects(source: Source, piece: Piece, document: number): readonly SealedObject[] {
  const { tree } = readDocument(source, piece);
  const isSealed = (one: Tree): boolean => stringAt(one, 'kind') === 'SealedSecret';
  const placed = tree.kind === 'map' && isSealed(tree) ? [{ object: tree, path: [] }] : placedObjectsIn(tree);
  return placed
    .filter(({ object }) => isSealed(object))
    .map(({ object, path }) => readObject(source, piece, { document, tree: object, path }));
}

function readObject(
  source: Source,
  piece: Piece,
  { document, tree, path }: Pick<SealedObject, 'document' | 'tree' | 'path'>,
): SealedObject {
  const metadata = child(tree, 'metadata');
  const text = (field: string): string => {
    const found = child(metadata, field);
    if (found === undefined || (found.kind === 'scalar' && found.value === null)) return '';
    if (found.kind === 'scalar' && typeof found.value === 'string') return found.value;
    const at = { ...placeAt(source, found.at), document, key: `metadata.${field}` };
    throw cliErrors.FIELD_TYPE({ field: `metadata.${field}`, wants: 'text', found: describe(found) }, { at });
  };
  return { source, piece, document, path, name: text('name'), namespace: text('namespace'), tree, items: itemsOf(tree) };
}

function itemsOf(tree: Tree): ReadonlyMap<string, string | undefined> {
  const data = child(child(tree, 'spec'), 'encryptedData');
  if (data?.kind !== 'map') return new Map();
  return new Map(
    [...data.entries].map(([key, { value }]) => [
      key,
      value.kind === 'scalar' && typeof value.value === 'string' ? value.value : undefined,
    ]),
  );
}

function wantedText({ document, name, namespace }: Choice): string {
  const object = name === undefined ? '' : ` ${JSON.stringify(name)}`;
  const place = namespace === undefined ? '' : ` of namespace ${JSON.stringify(namespace)}`;
  return object + place + (document === undefined ? '' : ` as document ${document}`);
}

/** `web/db (document 2)`, `web/db (document 1, items[3])`. */
function shownObject({ namespace, name, document, path }: SealedObject): string {
  const place = path.length === 0 ? '' : `, ${pathText(path)}`;
  return `${namespace ? `${namespace}/` : ''}${name || '(no name)'} (document ${document}${place})`;
}

/** Where an object stands, for an error. */
export function placeOf({ source, piece, document, path, tree, name }: SealedObject): {
  file: string;
  line: number;
  document: number;
  object: string;
} {
  const { line = 1 } = placeAt(source, path.length === 0 ? piece.start : tree.at);
  return { file: source.name, line, document, object: `SealedSecret ${JSON.stringify(name)}` };
}

/**
 * What values of an object are sealed to: its own name, namespace and scope annotation.
 *
 * @param fallback asked for the namespace of an object that names none and needs one
 * @throws SIGNET_CLI_NAME_MISSING, SIGNET_CLI_NAMESPACE_MISSING, and the errors of bindings
 */
export async function bindingOf(object: SealedObject, fallback: () => Promise<string | undefined>): Promise<Binding> {
  const scope = scopeOf(Object.fromEntries(textsAt(child(object.tree, 'metadata'), 'annotations')));
  const at = placeOf(object);
  if (scope === 'strict' && object.name === '') throw cliErrors.NAME_MISSING({}, { at });
  const namespace = object.namespace || (scope === 'cluster-wide' ? '' : ((await fallback()) ?? ''));
  if (scope !== 'cluster-wide' && namespace === '') throw cliErrors.NAMESPACE_MISSING({}, { at });
  const binding: Binding = { scope, namespace, name: object.name };
  checkBinding(binding);
  return binding;
}
