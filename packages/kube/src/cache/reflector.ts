import type { Client, Clock, KubeObject, Logger, Resource, Selection, WatchEvent, WatchOptions } from '../client/index.ts';
import { apiVersionOf, isApiError, isGone, silentLogger, systemClock } from '../client/index.ts';
import { failureFields } from '../client/failure-fields.ts';
import { steady } from '../client/steady-clock.ts';
import { kubeErrors } from '../errors.ts';
import type { BackOff } from './back-off.ts';
import { createBackOff } from './back-off.ts';
import type { Gate } from './gate.ts';
import { createGate } from './gate.ts';
import type { Handler, Mirror } from './mirror.ts';
import { createMirror } from './mirror.ts';
import type { Store } from './store.ts';
import { afterListFailure, afterStreamFailure, afterWatchFailure } from './recovery.ts';
import { keyOf, keyText } from './object-key.ts';
import type { OneWatch } from './watch-once.ts';
import { watchOnce } from './watch-once.ts';

/** What a reflector mirrors, and how. */
export interface ReflectorOptions<T extends KubeObject> extends Selection {
  readonly client: Pick<Client, 'list' | 'watch'>;
  readonly resource: Resource<T>;
  /**
   * Applied to each object before it is stored, to drop what nobody reads (managedFields, data). Must keep name, namespace,
   * uid and resourceVersion. An object it throws for is left out.
   */
  readonly transform?: ((object: T) => T) | undefined;
  /** Objects per page of a list. Default 500. */
  readonly pageSize?: number | undefined;
  /** How long the server is asked to keep one watch. Default 300 to 600 s, at random. */
  readonly watchTimeoutSeconds?: number | undefined;
  /** Silence after which a watch counts as dead. Default 120 000: bookmarks come about once a minute. */
  readonly stallAfterMs?: number | undefined;
  /**
   * Fill by a streaming list (WatchList: `sendInitialEvents`) where the server offers it, which costs the server and this
   * process the least memory; by pages where it refuses. Default true.
   */
  readonly watchList?: boolean | undefined;
  readonly logger?: Logger | undefined;
  readonly clock?: Clock | undefined;
  /** In [0, 1). Default Math.random. */
  readonly random?: (() => number) | undefined;
}

/** What a reflector is doing. */
export type ReflectorState = 'idle' | 'listing' | 'watching' | 'backing-off' | 'stopped';

/** Silence allowed before the first events of a streaming list: longer means that it is not offered. */
const streamStartMs = 10_000;
const shortWatchMs = 1000;
const initialEventsEnd = 'k8s.io/initial-events-end';

/**
 * Keeps a store equal to what the API server has, and tells of every change.
 *
 * Fills the store (streaming list, or pages), then watches from there, over and over, until its signal is aborted. Nothing
 * that a server or a network does ends it: failures back off and resume, from the same place where that is possible, by
 * listing again where it is not (410 Gone, an answer that made no sense).
 *
 * The first list may be answered from the API server's cache (resourceVersion 0). Later lists are consistent reads, so that
 * the store never goes back in time.
 *
 * @example
 * const reflector = new Reflector({ client, resource: secrets, metadataOnly: true });
 * reflector.subscribe({ changed: (secret) => queue.add(keyOf(secret)), removed: (secret) => queue.add(keyOf(secret)) });
 * void reflector.run(signal);
 * await reflector.synced(signal);
 */
