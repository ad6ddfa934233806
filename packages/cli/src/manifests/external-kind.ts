import type { ManifestDocument } from './manifest-file.ts';
import { stringAt } from '../document/tree.ts';
import type { MapTree } from '../document/tree.ts';

/** Kinds of the group `external-secrets.io` that are looked at. */
export type ExternalKind = 'ExternalSecret' | 'SecretStore' | 'ClusterSecretStore';

const kinds: ReadonlySet<string> = new Set<ExternalKind>(['ExternalSecret', 'SecretStore', 'ClusterSecretStore']);

/** The kind of an object of the group `external-secrets.io`, of any version; undefined for every other object. */
export function externalKindOf(tree: MapTree): ExternalKind | undefined {
  const kind = stringAt(tree, 'kind') ?? '';
  if ((stringAt(tree, 'apiVersion') ?? '').split('/')[0] !== 'external-secrets.io') return undefined;
  return kinds.has(kind) ? (kind as ExternalKind) : undefined;
}

const namesExternal = /["']?apiVersion["']?\s*:\s*["']?external-secrets\.io\//;

/** True for a text that says it is of that group: the guess for documents that cannot be read. */
export function looksExternal({ source, piece }: ManifestDocument): boolean {
  return namesExternal.test(source.text.slice(piece.start, piece.end));
}
