import type { KubeObject } from '../kinds/object.ts';
import type { Journal } from './journal.ts';
import { SortedKeys } from './sorted-keys.ts';

/** One committed write. `object` of a DELETED change carries the revision of the deletion. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
  readonly collection: string;
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
}

/** What a reader of one collection gets: the objects in key order and the revision they are of. */
export interface Range {
  readonly items: readonly KubeObject[];
  readonly revision: number;
  /** Key of the first object not returned; absent at the end. */
  readonly next: string | undefined;
  /** Objects after `next`, itself included. */
  readonly remaining: number;
}

/** Thrown when a revision has been compacted away or lies in the future. */
export class RevisionError extends Error {
  readonly kind: 'compacted' | 'future';
  readonly requested: number;
  readonly limit: number;

  constructor(kind: 'compacted' | 'future', requested: number, limit: number) {
    super(`revision ${requested} is ${kind} (${limit})`);
    this.kind = kind;
    this.requested = requested;
    this.limit = limit;
  }
}

interface Collection {
  readonly keys: SortedKeys;
  readonly objects: Map<string, KubeObject>;
  /** Changes newer than the compacted revision, oldest first. */
  history: Change[];
  readonly listeners: Set<(change: Change) => void>;
}

/** Options of a {@link Store}. */
export interface StoreOptions {
  /** How many changes are kept for watches and consistent paging, over all collections. */
  readonly historyLimit: number;
  /** Where every change is written before it is acknowledged. */
  readonly journal?: Journal;
}

/**
 * All objects of the cluster, in memory, with one revision counter as etcd has it. Every write is one revision; the last
 * `historyLimit` writes can be watched from and read at. Writes are synchronous: read, decide and write inside one turn of
 * the event loop is a transaction.
 *
 * A collection is named `group/plural`; a key is `namespace/name`, or `name` for cluster-scoped kinds. Objects given to and
 * taken from the store are shared and never changed by it.
 */
export class Store {
  readonly #collections = new Map<string, Collection>();
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #historyLimit: number;
  readonly #journal: Journal | undefined;
  /** Collections in the order of their changes: the oldest change of all is the first one's first. */
  #order: string[] = [];
  readonly #untold: Change[] = [];
  #revision = 1;
  #compacted = 1;

