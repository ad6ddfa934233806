import type { KubeObject } from '../client/index.ts';

/** Names one object of a known resource. The namespace is empty for cluster-scoped resources. */
export interface ObjectKey {
  readonly namespace: string;
  readonly name: string;
}

/** The key of an object. */
export function keyOf(object: KubeObject): ObjectKey {
  return { namespace: object.metadata.namespace ?? '', name: object.metadata.name ?? '' };
}

/** `namespace/name`; `/name` when cluster-scoped. Neither part of a Kubernetes name can hold a slash. */
export function keyText(key: ObjectKey): string {
  return `${key.namespace}/${key.name}`;
}

/** The key that {@link keyText} wrote; a text without a slash is a cluster-scoped name. */
export function parseKey(text: string): ObjectKey {
  const slash = text.indexOf('/');
  return { namespace: slash === -1 ? '' : text.slice(0, slash), name: text.slice(slash + 1) };
}
