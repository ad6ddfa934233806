import type { KubeObject } from '../client/index.ts';
import type { Reply, ScriptedServer, Seen } from './scripted-server.ts';
import { startScripted } from './scripted-server.ts';

/** What a fault does instead of, or before, the ordinary answer. Returns true when it has answered. */
export type Fault = (seen: Seen, reply: Reply) => boolean | void;

type Stream = ReturnType<Reply['stream']>;

interface HistoryEntry {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
}

/**
 * A model of one collection of an API server: versions, pages, watches with history, bookmarks, compaction. Small enough to
 * be seen to be right; what the cache must converge to is `objects`.
 */
export interface ModelServer {
  readonly server: ScriptedServer;
  readonly objects: ReadonlyMap<string, KubeObject>;
  readonly version: number;
  /** Watches that stand. */
  readonly watching: number;
  /** Requests that were lists (without those of pages after the first), and watches. */
  readonly lists: readonly Seen[];
  readonly pages: readonly Seen[];
  readonly watches: readonly Seen[];
  /** Creates or changes. */
  put(name: string, extra?: object): void;
  delete(name: string): void;
  /** Forgets history: older versions and continue tokens are Gone. */
  compact(): void;
  bookmark(): void;
  /** Every change moves the version; this moves it without a change here. */
  elsewhere(): void;
  /** Writes to every standing watch. */
  toWatches(act: (stream: Stream) => void): void;
  fault: Fault | undefined;
}

/** How the model answers a watch from a forgotten version, and whether it streams lists. */
export interface ModelOptions {
  readonly gone?: 'status' | 'event';
  readonly watchList?: 'offered' | 'refused' | 'ignored';
}

const gone = {
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  reason: 'Expired',
  message: 'too old resource version',
  code: 410,
};

/** Starts a model server, with `names` in it. */
export async function startModel(names: readonly string[] = [], options: ModelOptions = {}): Promise<ModelServer> {
  const { gone: goneAs = 'event', watchList = 'refused' } = options;
  const objects = new Map<string, KubeObject>();
  const history: HistoryEntry[] = [];
  const streams = new Set<Stream>();
  const continued = new Map<string, { readonly version: number; readonly rest: KubeObject[] }>();
  const lists: Seen[] = [];
  const pages: Seen[] = [];
  const watches: Seen[] = [];
  let version = 0;
  let compacted = 0;
  let uids = 0;
  let fault: Fault | undefined;

  const change = (type: HistoryEntry['type'], object: KubeObject): void => {
    history.push({ version, type, object });
    for (const stream of streams) stream.event(type, object);
  };
  const mark = (annotations?: object): object => ({
    kind: 'ConfigMap',
    apiVersion: 'v1',
    metadata: { resourceVersion: String(version), ...(annotations ? { annotations } : {}) },
  });

  const put = (name: string, extra: object = {}): void => {
    version += 1;
    const before = objects.get(name);
    const uid = before?.metadata.uid ?? `uid-${(uids += 1)}`;
    const object: KubeObject = { metadata: { namespace: 'web', name, uid, resourceVersion: String(version) }, ...extra };
    objects.set(name, object);
    change(before ? 'MODIFIED' : 'ADDED', object);
  };

  const list = (seen: Seen, reply: Reply): void => {
    pages.push(seen);
    const limit = Number(seen.query['limit'] ?? 0);
    const token = seen.query['continue'];
    if (!token) lists.push(seen);
    const from = token ? continued.get(token) : { version, rest: [...objects.values()] };
    if (!from) return reply.refuse(410, 'Expired', 'the provided continue parameter is too old');
    const items = limit > 0 ? from.rest.slice(0, limit) : from.rest;
    const rest = from.rest.slice(items.length);
    const next = rest.length > 0 ? `${from.version}-${rest.length}-${pages.length}` : undefined;
    if (next) continued.set(next, { version: from.version, rest });
    reply.json(200, {
      kind: 'ConfigMapList',
      metadata: { resourceVersion: String(from.version), ...(next ? { continue: next, remainingItemCount: rest.length } : {}) },
      items,
    });
  };

  const watch = (seen: Seen, reply: Reply): void => {
    watches.push(seen);
    const initial = seen.query['sendInitialEvents'] === 'true';
    if (initial && watchList === 'refused') {
      return reply.refuse(422, 'Invalid', 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled');
    }
    const from = Number(seen.query['resourceVersion'] ?? 0);
    const fresh = initial || seen.query['resourceVersion'] === undefined;
    if (!fresh && from < compacted && goneAs === 'status') return reply.json(410, gone);
    const stream = reply.stream();
    if (!fresh && from < compacted) {
      stream.event('ERROR', gone);
      return stream.end();
    }
    if (fresh) for (const object of objects.values()) stream.event('ADDED', object);
    if (initial && watchList === 'offered') stream.event('BOOKMARK', mark({ 'k8s.io/initial-events-end': 'true' }));
    if (initial && watchList === 'ignored') stream.event('BOOKMARK', mark());
    if (!fresh) for (const entry of history) if (entry.version > from) stream.event(entry.type, entry.object);
    streams.add(stream);
    void reply.closed.then(() => streams.delete(stream));
  };

  const server = await startScripted((seen, reply) => {
    if (fault?.(seen, reply)) return;
    if (seen.query['watch']) watch(seen, reply);
    else list(seen, reply);
  });
  for (const name of names) put(name);
  return {
    server,
    objects,
    lists,
    pages,
    watches,
    get version() {
      return version;
    },
    get watching() {
      return streams.size;
    },
    put,
    delete(name) {
      const before = objects.get(name);
      if (!before) return;
      version += 1;
      objects.delete(name);
      // As on a real server, the last state carries the version of the deletion.
      change('DELETED', { ...before, metadata: { ...before.metadata, resourceVersion: String(version) } });
    },
    compact() {
      compacted = version;
      continued.clear();
    },
    bookmark() {
      for (const stream of streams) stream.event('BOOKMARK', mark());
    },
    elsewhere() {
      version += 1;
    },
    toWatches(act) {
      for (const stream of streams) act(stream);
    },
    get fault() {
      return fault;
    },
    set fault(next) {
      fault = next;
    },
  };
}

/** A fault for the first `times` requests that match. */
export function faultFor(times: number, kind: 'list' | 'watch', act: (reply: Reply, seen: Seen) => void): Fault {
  let left = times;
  return (seen, reply) => {
    if ((seen.query['watch'] ? 'watch' : 'list') !== kind || left === 0) return false;
    left -= 1;
    act(reply, seen);
    return true;
  };
}
