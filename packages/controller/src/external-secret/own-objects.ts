import { externalSecretKind, readExternalSecret } from '@signet/api';
import type { ExternalSecret } from '@signet/api';
import type { ObjectKey } from '@signet/kube/cache';
import { keyOf, keyText } from '@signet/kube/cache';
import type { Client, Clock, KubeObject } from '@signet/kube/client';
import { isNotFound } from '@signet/kube/client';
import type { ToKeys } from '@signet/kube/runtime';
import type { RecentWrites } from '../cluster/recent-writes.ts';
import type { ScopedCache } from '../cluster/scoped-cache.ts';

/** The ExternalSecrets as a reconcile sees them: our own last status write if the cache has not caught up with it. */
export class ExternalSecrets {
  readonly #client: Client;
  readonly #cache: ScopedCache<KubeObject>;
  readonly #recent: RecentWrites<KubeObject>;
  readonly #clock: Pick<Clock, 'now'>;
  /** When somebody last asked for something new, by object. */
  readonly #askedAt = new Map<string, number>();
  /** Which of these was answered. */
  readonly #answered = new Map<string, number>();
  /** Objects whose store or templates were changed since they were refreshed, each with a mark of its own. */
  readonly #stale = new Map<string, symbol>();

  constructor(client: Client, cache: ScopedCache<KubeObject>, recent: RecentWrites<KubeObject>, clock: Pick<Clock, 'now'>) {
    this.#client = client;
    this.#cache = cache;
    this.#recent = recent;
    this.#clock = clock;
  }

  get(key: ObjectKey): KubeObject | undefined {
    return this.#recent.latest(keyText(key)) ?? this.#cache.get(key);
  }

  /** Since when values have to be for this object, in milliseconds since 1970: what was read before does not count. */
  askedAt(key: ObjectKey): number {
    return this.#askedAt.get(keyText(key)) ?? 0;
  }

  /** True once for each time that somebody asked: what came of it is news to them, also if it is what it was. */
  answer(key: ObjectKey): boolean {
    const askedAt = this.askedAt(key);
    if (askedAt === 0 || this.#answered.get(keyText(key)) === askedAt) return false;
    this.#answered.set(keyText(key), askedAt);
    return true;
  }

  /** From now on only values count that are read now. */
  ask(key: ObjectKey): void {
    this.#askedAt.set(keyText(key), this.#clock.now());
  }

  /** Its store or its templates were changed: what it has may not be what it should have. */
  outdate(key: ObjectKey): void {
    this.ask(key);
    this.#stale.set(keyText(key), Symbol('stale'));
  }

  /** A mark while it is outdated, to be given to {@link refreshed}. */
  outdated(key: ObjectKey): symbol | undefined {
    return this.#stale.get(keyText(key));
  }

  /** It was refreshed. @param mark from before: what was changed meanwhile is outdated still */
  refreshed(key: ObjectKey, mark: symbol | undefined): void {
    if (mark !== undefined && this.#stale.get(keyText(key)) === mark) this.#stale.delete(keyText(key));
  }

  forget(key: ObjectKey): void {
    this.#askedAt.delete(keyText(key));
    this.#answered.delete(keyText(key));
    this.#stale.delete(keyText(key));
  }

  /** Asks the API server whether uid and generation are still these. One small request, made only before a write. */
  async isCurrent({ metadata: { namespace, name, uid, generation } }: ExternalSecret, signal: AbortSignal): Promise<boolean> {
    try {
      const { metadata } = await this.#client.get(externalSecretKind, { namespace, name }, { metadataOnly: true, signal });
      return metadata.uid === uid && metadata.generation === generation;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  /**
   * Takes the peer's finalizer off an object that is being deleted. We need none: what has to go with the object goes by its
   * owner reference, so a controller that is away keeps no namespace from going.
   */
  async removeFinalizer(raw: KubeObject, finalizer: string, signal: AbortSignal): Promise<void> {
    const { finalizers = [], resourceVersion } = raw.metadata;
    const body = { metadata: { resourceVersion, finalizers: finalizers.filter((one) => one !== finalizer) } };
    try {
      await this.#client.patch(externalSecretKind, keyOf(raw), body, { type: 'merge', signal });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** What changes of the object wake it: everything but its status. Keeps the memory of our writes current. */
  readonly toKeys: ToKeys<KubeObject> = (object, previous, kind, initial) => {
    const key = keyOf(object);
    this.#recent.seen(keyText(key));
    if (kind === 'removed') {
      this.forget(key); // a standby reconciles nothing, and remembers no more for it
      return [key];
    }
    // Also by another replica, which leads: what was asked for meanwhile is not done once more after a change of leaders.
    const askedAt = this.askedAt(key);
    if (askedAt > 0 && refreshedAt(object) > askedAt) this.forget(key);
    if (previous && wishOf(previous) === wishOf(object)) return [];
    if (!initial) this.ask(key);
    return [key];
  };
}

/** When the last refresh that succeeded began, milliseconds since 1970; 0: there was none. */
function refreshedAt(object: KubeObject): number {
  return Date.parse(readExternalSecret(object).status?.refreshTime ?? '') || 0;
}

/** What a person can change to be heard: spec, labels, annotations, deletion and finalizers. */
function wishOf({ metadata }: KubeObject): string {
  const { uid, generation, labels, annotations, deletionTimestamp, finalizers } = metadata;
  const sorted = (map: Readonly<Record<string, string>> = {}): unknown => Object.entries(map).toSorted();
  return JSON.stringify([uid, generation, sorted(labels), sorted(annotations), deletionTimestamp, finalizers]);
}
