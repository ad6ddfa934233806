import type { StoreRef } from '@signet/api';
import { ApiError, manualClock, silentLogger } from '@signet/kube/client';
import type { Client, KubeObject, ManualClock } from '@signet/kube/client';
import type { OpenStoresOptions } from '../open-stores.ts';
import { OpenStores } from '../open-stores.ts';
import { MemoryCache } from './memory-cache.ts';
import type { ScriptedConfig } from './scripted-backend.ts';
import { ScriptedBackend } from './scripted-backend.ts';

/** Stores over a scripted backend, with caches and a clock that the test moves. */
export interface StoresInMemory {
  readonly clock: ManualClock;
  readonly backend: ScriptedBackend;
  readonly stores: OpenStores;
  readonly caches: {
    readonly stores: MemoryCache;
    readonly clusterStores: MemoryCache;
    readonly namespaces: MemoryCache;
    readonly secrets: MemoryCache;
  };
  /** What users were told: `SecretStore vault in web`. */
  readonly told: string[];
  /** Reads of Secrets from the API server: `web/login`, metadata apart. */
  readonly read: string[];
  put(kind: StoreRef['kind'], name: string, spec: Partial<StoreSpec>, namespace?: string): void;
  secret(namespace: string, name: string, password: string): void;
}

/** `spec` of a store, most of it left out. */
export interface StoreSpec {
  readonly scripted: ScriptedConfig & { readonly wrong?: string };
  readonly provider: object;
  readonly controller: string;
  readonly conditions: readonly object[];
}

/** Makes them. */
export function storesInMemory(options: Partial<OpenStoresOptions> = {}): StoresInMemory {
  const clock = manualClock();
  const backend = new ScriptedBackend(clock);
  const caches = {
    stores: new MemoryCache(),
    clusterStores: new MemoryCache(),
    namespaces: new MemoryCache(),
    secrets: new MemoryCache(),
  };
  const read: string[] = [];
  const get = async (
    _: unknown,
    { namespace = '', name }: { namespace?: string; name: string },
    { metadataOnly = false }: { metadataOnly?: boolean } = {},
  ): Promise<KubeObject> => {
    if (!metadataOnly) read.push(`${namespace}/${name}`);
    const found = caches.secrets.get({ namespace, name });
    if (!found) throw new ApiError({ status: 404, reason: 'NotFound', message: 'not found' });
    return found;
  };
  const stores = new OpenStores({
    ...caches,
    registry: backend.registry(),
    client: { get } as unknown as Pick<Client, 'get' | 'request'>,
    clock,
    logger: silentLogger,
    random: () => 0,
    env: {},
    ownToken: async () => '',
    limits: { sockets: 4, callTimeoutMs: 30_000, maxAnswerBytes: 2 ** 20 },
    controllerClass: 'default',
    signal: new AbortController().signal,
    generators: { generate: async () => ({ values: new Map() }), isForeign: ({ kind }) => kind === 'Foreign' },
    credentials: [{ kind: 'Secret', source: caches.secrets }],
    ...options,
  });
  const told: string[] = [];
  stores.onChange(({ kind, name }, namespace) => told.push(`${kind} ${name} in ${namespace ?? 'all'}`));
  const generations = new Map<string, number>();
  return {
    clock,
    backend,
    stores,
    caches,
    told,
    read,
    put(kind, name, { scripted = {}, provider = { scripted }, controller = '', conditions = [] }, namespace = 'web') {
      const id = `${kind}/${namespace}/${name}`;
      const generation = (generations.get(id) ?? 0) + 1;
      generations.set(id, generation);
      const metadata = { name, generation, ...(kind === 'SecretStore' && { namespace }) };
      const cache = kind === 'SecretStore' ? caches.stores : caches.clusterStores;
      cache.put({ apiVersion: 'external-secrets.io/v1', kind, metadata, spec: { controller, provider, conditions } });
    },
    secret(namespace, name, password) {
      caches.secrets.put({ metadata: { namespace, name }, data: { password: Buffer.from(password).toString('base64') } });
    },
  };
}
