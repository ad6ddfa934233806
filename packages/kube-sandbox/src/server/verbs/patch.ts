import type { KubeObject } from '../../kinds/object.ts';
import { applyJsonPatch, applyMergePatch, applyStrategicMergePatch } from '../../patch/index.ts';
import type { Answer } from '../answer.ts';
import { decodeValue, unsupportedMediaType } from '../body.ts';
import { find, present } from '../cluster.ts';
import type { Cluster, Place } from '../cluster.ts';
import { writeOptions } from '../options.ts';
import type { ResourceRequest } from '../resources.ts';
import { notFound } from '../status-error.ts';
import { updateObject } from './update.ts';

const types = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** Changes one object by a patch of any of the four types. @throws StatusError, Rejection */
export function patchObject(cluster: Cluster, request: ResourceRequest, place: Place): Answer {
  const { kind } = place;
  const type = (request.contentType.split(';')[0] as string).trim().toLowerCase();
  const supported: string[] = kind.custom
    ? [types.json, types.merge, types.apply]
    : [types.json, types.merge, types.strategic, types.apply];
  if (!supported.includes(type)) throw unsupportedMediaType(supported);
  const options = writeOptions(request.query, request.userAgent);
  const live = find(cluster, place);
  if (!live) throw notFound(kind, place.name);
  const patch = decodeValue(request.body, type);
  const old = present(live, kind);
  const wanted = apply(old, patch);
  const warnings: string[] = [];
  const subresource = request.path.subresource;
  return { status: 200, body: updateObject(cluster, { kind, live, wanted, subresource, options, warnings }), warnings };

  function apply(object: KubeObject, change: unknown): KubeObject {
    if (type === types.json) return applyJsonPatch(object, change);
    if (type === types.merge) return applyMergePatch(object, change);
    return applyStrategicMergePatch(object, change, kind.schema);
  }
}
