import { sealingErrors } from './errors.ts';

/** How much of its place a sealed value is bound to. */
export type Scope = 'strict' | 'namespace-wide' | 'cluster-wide';

/** The place a value is sealed for: the metadata of the SealedSecret, never that of its template. */
export interface Binding {
  readonly scope: Scope;
  readonly namespace: string;
  readonly name: string;
}

/** All scopes, the narrowest first. */
export const scopes: readonly Scope[] = ['strict', 'namespace-wide', 'cluster-wide'];

const namespaceWide = 'sealedsecrets.bitnami.com/namespace-wide';
const clusterWide = 'sealedsecrets.bitnami.com/cluster-wide';

/**
 * Reads a scope as a person or a request writes it. The empty text is `strict`.
 *
 * @throws SIGNET_SEAL_SCOPE
 */
export function parseScope(text: string): Scope {
  if (text === '') return 'strict';
  const scope = scopes.find((known) => known === text);
  if (!scope) throw sealingErrors.SCOPE({});
  return scope;
}

/** The scope that annotations ask for. Only the exact text `true` counts, and cluster-wide wins over namespace-wide. */
export function scopeOf(annotations: Readonly<Record<string, string>> | undefined): Scope {
  if (annotations?.[clusterWide] === 'true') return 'cluster-wide';
  if (annotations?.[namespaceWide] === 'true') return 'namespace-wide';
  return 'strict';
}

/** The annotations that mark a scope: the inverse of {@link scopeOf}. */
export function scopeAnnotations(scope: Scope): Record<string, string> {
  switch (scope) {
    case 'strict':
      return {};
    case 'namespace-wide':
      return { [namespaceWide]: 'true' };
    case 'cluster-wide':
      return { [clusterWide]: 'true' };
  }
}

/** The OAEP label of a place, in UTF-8: `namespace/name`, `namespace`, or nothing. */
export function labelOf({ scope, namespace, name }: Binding): Uint8Array {
  const utf8 = new TextEncoder();
  switch (scope) {
    case 'strict':
      return utf8.encode(`${namespace}/${name}`);
    case 'namespace-wide':
      return utf8.encode(namespace);
    case 'cluster-wide':
      return new Uint8Array();
  }
}

/**
 * Refuses a place that would bind a value to less than its scope says: an empty namespace in `namespace-wide` scope gives
 * the label of `cluster-wide`, and a slash moves the border between namespace and name.
 *
 * @throws SIGNET_SEAL_BINDING
 */
export function checkBinding({ scope, namespace, name }: Binding): void {
  const bad = (part: string): boolean => part === '' || part.includes('/');
  if (scope !== 'cluster-wide' && bad(namespace)) throw sealingErrors.BINDING({ scope, field: 'namespace' });
  if (scope === 'strict' && bad(name)) throw sealingErrors.BINDING({ scope, field: 'name' });
}

/** The places an item with this name could also have been sealed for: the same object in the other scopes. */
export function otherScopes(binding: Binding): Binding[] {
  return scopes.filter((scope) => scope !== binding.scope).map((scope) => ({ ...binding, scope }));
}
