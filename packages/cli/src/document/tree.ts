import type { Scalar } from './yaml-scalar.ts';

/** A document as it was read: values with the offsets where they stand, so that an error can point at its line. */
export type Tree = ScalarTree | MapTree | ListTree;

/** A single value. */
interface ScalarTree {
  readonly kind: 'scalar';
  readonly value: Scalar;
  readonly at: number;
}

/** A mapping. Keys are what the YAML 1.1 reader of Kubernetes makes of them. */
export interface MapTree {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, { readonly at: number; readonly value: Tree }>;
  readonly at: number;
}

/** A sequence. */
interface ListTree {
  readonly kind: 'list';
  readonly items: readonly Tree[];
  readonly at: number;
}

/** JSON with exact integers. Objects are maps: a key named `__proto__` is a key like any other. */
export type Json = Scalar | readonly Json[] | ReadonlyMap<string, Json>;

/** The value under a key of a mapping. */
export function child(tree: Tree | undefined, key: string): Tree | undefined {
  return tree?.kind === 'map' ? tree.entries.get(key)?.value : undefined;
}

/** The string under a key, when it is one. */
export function stringAt(tree: Tree | undefined, key: string): string | undefined {
  const found = child(tree, key);
  return found?.kind === 'scalar' && typeof found.value === 'string' ? found.value : undefined;
}

/** The document without its places. */
export function jsonOf(tree: Tree): Json {
  switch (tree.kind) {
    case 'scalar':
      return tree.value;
    case 'list':
      return tree.items.map(jsonOf);
    case 'map':
      return new Map([...tree.entries].map(([key, entry]) => [key, jsonOf(entry.value)]));
  }
}

/** Plain JSON, as schemas want it. `fromEntries` defines properties, so a key `__proto__` stays a key. */
export function plainOf(tree: Tree): unknown {
  switch (tree.kind) {
    case 'scalar':
      return typeof tree.value === 'bigint' ? Number(tree.value) : tree.value;
    case 'list':
      return tree.items.map(plainOf);
    case 'map':
      return Object.fromEntries([...tree.entries].map(([key, entry]) => [key, plainOf(entry.value)]));
  }
}

/** How a person would call what stands there. */
export function describe(tree: Tree): string {
  if (tree.kind === 'map') return 'a mapping';
  if (tree.kind === 'list') return 'a list';
  if (tree.value === null) return 'null';
  if (typeof tree.value === 'boolean') return 'a boolean';
  return typeof tree.value === 'string' ? 'a string' : 'a number';
}
