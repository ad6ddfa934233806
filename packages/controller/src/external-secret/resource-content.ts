import { externalSecretMarks } from '@signet/api';
import type { ExternalSecret } from '@signet/api';
import type { KubeObject, ObjectMeta } from '@signet/kube/client';
import { hashOf } from './marks.ts';

/** Where an object of a kind has what it is there for. */
export function contentField(kind: unknown): 'data' | 'spec' {
  return kind === 'ConfigMap' || kind === 'Secret' ? 'data' : 'spec';
}

/** Hash of what an object is there for, as Go's `%+v` prints it; also of a live one. */
export function contentHash(object: KubeObject): string {
  return hashOf(goText(object[contentField(object.kind)] ?? {}));
}

/** What Go's `%+v` prints of a JSON value; numbers as JSON has them. */
function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  return `map[${entries.map(([key, item]) => `${key}:${goText(item)}`).join(' ')}]`;
}

/**
 * True when a target of another kind is as it was left (see `isTargetValid`). Where the API server fills in defaults, the content is not
 * as it was written: then it is only known by its resourceVersion, and else has to be compared anew.
 */
export function isResourceValid(es: ExternalSecret, live: KubeObject | undefined): boolean {
  if (es.spec.target.creationPolicy === 'Orphan') return true;
  const { labels = {}, annotations = {} }: ObjectMeta = live?.metadata ?? {};
  const { managed, dataHash } = externalSecretMarks;
  return live !== undefined && labels[managed] === 'true' && annotations[dataHash] === contentHash(live);
}
