import { createHash } from 'node:crypto';
import type { ExternalSecret } from '@signet/api';
import { byBytes } from './json-object.ts';

/**
 * What `status.syncedResourceVersion` says when this version of the ExternalSecret was synced: `<generation>-<hash>`, where the hash is the
 * SHA3-224 of how Go prints labels and annotations with `%+v` (external-secrets v2.9 behaviour, so that a cluster is taken over without
 * a refresh).
 */
export function syncedVersionOf(es: Pick<ExternalSecret, 'metadata'>): string {
  const { generation = 0, annotations = {}, labels = {} } = es.metadata;
  const text = `{annotations:${goMap(annotations)} labels:${goMap(labels)}}`;
  return `${generation}-${createHash('sha3-224').update(text).digest('hex')}`;
}

/** `map[a:1 b:2]`, keys in the order of their bytes, nothing quoted. */
function goMap(entries: Readonly<Record<string, string>>): string {
  const keys = Object.keys(entries).toSorted(byBytes);
  return `map[${keys.map((key) => `${key}:${entries[key] ?? ''}`).join(' ')}]`;
}
