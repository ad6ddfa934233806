import type { SecretStoreObject } from '@signet/api';
import type { Client, Clock, Logger } from '@signet/kube/client';
import type { Configured, Provider, Registry, SecretStore, StoreIdentity, StoreRoom } from '@signet/provider';
import { providerErrors, troubleOf } from '@signet/provider';
import { controllerErrors } from '../errors.ts';
import type { CredentialWatch, WatchedReader } from './credential-watch.ts';
import { StoreCredentials } from './credentials.ts';
import type { ReadMemory } from './read-memory.ts';
import { SharedStore } from './shared-store.ts';
import { StoreGate } from './store-gate.ts';
import type { Standing, StoreGateOptions } from './store-gate.ts';
import type { StoreName, StoreObserver } from './store-observer.ts';
import { naming, storeTitle } from './store-title.ts';

/** What all stores are opened with. */
export interface StoreSurroundings {
  readonly registry: Pick<Registry, 'configure'>;
  readonly client: Pick<Client, 'get' | 'request'>;
  readonly watch: CredentialWatch;
  readonly memory: ReadMemory;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ownToken: (signal: AbortSignal) => Promise<string>;
  readonly limits: StoreRoom['limits'];
  readonly lanes: Pick<StoreGateOptions, 'calls' | 'perSecond' | 'burst' | 'hangAfterMs' | 'probeTimeoutMs'>;
  readonly observer: StoreObserver;
}

/** What one store tells. */
export interface KeeperListener {
  standing(standing: Standing): void;
  /** It was closed since its credentials changed. @param consumer of whom; undefined: everybody's */
  credentialsChanged(consumer: string | undefined): void;
  /** Its validation ended otherwise than the one before. */
  validityChanged(): void;
}

interface Open {
  readonly shared: SharedStore;
  readonly reader: WatchedReader;
  usedAt: number;
}

/** How a validation ended. `client`: the configuration is wrong; `validation`: the backend, or the credentials. */
export type Checked =
  | { readonly result: 'ready' | 'unknown'; readonly capabilities: Provider['capabilities'] }
  | {
      readonly result: 'failed';
      readonly at: 'client' | 'validation';
      readonly error: Error;
      readonly capabilities?: Provider['capabilities'] | undefined;
    };

/** After this a store that was replaced is closed, even if somebody is still busy with it. */
const drainMs = 30_000;

/** Keeps one store, of one generation: its gate, and the store as it was opened, once, or once for each namespace that uses it. */
export class StoreKeeper {
  readonly store: SecretStoreObject;
  readonly name: StoreName;
  readonly title: string;
  readonly gate: StoreGate;
  readonly #surroundings: StoreSurroundings;
  readonly #listener: KeeperListener;
  readonly #open = new Map<string, Open>();
  #configured: Promise<{ readonly provider: Provider; readonly configured: Configured }> | undefined;
  #invalid: Error | undefined;
  #state: 'serving' | 'retired' = 'serving';

