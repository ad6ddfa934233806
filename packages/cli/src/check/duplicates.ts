import type { ManifestObject } from '../template/manifest-object.ts';
import { checkErrors } from './errors.ts';
import { finding } from './finding.ts';
import type { Finding } from './finding.ts';

/**
 * Objects with the same kind, namespace and name. Within one file that is an error; across files it may be meant for several
 * clusters, so it is a warning.
 */
export function duplicates(objects: readonly ManifestObject[]): Finding[] {
  const first = new Map<string, ManifestObject>();
  return objects.flatMap((object) => {
    if (object.name === '') return [];
    const place = `${object.namespace}/${object.name}`;
    const id = `${object.kind} ${place}`;
    const before = first.get(id);
    if (!before) {
      first.set(id, object);
      return [];
    }
    const { file, line } = before.place();
    const sameFile = before.source === object.source;
    const other = sameFile ? `line ${line ?? 1}` : `${file ?? ''}:${line ?? 1}`;
    const name = JSON.stringify(object.namespace === '' ? object.name : place);
    return [finding(sameFile ? 'error' : 'warning', checkErrors.DUPLICATE({ kind: object.kind, name, other }), object.place())];
  });
}
