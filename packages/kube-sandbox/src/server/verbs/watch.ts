import type { KindDefinition } from '../../kinds/definition.ts';
import type { KubeObject } from '../../kinds/object.ts';
import { apiVersionOf, collectionOf } from '../../kinds/registry.ts';
import { RevisionError, storeKey } from '../../storage/store.ts';
import type { Change } from '../../storage/store.ts';
import { present } from '../cluster.ts';
import type { Cluster } from '../cluster.ts';
import type { ListOptions } from '../options.ts';
import { tooOld } from '../status-error.ts';
import { matcher } from './list.ts';

/** One line of a watch. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: unknown;
}

/** A running watch. */
export interface Watch {
  /** A bookmark of the newest revision everything before which was sent. */
  bookmark(): WatchEvent;
  stop(): void;
}

const initialEventsEnd = 'k8s.io/initial-events-end';

/**
 * Watches a kind. Past changes and the initial state are sent before this returns.
 *
 * A change that makes an object match the selectors is ADDED, one that makes it stop matching is DELETED with its last
 * matching state.
 *
 * @param send called for every event, in order
 * @throws a 410 Status for a compacted resourceVersion, which a caller that has answered 200 sends as an ERROR event
 */
export function watchObjects(
  cluster: Cluster,
  place: { readonly kind: KindDefinition; readonly namespace: string | undefined; readonly name: string | undefined },
  options: ListOptions,
  send: (event: WatchEvent) => void,
): Watch {
  const { kind, namespace } = place;
  const { store } = cluster;
  const collection = collectionOf(kind);
  const prefix = namespace === undefined ? '' : storeKey(namespace, '');
  const selected = matcher(kind, options, place.name);
  const matches = (object: KubeObject | undefined): boolean =>
    object !== undefined && (namespace === undefined || object.metadata.namespace === namespace) && selected(object);

  const asked = options.resourceVersion;
  const initial = options.sendInitialEvents ?? (asked === undefined || asked === 0);
  const from = initial || asked === undefined || asked === 0 ? store.revision : asked;
  if (initial) {
    for (const object of store.range(collection, { prefix, matches }).items) send({ type: 'ADDED', object: present(object, kind) });
    if (options.allowWatchBookmarks) {
      send(bookmark(kind, store.revision, { annotations: { [initialEventsEnd]: 'true' } }));
    }
  }
  try {
    const stop = store.watch(collection, from, (change) => {
      const event = eventOf(change, matches);
      if (event) send({ type: event.type, object: present(event.object as KubeObject, kind) });
    });
    return { stop, bookmark: () => bookmark(kind, store.revision) };
  } catch (error) {
    if (error instanceof RevisionError) throw tooOld(error.requested, error.limit);
    throw error;
  }
}

function eventOf(change: Change, matches: (object: KubeObject | undefined) => boolean): WatchEvent | undefined {
  const before = matches(change.previous);
  const after = change.type !== 'DELETED' && matches(change.object);
  if (after) return { type: before ? 'MODIFIED' : 'ADDED', object: change.object };
  if (!before || !change.previous) return undefined;
  const last = change.previous;
  return { type: 'DELETED', object: { ...last, metadata: { ...last.metadata, resourceVersion: String(change.revision) } } };
}

function bookmark(kind: KindDefinition, revision: number, metadata: object = {}): WatchEvent {
  return {
    type: 'BOOKMARK',
    object: {
      kind: kind.kind,
      apiVersion: apiVersionOf(kind),
      metadata: { resourceVersion: String(revision), ...metadata },
    },
  };
}
