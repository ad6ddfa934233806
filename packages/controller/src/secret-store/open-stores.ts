import type { GeneratorRef, SecretStoreObject, StoreRef } from '@signet/api';
import type { ObjectKey } from '@signet/kube/cache';
import { controllerErrors } from '../errors.ts';
import { CredentialWatch } from './credential-watch.ts';
import type { CredentialWatchOptions } from './credential-watch.ts';
import { ReadMemory } from './read-memory.ts';
import { Seats } from './seats.ts';
import type { OpenedStore, Rank, Seat, Sources, Stores } from './store-access.ts';
import type { Checked, StoreSurroundings } from './store-keeper.ts';
import { StoreKeeper } from './store-keeper.ts';
import type { StoreName, StoreObserver } from './store-observer.ts';
import { StoreShelf } from './store-shelf.ts';
import type { StoreShelfOptions } from './store-shelf.ts';
import { withoutTitle } from './store-title.ts';

/** What makes values without a store. */
export interface Generators extends Pick<Sources, 'generate'> {
  /** True for a generator of another controller class. */
  isForeign?(generator: GeneratorRef, namespace: string): boolean;
}

/** What {@link OpenStores} works with. */
export interface OpenStoresOptions
  extends
    Omit<StoreSurroundings, 'watch' | 'memory' | 'lanes' | 'observer'>,
    Omit<StoreShelfOptions, 'onChange'>,
    Pick<CredentialWatchOptions, 'signal'> {
  readonly generators: Generators;
  /** Metadata of Secrets, ConfigMaps and ServiceAccounts, as far as they are watched. */
  readonly credentials: CredentialWatchOptions['sources'];
  /** Of one store. Default 8 calls at a time, 200 a second, 50 at once after a rest. */
  readonly lanes?: Partial<StoreSurroundings['lanes']> | undefined;
  /**
   * Objects that work at the same time with one store: default 32; and of one namespace, whatever its stores: default 128. Of these, 4 are for those
   * that somebody has just asked for.
   */
  readonly seats?:
    | { readonly perStore: number; readonly askedOnly: number; readonly perNamespace?: number | undefined }
    | undefined;
  /** `--enable-flood-gate`: a store whose last validation failed for good is not asked. Default true. */
  readonly floodGate?: boolean | undefined;
  readonly observer?: StoreObserver | undefined;
}

/** Half of all workers: a tenant with many stores that hang leaves the others to everybody else (promise 10). */
const seatsPerNamespace = 128;
const namespacePlace = 'Namespace/';
const defaultLanes = { calls: 8, perSecond: 200, burst: 50 };
/** A store that nobody used for so long is closed. */
const unusedMs = 600_000;
const sweepMs = 60_000;

/** All stores of the cluster, each opened once and shared by everybody who uses it. */
export class OpenStores implements Stores {
  readonly #options: OpenStoresOptions;
  readonly #surroundings: StoreSurroundings;
  readonly #shelf: StoreShelf;
  readonly #seats: Seats;
  readonly #keepers = new Map<string, StoreKeeper>();
  readonly #changed = new Set<(store: StoreRef, namespace: string | undefined) => void>();
  readonly #standing = new Set<(store: StoreName) => void>();

