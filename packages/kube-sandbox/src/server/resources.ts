import type { KindDefinition } from '../kinds/definition.ts';
import { reviewKinds } from '../kinds/built-in.ts';
import type { KubeObject } from '../kinds/object.ts';
import { apiVersionOf } from '../kinds/registry.ts';
import { strategyOf } from '../kinds/strategy.ts';
import { fieldError, isObject } from '../schema/index.ts';
import type { Answer } from './answer.ts';
import type { User } from './auth.ts';
import { decodeObject } from './body.ts';
import { find, present } from './cluster.ts';
import type { Cluster, Place } from './cluster.ts';
import { duplicateKeys } from './duplicate-keys.ts';
import { deleteOptions, listOptions, writeOptions } from './options.ts';
import type { ResourcePath } from './route.ts';
import { badRequest, checkName, invalid, methodNotAllowed, notFound } from './status-error.ts';
import { strictMessage } from './verbs/admit.ts';
import { createObject } from './verbs/create.ts';
import { deleteObject } from './verbs/delete.ts';
import { listObjects, matcher } from './verbs/list.ts';
import { patchObject } from './verbs/patch.ts';
import { answerReview, requestToken } from './verbs/review.ts';
import { updateObject } from './verbs/update.ts';

/** A request to a resource, after authentication and with its body read. */
export interface ResourceRequest {
  readonly method: string;
  readonly path: ResourcePath;
  readonly kind: KindDefinition;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  readonly contentType: string;
  readonly userAgent: string;
  readonly user: User;
}

/** Carries out every verb but watch and proxy. @throws StatusError */
export function handleResource(cluster: Cluster, request: ResourceRequest): Answer {
  const { method, path, kind } = request;
  if (kind.namespaced && path.namespace === undefined && (path.name !== undefined || (method !== 'GET' && method !== 'POST'))) {
    throw methodNotAllowed();
  }
  if (path.subresource !== undefined && !kind.subresources.some(({ name }) => name === path.subresource))
    throw notFoundPath(request);
  if (path.subresource === 'token') return requestToken(cluster, request, placeOf(request));
  switch (method) {
    case 'GET':
    case 'HEAD':
      return path.name === undefined ? list(cluster, request) : get(cluster, request);
    case 'POST':
      return create(cluster, request);
    case 'PUT':
      return replace(cluster, request);
    case 'PATCH':
      return patchObject(cluster, request, placeOf(request));
    case 'DELETE':
      return path.name === undefined ? deleteCollection(cluster, request) : remove(cluster, request);
    default:
      throw methodNotAllowed();
  }
}

function notFoundPath(request: ResourceRequest): Error {
  return notFound(request.kind, request.path.name ?? '');
}

/** The object a request names. */
function placeOf(request: ResourceRequest): Place {
  if (request.path.name === undefined) throw methodNotAllowed();
  return { kind: request.kind, namespace: request.path.namespace, name: request.path.name };
}

function list(cluster: Cluster, request: ResourceRequest): Answer {
  if (!request.kind.verbs.includes('list')) throw methodNotAllowed();
  return { status: 200, body: listObjects(cluster, request.kind, request.path.namespace, listOptions(request.query)) };
}

function get(cluster: Cluster, request: ResourceRequest): Answer {
  const object = find(cluster, placeOf(request));
  if (!object) throw notFound(request.kind, request.path.name ?? '');
  return { status: 200, body: present(object, request.kind) };
}

function create(cluster: Cluster, request: ResourceRequest): Answer {
  const { kind, path } = request;
  if (path.name !== undefined) throw methodNotAllowed();
  const warnings: string[] = [];
  const body = decodeKind(request, warnings);
  if (reviewKinds.has(kind.kind)) return { status: 201, body: answerReview(cluster, kind, body, request) };
  if (kind.namespaced && path.namespace === undefined) {
    throw badRequest('an empty namespace may not be set during creation');
  }
  const options = writeOptions(request.query, request.userAgent);
  return { status: 201, body: createObject(cluster, { kind, namespace: path.namespace, body, options, warnings }), warnings };
}

