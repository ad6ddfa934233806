import { applyConfiguration } from '../../apply/index.ts';
import { fieldError } from '../../schema/index.ts';
import type { KubeObject } from '../../kinds/object.ts';
import { applyJsonPatch, applyMergePatch, applyStrategicMergePatch } from '../../patch/index.ts';
import type { Answer } from '../answer.ts';
import { decodeObject, decodeValue, unsupportedMediaType } from '../body.ts';
import { find, present } from '../cluster.ts';
import type { Cluster, Place } from '../cluster.ts';
import { writeOptions } from '../options.ts';
import type { ResourceRequest } from '../resources.ts';
import { badRequest, checkName, conflict, invalid, notFound, StatusError } from '../status-error.ts';
import { createObject } from './create.ts';
import { ownership } from './field-ownership.ts';
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
  if (!supported.includes(type)) {
    // A type no kind takes is refused by the route, one this kind does not take by the handler.
    if (Object.values<string>(types).includes(type)) throw unsupportedMediaType(supported);
    throw new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  }
  if (type === types.apply) return apply(cluster, request, place);
  const options = writeOptions(request.query, request.userAgent);
  const live = find(cluster, place);
  if (!live) throw notFound(kind, place.name);
  const patch = decodeValue(request.body, type, kind.kind);
  const old = present(live, kind);
  const wanted = patched(type, old, patch, place);
  if (!kind.custom && (wanted.apiVersion !== old.apiVersion || wanted.kind !== old.kind)) {
    const words = `unable to decode ${wanted.kind} of ${wanted.apiVersion} into ${old.kind} of ${old.apiVersion}`;
    throw invalid({ group: '', kind: '' }, '', [fieldError.invalid('patch', '<object>', words)]);
  }
  const warnings: string[] = [];
  const subresource = request.path.subresource;
  return {
    status: 200,
    body: updateObject(cluster, { kind, live, wanted, subresource, options, patched: true, warnings }),
    warnings,
  };
}

function patched(type: string, object: KubeObject, change: unknown, place: Place): KubeObject {
  if (type === types.json) return applyJsonPatch(object, change);
  if (type === types.merge) return applyMergePatch(object, change);
  return applyStrategicMergePatch(object, change, place.kind.schema);
}

/** Server-side apply: creates the object when it does not exist. */
function apply(cluster: Cluster, request: ResourceRequest, place: Place): Answer {
  const { kind } = place;
  const subresource = request.path.subresource;
  if (!request.query.get('fieldManager')) {
    const problem = fieldError.required('fieldManager', 'is required for apply patch');
    throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [problem]);
  }
  const options = writeOptions(request.query, request.userAgent);
  const configuration = decodeObject(request.body, types.apply, kind.kind) as KubeObject;
  if (!configuration.apiVersion || !configuration.kind) {
    throw badRequest(`Object 'Kind' is missing in '${request.body.toString('utf8')}'`);
  }
  configuration.metadata ??= {};
  const found = find(cluster, place);
  if (!found && subresource !== undefined) throw notFound(kind, place.name);
  const live = found ? present(found, kind) : undefined;
  checkAddress(configuration, place, live);
  const { uid } = configuration.metadata;
  if (!found && uid) {
    const words = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
    throw conflict(kind, place.name, words);
  }
  const warnings: string[] = [];
  const wanted = applyConfiguration(live, configuration, {
    ...ownership(cluster, kind, options, subresource),
    force: options.force,
  });
  if (!found) {
    const body: KubeObject = { ...wanted, metadata: { ...wanted.metadata, name: place.name } };
    delete body.metadata.resourceVersion;
    return {
      status: 201,
      body: createObject(cluster, { kind, namespace: place.namespace, body, options, tracked: true, warnings }),
      warnings,
    };
  }
  const body = updateObject(cluster, { kind, live: found, wanted, subresource, options, tracked: true, warnings });
  return { status: 200, body, warnings };
}

function checkAddress(configuration: KubeObject, place: Place, live: KubeObject | undefined): void {
  const meta = configuration.metadata;
  // Over a live object the configuration need not repeat its name.
  checkName(meta.name ?? live?.metadata.name, place.name);
  if (live && meta.resourceVersion && meta.resourceVersion !== live.metadata.resourceVersion)
    throw conflict(place.kind, place.name);
}
