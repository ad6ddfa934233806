import { jsonOf } from '../document/tree.ts';
import type { Json, MapTree } from '../document/tree.ts';

/** Orders of fields in Kubernetes' JSON. Fields that are not listed follow. */
export const objectOrder: readonly string[] = ['kind', 'apiVersion', 'metadata', 'spec', 'status'];
export const metadataOrder: readonly string[] = [
  'name',
  'generateName',
  'namespace',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
];
export const templateOrder: readonly string[] = ['metadata', 'type', 'immutable', 'data'];
export const specOrder: readonly string[] = ['template', 'data', 'encryptedData'];

type Fields = readonly (readonly [string, Json | undefined])[];

/** Fields of an object in a given order; null is left out as Go does. */
function inOrder(fields: Fields, order: readonly string[]): Json {
  const rank = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
  const kept = fields.filter((entry): entry is [string, Json] => entry[1] !== undefined && entry[1] !== null);
  return new Map(kept.toSorted(([one], [other]) => rank(one) - rank(other)));
}

/** The fields of a mapping with some replaced, in a given order. */
export function ordered(tree: MapTree | undefined, order: readonly string[], replaced: Fields): Json {
  const fields = new Map<string, Json | undefined>([...(tree?.entries ?? [])].map(([key, { value }]) => [key, jsonOf(value)]));
  for (const [key, value] of replaced) fields.set(key, value);
  return inOrder([...fields], order);
}
