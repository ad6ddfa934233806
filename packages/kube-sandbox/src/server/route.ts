/** What a path under /api or /apis names. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly namespace: string | undefined;
  readonly plural: string;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  /** Path segments after the subresource: the rest of a proxy path, still encoded. */
  readonly rest: string | undefined;
  /** The deprecated `/watch/` form. */
  readonly watch: boolean;
}

/**
 * Splits `/api/v1/...` and `/apis/GROUP/VERSION/...` (Kubernetes API concepts: resource URIs).
 *
 * `/api/v1/namespaces/x` is the Namespace `x`, `/api/v1/namespaces/x/secrets` the Secrets in it; `status` and `finalize` below
 * a namespace are its subresources.
 */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const parts = path.split('/').slice(1);
  let group = '';
  let rest: string[];
  if (parts[0] === 'api') rest = parts.slice(1);
  else if (parts[0] === 'apis' && parts[1]) {
    group = decodeURIComponent(parts[1]);
    rest = parts.slice(2);
  } else return undefined;
  const version = rest.shift();
  if (!version || rest.length === 0 || rest[0] === '') return undefined;
  const watch = rest[0] === 'watch';
  if (watch) rest.shift();

  let namespace: string | undefined;
  const below = rest[2];
  if (rest[0] === 'namespaces' && rest.length > 2 && below !== 'status' && below !== 'finalize') {
    namespace = decodeURIComponent(rest[1] as string);
    rest = rest.slice(2);
  }
  const [plural, name, subresource, ...more] = rest;
  if (!plural) return undefined;
  return {
    group,
    version,
    namespace,
    plural,
    name: name ? decodeURIComponent(name) : undefined,
    subresource: subresource || undefined,
    rest: more.length > 0 ? more.join('/') : undefined,
    watch,
  };
}
