import type { KindDefinition } from '../../kinds/definition.ts';
import { metadataProblems } from '../../kinds/metadata-rules.ts';
import type { KubeObject } from '../../kinds/object.ts';
import { collectionOf } from '../../kinds/registry.ts';
import { strategyOf } from '../../kinds/strategy.ts';
import { clone } from '../../schema/index.ts';
import { storeKey } from '../../storage/store.ts';
import { strategyRoom, timestamp } from '../cluster.ts';
import type { Cluster } from '../cluster.ts';
import { admitSchema } from './admit.ts';
import { ownership, tracked } from './field-ownership.ts';
import type { WriteOptions } from '../options.ts';
import { alreadyExists, badRequest, forbidden, invalid, notFound, StatusError } from '../status-error.ts';

/** A create request after decoding. */
export interface CreateRequest {
  readonly kind: KindDefinition;
  readonly namespace: string | undefined;
  readonly body: KubeObject;
  readonly options: WriteOptions;
  /** `managedFields` of the body are right already: server-side apply. */
  readonly tracked?: boolean;
  /** Warnings for the client are added here. */
  readonly warnings: string[];
}

/** Creates one object. @throws StatusError */
export function createObject(cluster: Cluster, request: CreateRequest): KubeObject {
  const { kind, options } = request;
  const strategy = strategyOf(kind);
  let object = clone(request.body);
  object.metadata = { ...object.metadata };
  placeInNamespace(cluster, object, request);
  const meta = object.metadata;
  if (meta.resourceVersion) {
    // The API server finds out late, in its storage, and has no better answer.
    throw new StatusError(500, '', 'resourceVersion should not be set on objects to be created');
  }
  if (!meta.name && meta.generateName) meta.name = generatedName(meta.generateName, cluster.suffix());
  for (const field of ['resourceVersion', 'selfLink', 'deletionTimestamp', 'deletionGracePeriodSeconds']) delete meta[field];
  meta.uid = cluster.uid();
  meta.creationTimestamp = timestamp(cluster.now());
  if (strategy.generation) meta.generation = 1;
  if (kind.subresources.some((subresource) => subresource.name === 'status')) delete object['status'];

  object = admitSchema(object, kind, { validation: options.fieldValidation, warnings: request.warnings });
  strategy.defaults?.(object, undefined);
  if (!request.tracked) object = tracked(undefined, object, ownership(cluster, kind, options));
  strategy.prepareCreate?.(object, strategyRoom(cluster));
  const problems = [...metadataProblems(object, kind, strategy.names ?? 'subdomain'), ...(strategy.validate?.(object) ?? [])];
  if (problems.length > 0) throw invalid(kind, meta.name ?? '', problems);
  const existing = cluster.store.get(collectionOf(kind), storeKey(meta.namespace, meta.name as string));
  if (existing) {
    throw alreadyExists(kind, meta.name as string, { terminating: existing.metadata.deletionTimestamp !== undefined });
  }
  return options.dryRun ? object : cluster.store.create(collectionOf(kind), object);
}

/** The API server keeps generated names within 63 characters. */
function generatedName(prefix: string, suffix: string): string {
  return `${prefix.slice(0, 63 - suffix.length)}${suffix}`;
}

function placeInNamespace(cluster: Cluster, object: KubeObject, request: CreateRequest): void {
  const { kind, namespace } = request;
  if (!kind.namespaced) {
    if (object.metadata.namespace === '') delete object.metadata.namespace;
    if (object.metadata.namespace !== undefined)
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
    return;
  }
  object.metadata.namespace ||= namespace ?? '';
  if (object.metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const home = cluster.store.get('/namespaces', namespace);
  if (!home) throw notFound({ group: '', plural: 'namespaces' }, namespace);
  if (home.metadata.deletionTimestamp !== undefined) {
    const words = `unable to create new content in namespace ${namespace} because it is being terminated`;
    throw forbidden(kind, object.metadata.name ?? '', words, [
      { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' },
    ]);
  }
}
