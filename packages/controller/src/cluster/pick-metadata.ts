import type { ObjectMeta } from '@signet/kube/client';

/** What identifies an object and its version: a cache has to keep at least that. */
const identity = ['name', 'namespace', 'uid', 'resourceVersion'] as const;

/** The parts of an object's metadata that a cache keeps: its identity, and what is asked for besides, as far as it is there. */
export function pickMetadata(metadata: ObjectMeta, ...besides: readonly (keyof ObjectMeta & string)[]): ObjectMeta {
  const kept = [...identity, ...besides].filter((field) => metadata[field] !== undefined);
  return Object.fromEntries(kept.map((field) => [field, metadata[field]]));
}
