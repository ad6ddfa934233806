import { annotations, externalSecretMarks } from '@signet/api';
import type { ObjectKey } from '@signet/kube/cache';
import { keyText } from '@signet/kube/cache';
import type { Client, KubeObject, ObjectMeta, Secret } from '@signet/kube/client';
import { isAlreadyExists, secrets } from '@signet/kube/client';
import { absentAs404 } from './absent.ts';
import { pickMetadata } from './pick-metadata.ts';
import type { ScopedCache } from './scoped-cache.ts';
import { RecentWrites } from './recent-writes.ts';
import { unquoted } from './unquoted.ts';

const kept: ReadonlySet<string> = new Set([annotations.managed, annotations.patch]);
const keptLabels: ReadonlySet<string> = new Set([externalSecretMarks.createdBy]);

/** What the cache keeps of a Secret: enough to see that it changed, and not a byte of its content (promise 5). */
export function secretMarks(object: KubeObject): KubeObject {
  const { annotations, labels } = object.metadata;
  const marks = Object.entries(annotations ?? {}).filter(([key]) => kept.has(key));
  const origins = Object.entries(labels ?? {}).filter(([key]) => keptLabels.has(key));
  return {
    metadata: {
      ...pickMetadata(object.metadata, 'deletionTimestamp', 'ownerReferences'),
      ...(marks.length > 0 && { annotations: Object.fromEntries(marks) }),
      ...(origins.length > 0 && { labels: Object.fromEntries(origins) }),
    },
  };
}

/** The Secrets of the cluster as a reconcile sees them: metadata from a cache, bytes only when asked for. */
export class LiveSecrets {
  readonly #client: Client;
  readonly #cache: ScopedCache<KubeObject> | undefined;
  readonly #recent = new RecentWrites<ObjectMeta>();

  /** @param cache metadata of the Secrets in scope; without one, or before it is filled, each question is a request */
  constructor(client: Client, cache: ScopedCache<KubeObject> | undefined) {
    this.#client = client;
    this.#cache = cache;
    const seen = ({ metadata: { namespace = '', name = '' } }: KubeObject): void => this.#recent.seen(keyText({ namespace, name }));
    cache?.subscribe({ changed: seen, removed: seen });
  }

  /** True when changes of the Secrets of a namespace are noticed. */
  areWatched({ namespace }: { readonly namespace: string }): boolean {
    return this.#cache?.hasSynced(namespace) === true;
  }

  /** True when changes of the Secrets of a namespace should be noticed and are not, until its list can be read. */
  areUnseen({ namespace }: { readonly namespace: string }): boolean {
    return this.#cache?.hasSynced(namespace) === false;
  }

  /** Metadata of a Secret: our own last write if the cache has not caught up with it. */
  async metadata(key: ObjectKey, signal: AbortSignal): Promise<ObjectMeta | undefined> {
    if (this.#cache?.hasSynced(key.namespace)) return this.#recent.latest(keyText(key)) ?? this.#cache.get(key)?.metadata;
    const found = await absentAs404(this.#client.get(secrets, key, { metadataOnly: true, signal }));
    return found?.metadata;
  }

  /** The whole Secret, fresh. */
  async read(key: ObjectKey, signal: AbortSignal): Promise<Secret | undefined> {
    return absentAs404(this.#client.get(secrets, key, { signal }));
  }

  /**
   * @param signal left out: it is made though the controller is stopping
   * @param fieldManager who owns its fields; left out: named after the user agent
   * @throws AlreadyExists when there is one: a create never overwrites
   */
  async create(secret: Secret, signal?: AbortSignal, fieldManager?: string): Promise<ObjectMeta> {
    return this.#write(secret, async () => this.#client.create(secrets, secret, { signal, fieldManager }));
  }

  /** @throws Conflict when the Secret is not the one that was read: `secret` carries its resourceVersion */
  async replace(secret: Secret, signal: AbortSignal, fieldManager?: string): Promise<ObjectMeta> {
    return this.#write(secret, async () => this.#client.replace(secrets, secret, { signal, fieldManager }));
  }

  /**
   * Asks the API server whether it would take this Secret, admission included, without making it. That there is one of this name
   * is the last thing it finds, and no objection here.
   *
   * @throws what is wrong with it
   */
  async check(secret: Secret, signal: AbortSignal): Promise<void> {
    try {
      await unquoted(
        () => valuesOf(secret),
        async () => this.#client.create(secrets, secret, { dryRun: true, signal }),
      );
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }

  /** Deletes the very Secret that was read. @throws Conflict when it has changed since */
  async delete({ metadata: { namespace = '', name = '', uid, resourceVersion } }: Secret, signal: AbortSignal): Promise<void> {
    const precondition = { ...(uid !== undefined && { uid }), ...(resourceVersion !== undefined && { resourceVersion }) };
    await absentAs404(this.#client.delete(secrets, { namespace, name }, { ...precondition, signal }));
  }

  async #write(secret: Secret, write: () => Promise<Secret>): Promise<ObjectMeta> {
    const { namespace = '', name = '' } = secret.metadata;
    const marks = async (): Promise<ObjectMeta> => secretMarks(await unquoted(() => valuesOf(secret), write)).metadata;
    return this.areWatched({ namespace }) ? this.#recent.during(keyText({ namespace, name }), marks) : marks();
  }
}

function valuesOf({ data = {} }: Secret): readonly Uint8Array[] {
  return Object.values(data).map((value) => Buffer.from(value, 'base64'));
}