  constructor(options: StoreOptions) {
    this.#historyLimit = options.historyLimit;
    this.#journal = options.journal;
    const saved = options.journal?.read();
    if (!saved) return;
    this.#revision = saved.revision;
    this.#compacted = saved.revision;
    for (const { collection, object } of saved.objects) this.#put(this.#of(collection), keyOf(object), object);
    for (const change of saved.changes) this.#commit(change.type, change.collection, change.object, change.revision);
    if (saved.compacted > this.#compacted) this.#forget(saved.compacted);
  }

  /** The revision of the newest write. */
  get revision(): number {
    return this.#revision;
  }

  /** The oldest revision that can still be read at and watched from. */
  get compacted(): number {
    return this.#compacted;
  }

  get(collection: string, key: string): KubeObject | undefined {
    return this.#collections.get(collection)?.objects.get(key);
  }

  /** Number of objects in a collection. */
  size(collection: string): number {
    return this.#collections.get(collection)?.objects.size ?? 0;
  }

  /** Names of the collections that hold something. */
  collections(): string[] {
    return [...this.#collections].filter(([, c]) => c.objects.size > 0).map(([name]) => name);
  }

  /** Adds an object that must not exist yet and returns it with its resourceVersion. */
  create(collection: string, object: KubeObject): KubeObject {
    if (this.get(collection, keyOf(object))) throw new Error(`${collection} ${keyOf(object)} exists`);
    return this.#write('ADDED', collection, object);
  }

  /** Replaces an object that must exist and returns it with its new resourceVersion. */
  update(collection: string, object: KubeObject): KubeObject {
    if (!this.get(collection, keyOf(object))) throw new Error(`${collection} ${keyOf(object)} does not exist`);
    return this.#write('MODIFIED', collection, object);
  }

  /** Removes an object and returns its last state, stamped with the revision of the deletion. */
  delete(collection: string, key: string): KubeObject {
    const object = this.get(collection, key);
    if (!object) throw new Error(`${collection} ${key} does not exist`);
    return this.#write('DELETED', collection, object);
  }

  /**
   * Reads a collection in key order.
   *
   * @param options.prefix only keys that begin with it, e.g. `web/`
   * @param options.start first key to return, inclusive
   * @param options.revision read the state of that revision; the newest when absent
   * @throws {@link RevisionError} for compacted and future revisions
   */
  range(
    collection: string,
    options: { prefix?: string; start?: string; limit?: number; revision?: number; matches?: (object: KubeObject) => boolean },
  ): Range {
    const { prefix = '', limit = 0, matches } = options;
    const revision = options.revision ?? this.#revision;
    if (revision > this.#revision) throw new RevisionError('future', revision, this.#revision);
    if (revision < this.#compacted) throw new RevisionError('compacted', revision, this.#compacted);
    const { keys, objects } = this.#at(collection, revision);
    const start = options.start !== undefined && options.start > prefix ? options.start : prefix;
    const all = keys.from(start, prefix);
    const items: KubeObject[] = [];
    for (const [index, key] of all.entries()) {
      if (limit > 0 && items.length === limit) return { items, revision, next: key, remaining: all.length - index };
      const object = objects.get(key);
      if (object && (!matches || matches(object))) items.push(object);
    }
    return { items, revision, next: undefined, remaining: 0 };
  }

  /**
   * Calls `listener` with every change of a collection after `revision`, first the past ones, then each new one as it is
   * committed: none is missed, none comes twice, all in order.
   *
   * @returns a function that ends the watch
   * @throws {@link RevisionError} when changes after `revision` have been compacted
   */
  watch(collection: string, revision: number, listener: (change: Change) => void): () => void {
    if (revision < this.#compacted) throw new RevisionError('compacted', revision, this.#compacted);
    const of = this.#of(collection);
    let seen = revision;
    const once = (change: Change): void => {
      if (change.revision <= seen) return;
      seen = change.revision;
      listener(change);
    };
    for (const change of of.history) once(change);
    of.listeners.add(once);
    return () => void of.listeners.delete(once);
  }

  /** Calls `listener` after every change of any collection. */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Forgets the history: reading at or watching from any revision before the current one fails from now on. */
  compact(): void {
    this.#journal?.compacted(this.#revision);
    this.#forget(this.#revision);
  }

  #write(type: Change['type'], collection: string, object: KubeObject): KubeObject {
    const revision = this.#revision + 1;
    const stamped = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
    this.#journal?.append({ type, collection, object: stamped, revision });
    const change = this.#commit(type, collection, stamped, revision);
    this.#journal?.compactIfLarge(() => this.#everything());
    this.#tell(change);
    return stamped;
  }

  /** Listeners may write: what they cause is told after what they were told, so that all see the same order. */
  #tell(change: Change): void {
    this.#untold.push(change);
    if (this.#untold.length > 1) return;
    for (let next: Change | undefined = change; next; next = this.#untold[0]) {
      for (const listener of this.#of(next.collection).listeners) listener(next);
      for (const listener of this.#listeners) listener(next);
      this.#untold.shift();
    }
  }

  #commit(type: Change['type'], collection: string, object: KubeObject, revision: number): Change {
    const of = this.#of(collection);
    const key = keyOf(object);
    const change = { type, revision, collection, object, previous: of.objects.get(key) };
    if (type === 'DELETED') {
      of.objects.delete(key);
      of.keys.remove(key);
    } else {
      this.#put(of, key, object);
    }
    this.#revision = revision;
    of.history.push(change);
    this.#order.push(collection);
    // Trimmed in bulk, so that a write costs the same however long the history is.
    if (this.#order.length >= this.#historyLimit * 2) {
      const dropped = this.#order.length - this.#historyLimit;
      this.#forget(revision - this.#historyLimit, dropped);
    }
    return change;
  }

  #put(of: Collection, key: string, object: KubeObject): void {
    if (!of.objects.has(key)) of.keys.add(key);
    of.objects.set(key, object);
  }

  #forget(revision: number, count = this.#order.length): void {
    this.#compacted = revision;
    this.#order = this.#order.slice(count);
    for (const of of this.#collections.values()) {
      const kept = of.history.findIndex((change) => change.revision > revision);
      of.history = kept === -1 ? [] : of.history.slice(kept);
    }
  }

  /** The collection as it was at `revision`: the newest state with later changes undone. */
  #at(collection: string, revision: number): { keys: SortedKeys; objects: Map<string, KubeObject> } {
    const of = this.#of(collection);
    const last = of.history.at(-1);
    if (!last || last.revision <= revision) return of;
    const objects = new Map(of.objects);
    for (let index = of.history.length - 1; index >= 0; index--) {
      const change = of.history[index] as Change;
      if (change.revision <= revision) break;
      if (change.previous) objects.set(keyOf(change.object), change.previous);
      else objects.delete(keyOf(change.object));
    }
    return { keys: new SortedKeys(objects.keys()), objects };
  }

  #of(collection: string): Collection {
    let of = this.#collections.get(collection);
    if (!of) {
      of = { keys: new SortedKeys(), objects: new Map(), history: [], listeners: new Set() };
      this.#collections.set(collection, of);
    }
    return of;
  }

  #everything(): { revision: number; objects: { collection: string; object: KubeObject }[] } {
    const objects = [...this.#collections].flatMap(([collection, of]) =>
      [...of.objects.values()].map((object) => ({ collection, object })),
    );
    return { revision: this.#revision, objects };
  }
}

/** The store's key of an object: `namespace/name`, or `name` for cluster-scoped objects. */
export function keyOf(object: KubeObject): string {
  return storeKey(object.metadata.namespace, object.metadata.name ?? '');
}

/** The store's key of a place. */
export function storeKey(namespace: string | undefined, name: string): string {
  return namespace ? `${namespace}/${name}` : name;
}
