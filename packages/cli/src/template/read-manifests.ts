import type { SignetError } from '@signet/errors';
import { readDocument } from '../document/read-document.ts';
import { placeAt } from '../document/source.ts';
import type { Source } from '../document/source.ts';
import { splitStream } from '../document/split.ts';
import { child, stringAt } from '../document/tree.ts';
import type { MapTree, Tree } from '../document/tree.ts';
import { collect, Refusals } from '../errors.ts';
import { ManifestObject } from './manifest-object.ts';

/** What manifests hold, as far as templates are concerned. */
export interface Manifests {
  /** SealedSecrets and ExternalSecrets, in order. */
  readonly objects: readonly ManifestObject[];
  /** ConfigMaps and Secrets: `templateFrom` may name them. */
  readonly sources: readonly ManifestObject[];
  /** How many documents are none of these. */
  readonly others: number;
}

/**
 * Finds the objects with templates in the documents of manifests; the items of a `List` count as documents.
 *
 * @throws Refusals with every document that cannot be read
 */
export function readManifests(inputs: readonly Source[]): Manifests {
  const problems: SignetError[] = [];
  const objects: ManifestObject[] = [];
  const sources: ManifestObject[] = [];
  let others = 0;
  for (const source of inputs) {
    let document = 0;
    for (const piece of splitStream(source.text)) {
      if (piece.kind !== 'yaml' && piece.kind !== 'json') continue;
      document += 1;
      const tree = collect(problems, { ...placeAt(source, piece.start), document }, () => readDocument(source, piece).tree);
      for (const one of tree ? objectsIn(tree) : []) {
        const object = new ManifestObject(one, { source, document });
        if (holdsTemplates(one)) objects.push(object);
        else if (object.kind === 'ConfigMap' || object.kind === 'Secret') sources.push(object);
        else others += 1;
      }
    }
  }
  if (problems.length > 0) throw new Refusals(problems);
  return { objects, sources, others };
}

function objectsIn(tree: Tree): readonly MapTree[] {
  if (tree.kind !== 'map') return [];
  const items = child(tree, 'items');
  if (items?.kind !== 'list' || !(stringAt(tree, 'kind') ?? '').endsWith('List')) return [tree];
  return items.items.flatMap((item) => (item.kind === 'map' ? [item] : []));
}

function holdsTemplates(tree: MapTree): boolean {
  const group = (stringAt(tree, 'apiVersion') ?? '').split('/')[0];
  const kind = stringAt(tree, 'kind');
  return (group === 'bitnami.com' && kind === 'SealedSecret') || (group === 'external-secrets.io' && kind === 'ExternalSecret');
}