  constructor(store: SecretStoreObject, surroundings: StoreSurroundings, listener: KeeperListener) {
    const { kind, metadata } = store;
    this.store = store;
    this.name = { kind, namespace: metadata.namespace, name: metadata.name };
    this.title = storeTitle(this.name);
    this.#surroundings = surroundings;
    this.#listener = listener;
    const { clock, random, lanes, observer } = surroundings;
    observer.breaker?.(this.name, 'closed');
    this.gate = new StoreGate({
      ...lanes,
      clock,
      random,
      title: this.title,
      onState: (state) => observer.breaker?.(this.name, state),
      onStanding: (standing) => {
        const refusal = this.gate.refusal();
        if (refusal) for (const { shared } of this.#open.values()) shared.refuse(refusal);
        listener.standing(standing);
      },
    });
  }

  /** Why the last validation says that the store cannot be used, and trying would change nothing. */
  get invalid(): Error | undefined {
    return this.#invalid;
  }

  /** The store, opened for a namespace. @throws what is wrong with its configuration, named */
  async open(consumer: string): Promise<SharedStore> {
    const { configured } = await this.#configure();
    const open = this.#opened(configured, configured.isReferent ? consumer : undefined);
    open.usedAt = this.#surroundings.clock.now();
    return open.shared;
  }

  /** Finds out whether the store can be used. A store that takes its credentials from its users cannot be tried without one. */
  async check(signal: AbortSignal): Promise<Checked> {
    let capabilities: Provider['capabilities'] | undefined;
    let shared: SharedStore;
    try {
      const { provider, configured } = await this.#configure();
      ({ capabilities } = provider);
      if (configured.isReferent && this.name.kind === 'ClusterSecretStore') return this.#checked({ result: 'ready', capabilities });
      shared = await this.open(this.name.namespace);
    } catch (error) {
      return this.#checked({ result: 'failed', at: 'client', error: asError(error), capabilities });
    }
    try {
      return this.#checked({ result: await shared.validate(signal), capabilities });
    } catch (error) {
      signal.throwIfAborted();
      return this.#checked({ result: 'failed', at: 'validation', error: asError(error), capabilities });
    }
  }

  /** Closes what nobody has used since `before`, milliseconds since the epoch. */
  closeUnused(before: number): void {
    for (const [consumer, { usedAt }] of this.#open) if (usedAt < before) this.#close(consumer);
  }

  /** Serves nobody any more: the store was changed, or is gone. Those who are busy with it may end. */
  retire(): void {
    this.#state = 'retired';
    for (const consumer of Array.from(this.#open.keys())) this.#close(consumer);
    this.gate.retire();
  }

  /** Closes everything at once. */
  async close(): Promise<void> {
    this.#state = 'retired';
    this.gate.close();
    const open = [...this.#open.values()];
    this.#open.clear();
    await Promise.allSettled(
      open.map(async ({ shared, reader }) => {
        reader.forget();
        await shared.close();
      }),
    );
  }

  async #configure(): Promise<{ readonly provider: Provider; readonly configured: Configured }> {
    const configuring = (this.#configured ??= this.#surroundings.registry.configure(this.store.spec.provider, this.#identity));
    try {
      return await configuring;
    } catch (error) {
      if (troubleOf(error) !== 'invalid') this.#configured = undefined; // the code of the provider could not be loaded
      throw naming(this.title, error);
    }
  }

  get #identity(): StoreIdentity {
    const { kind, namespace, name } = this.name;
    return { kind, name, ...(kind === 'SecretStore' && { namespace }) };
  }

  #opened(configured: Configured, consumer: string | undefined): Open {
    if (this.#state === 'retired') throw controllerErrors.STORE_CLOSED({ store: this.title });
    const known = this.#open.get(consumer ?? '');
    if (known) return known;
    const { client, watch, ownToken, memory, clock, observer, logger, random, env, limits } = this.#surroundings;
    const namespace = this.name.kind === 'SecretStore' ? this.name.namespace : consumer;
    const reader = watch.reader(() => this.#stale(consumer));
    const credentials = new StoreCredentials({ client, store: this.#identity, namespace, ownToken, onRead: reader.onRead });
    const observe: StoreRoom['observe'] = (call) => {
      if (call.ok) this.gate.heard();
      observer.call?.(this.name, call);
    };
    const common = { clock, logger, random, env, observe, limits };
    let store: SecretStore;
    try {
      store = configured.open({ ...common, store: this.#identity, namespace, credentials });
    } catch (error) {
      throw naming(this.title, error);
    }
    const saved = (questions: number): void => observer.saved?.(this.name, questions);
    const shared = new SharedStore({ title: this.title, store, gate: this.gate, memory, clock, saved });
    const open: Open = { shared, reader, usedAt: clock.now() };
    this.#open.set(consumer ?? '', open);
    observer.opened?.(this.name, this.#open.size);
    return open;
  }

  #stale(consumer: string | undefined): void {
    this.#close(consumer ?? '');
    this.#invalid = undefined;
    this.gate.reset();
    this.#listener.credentialsChanged(consumer);
  }

  #close(consumer: string): void {
    const open = this.#open.get(consumer);
    if (!open) return;
    this.#open.delete(consumer);
    const { clock, logger, observer } = this.#surroundings;
    observer.opened?.(this.name, this.#open.size);
    open.reader.forget();
    this.gate.forget(open.shared);
    let state: 'draining' | 'closing' = 'draining';
    const close = (): void => {
      if (state === 'closing') return;
      state = 'closing';
      cancel();
      open.shared
        .close()
        .catch((error: unknown) => logger.warn({ err: error, store: this.title }, 'a store did not close in order'));
    };
    const cancel = clock.setTimeout(close, drainMs);
    open.shared.whenIdle(close);
  }

  #checked(checked: Checked): Checked {
    const before = this.#invalid;
    const isFinal = checked.result === 'failed' && !mayPass(checked.error);
    this.#invalid = isFinal ? checked.error : undefined;
    if (before?.message !== this.#invalid?.message) this.#listener.validityChanged();
    return checked;
  }
}

/** True for a failure that the breaker knows how to wait for. */
export function mayPass(error: Error): boolean {
  const trouble = troubleOf(error);
  return trouble === 'unavailable' || trouble === 'throttled';
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : providerErrors.UNAVAILABLE({ because: 'an unexpected fault' }, { cause: error });
}
