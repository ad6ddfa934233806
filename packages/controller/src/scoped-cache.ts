import type { ObjectKey, ReflectorOptions } from '@signet/kube/cache';
import { Reflector } from '@signet/kube/cache';
import type { KubeObject } from '@signet/kube/client';

/** What a listener of a cache hears. An object re-created under its name is removed, then changed without a previous one. */
export interface ChangeHandler<T extends KubeObject> {
  changed(object: T, previous: T | undefined, initial: boolean): void;
  removed(object: T): void;
}

/** One kind of object, cached for the whole cluster or for a list of namespaces: one reflector per namespace, one face. */
export class ScopedCache<T extends KubeObject> {
  readonly #reflectors: ReadonlyMap<string, Reflector<T>>;

  /** @param namespaces undefined: all of them */
  constructor(options: ReflectorOptions<T>, namespaces: readonly string[] | undefined) {
    const scopes = namespaces ? [...new Set(namespaces)] : [''];
    this.#reflectors = new Map(
      scopes.map((namespace) => [namespace, new Reflector<T>(namespace === '' ? options : { ...options, namespace })]),
    );
  }

  get(key: ObjectKey): T | undefined {
    return (this.#reflectors.get('') ?? this.#reflectors.get(key.namespace))?.store.get(key);
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

  async synced(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#all().map(async (reflector) => reflector.synced(signal)));
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#all().map(async (reflector) => reflector.run(signal)));
  }

  #all(): Reflector<T>[] {
    return [...this.#reflectors.values()];
  }
}
