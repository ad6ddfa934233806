import { kubeErrors } from '../errors.ts';
import { isApiError } from './api-error.ts';
import type { WatchEvent, WatchOptions } from './client.ts';
import { LineTooLong, linesOf } from './lines.ts';
import { acceptMetadata, onlyMetadata } from './metadata-only.ts';
import type { KubeObject } from './object.ts';
import { collectionPath } from './path.ts';
import type { Resource } from './resource.ts';
import { codeOf } from './retry.ts';
import { errorOfStatus } from './status.ts';
import type { OpenAnswer, Transport } from './transport.ts';

/** Larger than any object etcd takes (1.5 MiB) with room for managed fields and escapes. */
const maxLineBytes = 16 * 1024 * 1024;
const kinds: ReadonlySet<string> = new Set(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK']);

/** Streams the events of a watch; see `Client.watch`. */
export async function* watchEvents<T extends KubeObject>(
  transport: Transport,
  resource: Resource<T>,
  options: WatchOptions,
): AsyncGenerator<WatchEvent<T>, void, undefined> {
  const { signal, metadataOnly = false } = options;
  const path = collectionPath(resource, options.namespace);
  let answer: OpenAnswer | undefined;
  try {
    answer = await transport.open({
      method: 'GET',
      path,
      query: {
        watch: true,
        allowWatchBookmarks: true,
        resourceVersion: options.resourceVersion,
        timeoutSeconds: options.timeoutSeconds,
        labelSelector: options.labelSelector,
        fieldSelector: options.fieldSelector,
        ...(options.sendInitialEvents ? { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' } : {}),
      },
      headers: metadataOnly ? { accept: acceptMetadata('PartialObjectMetadata') } : {},
      repeatable: true,
      signal,
      retries: options.retries,
    });
    options.onActivity?.();
    for await (const line of linesOf(heard(answer.body, options.onActivity), maxLineBytes)) {
      if (line.length === 0) continue;
      const event = parseEvent<T>(line, path);
      yield metadataOnly && event.type !== 'BOOKMARK' ? { type: event.type, object: onlyMetadata(resource, event.object) } : event;
    }
  } catch (error) {
    if (signal.aborted) return;
    if (answer?.signal.aborted) throw answer.signal.reason;
    throw brokenWatch(error, path);
  } finally {
    answer?.end();
  }
}

async function* heard(chunks: AsyncIterable<Uint8Array>, onActivity: (() => void) | undefined): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    onActivity?.();
    yield chunk;
  }
}

function parseEvent<T extends KubeObject>(line: Uint8Array, path: string): WatchEvent<T> {
  const malformed = (problem: string): Error => kubeErrors.WATCH_MALFORMED({ path, bytes: line.length, problem });
  let event: { readonly type?: unknown; readonly object?: unknown };
  try {
    event = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line)) as typeof event;
  } catch {
    throw malformed('no JSON'); // the parser's own words would quote the line
  }
  if (event?.type === 'ERROR') {
    throw errorOfStatus(event.object, { verb: 'WATCH', path }) ?? malformed('an ERROR event without a Status');
  }
  const { type, object } = event ?? {};
  if (typeof type !== 'string' || !kinds.has(type)) throw malformed('no known event type');
  const metadata = (object as KubeObject | null | undefined)?.metadata;
  if (typeof metadata !== 'object' || metadata === null) throw malformed('no object metadata');
  return { type: type as WatchEvent<T>['type'], object: object as T };
}

function brokenWatch(error: unknown, path: string): unknown {
  if (error instanceof LineTooLong) return kubeErrors.WATCH_LINE_TOO_LONG({ path, maxBytes: maxLineBytes });
  const code = codeOf(error);
  if (isApiError(error) || code.startsWith('SIGNET_')) return error;
  return kubeErrors.WATCH_CUT({ path, problem: code || 'cut' }, { cause: error });
}
