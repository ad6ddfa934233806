import type { ObjectKey } from '@signet/kube/cache';
import { keyOf, keyText } from '@signet/kube/cache';
import type { Client, KubeObject } from '@signet/kube/client';
import { currentVersion, versionOf } from './credentials.ts';
import type { CredentialKind, CredentialRead } from './credentials.ts';

/** Tells of changes: a ScopedCache or a Reflector, of metadata only. */
export interface ChangeSource {
  subscribe(handler: {
    changed(object: KubeObject, previous: KubeObject | undefined, initial: boolean): void;
    removed(object: KubeObject): void;
  }): () => void;
}

/** What a {@link CredentialWatch} works with. */
export interface CredentialWatchOptions {
  readonly client: Pick<Client, 'get'>;
  /** Metadata of the kinds that are watched. */
  readonly sources: readonly { readonly kind: CredentialKind; readonly source: ChangeSource }[];
  readonly signal: AbortSignal;
}

interface Reader {
  /** The version each object had when it was first read. */
  readonly reads: Map<string, string | undefined>;
  readonly onStale: () => void;
  /** `done`: it was told, or needs not be: what it reads from then on, while it is closed, matters to nobody. */
  state: 'reading' | 'done';
}

/** One who reads credentials, and is told when what was read is not true any more. */
export interface WatchedReader {
  onRead(read: CredentialRead): void;
  /** Nothing it has read matters any more. */
  forget(): void;
}

/**
 * Knows who has read which Secret, ConfigMap or ServiceAccount, and tells them when it changed. Before anybody is told, the
 * API server is asked: a watch may be behind the read, and must not end a login that is good.
 */
export class CredentialWatch {
  readonly #options: CredentialWatchOptions;
  readonly #readers = new Map<string, Set<Reader>>();

  constructor(options: CredentialWatchOptions) {
    this.#options = options;
    for (const { kind, source } of options.sources) {
      source.subscribe({
        changed: (object) => this.#seen(kind, keyOf(object), versionOf(object)),
        removed: (object) => this.#seen(kind, keyOf(object), undefined),
      });
    }
  }

  /** @param onStale called once */
  reader(onStale: () => void): WatchedReader {
    const reader: Reader = { reads: new Map(), onStale, state: 'reading' };
    return {
      onRead: ({ kind, key, version }) => {
        if (reader.state === 'done') return;
        const id = idOf(kind, key);
        if (!reader.reads.has(id)) {
          reader.reads.set(id, version);
          const readers = this.#readers.get(id) ?? new Set<Reader>();
          this.#readers.set(id, readers.add(reader));
        } else if (reader.reads.get(id) !== version) {
          this.#forget(reader); // it has two states of one thing in its hands
          onStale();
        }
      },
      forget: () => this.#forget(reader),
    };
  }

  #seen(kind: CredentialKind, key: ObjectKey, version: string | undefined): void {
    const id = idOf(kind, key);
    if (this.#stale(id, version).length > 0) void this.#verify(kind, key, id);
  }

  /** Never rejects. */
  async #verify(kind: CredentialKind, key: ObjectKey, id: string): Promise<void> {
    const { client, signal } = this.#options;
    const unknown = {};
    const version = await currentVersion(client, kind, key, signal).catch(() => unknown);
    if (signal.aborted) return;
    for (const reader of this.#stale(id, version)) {
      this.#forget(reader);
      reader.onStale();
    }
  }

  #stale(id: string, version: unknown): Reader[] {
    return [...(this.#readers.get(id) ?? [])].filter(({ reads }) => reads.get(id) !== version);
  }

  #forget(reader: Reader): void {
    reader.state = 'done';
    for (const id of reader.reads.keys()) {
      const readers = this.#readers.get(id);
      readers?.delete(reader);
      if (readers?.size === 0) this.#readers.delete(id);
    }
    reader.reads.clear();
  }
}

const idOf = (kind: CredentialKind, key: ObjectKey): string => `${kind} ${keyText(key)}`;
