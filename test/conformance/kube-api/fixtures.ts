/** Manifests the cases share. */

/** A ConfigMap, without a namespace: the target's counts. */
export function configMap(name: string, data: Record<string, string> = { a: '1' }, metadata: object = {}): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data };
}

/** A Secret; values are plain text here and base64 on the wire. */
export function secret(name: string, values: Record<string, string> = { a: '1' }, more: object = {}): object {
  const data = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value, 'utf8').toString('base64')]),
  );
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data, ...more };
}
