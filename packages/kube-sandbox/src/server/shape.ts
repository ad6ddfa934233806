import { columnsOf } from '../kinds/columns.ts';
import type { KindDefinition } from '../kinds/definition.ts';
import type { KubeObject } from '../kinds/object.ts';
import type { Accepted } from './negotiate.ts';
import { badRequest } from './status-error.ts';

/** What a row of a Table carries besides its cells. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

/** How results are to be shaped. */
export interface Shaping {
  readonly kind: KindDefinition;
  readonly accepted: Accepted;
  readonly includeObject: IncludeObject;
  readonly now: Date;
}

/** @throws a 400 Status for a value the API does not know */
export function includeObjectOf(query: URLSearchParams): IncludeObject {
  const value = query.get('includeObject') || 'Metadata';
  if (value !== 'None' && value !== 'Metadata' && value !== 'Object') {
    throw badRequest(`unrecognized includeObject value: "${value}"`);
  }
  return value;
}

/** Gives a result the shape the client asked for: as it is, metadata only, or a table. A Status stays as it is. */
export function shapeResult(body: unknown, shaping: Shaping): unknown {
  if (!isResult(body)) return body;
  const items = Array.isArray(body['items']) ? (body['items'] as KubeObject[]) : undefined;
  switch (shaping.accepted.as) {
    case 'Table':
      return table(
        items ?? [body],
        items ? withoutEndToken(body.metadata) : { resourceVersion: body.metadata.resourceVersion },
        shaping,
      );
    case 'PartialObjectMetadata':
      return items ? body : partial(body);
    case 'PartialObjectMetadataList': {
      if (!items) return body;
      return {
        kind: 'PartialObjectMetadataList',
        apiVersion: 'meta.k8s.io/v1',
        metadata: body.metadata,
        // An empty list is null here, as the API server writes it.
        items: items.length === 0 ? null : items.map((item) => partial(item)),
      };
    }
    default:
      return body;
  }
}

/** Shapes the objects of one watch; only the first table of a watch names its columns. */
export function eventShaper(shaping: () => Shaping): (object: unknown) => unknown {
  let first = true;
  return (object) => {
    if (!isResult(object)) return object;
    const now = shaping();
    if (now.accepted.as === 'Table') {
      const shaped = table([object], { resourceVersion: object.metadata.resourceVersion }, now, first);
      first = false;
      return shaped;
    }
    const asPartial = now.accepted.as === 'PartialObjectMetadata' || now.accepted.as === 'PartialObjectMetadataList';
    return asPartial ? partial(object) : object;
  };
}

/** The metadata of an object, as PartialObjectMetadata. */
function partial(object: KubeObject): KubeObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}

function table(items: readonly KubeObject[], metadata: object, shaping: Shaping, withColumns = true): unknown {
  const columns = columnsOf(shaping.kind);
  const { includeObject, now } = shaping;
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${shaping.accepted.version ?? 'v1'}`,
    metadata,
    columnDefinitions: withColumns
      ? columns.map(({ name, type, format, description, priority }) => ({ name, type, format, description, priority }))
      : null,
    rows: items.map((item) => ({
      cells: columns.map((column) => column.cell(item, now)),
      object: includeObject === 'None' ? null : includeObject === 'Object' ? item : partial(item),
    })),
  };
}

/** The empty token at the end of a list of a custom kind does not pass into its table. */
function withoutEndToken(metadata: object & { readonly continue?: unknown }): object {
  const { continue: token, ...rest } = metadata;
  return token ? metadata : rest;
}

function isResult(body: unknown): body is KubeObject {
  return typeof body === 'object' && body !== null && 'metadata' in body && (body as { kind?: unknown }).kind !== 'Status';
}
