import { keyOf, keyText } from '@signet/kube/cache';
import type { ObjectKey } from '@signet/kube/cache';
import type { KubeObject } from '@signet/kube/client';
import type { ToKeys } from '@signet/kube/runtime';
import type { ScopedCache } from '../scoped-cache.ts';
import type { RecentWrites } from './recent-writes.ts';

/** Keeps a SealedSecret without what nobody here reads. */
export function withoutManagedFields(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** The SealedSecrets as a reconcile sees them: our own last status write if the cache has not caught up with it. */
export class SealedSecrets {
  readonly #cache: ScopedCache<KubeObject>;
  readonly #recent: RecentWrites<KubeObject>;

  constructor(cache: ScopedCache<KubeObject>, recent: RecentWrites<KubeObject>) {
    this.#cache = cache;
    this.#recent = recent;
  }

  get(key: ObjectKey): KubeObject | undefined {
    return this.#recent.latest(keyText(key)) ?? this.#cache.get(key);
  }

  /** Every change wakes its object, except the echo of our own status write. Keeps the memory of our writes current. */
  readonly toKeys: ToKeys<KubeObject> = (object, _previous, kind) => {
    const key = keyOf(object);
    const written = this.#recent.latest(keyText(key))?.metadata.resourceVersion;
    this.#recent.seen(keyText(key));
    return kind === 'changed' && written !== undefined && written === object.metadata.resourceVersion ? [] : [key];
  };

  /** A change of a Secret wakes the SealedSecret of its name, if there is one: its owner, or the one that it blocks. */
  readonly secretToKeys: ToKeys<KubeObject> = (secret, _previous, _kind, initial) => {
    const key = keyOf(secret);
    return initial || !this.#cache.get(key) ? [] : [key];
  };
}
