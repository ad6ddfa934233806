import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KindDefinition } from '../kinds/definition.ts';
import { statusOf } from './answer.ts';
import type { Cluster } from './cluster.ts';
import type { Accepted } from './negotiate.ts';
import type { ListOptions } from './options.ts';
import { eventShaper } from './shape.ts';
import type { IncludeObject } from './shape.ts';
import { watchObjects } from './verbs/watch.ts';
import type { Watch, WatchEvent } from './verbs/watch.ts';

const bookmarkEveryMs = 60_000;
const farewellMs = 2000;
const maxTimerMs = 2 ** 31 - 1;
/** A client that reads slower than this much behind is cut off, as the watch cache does. */
const maxUnreadBytes = 64 * 1024 * 1024;

/** Default and ceiling of a watch's life when the client names none: the API server picks 30 to 60 minutes. */
const defaultTimeoutSeconds = 30 * 60;

/** Serves one watch as newline-delimited JSON until it times out or either side ends it. */
export function streamWatch(
  cluster: Cluster,
  exchange: {
    readonly request: IncomingMessage;
    readonly response: ServerResponse;
    readonly accepted: Accepted;
    readonly includeObject: IncludeObject;
  },
  place: { readonly kind: KindDefinition; readonly namespace: string | undefined; readonly name: string | undefined },
  options: ListOptions,
): void {
  const { response, accepted, includeObject } = exchange;
  const shape = eventShaper(() => ({ kind: place.kind, accepted, includeObject, now: cluster.now() }));
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('Cache-Control', 'no-cache, private');
  const send = (event: WatchEvent): void => {
    if (response.destroyed || response.writableEnded) return;
    response.write(`${JSON.stringify({ type: event.type, object: shape(event.object) })}\n`);
    if (response.writableLength > maxUnreadBytes) response.destroy();
  };
  let watch: Watch;
  try {
    watch = watchObjects(cluster, place, options, send);
  } catch (error) {
    const status = statusOf(error);
    if (status.code !== 410) throw error;
    response.writeHead(200);
    response.end(`${JSON.stringify({ type: 'ERROR', object: status.status() })}\n`);
    return;
  }
  // Headers go out at once, also when there is nothing to tell yet.
  response.flushHeaders();
  const bookmark = (): void => {
    if (options.allowWatchBookmarks) send(watch.bookmark());
  };
  const ticking = setInterval(bookmark, bookmarkEveryMs);
  const seconds =
    options.timeoutSeconds === undefined || options.timeoutSeconds <= 0 ? defaultTimeoutSeconds : options.timeoutSeconds;
  const lifeMs = Math.min(seconds * 1000, maxTimerMs);
  const ending = setTimeout(() => response.end(), lifeMs);
  // The last bookmark comes two seconds before the end, as the watch cache sends it.
  const farewell = lifeMs > farewellMs ? setTimeout(bookmark, lifeMs - farewellMs) : undefined;
  response.once('close', () => {
    clearInterval(ticking);
    clearTimeout(ending);
    clearTimeout(farewell);
    watch.stop();
  });
}
