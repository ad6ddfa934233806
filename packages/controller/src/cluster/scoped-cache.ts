import type { ObjectKey, ReflectorOptions } from '@signet/kube/cache';
import { Reflector } from '@signet/kube/cache';
import type { Clock, KubeObject } from '@signet/kube/client';
import { systemClock } from '@signet/kube/client';

/** What a listener of a cache hears. An object re-created under its name is removed, then changed without a previous one. */
export interface ChangeHandler<T extends KubeObject> {
  changed(object: T, previous: T | undefined, initial: boolean): void;
  removed(object: T): void;
}

/** One namespace that is cached, or, under the name '', all of them. */
interface Scope<T extends KubeObject> {
  readonly reflector: Reflector<T>;
  readonly end: AbortController;
  /** Ends the subscription of each listener. */
  readonly heard: Map<ChangeHandler<T>, () => void>;
  running: Promise<void> | undefined;
}

/**
 * One kind of object, cached for the whole cluster or for some namespaces: one reflector per namespace, one face. Which namespaces
 * these are may change at any time.
 */
export class ScopedCache<T extends KubeObject> {
  readonly #options: ReflectorOptions<T>;
  readonly #scopes = new Map<string, Scope<T>>();
  readonly #handlers = new Set<ChangeHandler<T>>();
  readonly #clock: Clock;
  #run: AbortSignal | undefined;

  /** @param namespaces undefined: all of them */
  constructor(options: ReflectorOptions<T>, namespaces: readonly string[] | undefined) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    for (const namespace of new Set(namespaces ?? [''])) this.#add(namespace);
  }

  /**
   * Serves exactly these namespaces from now on. What a new one has is told as an initial list is; the objects of one that is left are
   * told as removed.
   */
  serve(namespaces: readonly string[]): void {
    const wanted = new Set(namespaces);
    for (const namespace of this.#scopes.keys()) if (!wanted.has(namespace)) this.#leave(namespace);
    for (const namespace of wanted) if (!this.#scopes.has(namespace)) this.#start(this.#add(namespace));
  }

  /** True for a namespace whose objects are, or will be, in this cache. */
  serves(namespace: string): boolean {
    return this.#scopeOf(namespace) !== undefined;
  }

  get(key: ObjectKey): T | undefined {
    return this.#scopeOf(key.namespace)?.reflector.store.get(key);
  }

  /** True once the objects of a namespace are known. */
  hasSynced(namespace: string): boolean {
    return this.#scopeOf(namespace)?.reflector.hasSynced === true;
  }

  /** Time of the last event of the quietest reflector, in milliseconds since the epoch. */
  get lastEventAt(): number | undefined {
    const times = this.#all().map((reflector) => reflector.lastEventAt);
    return times.includes(undefined) ? undefined : Math.min(...(times as number[]));
  }

  *values(): IterableIterator<T> {
    for (const { store } of this.#all()) yield* store.values();
  }

  /** Tells of every change from now on, and first of everything that is known. */
  subscribe(handler: ChangeHandler<T>): () => void {
    this.#handlers.add(handler);
    for (const { reflector, heard } of this.#scopes.values()) heard.set(handler, reflector.subscribe(handler));
    return () => {
      this.#handlers.delete(handler);
      for (const { heard } of this.#scopes.values()) heard.get(handler)?.();
    };
  }

  /**
   * Resolves when everything is read. A namespace that cannot be read, because it or our permission is missing, keeps nobody
   * from the others: it is tried again, and joins later.
   */
  async synced(signal: AbortSignal): Promise<void> {
    const isRead = ({ hasSynced }: Reflector<T>): boolean => hasSynced;
    const isDecided = (one: Reflector<T>): boolean => isRead(one) || one.state === 'backing-off';
    while (!this.#all().some(isRead) || !this.#all().every(isDecided)) await this.#clock.sleep(20, signal);
  }

  async run(signal: AbortSignal): Promise<void> {
    this.#run = signal;
    for (const scope of this.#scopes.values()) this.#start(scope);
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    await Promise.all([...this.#scopes.values()].map(async ({ running }) => running));
  }

  #add(namespace: string): Scope<T> {
    const reflector = new Reflector<T>(namespace === '' ? this.#options : { ...this.#options, namespace });
    const scope: Scope<T> = { reflector, end: new AbortController(), heard: new Map(), running: undefined };
    this.#scopes.set(namespace, scope);
    for (const handler of this.#handlers) scope.heard.set(handler, reflector.subscribe(handler));
    return scope;
  }

  #start(scope: Scope<T>): void {
    if (!this.#run) return;
    scope.running ??= scope.reflector.run(AbortSignal.any([this.#run, scope.end.signal]));
  }

  #leave(namespace: string): void {
    const scope = this.#scopes.get(namespace);
    if (!scope) return;
    this.#scopes.delete(namespace); // first: whoever is told looks the object up, and must not find it
    scope.end.abort();
    for (const end of scope.heard.values()) end();
    for (const object of scope.reflector.store.values()) for (const handler of this.#handlers) handler.removed(object);
  }

  #scopeOf(namespace: string): Scope<T> | undefined {
    return this.#scopes.get('') ?? this.#scopes.get(namespace);
  }

  #all(): Reflector<T>[] {
    return [...this.#scopes.values()].map(({ reflector }) => reflector);
  }
}
