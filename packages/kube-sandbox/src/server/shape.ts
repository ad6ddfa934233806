import type { KindDefinition } from '../kinds/definition.ts';
import type { KubeObject } from '../kinds/object.ts';
import type { Accepted } from './negotiate.ts';

/** Gives a result the shape the client asked for: as it is, metadata only, or a table. */
export function shapeResult(body: unknown, accepted: Accepted): unknown {
  if (!isResult(body)) return body;
  switch (accepted.as) {
    case 'PartialObjectMetadata':
      return 'items' in body ? body : partial(body);
    case 'PartialObjectMetadataList':
      return 'items' in body
        ? {
            kind: 'PartialObjectMetadataList',
            apiVersion: 'meta.k8s.io/v1',
            metadata: body.metadata,
            items: (body['items'] as KubeObject[]).map((item) => partial(item)),
          }
        : body;
    default:
      return body;
  }
}

/** The metadata of an object, as PartialObjectMetadata. */
export function partial(object: KubeObject): KubeObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}

function isResult(body: unknown): body is KubeObject {
  return typeof body === 'object' && body !== null && 'metadata' in body && (body as { kind?: unknown }).kind !== 'Status';
}

/** The shape of one object of a watch. */
export function shapeEvent(object: unknown, kind: KindDefinition, accepted: Accepted): unknown {
  void kind;
  if (accepted.as === 'PartialObjectMetadata' || accepted.as === 'PartialObjectMetadataList') return partial(object as KubeObject);
  return object;
}