  /** @param options `signal`: the end of it all; see {@link run} */
  constructor(options: OpenStoresOptions) {
    const { clock, client, credentials, signal, lanes, observer = {}, seats } = options;
    this.#options = options;
    this.#surroundings = {
      ...options,
      observer,
      lanes: { ...defaultLanes, ...lanes },
      memory: new ReadMemory({ clock }),
      watch: new CredentialWatch({ client, signal, sources: credentials }),
    };
    this.#seats = new Seats({
      ...seats,
      clock,
      seatsAt: (place) => (place.startsWith(namespacePlace) ? (seats?.perNamespace ?? seatsPerNamespace) : undefined),
      isShut: (id) => (this.#keepers.get(id)?.gate.state ?? 'closed') !== 'closed',
      // A store that is not there has no series: its name is whatever a tenant writes.
      onParked: (id, objects) => {
        if (this.#keepers.has(id)) observer.parked?.(nameOfId(id), objects);
      },
    });
    this.#shelf = new StoreShelf({
      ...options,
      onChange: (ref, namespace) => this.#storeChanged(ref, namespace),
    });
  }

  /** Closes what is not used; ends when `signal` does, and closes everything then. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      await clock.sleep(sweepMs, signal).catch(() => undefined); // aborted: the loop sees it
      for (const keeper of this.#keepers.values()) keeper.closeUnused(clock.now() - unusedMs);
    }
    await this.close();
  }

  /** Closes every store. */
  async close(): Promise<void> {
    const keepers = [...this.#keepers.values()];
    this.#keepers.clear();
    await Promise.all(keepers.map(async (keeper) => keeper.close()));
  }

  async store(ref: StoreRef, namespace: string, signal: AbortSignal): Promise<OpenedStore> {
    signal.throwIfAborted();
    const keeper = this.#keeper(this.#shelf.use(ref, namespace));
    const opened = await keeper.open(namespace);
    const { invalid } = keeper;
    if (invalid && this.#options.floodGate !== false)
      throw controllerErrors.STORE_NOT_READY(
        { store: keeper.title, because: withoutTitle(keeper.title, invalid.message) },
        { cause: invalid },
      );
    return opened;
  }

  async generate(
    ref: GeneratorRef,
    namespace: string,
    signal: AbortSignal,
  ): Promise<{ readonly values: ReadonlyMap<string, Uint8Array>; readonly expiresAt?: number | undefined }> {
    return this.#options.generators.generate(ref, namespace, signal);
  }

  isForeign(stores: readonly StoreRef[], generators: readonly GeneratorRef[], namespace: string): boolean {
    return (
      stores.some((ref) => this.#shelf.isForeign(ref, namespace)) ||
      generators.some((ref) => this.#options.generators.isForeign?.(ref, namespace) === true)
    );
  }

  seat(stores: readonly StoreRef[], object: ObjectKey, rank: Rank): Seat | undefined {
    const ids = stores.map((ref) => idOf(ref, object.namespace));
    return this.#seats.take([...ids, `${namespacePlace}${object.namespace}`], object, rank);
  }

  onRoom(listener: (object: ObjectKey, rank: Rank) => void): void {
    this.#seats.onRoom(listener);
  }

  onChange(listener: (store: StoreRef, namespace: string | undefined) => void): void {
    this.#changed.add(listener);
  }

  /** Called when a store should be looked at anew: it went out of order, is back, or has other credentials. */
  onStanding(listener: (store: StoreName) => void): void {
    this.#standing.add(listener);
  }

  forget(object: ObjectKey): void {
    this.#seats.forget(object);
  }

  /** True for a store of our class. */
  isOurs(store: SecretStoreObject): boolean {
    return this.#shelf.isOurs(store);
  }

  /** Finds out whether a store can be used; users are told when that changed. */
  async check(store: SecretStoreObject, signal: AbortSignal): Promise<Checked> {
    return this.#keeper(store).check(signal);
  }

  /** The keeper of a store as it is now: another one for each generation. */
  #keeper(store: SecretStoreObject): StoreKeeper {
    const { kind, metadata } = store;
    const id = idOf({ kind, name: metadata.name }, metadata.namespace);
    const known = this.#keepers.get(id);
    if (known && isSame(known.store, store)) return known;
    known?.retire();
    const keeper = new StoreKeeper(store, this.#surroundings, {
      standing: (standing) => {
        if (this.#keepers.get(id) !== keeper) return;
        this.#seats.called(id);
        if (standing !== 'open') this.#tell(keeper.name, undefined);
      },
      credentialsChanged: (consumer) => this.#tell(keeper.name, consumer),
      validityChanged: () => this.#tellUsers(keeper.name, undefined),
    });
    this.#keepers.set(id, keeper);
    this.#seats.called(id);
    return keeper;
  }

  #storeChanged(ref: StoreRef, namespace: string | undefined): void {
    const id = idOf(ref, namespace ?? '');
    const keeper = this.#keepers.get(id);
    const now = this.#shelf.find(ref, namespace ?? '');
    if (keeper && !(now && isSame(keeper.store, now))) {
      this.#keepers.delete(id);
      keeper.retire();
      this.#seats.called(id);
      if (!now) this.#surroundings.observer.forget?.(keeper.name);
    }
    for (const listener of this.#changed) listener(ref, namespace);
  }

  #tell(name: StoreName, consumer: string | undefined): void {
    for (const listener of this.#standing) listener(name);
    this.#tellUsers(name, consumer);
  }

  #tellUsers({ kind, namespace, name }: StoreName, consumer: string | undefined): void {
    for (const listener of this.#changed) listener({ kind, name }, kind === 'SecretStore' ? namespace : consumer);
  }
}

function idOf({ kind, name }: StoreRef, namespace: string): string {
  return `${kind}/${kind === 'SecretStore' ? namespace : ''}/${name}`;
}

function nameOfId(id: string): StoreName {
  const [kind = '', namespace = '', name = ''] = id.split('/');
  return { kind: kind === 'SecretStore' ? 'SecretStore' : 'ClusterSecretStore', namespace, name };
}

function isSame(a: SecretStoreObject, b: SecretStoreObject): boolean {
  return a.metadata.uid === b.metadata.uid && a.metadata.generation === b.metadata.generation;
}
