import type { KubeObject } from './object.ts';
import type { Resource } from './resource.ts';
import { apiVersionOf } from './resource.ts';

/**
 * `Accept` that asks for metadata alone (Kubernetes API concepts, "receiving resources as partial metadata"). Plain JSON is
 * the second choice, for servers that only know whole objects; {@link onlyMetadata} then drops the rest.
 */
export function acceptMetadata(as: 'PartialObjectMetadata' | 'PartialObjectMetadataList'): string {
  return `application/json;as=${as};g=meta.k8s.io;v=v1,application/json`;
}

/** The object's metadata under its own apiVersion and kind (not `PartialObjectMetadata`); nothing else is kept alive. */
export function onlyMetadata<T extends KubeObject>(resource: Resource<T>, object: KubeObject): T {
  return { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata: object.metadata } as T;
}
