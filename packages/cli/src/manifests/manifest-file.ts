import type { SignetError } from '@signet/errors';
import { readDocument } from '../document/read-document.ts';
import { placeAt } from '../document/source.ts';
import type { Source } from '../document/source.ts';
import { splitStream } from '../document/split.ts';
import type { Piece } from '../document/split.ts';
import { stringAt } from '../document/tree.ts';
import type { MapTree, Tree } from '../document/tree.ts';
import { refusalsOf } from '../errors.ts';
import { objectsIn } from '../secret/find-secrets.ts';
import { ManifestObject } from '../template/manifest-object.ts';

/** One document of a file: read, or the reason why not. */
export interface ManifestDocument {
  readonly source: Source;
  readonly piece: Piece;
  /** 1-based. */
  readonly number: number;
  readonly tree: Tree | undefined;
  readonly problems: readonly SignetError[];
}

/** The documents of a source, those that cannot be read included. Never throws. */
export function documentsOf(source: Source): ManifestDocument[] {
  const pieces = splitStream(source.text).filter(({ kind }) => kind === 'yaml' || kind === 'json');
  return pieces.map((piece, index) => {
    const number = index + 1;
    try {
      return { source, piece, number, tree: readDocument(source, piece).tree, problems: [] };
    } catch (error) {
      const place = { ...placeAt(source, piece.start), document: number };
      return { source, piece, number, tree: undefined, problems: refusalsOf(error).map((problem) => problem.within(place)) };
    }
  });
}

/** The objects of a document as kubectl would apply them. */
export function manifestObjects({ source, number, tree }: ManifestDocument): ManifestObject[] {
  return (tree ? objectsIn(tree) : []).map((one) => new ManifestObject(one, { source, document: number }));
}

/** True for a SealedSecret of any version of its group. */
export function isSealedSecret(tree: MapTree): boolean {
  return stringAt(tree, 'kind') === 'SealedSecret' && (stringAt(tree, 'apiVersion') ?? '').split('/')[0] === 'bitnami.com';
}

const namesSecret = /["']?kind["']?\s*:\s*["']?(?:Sealed)?Secret/i;

/** True for a text that says it is a Secret or SealedSecret: the guess for documents that cannot be read. */
export function looksLikeSecret({ source, piece }: ManifestDocument): boolean {
  return namesSecret.test(source.text.slice(piece.start, piece.end));
}
