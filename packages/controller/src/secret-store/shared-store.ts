import type { Document, Fetched, FindQuery, RemoteRef, SecretStore } from '@signet/provider';
import { troubleOf } from '@signet/provider';
import type { Clock } from '@signet/provider';
import { controllerErrors } from '../errors.ts';
import type { ReadMemory } from './read-memory.ts';
import { SharedReads } from './shared-reads.ts';
import type { Demand, OpenedStore } from './store-access.ts';
import type { Retrial, StoreGate } from './store-gate.ts';
import { isStoreTrouble } from './store-gate.ts';
import { naming } from './store-title.ts';

/** What a shared store is made of. */
export interface SharedStoreOptions {
  /** `SecretStore "vault-prod"`. */
  readonly title: string;
  readonly store: SecretStore;
  /** Of the backend: stores that were opened for several namespaces share it. */
  readonly gate: StoreGate;
  readonly memory: ReadMemory;
  readonly clock: Clock;
  readonly saved?: ((questions: number) => void) | undefined;
}

/** After a store as a whole refused (a login that is denied, credentials that are not there) nobody asks again for so long. */
const restMs = 5000;
/** What a document is taken to weigh whose size cannot be told. */
const unknownBytes = 16_384;

/** One open store: behind its gate, every read shared by all who ask for it in the same wave. */
export class SharedStore implements OpenedStore {
  readonly title: string;
  readonly #options: SharedStoreOptions;
  readonly #reads: SharedReads<RemoteRef, Document>;
  readonly #finds: SharedReads<FindQuery, ReadonlyMap<string, Uint8Array>>;
  readonly #end = new AbortController();
  readonly #validations = new Set<() => void>();
  #refused: { readonly error: Error; readonly at: number } | undefined;
  #busy = 0;
  #onIdle: (() => void) | undefined;

