import type { ListOptions, Page } from './client.ts';
import { jsonObject } from './json.ts';
import { acceptMetadata, onlyMetadata } from './metadata-only.ts';
import type { KubeObject } from './object.ts';
import { collectionPath } from './path.ts';
import type { Resource } from './resource.ts';
import { apiVersionOf } from './resource.ts';
import type { Transport } from './transport.ts';

const defaultLimit = 500;

interface ListBody {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string; readonly remainingItemCount?: number };
  readonly items?: KubeObject[] | null;
}

/**
 * Pages of a list; see `Client.list`. A page is asked for when the one before it is done with, and not kept: whoever reads
 * page by page holds one page. Items get the apiVersion and kind that API servers leave out in lists.
 */
export async function* listPages<T extends KubeObject>(
  transport: Transport,
  resource: Resource<T>,
  options: ListOptions = {},
): AsyncGenerator<Page<T>, void, undefined> {
  const { metadataOnly = false, limit = defaultLimit } = options;
  const path = collectionPath(resource, options.namespace);
  const [apiVersion, kind] = [apiVersionOf(resource), resource.kind];
  let next: string | undefined;
  do {
    const response = await transport.send({
      method: 'GET',
      path,
      query: {
        limit: limit > 0 ? limit : undefined,
        labelSelector: options.labelSelector,
        fieldSelector: options.fieldSelector,
        // A continue token carries the version it belongs to; naming one beside it is refused.
        ...(next
          ? { continue: next }
          : { resourceVersion: options.resourceVersion, resourceVersionMatch: options.resourceVersionMatch }),
      },
      headers: metadataOnly ? { accept: acceptMetadata('PartialObjectMetadataList') } : {},
      repeatable: true,
      signal: options.signal,
      timeoutMs: options.timeoutMs,
      retries: options.retries,
    });
    const body: ListBody = jsonObject(response.body, 'GET', path);
    const items = (body.items ?? []).map((item) =>
      metadataOnly ? onlyMetadata(resource, item) : ({ apiVersion, kind, ...item } as T),
    );
    const { resourceVersion = '', remainingItemCount } = body.metadata ?? {};
    next = body.metadata?.continue;
    yield { items, resourceVersion, ...(remainingItemCount === undefined ? {} : { remaining: remainingItemCount }) };
  } while (next);
}
