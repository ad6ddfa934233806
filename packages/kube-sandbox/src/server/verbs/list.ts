import type { KindDefinition } from '../../kinds/definition.ts';
import type { KubeObject } from '../../kinds/object.ts';
import { apiVersionOf, collectionOf } from '../../kinds/registry.ts';
import { parseFieldSelector } from '../../selectors/field-selector.ts';
import { parseLabelSelector } from '../../selectors/label-selector.ts';
import { RevisionError, storeKey } from '../../storage/store.ts';
import type { Range } from '../../storage/store.ts';
import { present } from '../cluster.ts';
import type { Cluster } from '../cluster.ts';
import type { ListOptions } from '../options.ts';
import { badRequest, StatusError, tooLarge } from '../status-error.ts';

/** Where a list goes on: the revision of its first page (-1: the newest) and the first key to return. */
interface Continuation {
  readonly revision: number;
  readonly start: string;
}

/** A list of objects as JSON. */
export interface ObjectList {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string; readonly remainingItemCount?: number };
  readonly items: readonly KubeObject[];
}

/** True for objects a list or watch is about. */
export function matcher(kind: KindDefinition, options: ListOptions, name: string | undefined): (object: KubeObject) => boolean {
  const labels = parseLabelSelector(options.labelSelector);
  const fields = parseFieldSelector(options.fieldSelector, kind);
  return (object) =>
    (name === undefined || object.metadata.name === name) && labels(object.metadata.labels) && fields.matches(object);
}

/**
 * Lists a kind in one namespace or in all, a page at a time. All pages of a list are of one revision.
 *
 * @throws a 410 Status with a new continue token when the revision of a page is gone
 */
export function listObjects(
  cluster: Cluster,
  kind: KindDefinition,
  namespace: string | undefined,
  options: ListOptions,
): ObjectList {
  const filtered = options.labelSelector !== '' || options.fieldSelector !== '';
  const at = options.continue === '' ? undefined : decode(options.continue);
  const wanted = at ? (at.revision === -1 ? undefined : at.revision) : exactRevision(cluster, options);
  const page = read();
  const items = page.items.map((object) => listed(object, kind));
  return {
    kind: kind.listKind,
    apiVersion: apiVersionOf(kind),
    metadata: {
      resourceVersion: String(page.revision),
      // Lists of custom kinds carry an empty token at their end, lists of built-in kinds none.
      ...(page.next === undefined && kind.custom ? { continue: '' } : {}),
      ...(page.next === undefined ? {} : { continue: encode({ revision: page.revision, start: page.next }) }),
      ...(page.next === undefined || filtered ? {} : { remainingItemCount: page.remaining }),
    },
    items,
  };

  function read(): Range {
    try {
      return cluster.store.range(collectionOf(kind), {
        prefix: namespace === undefined ? '' : storeKey(namespace, ''),
        ...(at ? { start: at.start } : {}),
        ...(wanted === undefined ? {} : { revision: wanted }),
        ...(filtered ? { matches: matcher(kind, options, undefined) } : {}),
        limit: options.limit,
      });
    } catch (error) {
      if (!(error instanceof RevisionError)) throw error;
      if (error.kind === 'future') throw tooLarge(error.requested, error.limit);
      throw expired(at);
    }
  }
}

/** In a list of a built-in kind the items do not repeat the kind and version of the list. */
function listed(object: KubeObject, kind: KindDefinition): KubeObject {
  if (kind.custom) return present(object, kind);
  const { apiVersion: _apiVersion, kind: _kind, ...item } = object;
  return item as KubeObject;
}

function exactRevision(cluster: Cluster, options: ListOptions): number | undefined {
  const { resourceVersion, resourceVersionMatch } = options;
  if (resourceVersion !== undefined && resourceVersion > cluster.store.revision)
    throw tooLarge(resourceVersion, cluster.store.revision);
  if (resourceVersionMatch === 'Exact') return resourceVersion;
  // A limit with a resourceVersion and no match rule means that very version (API concepts: the legacy "exact" cell).
  const legacyExact =
    options.limit > 0 && resourceVersion !== undefined && resourceVersion > 0 && resourceVersionMatch === undefined;
  return legacyExact ? resourceVersion : undefined;
}

function expired(at: Continuation | undefined): StatusError {
  if (!at) return new StatusError(410, 'Expired', 'The resourceVersion for the provided list is too old.');
  const words =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';
  return new StatusError(410, 'Expired', words, undefined, { continue: encode({ revision: -1, start: at.start }) });
}

function encode(at: Continuation): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: at.revision, start: at.start })).toString('base64url');
}

function decode(token: string): Continuation {
  try {
    const { v, rv, start } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as {
      v: unknown;
      rv: unknown;
      start: unknown;
    };
    if (v === 'meta.k8s.io/v1' && typeof rv === 'number' && typeof start === 'string') return { revision: rv, start };
  } catch {
    // Falls through to the one answer for every token that is not ours.
  }
  throw badRequest(
    'invalid continue token: continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)',
  );
}
