import { child, stringAt } from '../document/tree.ts';
import type { MapTree, Tree } from '../document/tree.ts';
import { cliErrors } from '../errors.ts';

/**
 * The objects a document expands to when it holds a Secret; undefined when it may pass. kubectl applies each of the `items` of
 * an object that has them, whatever the object calls itself.
 *
 * @throws SIGNET_CLI_NOT_AN_OBJECT or SIGNET_CLI_KIND_MISSING on what may hide one
 */
export function secretsOf(tree: Tree): readonly Tree[] | undefined {
  if (tree.kind === 'scalar' && tree.value === null) return undefined;
  if (tree.kind !== 'map') throw cliErrors.NOT_AN_OBJECT({});
  if (isSecretTree(tree)) return [tree];
  const kind = stringAt(tree, 'kind') ?? '';
  const objects = itemsOf(tree);
  if (objects) {
    // Only a list of Kubernetes promises that each item is an object.
    const nested = objects.map((item) => (item.kind === 'map' || kind.endsWith('List') ? (secretsOf(item) ?? [item]) : [item]));
    return nested.flat().some(isSecretTree) ? nested.flat() : undefined;
  }
  const version = stringAt(tree, 'apiVersion') ?? '';
  const carriesData = child(tree, 'data') !== undefined || child(tree, 'stringData') !== undefined;
  const looksLikeSecret = /^secret$/i.test(kind) && !version.slice(1).includes('/');
  if (looksLikeSecret || ((kind === '' || version === '') && carriesData)) throw cliErrors.KIND_MISSING({});
  return undefined;
}

/** All objects of a document as kubectl would apply them, in order: itself, or its `items`, however deep. What is no mapping is left out. */
export function objectsIn(tree: Tree): readonly MapTree[] {
  return placedObjectsIn(tree).map(({ object }) => object);
}

/** An object of a document, and the keys and places in lists that lead to it; none for the document itself. */
export interface PlacedTree {
  readonly object: MapTree;
  readonly path: readonly (string | number)[];
}

/** What {@link objectsIn} gives, with the way to each. */
export function placedObjectsIn(tree: Tree, path: PlacedTree['path'] = []): readonly PlacedTree[] {
  if (tree.kind !== 'map') return [];
  const items = isSecretTree(tree) ? undefined : itemsOf(tree);
  return items?.flatMap((item, at) => placedObjectsIn(item, [...path, 'items', at])) ?? [{ object: tree, path }];
}

/** A v1 Secret; `/v1` is the core group spelled out. */
export function isSecretTree(tree: Tree): boolean {
  return /^\/?v1$/.test(stringAt(tree, 'apiVersion') ?? '') && stringAt(tree, 'kind') === 'Secret';
}

/** The items of an object that has some; they inherit what they do not say themselves. */
function itemsOf(tree: MapTree): readonly Tree[] | undefined {
  const items = child(tree, 'items');
  if (items?.kind !== 'list') return undefined;
  const version = stringAt(tree, 'apiVersion') ?? '';
  const kind = (stringAt(tree, 'kind') ?? '').replace(/List$/, '');
  return items.items.map((item) => asItemOf(item, version, kind));
}

/** Items of a typed list say neither kind nor apiVersion when they come straight from an API server: the list does. */
function asItemOf(item: Tree, version: string, kind: string): Tree {
  if (item.kind !== 'map') return item;
  if (kind === '' || (stringAt(item, 'kind') && stringAt(item, 'apiVersion'))) return item;
  const word = (value: string): { at: number; value: Tree } => ({ at: item.at, value: { kind: 'scalar', value, at: item.at } });
  return { ...item, entries: new Map([...item.entries, ['apiVersion', word(version)], ['kind', word(kind)]]) };
}
