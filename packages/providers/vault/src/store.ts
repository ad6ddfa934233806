import type { Fetched, FindQuery, RemoteRef, SecretStore, StoreRoom } from '@signet/provider';
import { providerErrors } from '@signet/provider';
import { jsonOf } from '@signet/provider/http';
import { z } from 'zod';
import { Access } from './access.ts';
import type { VaultConfig } from './config.ts';
import { isReferent } from './config.ts';
import type { Search } from './find.ts';
import { find } from './find.ts';
import { escapedPath } from './path.ts';
import type { ReaderOptions } from './reader.ts';
import { Reader } from './reader.ts';

/** What differs between `vault` and `openBao` stores. */
export interface Dialect extends Omit<ReaderOptions, 'engine'> {
  readonly search: Search;
  /** Whether a mount that the token may not look at is let pass by `validate`. */
  readonly hiddenMount: 'passes' | 'fails';
}

const mountShape = z.object({
  data: z.object({ type: z.string(), options: z.record(z.string(), z.unknown()).nullish() }),
});

/** A key-value engine of HashiCorp Vault or OpenBao. */
export class VaultStore implements SecretStore {
  /** The API has no batches. */
  readonly batchSize = 1;
  readonly #config: VaultConfig;
  readonly #room: StoreRoom;
  readonly #dialect: Dialect;
  readonly #access: Access;
  readonly #reader: Reader;

  constructor(config: VaultConfig, room: StoreRoom, dialect: Dialect) {
    this.#config = config;
    this.#room = room;
    this.#dialect = dialect;
    this.#access = new Access(config, room);
    const engine = { mount: config.mount, version: config.version };
    this.#reader = new Reader(this.#access, { ...dialect, engine });
  }

  /** One read serves all properties of a secret. A reference that cannot be is a read of its own. */
  identify(ref: RemoteRef): string {
    try {
      const { path, query } = this.#reader.target(ref);
      return `${path}?${query['version'] ?? ''}`;
    } catch {
      return `?${JSON.stringify([ref.key, ref.version, ref.metadata])}`;
    }
  }

  async fetch(refs: readonly RemoteRef[], signal: AbortSignal): Promise<readonly Fetched[]> {
    return Promise.all(refs.map((ref) => this.#reader.read(ref, signal)));
  }

  async find(query: FindQuery, signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>> {
    const { search, title } = this.#dialect;
    if (query.tags && (search === 'level' || this.#config.version === 'v1')) {
      const what = search === 'level' ? 'find by tags' : 'find by tags in a key-value engine of version v1';
      throw providerErrors.UNSUPPORTED({ what, store: title });
    }
    return find(this.#reader, query, search, signal);
  }

  /** Logs in, has the server look at the token, and looks whether the mount is a key-value engine of the version that is configured. */
  async validate(signal: AbortSignal): Promise<'ready' | 'unknown'> {
    if (this.#room.namespace === undefined && isReferent(this.#config, this.#room.store)) return 'unknown';
    await this.#access.prove(signal);
    await this.#checkMount(signal);
    return 'ready';
  }

  async close(): Promise<void> {
    await this.#access.close();
  }

  async #checkMount(signal: AbortSignal): Promise<void> {
    const { mount, version } = this.#config;
    if (mount === undefined) return;
    const path = `sys/internal/ui/mounts/${escapedPath(mount)}`;
    const answer = await this.#access.request({ name: 'ReadSecretData', method: 'GET', path, signal });
    const wrong = (field: string, because: string): Error => providerErrors.INVALID_CONFIG({ field, because });
    if (answer === 'denied') {
      if (this.#dialect.hiddenMount === 'passes') return;
      throw wrong('path', `nothing is mounted at ${mount}, or the token may not know it (HTTP 403)`);
    }
    const { data: found } = mountShape.safeParse(answer.status === 200 ? jsonOf(answer) : undefined);
    if (!found) throw wrong('path', `nothing is mounted at ${mount}`);
    const { type, options } = found.data;
    if (type !== 'kv' && type !== 'generic') throw wrong('path', `the engine at ${mount} is not a key-value engine`);
    const actual = options?.['version'] === '2' ? 'v2' : 'v1';
    if (actual !== version) throw wrong('version', `the engine at ${mount} is of version ${actual}, the store says ${version}`);
  }
}
