import type { Place, SignetError } from '@signet/errors';
import { finding } from '../../check/finding.ts';
import type { Finding, Severity } from '../../check/finding.ts';
import { shownPart } from '../../check/schema.ts';
import { columnAt } from '../../document/source.ts';
import { child } from '../../document/tree.ts';
import type { Tree } from '../../document/tree.ts';
import type { ManifestObject } from '../../template/manifest-object.ts';

/** Steps from the top of an object: keys, and positions in lists. */
export type Path = readonly (string | number)[];

/** As Kubernetes writes it: `spec.data[2].remoteRef.key`. What no key could be is shown as `?`. */
export function fieldText(path: Path): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${shownPart(step)}`))
    .join('')
    .replace(/^\./, '');
}

/** The way to a field as providers write it: `vault.headers[0].x`, `aws.sessionTags.0.key`. */
export function pathOf(field: string): Path {
  return field
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .filter((step) => step !== '');
}

/** What stands at the end of a path; of a missing part, what is around it. */
export function treeAt(tree: Tree, path: Path): { readonly tree: Tree; readonly isMissing: boolean } {
  let here = tree;
  for (const step of path) {
    const next = here.kind === 'list' ? here.items[Number(step)] : child(here, String(step));
    if (!next) return { tree: here, isMissing: true };
    here = next;
  }
  return { tree: here, isMissing: false };
}

/** The place of an offset of an object, with its column. */
export function placeAtOffset(object: ManifestObject, offset: number, field?: string): Place {
  return { ...object.place(offset, field), column: columnAt(object.source, offset) };
}

/** The place of a field; of a missing one, of what is around it. */
function placeOfPath(object: ManifestObject, path: Path): Place {
  return placeAtOffset(object, treeAt(object.tree, path).tree.at, fieldText(path));
}

/** A finding on a field. */
export function findingAt(severity: Severity, error: SignetError, object: ManifestObject, path: Path): Finding {
  return finding(severity, error, placeOfPath(object, path));
}
