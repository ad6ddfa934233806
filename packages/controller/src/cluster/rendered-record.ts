import { createHash } from 'node:crypto';
import { annotations } from '@signet/api';
import type { Secret } from '@signet/kube/client';

/**
 * The annotation that records which values of a Secret were rendered once and are kept, because their templates call functions of time
 * or chance. By key it says what the value was made of, in digests of texts that stand in the object for everybody to read; no
 * digest of a value is in it, since a short value could be found from that.
 */

/** 22 characters of base64url. @param of anything JSON holds, and nothing secret */
export function publicDigest(of: unknown): string {
  return createHash('sha256').update(JSON.stringify(of)).digest().subarray(0, 16).toString('base64url');
}

/** The annotation, of a text for each key. Undefined when there are none. */
export function recordAnnotation(entries: Iterable<readonly [string, string]>): Record<string, string> | undefined {
  const sorted = [...entries].toSorted();
  return sorted.length === 0 ? undefined : { [annotations.renderedOnce]: JSON.stringify(Object.fromEntries(sorted)) };
}

/** What the annotation says; undefined: there is none. A text that is not ours counts as a record of nothing. */
export function recordIn({ metadata }: Secret): ReadonlyMap<string, unknown> | undefined {
  const text = metadata.annotations?.[annotations.renderedOnce];
  if (text === undefined) return undefined;
  try {
    const record: unknown = JSON.parse(text);
    return new Map(typeof record === 'object' && record !== null ? Object.entries(record) : []);
  } catch {
    return new Map();
  }
}
