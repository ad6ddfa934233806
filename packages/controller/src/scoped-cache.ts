import type { ObjectKey, ReflectorOptions } from '@signet/kube/cache';
import { Reflector } from '@signet/kube/cache';
import type { Clock, KubeObject } from '@signet/kube/client';
import { systemClock } from '@signet/kube/client';

/** What a listener of a cache hears. An object re-created under its name is removed, then changed without a previous one. */
export interface ChangeHandler<T extends KubeObject> {
  changed(object: T, previous: T | undefined, initial: boolean): void;
  removed(object: T): void;
}

/** One kind of object, cached for the whole cluster or for a list of namespaces: one reflector per namespace, one face. */
export class ScopedCache<T extends KubeObject> {
  readonly #reflectors: ReadonlyMap<string, Reflector<T>>;
  readonly #clock: Clock;

  /** @param namespaces undefined: all of them */
  constructor(options: ReflectorOptions<T>, namespaces: readonly string[] | undefined) {
    this.#clock = options.clock ?? systemClock;
    const scopes = namespaces ? [...new Set(namespaces)] : [''];
    this.#reflectors = new Map(
      scopes.map((namespace) => [namespace, new Reflector<T>(namespace === '' ? options : { ...options, namespace })]),
    );
  }

  get(key: ObjectKey): T | undefined {
    return this.#reflectorOf(key.namespace)?.store.get(key);
  }

  /** True once the objects of a namespace are known. */
  hasSynced(namespace: string): boolean {
    return this.#reflectorOf(namespace)?.hasSynced === true;
  }

  /** Time of the last event of the quietest reflector, in milliseconds since the epoch. */
  get lastEventAt(): number | undefined {
    const times = this.#all().map((reflector) => reflector.lastEventAt);
    return times.includes(undefined) ? undefined : Math.min(...(times as number[]));
  }

  *values(): IterableIterator<T> {
    for (const { store } of this.#all()) yield* store.values();
  }

  subscribe(handler: ChangeHandler<T>): () => void {
    const ends = this.#all().map((reflector) => reflector.subscribe(handler));
    return () => {
      for (const end of ends) end();
    };
  }

  /**
   * Resolves when everything is read. A namespace that cannot be read, because it or our permission is missing, keeps nobody
   * from the others: it is tried again, and joins later.
   */
  async synced(signal: AbortSignal): Promise<void> {
    const all = this.#all();
    const isRead = ({ hasSynced }: Reflector<T>): boolean => hasSynced;
    const isDecided = (one: Reflector<T>): boolean => isRead(one) || one.state === 'backing-off';
    while (!all.some(isRead) || !all.every(isDecided)) await this.#clock.sleep(20, signal);
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#all().map(async (reflector) => reflector.run(signal)));
  }

  #reflectorOf(namespace: string): Reflector<T> | undefined {
    return this.#reflectors.get('') ?? this.#reflectors.get(namespace);
  }

  #all(): Reflector<T>[] {
    return [...this.#reflectors.values()];
  }
}
