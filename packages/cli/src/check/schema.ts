import { sealedSecretSchema } from '@signet/api';
import { child, plainOf } from '../document/tree.ts';
import type { Tree } from '../document/tree.ts';
import type { ManifestObject } from '../template/manifest-object.ts';
import { checkErrors } from './errors.ts';
import { finding } from './finding.ts';
import type { Finding } from './finding.ts';

/** What the schema of the kind says of an object, and what the API server says of any. The status is the cluster's affair. */
export function checkSchema(object: ManifestObject): Finding[] {
  const findings: Finding[] = [];
  const wrong: Wrong = (field, problem, at) => {
    findings.push(finding('error', checkErrors.SCHEMA({ field, problem }), object.place(at, field)));
  };
  const version = object.text('apiVersion');
  if (version !== 'bitnami.com/v1alpha1')
    wrong(
      'apiVersion',
      'a SealedSecret is of apiVersion bitnami.com/v1alpha1',
      child(object.tree, 'apiVersion')?.at ?? object.tree.at,
    );
  checkMetadata(object, wrong);
  const spec = child(object.tree, 'spec');
  const checked = sealedSecretSchema.safeParse({ spec: spec ? plainOf(spec) : undefined });
  for (const { path, code } of checked.error?.issues ?? []) {
    const found = at(object.tree, path);
    const problem = found.missing
      ? 'it is missing'
      : code === 'invalid_type'
        ? 'this is of the wrong type'
        : 'this is not allowed here';
    wrong(path.map((part) => shownPart(String(part))).join('.'), problem, found.offset);
  }
  return findings;
}

/** Hears of a field, what is wrong with it, and the offset where it stands. */
export type Wrong = (field: string, problem: string, at: number) => void;

/** What the API server says of the metadata of any object: texts are texts. */
export function checkMetadata({ tree }: ManifestObject, wrong: Wrong): void {
  const metadata = child(tree, 'metadata');
  for (const name of ['name', 'namespace']) refuseOtherThan(wrong, child(metadata, name), `metadata.${name}`);
  for (const field of ['labels', 'annotations']) {
    const texts = child(metadata, field);
    if (texts?.kind === 'map')
      for (const [key, { value }] of texts.entries) refuseOtherThan(wrong, value, `metadata.${field}.${shownPart(key)}`);
    else if (texts && !isNull(texts)) wrong(`metadata.${field}`, 'must be a mapping', texts.at);
  }
}

function refuseOtherThan(wrong: Wrong, tree: Tree | undefined, field: string): void {
  if (tree && !isNull(tree) && !(tree.kind === 'scalar' && typeof tree.value === 'string')) wrong(field, 'must be text', tree.at);
}

function isNull(tree: Tree): boolean {
  return tree.kind === 'scalar' && tree.value === null;
}

/** Where a path of the schema stands; of a missing part, where the part around it does. */
function at(tree: Tree, path: readonly PropertyKey[]): { readonly offset: number; readonly missing: boolean } {
  let here = tree;
  for (const part of path) {
    const next = here.kind === 'list' ? here.items[Number(part)] : child(here, String(part));
    if (!next) return { offset: here.at, missing: true };
    here = next;
  }
  return { offset: here.at, missing: false };
}

/** A part of a path as far as it may be shown: what no key could be may be a value in the wrong place. */
export function shownPart(part: string): string {
  return /^[-._/a-zA-Z0-9]{1,253}$/.test(part) ? part : '?';
}