  constructor(options: SharedStoreOptions) {
    const { store, gate, memory, clock, saved, title } = options;
    this.title = title;
    this.#options = options;
    const common = { memory, clock, saved, ask: gate.ask.bind(gate) };
    this.#reads = new SharedReads<RemoteRef, Document>({
      ...common,
      batchSize: Math.max(1, store.batchSize),
      identify: (ref) => store.identify(ref),
      weigh: weightOf,
      read: async (refs, signal) =>
        this.#call(
          this.#retrialOf(refs[0]),
          signal,
          (outcomes) => outcomes,
          async (signal) => store.fetch(refs, signal),
        ),
    });
    this.#finds = new SharedReads<FindQuery, ReadonlyMap<string, Uint8Array>>({
      ...common,
      batchSize: 1,
      identify: queryText,
      weigh: (values) => [...values].reduce((sum, [key, value]) => sum + key.length + value.length, 0),
      read: async (queries, signal) => {
        const [query = {}] = queries;
        const found = await this.#call(
          this.#retrialOfFind(query),
          signal,
          () => [],
          async (signal) => store.find(query, signal),
          lacksCredentials, // who may not search may read all the same
        );
        return [found];
      },
    });
  }

  async fetch(refs: readonly RemoteRef[], demand: Demand, signal: AbortSignal): Promise<readonly Fetched[]> {
    if (refs.length === 0) return [];
    return this.#during(async () => {
      this.#refuseIfShut(this.#retrialOf(refs[0]));
      return this.#reads.ask(refs, demand, signal);
    }, signal);
  }

  async find(query: FindQuery, demand: Demand, signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>> {
    const [found] = await this.#during(async () => {
      this.#refuseIfShut(this.#retrialOfFind(query));
      return this.#finds.ask([query], demand, signal);
    }, signal);
    if (found instanceof Error) throw found;
    return found ?? new Map<string, Uint8Array>();
  }

  /** Proves that the store can be used; takes its turn like any call. @throws what is wrong, named */
  async validate(signal: AbortSignal): Promise<'ready' | 'unknown'> {
    const { gate, store } = this.#options;
    const retrial: Retrial = { identity: 'validate', owner: this, proves: false, call: async (signal) => store.validate(signal) };
    const refusal = gate.refusal();
    if (refusal) throw refusal;
    return this.#during(async () => {
      const either = AbortSignal.any([signal, this.#end.signal]);
      const { promise, resolve, reject } = Promise.withResolvers<'ready' | 'unknown'>();
      gate.ask({
        urgent: true,
        start: () => {
          if (either.aborted) return undefined;
          const call = this.#call(
            retrial,
            either,
            () => [],
            async (signal) => store.validate(signal),
          );
          call.then(resolve, reject);
          return call;
        },
      });
      const aborted = (): void => reject(either.reason);
      either.addEventListener('abort', aborted, { once: true });
      if (either.aborted) aborted();
      const refuse = (): void => reject(gate.refusal() ?? controllerErrors.STORE_CLOSED({ store: this.title }));
      this.#validations.add(refuse);
      try {
        return await promise;
      } finally {
        this.#validations.delete(refuse);
        either.removeEventListener('abort', aborted);
      }
    }, signal);
  }

  /** The gate shut: everybody whose call has not begun is told. */
  refuse(error: Error): void {
    this.#reads.refuse(error);
    this.#finds.refuse(error);
    for (const refuse of this.#validations) refuse();
  }

  /** Calls back once nobody uses it any more. */
  whenIdle(callback: () => void): void {
    this.#onIdle = callback;
    if (this.#busy === 0) callback();
  }

  /** Gives up what is under way, forgets every answer, ends logins and connections. */
  async close(): Promise<void> {
    const error = controllerErrors.STORE_CLOSED({ store: this.title });
    this.#end.abort(error);
    this.#reads.close(error);
    this.#finds.close(error);
    this.#options.gate.forget(this);
    await this.#options.store.close();
  }

  #refuseIfShut(retrial: Retrial): void {
    const { gate, clock } = this.#options;
    if (this.#end.signal.aborted) throw controllerErrors.STORE_CLOSED({ store: this.title });
    const refusal = gate.refusal(retrial);
    if (refusal) throw refusal;
    const refused = this.#refused;
    if (refused && clock.now() - refused.at < restMs) throw refused.error;
  }

  async #during<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    this.#busy += 1;
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw error;
      const { gate } = this.#options;
      throw isStoreTrouble(error) && gate.state !== 'closed' ? (gate.refusal() ?? error) : naming(this.title, error);
    } finally {
      this.#busy -= 1;
      if (this.#busy === 0) this.#onIdle?.();
    }
  }

  async #call<T>(
    retrial: Retrial,
    signal: AbortSignal,
    outcomes: (answer: T) => readonly unknown[],
    call: (signal: AbortSignal) => Promise<T>,
    isOfStore: (error: unknown) => boolean = isRefusal,
  ): Promise<T> {
    const { gate, clock } = this.#options;
    try {
      const answer = await gate.watch(retrial, signal, outcomes, call);
      this.#refused = undefined;
      return answer;
    } catch (error) {
      if (!signal.aborted && isOfStore(error)) this.#refused = { error: naming(this.title, error), at: clock.now() };
      throw error;
    }
  }

  #retrialOf(ref: RemoteRef | undefined): Retrial {
    const { store } = this.#options;
    if (!ref) return { identity: 'nothing', owner: this, proves: true, call: async () => undefined };
    const call = async (signal: AbortSignal): Promise<void> => {
      const [outcome] = await store.fetch([ref], signal);
      if (isStoreTrouble(outcome)) throw outcome;
    };
    return { identity: `fetch ${store.identify(ref)}`, owner: this, proves: true, call };
  }

  #retrialOfFind(query: FindQuery): Retrial {
    const { store } = this.#options;
    return { identity: `find ${queryText(query)}`, owner: this, proves: true, call: async (signal) => store.find(query, signal) };
  }
}

/** A store as a whole says no: asking for another secret would bring the same answer. */
function isRefusal(error: unknown): boolean {
  return lacksCredentials(error) || (codeOf(error) !== 'SIGNET_PROVIDER_UNSUPPORTED' && troubleOf(error) === 'denied');
}

function lacksCredentials(error: unknown): boolean {
  return codeOf(error) === 'SIGNET_PROVIDER_CREDENTIALS_MISSING';
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function queryText({ path, name, tags }: FindQuery): string {
  return JSON.stringify([path ?? '', name ?? '', Object.entries(tags ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}

function weightOf(document: Document): number {
  const { size = 0 } = document;
  try {
    return size + document.value(undefined).length;
  } catch {
    return size + unknownBytes;
  }
}
