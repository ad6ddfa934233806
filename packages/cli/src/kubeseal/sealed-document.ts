import { readDocument } from '../document/read-document.ts';
import { sourceOf } from '../document/source.ts';
import type { Source } from '../document/source.ts';
import { splitStream } from '../document/split.ts';
import type { Piece } from '../document/split.ts';
import { child } from '../document/tree.ts';
import type { MapTree, Tree } from '../document/tree.ts';
import { cliErrors } from '../errors.ts';
import { sortedByBytes } from '../secret/read-secret.ts';
import { kubesealErrors } from './messages.ts';

/** A SealedSecret as a file holds it. */
export interface SealedDocument {
  readonly name: string;
  readonly namespace: string;
  readonly metadata: MapTree | undefined;
  readonly annotations: ReadonlyMap<string, string>;
  readonly template: MapTree | undefined;
  readonly templateMetadata: MapTree | undefined;
  /** Sorted by key. */
  readonly encryptedData: ReadonlyMap<string, string>;
  readonly tree: MapTree;
  /** What was read, and where in it the document stands. */
  readonly source: Source;
  readonly piece: Piece;
}

/**
 * Reads the one SealedSecret of a file.
 *
 * @throws SIGNET_KUBESEAL_UNREADABLE, SIGNET_KUBESEAL_FIELD_TYPE in Go's words, and the errors of documents
 */
export function readSealedDocument(name: string, bytes: Uint8Array): SealedDocument {
  const source = sourceOf(name, bytes);
  const pieces = splitStream(source.text).filter(({ kind }) => kind === 'yaml' || kind === 'json');
  const [piece] = pieces;
  if (!piece) throw kubesealErrors.UNREADABLE({ found: 'string' });
  if (pieces.length > 1) throw cliErrors.YAML_SYNTAX({ problem: 'one document is expected' }, { at: { file: name } });
  const { tree } = readDocument(source, piece);
  if (tree.kind !== 'map') throw kubesealErrors.UNREADABLE({ found: goKind(tree) });
  const kind = child(tree, 'kind');
  if (kind?.kind !== 'scalar' || kind.value !== 'SealedSecret') throw cliErrors.NOT_AN_OBJECT({}, { at: { file: name } });
  const metadata = mapAt(tree, 'metadata');
  const spec = mapAt(tree, 'spec');
  const data = child(spec, 'data');
  if (data?.kind === 'scalar' && data.value !== null) throw kubesealErrors.DEPRECATED_DATA({});
  const template = mapAt(spec, 'template');
  const templateMetadata = mapAt(template, 'metadata');
  for (const field of ['name', 'namespace']) textAt(templateMetadata, field, `spec.template.metadata.${field}`);
  return {
    name: textAt(metadata, 'name', 'metadata.name'),
    namespace: textAt(metadata, 'namespace', 'metadata.namespace'),
    metadata,
    annotations: textsAt(metadata, 'annotations'),
    template,
    templateMetadata,
    encryptedData: textsAt(spec, 'encryptedData'),
    tree,
    source,
    piece,
  };
}

/** The mapping under a key; null and nothing are none. */
function mapAt(tree: Tree | undefined, key: string): MapTree | undefined {
  const found = child(tree, key);
  return found?.kind === 'map' ? found : undefined;
}

function textAt(tree: Tree | undefined, key: string, path: string): string {
  const found = child(tree, key);
  if (found === undefined || (found.kind === 'scalar' && found.value === null)) return '';
  if (found.kind === 'scalar' && typeof found.value === 'string') return found.value;
  throw kubesealErrors.FIELD_TYPE({ found: goKind(found), path });
}

/** A mapping of texts, sorted by key as Go sorts them. Entries that are no text are left out: they cannot be anything. */
export function textsAt(tree: Tree | undefined, key: string): Map<string, string> {
  const entries = [...(mapAt(tree, key)?.entries ?? [])].flatMap(([name, { value }]): [string, string][] =>
    value.kind === 'scalar' && typeof value.value === 'string' ? [[name, value.value]] : [],
  );
  return new Map(sortedByBytes(entries));
}

/** What Go's JSON reader calls a value. */
function goKind(tree: Tree): string {
  if (tree.kind === 'map') return 'object';
  if (tree.kind === 'list') return 'array';
  if (typeof tree.value === 'boolean') return 'bool';
  return typeof tree.value === 'string' || tree.value === null ? 'string' : 'number';
}
