/** Names one object; the namespace is empty for cluster-scoped kinds. */
export interface ObjectKey {
  readonly namespace: string;
  readonly name: string;
}

/** `namespace/name`. */
export function keyText(key: ObjectKey): string {
  return `${key.namespace}/${key.name}`;
}
