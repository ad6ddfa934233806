import type { Client, Clock, KubeObject, Resource, WatchEvent, WatchOptions } from '../client/index.ts';
import { kubeErrors } from '../errors.ts';
import { startWatchdog } from './watchdog.ts';

/** One watch, with a watchdog beside it. */
export interface OneWatch<T extends KubeObject> {
  readonly client: Pick<Client, 'watch'>;
  readonly resource: Resource<T>;
  readonly resourceName: string;
  readonly options: Omit<WatchOptions, 'signal' | 'onActivity' | 'retries'>;
  readonly clock: Clock;
  /** Silence after which the watch counts as dead. */
  readonly silenceMs: number;
  /** An error thrown here ends the watch with that error. `allow` changes the silence that is allowed from now on. */
  readonly onEvent: (event: WatchEvent<T>, allow: (silenceMs: number) => void) => void;
}

/**
 * Follows a watch to its end. Resolves with the failure that ended it, or with undefined when the server closed it in good
 * order or the signal was aborted. Its connection is closed by then.
 */
export async function watchOnce<T extends KubeObject>(watch: OneWatch<T>, signal: AbortSignal): Promise<unknown> {
  const { client, resource, resourceName, clock, onEvent } = watch;
  const attempt = new AbortController();
  const onAbort = (): void => attempt.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const watchdog = startWatchdog(clock, watch.silenceMs, (silentMs) =>
    attempt.abort(kubeErrors.WATCH_SILENT({ resource: resourceName, silentMs })),
  );
  try {
    if (signal.aborted) return undefined;
    const events = client.watch(resource, {
      ...watch.options,
      retries: 0, // the reflector knows better than the client when to try again
      signal: attempt.signal,
      onActivity: () => watchdog.heard(),
    });
    for await (const event of events) {
      if (signal.aborted) return undefined;
      watchdog.heard();
      onEvent(event, (silence) => watchdog.allow(silence));
    }
    return attempt.signal.aborted && !signal.aborted ? attempt.signal.reason : undefined;
  } catch (error) {
    return error;
  } finally {
    watchdog.stop();
    signal.removeEventListener('abort', onAbort);
    attempt.abort();
  }
}
