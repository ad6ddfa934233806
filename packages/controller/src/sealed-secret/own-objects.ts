import { sealedSecretKind } from '@signet/api';
import type { SealedSecret } from '@signet/api';
import { scopeOf } from '@signet/sealing';
import { keyOf, keyText } from '@signet/kube/cache';
import type { ObjectKey } from '@signet/kube/cache';
import { isNotFound } from '@signet/kube/client';
import type { Client, KubeObject } from '@signet/kube/client';
import type { ToKeys } from '@signet/kube/runtime';
import type { ScopedCache } from '../cluster/scoped-cache.ts';
import type { RecentWrites } from '../cluster/recent-writes.ts';

/** Keeps a SealedSecret without what nobody here reads. */
export function withoutManagedFields(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** The SealedSecrets as a reconcile sees them: our own last status write if the cache has not caught up with it. */
export class SealedSecrets {
  readonly #cache: ScopedCache<KubeObject>;
  readonly #recent: RecentWrites<KubeObject>;
  readonly #client: Client;

  constructor(client: Client, cache: ScopedCache<KubeObject>, recent: RecentWrites<KubeObject>) {
    this.#client = client;
    this.#cache = cache;
    this.#recent = recent;
  }

  get(key: ObjectKey): KubeObject | undefined {
    return this.#recent.latest(keyText(key)) ?? this.#cache.get(key);
  }

  /** Asks the API server whether there is a SealedSecret of this name: one that the cache lacks may only have lost a label. */
  async exists(key: ObjectKey, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#client.get(sealedSecretKind, key, { metadataOnly: true, signal });
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  /** Asks the API server whether uid, generation and scope are still these. One small request, made only before a write. */
  async isCurrent(sealed: SealedSecret, signal: AbortSignal): Promise<boolean> {
    const { namespace, name, uid, generation, annotations } = sealed.metadata;
    try {
      const { metadata } = await this.#client.get(sealedSecretKind, { namespace, name }, { metadataOnly: true, signal });
      return metadata.uid === uid && metadata.generation === generation && scopeOf(metadata.annotations) === scopeOf(annotations);
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
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
