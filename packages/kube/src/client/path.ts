import { kubeErrors } from '../errors.ts';
import type { ObjectRef } from './object.ts';
import type { Resource } from './resource.ts';

/**
 * One path segment, percent-encoded. Empty names and dots are refused: an empty name would turn a delete of one object into
 * a delete of the whole collection, and `..` would climb (Kubernetes names: path segment names may not be `.` or `..`, nor
 * contain `/` or `%`).
 */
function segment(what: string, text: string | undefined): string {
  if (!text || text === '.' || text === '..' || /[/%]/.test(text)) throw kubeErrors.BAD_NAME({ what, name: text ?? '' });
  return encodeURIComponent(text);
}

function rootOf(resource: Resource): string {
  return resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
}

/** Path of a collection; without a namespace, of all namespaces. */
export function collectionPath(resource: Resource, namespace?: string): string {
  const within = resource.namespaced && namespace ? `/namespaces/${segment('namespace', namespace)}` : '';
  return `${rootOf(resource)}${within}/${resource.plural}`;
}

/** Path to create in: a namespaced resource needs its namespace. */
export function creationPath(resource: Resource, namespace: string | undefined): string {
  if (resource.namespaced) segment('namespace', namespace);
  return collectionPath(resource, namespace);
}

/**
 * Path of one object or of its subresource.
 *
 * @throws SIGNET_KUBE_BAD_NAME for an empty or unsafe name, and for a namespaced resource without a namespace
 */
export function objectPath(resource: Resource, ref: ObjectRef, subresource?: string): string {
  const below = subresource ? `/${segment('subresource', subresource)}` : '';
  return `${creationPath(resource, ref.namespace)}/${segment('name', ref.name)}${below}`;
}

/** A query of its defined parts, `?` included, or nothing. */
export function queryText(query: Readonly<Record<string, string | number | boolean | undefined>> = {}): string {
  const defined = Object.entries(query).filter((entry): entry is [string, string | number | boolean] => entry[1] !== undefined);
  return defined.length === 0
    ? ''
    : `?${new URLSearchParams(defined.map(([name, value]): [string, string] => [name, String(value)])).toString()}`;
}
