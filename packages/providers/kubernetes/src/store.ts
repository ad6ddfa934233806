import { createClient, secrets } from '@signet/kube/client';
import type { Client, Secret } from '@signet/kube/client';
import { namePattern, providerErrors, troubleOf } from '@signet/provider';
import type { Document, Fetched, FindQuery, RemoteRef, SecretStore, StoreRoom } from '@signet/provider';
import type { KubernetesConfig } from './config.ts';
import { connectionOf } from './connection.ts';
import { faultOf } from './faults.ts';
import { mayReadSecrets } from './permission.ts';
import { metadataDocument, secretDocument, wholeSecret } from './secret-document.ts';
import type { SecretData } from './secret-document.ts';

/** Secrets in one answer of a list: Secrets may have a megabyte each. */
const pageSize = 100;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Secrets of one namespace of one API server. */
export class KubernetesStore implements SecretStore {
  /** The API has no batches. */
  readonly batchSize = 1;
  readonly #config: KubernetesConfig;
  readonly #room: StoreRoom;
  /** Aborted when the store is closed. */
  readonly #life = new AbortController();
  #client: Promise<Client> | undefined;

  constructor(config: KubernetesConfig, room: StoreRoom) {
    this.#config = config;
    this.#room = room;
  }

  identify({ key, metadata }: RemoteRef): string {
    return metadata ? `metadata of ${key}` : key;
  }

  async fetch(refs: readonly RemoteRef[], signal: AbortSignal): Promise<readonly Fetched[]> {
    return Promise.all(
      refs.map(async (ref) => {
        try {
          return await this.#read(ref, signal);
        } catch (error) {
          if (isOfOneKey(error)) return error;
          throw error;
        }
      }),
    );
  }

  async find(query: FindQuery, signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>> {
    if (query.name === undefined && query.tags === undefined)
      throw providerErrors.INVALID_CONFIG({ field: 'find', because: 'a kubernetes store needs name or tags' });
    const matches = query.name === undefined ? (): boolean => true : namePattern(query.name);
    const { remoteNamespace: namespace } = this.#config;
    const labelSelector = Object.entries(query.tags ?? {}).map(([name, value]) => `${name}=${value}`);
    return this.#ask('ListSecrets', `secrets of namespace ${namespace}`, signal, async (client, ended) => {
      const found = new Map<string, Uint8Array>();
      const selection = labelSelector.length > 0 ? { labelSelector: labelSelector.join(',') } : {};
      for await (const page of client.list(secrets, { namespace, ...selection, limit: pageSize, signal: ended, retries: 0 })) {
        for (const secret of page.items) {
          const name = nameOf(secret);
          if (matches(name)) found.set(name, wholeSecret(dataOf(secret)));
        }
      }
      return found;
    });
  }

  async validate(signal: AbortSignal): Promise<'ready' | 'unknown'> {
    if (this.#config.isReferent && this.#room.namespace === undefined) return 'unknown';
    await this.#ask('CreateSelfSubjectRulesReview', 'its own permissions', signal, (client, ended) =>
      mayReadSecrets(client, this.#config.remoteNamespace, ended),
    );
    return 'ready';
  }

  async close(): Promise<void> {
    this.#life.abort(providerErrors.UNAVAILABLE({ because: 'the store was closed' }));
    const client = await this.#client?.catch(() => undefined);
    await client?.close();
  }

  async #read({ key, metadata }: RemoteRef, signal: AbortSignal): Promise<Document> {
    const ref = { namespace: this.#config.remoteNamespace, name: key };
    return this.#ask('GetSecret', key, signal, async (client, ended) => {
      const secret = await client.get(secrets, ref, { metadataOnly: metadata === true, signal: ended, retries: 0 });
      if (metadata) return metadataDocument(key, secret.metadata);
      return secretDocument(key, dataOf(secret));
    });
  }

  /** One call to the API server: what it throws is an error of a provider, and who watches the calls hears of it. */
  async #ask<T>(
    call: string,
    key: string,
    signal: AbortSignal,
    work: (client: Client, ended: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { clock, observe } = this.#room;
    const ended = AbortSignal.any([signal, this.#life.signal]);
    ended.throwIfAborted();
    const client = await unlessAborted(ended, this.#open()).catch((error: unknown) => {
      throw ended.aborted ? (ended.reason as Error) : faultOf(error, { key });
    });
    const since = clock.now();
    let ok = false;
    try {
      const answer = await work(client, ended);
      ok = true;
      return answer;
    } catch (error) {
      throw ended.aborted ? (ended.reason as Error) : faultOf(error, { key });
    } finally {
      observe({ provider: 'Kubernetes', call, ok, seconds: (clock.now() - since) / 1000 });
    }
  }

  /** The one client; who needs it first has it made. After a failure the next one tries again. */
  #open(): Promise<Client> {
    const { clock, random, logger } = this.#room;
    this.#client ??= connectionOf(this.#config, this.#room, this.#life.signal).then(
      (connection) => createClient(connection, { userAgent: 'signet-controller', retries: 0, clock, random, logger }),
      (error: unknown) => {
        this.#client = undefined;
        throw error;
      },
    );
    return this.#client;
  }
}

/** True for what is wrong with one Secret while others can be read; without credentials none can. */
function isOfOneKey(error: unknown): error is Error {
  const trouble = troubleOf(error);
  const ofStore = error instanceof Error && 'code' in error && error.code === 'SIGNET_PROVIDER_CREDENTIALS_MISSING';
  return !ofStore && (trouble === 'missing' || trouble === 'denied' || trouble === 'invalid');
}

function nameOf({ metadata }: Secret): string {
  const { name } = (metadata as Partial<Secret['metadata']> | undefined) ?? {};
  if (typeof name !== 'string') throw notASecret();
  return name;
}

/** The bytes of a Secret. What is not shaped like one comes from something else than an API server. */
function dataOf(secret: Secret): SecretData {
  const { kind, data } = secret;
  if (kind !== 'Secret' || (data !== undefined && data !== null && typeof data !== 'object')) throw notASecret();
  return new Map(
    Object.entries(data ?? {}).map(([key, value]: [string, unknown]) => {
      if (typeof value !== 'string' || !base64.test(value)) throw notASecret();
      return [key, new Uint8Array(Buffer.from(value, 'base64'))];
    }),
  );
}

function notASecret(): Error {
  return providerErrors.BAD_ANSWER({ because: 'not a Secret' });
}

/** The promise's outcome, unless the signal is aborted first: then its reason. */
async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
