import { stringAt } from '../document/tree.ts';
import type { MapTree } from '../document/tree.ts';
import type { ManifestObject, PlacedText } from '../template/manifest-object.ts';
import { convertErrors } from './errors.ts';

/** What a field, or the place of one, is converted with: the problems of the whole object are collected. */
export type Report = (problem: Error) => void;

/** True for an ExternalSecret of kubernetes-external-secrets. */
export function isKesObject(tree: MapTree): boolean {
  return (
    stringAt(tree, 'kind') === 'ExternalSecret' && (stringAt(tree, 'apiVersion') ?? '').split('/')[0] === 'kubernetes-client.io'
  );
}

/** The spec of one; before version 3 it was called secretDescriptor. */
export function specOf(object: ManifestObject): ManifestObject {
  const spec = object.part('spec') ?? object.part('secretDescriptor');
  if (spec) return spec;
  throw convertErrors.FIELD({ field: 'spec', because: 'it is missing' }, { at: object.place() });
}

/** An error about a field of an object, at its place. */
export function unconvertible(part: ManifestObject, key: string, because: string): Error {
  return convertErrors.FIELD({ field: part.fieldOf([key]), because }, { at: part.placeOf(key) });
}

/** Reports every key of a mapping that is not among those that are known. */
export function refuseOthers(part: ManifestObject, known: readonly string[], report: Report): void {
  for (const key of part.keys()) if (!known.includes(key)) report(unconvertible(part, key, 'it has no counterpart'));
}

/** A text that has to be there. @throws FIELD */
export function requiredText(part: ManifestObject, key: string): string {
  const text = part.scalarText(key);
  if (text) return text;
  throw unconvertible(part, key, 'it is missing');
}

/** Reports texts that are lodash templates; true when there is none. */
export function isLiteral(part: ManifestObject, texts: readonly PlacedText[], report: Report): boolean {
  const templates = texts.filter(({ text }) => text.includes('<%'));
  for (const { field, at } of templates) report(convertErrors.TEMPLATE({ field }, { at: part.place(at, field) }));
  return templates.length === 0;
}
