import { readDocument } from '../document/read-document.ts';
import { sourceOf } from '../document/source.ts';
import type { Source } from '../document/source.ts';
import { splitStream } from '../document/split.ts';
import type { Piece } from '../document/split.ts';
import { child, stringAt } from '../document/tree.ts';
import type { MapTree } from '../document/tree.ts';
import { kubesealErrors } from './messages.ts';

/** A document of a stream, and where it stands. */
export interface SealedPiece {
  readonly source: Source;
  readonly piece: Piece;
  readonly tree: MapTree;
  readonly name: string;
}

/**
 * Reads every document of a stream. What it is, the controller judges.
 *
 * @throws SIGNET_KUBESEAL_NO_SECRETS when there is none; SIGNET_KUBESEAL_UNREADABLE, and the errors of documents
 */
export function readSealedStream(name: string, bytes: Uint8Array): SealedPiece[] {
  const source = sourceOf(name, bytes);
  const pieces = splitStream(source.text).filter(({ kind }) => kind === 'yaml' || kind === 'json');
  if (pieces.length === 0) throw kubesealErrors.NO_SECRETS({});
  return pieces.map((piece) => {
    const { tree } = readDocument(source, piece);
    if (tree.kind !== 'map') throw kubesealErrors.UNREADABLE({ found: tree.kind === 'list' ? 'array' : 'string' });
    return { source, piece, tree, name: stringAt(child(tree, 'metadata'), 'name') ?? '' };
  });
}