export class Reflector<T extends KubeObject> {
  readonly #options: ReflectorOptions<T>;
  readonly #clock: Clock;
  /** For durations: a silent watch is found even when the machine's date is set back. */
  readonly #steady: Clock;
  readonly #logger: Logger;
  readonly #random: () => number;
  readonly #mirror: Mirror<T>;
  readonly #backOff: BackOff;
  readonly #filledGate: Gate = createGate();
  readonly #name: string;
  readonly #stallAfterMs: number;
  #state: ReflectorState = 'idle';
  #lastEventAt: number | undefined;
  /** Where the next watch starts; undefined when the store must be filled first. */
  #position: string | undefined;
  /** The next list must be a consistent read. */
  #consistent = false;
  #streaming: boolean;
  #expiredLists = 0;
  #failedStreams = 0;
  /** Refusals met by watches since one of them last heard something. */
  #resumed = 0;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#name = `${options.resource.plural}.${apiVersionOf(options.resource)}`;
    this.#clock = options.clock ?? systemClock;
    this.#steady = steady(this.#clock);
    this.#logger = options.logger ?? silentLogger;
    this.#random = options.random ?? Math.random;
    this.#mirror = createMirror(options.transform, this.#logger);
    this.#backOff = createBackOff(this.#steady, this.#random);
    this.#streaming = options.watchList ?? true;
    this.#stallAfterMs = options.stallAfterMs ?? 120_000;
  }

  get store(): Store<T> {
    return this.#mirror.store;
  }

  get state(): ReflectorState {
    return this.#state;
  }

  /** True once the store was filled, and all handlers were told of its content. Stays true. */
  get hasSynced(): boolean {
    return this.#filledGate.isOpen;
  }

  /** When the server last said something (page, event, bookmark), in milliseconds since the epoch. */
  get lastEventAt(): number | undefined {
    return this.#lastEventAt;
  }

  /**
   * Tells the handler of every change from now on, and first, before this returns, of every object known already. A handler
   * that throws or rejects is logged and stays subscribed. Returns the function that ends the subscription.
   */
  subscribe(handler: Handler<T>): () => void {
    return this.#mirror.subscribe(handler);
  }

  /** Resolves when the store is filled. Rejects when the signal is aborted, or the reflector stops before. */
  synced(signal?: AbortSignal): Promise<void> {
    return this.#filledGate.passed(signal);
  }

  /**
   * Mirrors until the signal is aborted, then resolves; no fault of a server makes it reject.
   *
   * @throws SIGNET_KUBE_CACHE_RUNNING when it was called before
   */
  async run(signal: AbortSignal): Promise<void> {
    if (this.#state !== 'idle') throw kubeErrors.CACHE_RUNNING({ resource: this.#name });
    while (!signal.aborted) await this.#round(signal);
    this.#state = 'stopped';
    this.#filledGate.fail(kubeErrors.CACHE_STOPPED({ resource: this.#name }));
  }

  async #round(signal: AbortSignal): Promise<void> {
    try {
      if (this.#position !== undefined) await this.#watch(this.#position, signal);
      else if (this.#streaming) await this.#streamAll(signal);
      else await this.#listAll(signal);
    } catch (error) {
      if (!signal.aborted) this.#log('warn', failureFields(error), 'the cache met a fault it has no rule for, and lists again');
      this.#position = undefined;
      await this.#pause(undefined, signal);
    }
  }

  /** Fills the store page by page. Only a complete list tells what is gone. */
  async #listAll(signal: AbortSignal): Promise<void> {
    this.#state = 'listing';
    const { client, resource, pageSize = 500 } = this.#options;
    const seen = new Set<string>();
    let position = '';
    try {
      const pages = client.list(resource, {
        ...this.#selection(),
        limit: this.#expiredLists < 2 ? pageSize : 0,
        resourceVersion: this.#consistent ? undefined : '0',
        signal,
      });
      for await (const page of pages) {
        if (signal.aborted) return;
        this.#lastEventAt = this.#clock.now();
        for (const object of page.items) this.#take(object, seen);
        position = page.resourceVersion;
      }
    } catch (error) {
      if (signal.aborted) return;
      const next = afterListFailure(error, { consistent: this.#consistent });
      if (isGone(error)) this.#expiredLists += 1;
      this.#consistent = next.consistent;
      this.#log('warn', { ...failureFields(error), seen: seen.size }, 'the list failed and will be tried again');
      if (next.wait) await this.#pause(next.retryAfterMs, signal);
      return;
    }
    if (signal.aborted) return;
    this.#expiredLists = 0;
    this.#filled(seen, position);
  }

  /** Fills the store from the first events of a watch, and goes on with that watch. */
  async #streamAll(signal: AbortSignal): Promise<void> {
    this.#state = 'listing';
    const seen = new Set<string>();
    let complete = false;
    const failure = await this.#follow({ sendInitialEvents: true }, streamStartMs, signal, (event, allow) => {
      if (complete) return this.#event(event);
      if (event.type !== 'BOOKMARK')
        return event.type === 'DELETED' ? this.#forget(event.object, seen) : this.#take(event.object, seen);
      if (event.object.metadata.annotations?.[initialEventsEnd] !== 'true') throw this.#unfinished();
      complete = true;
      allow(this.#stallAfterMs);
      this.#filled(seen, event.object.metadata.resourceVersion ?? '');
      this.#state = 'watching';
    });
    if (signal.aborted) return;
    if (complete) return this.#afterWatch(failure, signal);

    const next = afterStreamFailure(failure ?? this.#unfinished());
    this.#failedStreams += 1;
    this.#streaming = next.offered && this.#failedStreams < 3;
    this.#log(
      'debug',
      { ...failureFields(failure ?? this.#unfinished()), offered: this.#streaming },
      'the streaming list did not complete',
    );
    if (this.#streaming) await this.#pause(next.retryAfterMs, signal);
  }

  async #watch(position: string, signal: AbortSignal): Promise<void> {
    this.#state = 'watching';
    const startedAt = this.#steady.now();
    let events = 0;
    const failure = await this.#follow({ resourceVersion: position }, this.#stallAfterMs, signal, (event) => {
      events += 1;
      this.#event(event);
    });
    if (signal.aborted) return;
    const short = events === 0 && this.#steady.now() - startedAt < shortWatchMs;
    await this.#afterWatch(failure ?? (short ? kubeErrors.WATCH_TOO_SHORT({ resource: this.#name }) : undefined), signal);
  }

  async #afterWatch(failure: unknown, signal: AbortSignal): Promise<void> {
    if (failure === undefined) return; // the server's own timeout: go on from here
    const next = afterWatchFailure(failure);
    if (isApiError(failure)) this.#resumed += 1;
    // A server that keeps refusing to resume may well agree to a list.
    const relist = next.relist || this.#resumed >= 5;
    if (relist) {
      this.#resumed = 0;
      this.#position = undefined;
      this.#consistent = true;
    }
    this.#log(next.quiet ? 'debug' : 'warn', { ...failureFields(failure), relist }, 'the watch ended and will be resumed');
    await this.#pause(next.retryAfterMs, signal);
  }

  #follow(
    from: Pick<WatchOptions, 'resourceVersion' | 'sendInitialEvents'>,
    silenceMs: number,
    signal: AbortSignal,
    onEvent: OneWatch<T>['onEvent'],
  ): Promise<unknown> {
    const timeoutSeconds = this.#options.watchTimeoutSeconds ?? Math.round(300 + this.#random() * 300);
    const heard: OneWatch<T>['onEvent'] = (event, allow) => {
      this.#lastEventAt = this.#clock.now();
      this.#resumed = 0;
      onEvent(event, allow);
    };
    const { client, resource } = this.#options;
    const options = { ...this.#selection(), ...from, timeoutSeconds };
    return watchOnce(
      { client, resource, resourceName: this.#name, options, clock: this.#steady, silenceMs, onEvent: heard },
      signal,
    );
  }

  #event(event: WatchEvent<T>): void {
    if (event.type === 'DELETED') this.#mirror.remove(event.object);
    else if (event.type !== 'BOOKMARK') this.#mirror.put(event.object, false);
    this.#position = event.object.metadata.resourceVersion ?? this.#position;
  }

  #take(object: T, seen: Set<string>): void {
    seen.add(keyText(keyOf(object)));
    this.#mirror.put(object, !this.hasSynced);
  }

  #forget(object: T, seen: Set<string>): void {
    seen.delete(keyText(keyOf(object)));
    this.#mirror.remove(object);
  }

  #filled(seen: Set<string>, position: string): void {
    this.#mirror.keepOnly(seen);
    seen.clear(); // a streaming list keeps its set as long as its watch
    this.#position = position;
    this.#consistent = true;
    this.#filledGate.open();
  }

  async #pause(retryAfterMs: number | undefined, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.#state = 'backing-off';
    await this.#clock.sleep(this.#backOff.next(retryAfterMs), signal).catch(() => {}); // aborted: the loop sees it
  }

  #selection(): Selection {
    const { namespace, labelSelector, fieldSelector, metadataOnly } = this.#options;
    return { namespace, labelSelector, fieldSelector, metadataOnly };
  }

  #unfinished(): Error {
    return kubeErrors.WATCH_LIST_UNFINISHED({ resource: this.#name });
  }

  #log(level: 'debug' | 'warn', fields: object, message: string): void {
    this.#logger[level]({ resource: this.#name, ...fields }, message);
  }
}
