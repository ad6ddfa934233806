import { providerErrors } from '@signet/provider';

/** A key-value engine: where it is mounted, if the store says so, and its version. */
export interface Engine {
  readonly mount: string | undefined;
  readonly version: 'v1' | 'v2';
}

/** What is wanted of a secret. `list`: the names below a path. */
export type Aspect = 'data' | 'metadata' | 'list';

/**
 * Where something of a secret is found, below `/v1/`, not escaped. The rules of external-secrets v2.9:
 *
 * - A key may repeat the mount of the store (`secret/db`), version 2 also `data/` behind it.
 * - Version 2 has `data/` or `metadata/` between mount and key.
 * - Without a mount in the store, the first segment of the key is the mount, unless the key has a `data` segment of its own: what is
 *   before it is the mount.
 *
 * @throws INVALID_CONFIG for an empty key, and for `.` and `..`, which would lead elsewhere
 */
export function pathOf({ mount, version }: Engine, key: string, aspect: Aspect): string {
  const segments = segmentsOf(key);
  if (segments.length === 0 && (mount === undefined || aspect !== 'list')) {
    const because = mount === undefined ? 'the store names no mount (path), so the key has to begin with one' : 'it is empty';
    throw providerErrors.INVALID_CONFIG({ field: 'key', because });
  }
  const between = version === 'v1' ? [] : [aspect === 'data' ? 'data' : 'metadata'];
  if (mount !== undefined) return [mount, ...between, ...withoutMount(segments, mount, version, aspect)].join('/');
  if (version === 'v1') return segments.join('/');
  const own = segments.indexOf('data', 1);
  const end = own > 0 && own < segments.length - (aspect === 'list' ? 0 : 1) ? own : undefined;
  return [...segments.slice(0, end ?? 1), ...between, ...segments.slice(end === undefined ? 1 : end + 1)].join('/');
}

/** As it is sent: every segment percent-encoded. */
export function escapedPath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** Segments without empty ones: the server's own clients clean paths the same way. */
function segmentsOf(key: string): readonly string[] {
  const segments = key.split('/').filter(Boolean);
  if (segments.includes('.') || segments.includes('..')) {
    throw providerErrors.INVALID_CONFIG({ field: 'key', because: 'it has a segment that is . or ..' });
  }
  return segments;
}

function withoutMount(segments: readonly string[], mount: string, version: 'v1' | 'v2', aspect: Aspect): readonly string[] {
  const prefix = mount.split('/');
  // The mount alone is a key of that name, unless a place is meant.
  const shortest = aspect === 'list' ? prefix.length : prefix.length + 1;
  if (segments.length < shortest || !prefix.every((segment, index) => segments[index] === segment)) return segments;
  const rest = segments.slice(prefix.length);
  return version === 'v2' && rest.length >= (aspect === 'list' ? 1 : 2) && rest[0] === 'data' ? rest.slice(1) : rest;
}
