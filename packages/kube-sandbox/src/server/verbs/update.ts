import type { KindDefinition } from '../../kinds/definition.ts';
import { sameButForTimes } from '../../apply/index.ts';
import { metadataProblems, metadataUpdateProblems } from '../../kinds/metadata-rules.ts';
import type { KubeObject, ObjectMeta } from '../../kinds/object.ts';
import { collectionOf } from '../../kinds/registry.ts';
import { strategyOf } from '../../kinds/strategy.ts';
import type { Strategy } from '../../kinds/strategy.ts';
import { clone, equal, fieldError } from '../../schema/index.ts';
import type { FieldError } from '../../schema/index.ts';
import { keyOf } from '../../storage/store.ts';
import { present, strategyRoom } from '../cluster.ts';
import type { Cluster } from '../cluster.ts';
import { admitSchema } from './admit.ts';
import { ownership, tracked } from './field-ownership.ts';
import type { WriteOptions } from '../options.ts';
import { badRequest, checkName, conflict, invalid, StatusError, unsignedFault } from '../status-error.ts';

/** An update of one stored object: by PUT, by a patch, or by server-side apply. */
export interface UpdateRequest {
  readonly kind: KindDefinition;
  readonly live: KubeObject;
  /** The wanted object. For `status` only its status counts. */
  readonly wanted: KubeObject;
  readonly subresource: string | undefined;
  readonly options: WriteOptions;
  /** `managedFields` of the wanted object are right already: server-side apply. */
  readonly tracked?: boolean;
  /** The wanted object is a patched one: nobody stated its uid on purpose. */
  readonly patched?: boolean;
  readonly warnings: string[];
}

/** Replaces one object; a write that changes nothing is none. @throws StatusError */
export function updateObject(cluster: Cluster, request: UpdateRequest): KubeObject {
  const { kind, live, options } = request;
  const strategy = strategyOf(kind);
  const old = present(live, kind);
  const wanted = clone(request.wanted);
  checkIdentity(old, wanted, request, strategy);
  wanted.metadata = serverFields(old.metadata, wanted.metadata);
  let next = onlyPart(old, wanted, kind, request.subresource);
  next = admitSchema(next, kind, { validation: options.fieldValidation, warnings: request.warnings, patched: request.patched });
  if (request.subresource === undefined) strategy.defaults?.(next, old);
  if (!request.tracked) next = tracked(old, next, ownership(cluster, kind, options, request.subresource));
  if (request.subresource === undefined) strategy.prepareUpdate?.(next, old, strategyRoom(cluster));
  if (strategy.generation && desiredStateDiffers(next, old, kind)) next.metadata.generation = (old.metadata.generation ?? 0) + 1;

  const problems = [
    ...metadataProblems(next, kind, strategy.names ?? 'subdomain'),
    ...twice(kind, metadataUpdateProblems(next, old)),
    ...(request.subresource === undefined
      ? [...(strategy.validate?.(next) ?? []), ...(strategy.validateUpdate?.(next, old) ?? [])]
      : []),
  ];
  if (problems.length > 0) throw invalid(kind, next.metadata.name ?? '', problems);

  if (options.dryRun) return next;
  const collection = collectionOf(kind);
  if (isFinished(next)) {
    cluster.store.delete(collection, keyOf(live));
    return next;
  }
  if (sameButForTimes(old, next)) return old;
  return cluster.store.update(collection, next);
}

function checkIdentity(old: KubeObject, wanted: KubeObject, { kind, patched }: UpdateRequest, strategy: Strategy): void {
  const name = old.metadata.name ?? '';
  const meta = wanted.metadata;
  checkName(meta.name, name);
  if (meta.namespace && meta.namespace !== old.metadata.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (meta.uid && meta.uid !== old.metadata.uid) {
    if (patched) throw invalid(kind, name, twice(kind, [fieldError.invalid('metadata.uid', meta.uid, 'field is immutable')]));
    const words = `Precondition failed: UID in precondition: ${meta.uid}, UID in object meta: ${old.metadata.uid}`;
    const key = `/registry/${kind.group === '' ? '' : `${kind.group}/`}${kind.plural}/${keyOf(old)}`;
    throw conflict(
      kind,
      name,
      `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${words}`,
    );
  }
  if (meta.resourceVersion && meta.resourceVersion !== '0') {
    if (!/^\d+$/.test(meta.resourceVersion)) throw new StatusError(500, '', unsignedFault(meta.resourceVersion));
    if (meta.resourceVersion !== old.metadata.resourceVersion) throw conflict(kind, name);
  } else if (!(strategy.unconditionalUpdate ?? true)) {
    throw invalid({ group: kind.group, kind: kind.plural }, name, [
      {
        reason: 'FieldValueInvalid',
        field: 'metadata.resourceVersion',
        message: 'Invalid value: 0: must be specified for an update',
      },
    ]);
  }
}

/** The API server checks updates of `metadata` for every kind, and built-in kinds do it again: each cause stands twice. */
function twice(kind: KindDefinition, problems: readonly FieldError[]): FieldError[] {
  return kind.custom ? [...problems] : [...problems, ...problems];
}

/** `metadata` of the new object: what the server owns comes from the old one. */
function serverFields(old: ObjectMeta, wanted: ObjectMeta): ObjectMeta {
  const next: ObjectMeta = { ...wanted };
  for (const field of [
    'namespace',
    'uid',
    'resourceVersion',
    'generation',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'selfLink',
  ]) {
    if (old[field] === undefined) delete next[field];
    else next[field] = old[field];
  }
  return next;
}

/** What this request may change: everything but the status, or the status alone. */
function onlyPart(old: KubeObject, wanted: KubeObject, kind: KindDefinition, subresource: string | undefined): KubeObject {
  if (!kind.subresources.some(({ name }) => name === 'status')) return wanted;
  const [base, status] = subresource === 'status' ? [old, wanted['status']] : [wanted, old['status']];
  const next: KubeObject = { ...base, metadata: { ...base.metadata } };
  if (subresource === 'status') {
    if (wanted.metadata.managedFields) next.metadata.managedFields = wanted.metadata.managedFields;
  }
  if (status === undefined) delete next['status'];
  else next['status'] = clone(status);
  return next;
}

function desiredStateDiffers(next: KubeObject, old: KubeObject, kind: KindDefinition): boolean {
  const hasStatus = kind.subresources.some(({ name }) => name === 'status');
  const desired = ({ apiVersion: _v, kind: _k, metadata: _m, ...rest }: KubeObject): object => {
    if (hasStatus) delete rest['status'];
    return rest;
  };
  return !equal(desired({ ...next }), desired({ ...old }));
}

/** A deletion nobody holds up any more. */
export function isFinished(object: KubeObject): boolean {
  if (object.metadata.deletionTimestamp === undefined) return false;
  if ((object.metadata.finalizers ?? []).length > 0) return false;
  if (object.apiVersion !== 'v1' || object.kind !== 'Namespace') return true;
  return ((object['spec'] as { finalizers?: string[] } | undefined)?.finalizers ?? []).length === 0;
}