function replace(cluster: Cluster, request: ResourceRequest): Answer {
  const { kind, path } = request;
  const place = placeOf(request);
  const warnings: string[] = [];
  const wanted = decodeKind(request, warnings);
  const options = writeOptions(request.query, request.userAgent);
  const live = find(cluster, place);
  if (!live) {
    if (path.subresource !== undefined || !strategyOf(kind).createOnUpdate || wanted.metadata.uid) throw notFound(kind, place.name);
    checkName(wanted.metadata.name, place.name);
    return {
      status: 201,
      body: createObject(cluster, { kind, namespace: path.namespace, body: wanted, options, warnings }),
      warnings,
    };
  }
  return {
    status: 200,
    body: updateObject(cluster, { kind, live, wanted, subresource: path.subresource, options, warnings }),
    warnings,
  };
}

function remove(cluster: Cluster, request: ResourceRequest): Answer {
  const place = placeOf(request);
  const options = deleteOptions(request.query, deleteBody(request));
  const live = find(cluster, place);
  if (!live) throw notFound(place.kind, place.name);
  const body = deleteObject(cluster, place.kind, present(live, place.kind), options);
  return { status: 200, body };
}

function deleteCollection(cluster: Cluster, request: ResourceRequest): Answer {
  const { kind, path } = request;
  if (!kind.verbs.includes('deletecollection')) throw methodNotAllowed();
  const options = deleteOptions(request.query, deleteBody(request));
  const selection = listOptions(request.query);
  const listed = listObjects(cluster, kind, path.namespace, selection);
  const matches = matcher(kind, selection, undefined);
  for (const object of listed.items) {
    const live = find(cluster, { kind, namespace: object.metadata.namespace, name: object.metadata.name ?? '' });
    if (live && matches(live)) deleteObject(cluster, kind, present(live, kind), options);
  }
  return { status: 200, body: listed };
}

function deleteBody(request: ResourceRequest): Record<string, unknown> | undefined {
  if (request.body.length === 0) return undefined;
  const body = decodeObject(request.body, request.contentType, 'DeleteOptions');
  if (body['kind'] === undefined || body['kind'] === 'DeleteOptions') return body;
  throw badRequest('the object provided is no DeleteOptions');
}

/** The object of a create or replace, which must be of the kind and version of the URL; both may be left out. */
function decodeKind(request: ResourceRequest, warnings: string[]): KubeObject {
  const { kind } = request;
  const decoded = decodeObject(request.body, request.contentType, kind.kind) as Partial<KubeObject>;
  const apiVersion = apiVersionOf(kind);
  if (!isObject(decoded.metadata ?? {})) {
    const words = `json: cannot unmarshal ${Array.isArray(decoded.metadata) ? 'array' : typeof decoded.metadata} into Go struct field`;
    throw badRequest(`${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${words} ObjectMeta.metadata`);
  }
  const object: KubeObject = {
    ...decoded,
    apiVersion: decoded.apiVersion || apiVersion,
    kind: decoded.kind || kind.kind,
    metadata: decoded.metadata ?? {},
  };
  const { fieldValidation } = writeOptions(request.query, request.userAgent);
  if (fieldValidation !== 'Ignore' && /json/.test(request.contentType)) {
    const duplicates = duplicateKeys(request.body.toString('utf8')).map((path) => `duplicate field ${JSON.stringify(path)}`);
    if (fieldValidation === 'Strict' && duplicates.length > 0) throw badRequest(strictMessage(kind, duplicates));
    warnings.push(...duplicates);
  }
  if (kind.custom && !decoded.kind) {
    const text = request.body.toString('utf8');
    throw badRequest(`the object provided is unrecognized (must be of type ${kind.kind}): Object 'Kind' is missing in '${text}'`);
  }
  if (kind.custom && object.kind !== kind.kind) {
    const problem = fieldError.invalid('kind', object.kind, `must be ${kind.kind}`);
    throw invalid({ group: kind.group, kind: object.kind }, object.metadata.name ?? '', [problem]);
  }
  if (object.apiVersion !== apiVersion) {
    const words = `no kind "${object.kind}" is registered for version "${object.apiVersion}" in scheme "pkg/runtime/scheme.go:111"`;
    throw badRequest(
      kind.custom
        ? `the API version in the data (${object.apiVersion}) does not match the expected API version (${apiVersion})`
        : `${object.kind} in version "${object.apiVersion}" cannot be handled as a ${kind.kind}: ${words}`,
    );
  }
  if (object.kind !== kind.kind) {
    const group = kind.group === '' ? 'core' : (kind.group.split('.')[0] as string);
    const words = `converting (${kind.version}.${object.kind}) to (${group}.${kind.kind}): unknown conversion`;
    throw badRequest(`${object.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${words}`);
  }
  return object;
}
