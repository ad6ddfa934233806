import { readDocument } from '../document/read-document.ts';
import { splitStream } from '../document/split.ts';
import { child, stringAt } from '../document/tree.ts';
import type { MapTree, Tree } from '../document/tree.ts';
import { isSecretTree, objectsIn } from '../secret/find-secrets.ts';
import { leakingAnnotations } from '../secret/plain-secret.ts';
import type { ManifestObject } from '../template/manifest-object.ts';
import { checkErrors } from './errors.ts';
import { finding } from './finding.ts';
import type { Finding, Severity } from './finding.ts';

/** A Secret whose values stand in the file. One without values, such as a request for a token, is none. */
export function plaintextSecret(object: ManifestObject): Finding[] {
  const keys = valuesIn(object.tree);
  if (keys === 0) return [];
  return [finding('error', checkErrors.PLAINTEXT_SECRET({ name: object.name, keys }), object.place())];
}

/** How many values `data` and `stringData` hold; what is no mapping counts as one, because it may be anything. */
function valuesIn(secret: Tree): number {
  const count = (field: Tree | undefined): number => {
    if (field === undefined || (field.kind === 'scalar' && field.value === null)) return 0;
    return field.kind === 'map' ? field.entries.size : 1;
  };
  return count(child(secret, 'data')) + count(child(secret, 'stringData'));
}

/** Copies of an applied Secret in annotations, of the object and of the template inside it. */
export function appliedCopies(object: ManifestObject): Finding[] {
  const { tree } = object;
  const paths: readonly (readonly string[])[] = [['metadata'], ['spec', 'template', 'metadata']];
  return paths.flatMap((path) => {
    const metadata = path.reduce<Tree | undefined>((inner, key) => child(inner, key), tree);
    const annotations = child(metadata, 'annotations');
    return leakingAnnotations.flatMap((annotation) => {
      const copy = child(annotations, annotation);
      if (copy?.kind !== 'scalar' || typeof copy.value !== 'string' || !holdsSecret(copy.value)) return [];
      const at = object.place(copy.at, [...path, 'annotations'].join('.'));
      return [finding('error', checkErrors.LAST_APPLIED({ annotation }), at)];
    });
  });
}

/** True when a text is a manifest of a Secret with values, or cannot be read and may be one. */
function holdsSecret(text: string): boolean {
  const source = { name: '', text };
  try {
    return splitStream(text)
      .filter(({ kind }) => kind === 'yaml' || kind === 'json')
      .flatMap((piece) => objectsIn(readDocument(source, piece).tree))
      .some((one) => isSecretTree(one) && valuesIn(one) > 0);
  } catch {
    return /["']?kind["']?\s*:\s*["']?Secret\b/i.test(text);
  }
}

/** Fields of a Secret in a SealedSecret: nobody reads them there, and everybody can. */
export function strayPlaintext(object: ManifestObject): Finding[] {
  const template = child(child(object.tree, 'spec'), 'template');
  const stray: [string, Tree | undefined][] = [
    ['data', child(object.tree, 'data')],
    ['stringData', child(object.tree, 'stringData')],
    ['spec.stringData', child(child(object.tree, 'spec'), 'stringData')],
    ['spec.template.stringData', child(template, 'stringData')],
  ];
  return stray.flatMap(([field, tree]) => {
    const empty =
      tree === undefined || (tree.kind === 'scalar' && tree.value === null) || (tree.kind === 'map' && tree.entries.size === 0);
    return empty ? [] : [finding('error', checkErrors.STRAY_PLAINTEXT({ field }), object.place(tree.at, field))];
  });
}

/**
 * The part of a document that may be a Secret although no reader of Kubernetes would take it for one, and how likely that is.
 * Repositories hold lists and mappings that are no manifests at all; those are not told.
 */
export function mayHoldSecret(tree: Tree): { readonly tree: MapTree; readonly severity: Severity } | undefined {
  let likely: MapTree | undefined;
  let perhaps: MapTree | undefined;
  const look = (one: Tree): void => {
    if (one.kind === 'scalar') return;
    if (one.kind === 'map') {
      const kind = stringAt(one, 'kind');
      const carriesData = child(one, 'data') !== undefined || child(one, 'stringData') !== undefined;
      if (kind !== undefined && /^secret$/i.test(kind)) likely ??= one;
      else if (kind === undefined && carriesData && stringAt(one, 'apiVersion') !== undefined) likely ??= one;
      else if (kind === undefined && carriesData && one === tree) perhaps ??= one;
    }
    for (const inner of one.kind === 'list' ? one.items : [...one.entries.values()].map(({ value }) => value)) look(inner);
  };
  look(tree);
  if (likely) return { tree: likely, severity: 'error' };
  return perhaps && { tree: perhaps, severity: 'note' };
}
