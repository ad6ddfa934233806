import type { Client, Clock, Logger, Resource } from '@signet/kube/client';
import { apiVersionOf, isApiError } from '@signet/kube/client';
import type { Cache } from '../feature.ts';

/** What is waited for, and what runs then. */
export interface WhenServedOptions {
  readonly client: Client;
  readonly resource: Resource;
  /** Where it is asked for; undefined: in the whole cluster. */
  readonly namespace: string | undefined;
  /** Run once the kind is there. */
  readonly caches: readonly Cache[];
  readonly clock: Pick<Clock, 'sleep'>;
  readonly logger: Logger;
}

const askAgainMs = 10_000;
const soonMs = 500;

/**
 * Caches of kinds that a cluster may lack: a CustomResourceDefinition that is not installed, or a right that was not given, keeps nobody from his
 * other work. It is asked for again, and everything begins when it is there.
 */
export class WhenServed implements Cache {
  readonly #options: WhenServedOptions;
  #state: 'unknown' | 'absent' | 'served' = 'unknown';

  constructor(options: WhenServedOptions) {
    this.#options = options;
  }

  /** Of the quietest cache. */
  get lastEventAt(): number | undefined {
    const times = this.#options.caches.map(({ lastEventAt }) => lastEventAt);
    return times.includes(undefined) ? undefined : Math.min(...(times as number[]));
  }

  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#served(signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    await Promise.all(this.#options.caches.map(async (cache) => cache.run(signal)));
  }

  /** Resolves when there is nothing to wait for: the kind is absent, or everything is read. */
  async synced(signal: AbortSignal): Promise<void> {
    while (this.#state === 'unknown') await this.#options.clock.sleep(20, signal);
    if (this.#state === 'served') await this.#read(signal);
  }

  /** Resolves when the kind is there and everything is read. */
  async filled(signal: AbortSignal): Promise<void> {
    while (this.#state !== 'served') await this.#options.clock.sleep(100, signal);
    await this.#read(signal);
  }

  async #read(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#options.caches.map(async (cache) => cache.synced(signal)));
  }

  async #served(signal: AbortSignal): Promise<void> {
    const { client, resource, namespace, clock, logger } = this.#options;
    const what = `${resource.plural} of ${apiVersionOf(resource)}`;
    while (!signal.aborted) {
      try {
        for await (const _ of client.list(resource, { limit: 1, namespace, metadataOnly: true, signal })) break;
        if (this.#state === 'absent') logger.info({}, `${what} are served now`);
        this.#state = 'served';
        return;
      } catch (error) {
        signal.throwIfAborted();
        const isAbsent = isApiError(error) && (error.status === 404 || error.status === 403);
        if (isAbsent && this.#state === 'unknown') {
          const why = error.status === 404 ? 'the cluster does not have this kind' : 'the controller has no right to list them';
          logger.info({}, `${what} are not served: ${why}; it is asked for again and again`);
          this.#state = 'absent';
        }
        await clock.sleep(isAbsent ? askAgainMs : soonMs, signal);
      }
    }
  }
}
