import {
  clusterSecretStoreCrd,
  externalSecretCrd,
  externalSecretKind,
  readExternalSecret,
  sealedSecretCrd,
  secretStoreCrd,
  secretStoreKind,
} from '@signet/api';
import type { ExternalSecretStatus } from '@signet/api';
import { isNotFound } from '@signet/kube/client';
import type { KubeObject } from '@signet/kube/client';
import type { Plaintext } from '../promised.ts';
import type { Ground } from '../world.ts';
import { ground, namespace, World } from '../world.ts';
import { Backend } from './backend.ts';

const apiVersion = 'external-secrets.io/v1';

/** A world whose person writes ExternalSecrets, and the backend their values are kept at. */
export class ExternalWorld extends World {
  readonly backend: Backend;
  readonly #generations = new Map<string, number>();

  private constructor(made: Ground, backend: Backend) {
    super(made);
    this.backend = backend;
  }

  /** The store `backend` is there. */
  static async start(): Promise<ExternalWorld> {
    const crds = [sealedSecretCrd(), externalSecretCrd(), secretStoreCrd(), clusterSecretStoreCrd()];
    const world = new ExternalWorld(await ground(crds), await Backend.start());
    await world.store('backend', world.backend);
    return world;
  }

  /** A SecretStore that asks a backend. */
  async store(name: string, { url }: Backend): Promise<void> {
    await this.webhook(name, { url: `${url}/v/{{ .remoteRef.key }}`, result: { jsonPath: '$.value' } });
  }

  /** A SecretStore of the webhook provider. */
  async webhook(name: string, webhook: object): Promise<void> {
    const metadata = { name, namespace };
    const spec = { provider: { webhook } };
    await this.client.create<KubeObject>(secretStoreKind, { apiVersion, kind: 'SecretStore', metadata, spec });
  }

  /** Keeps values of a new generation under keys of its own, each a question to the backend, and asks for them; goes on until it is written. */
  async write(name: string, plaintext: Plaintext, spec: object = {}): Promise<void> {
    const generation = (this.#generations.get(name) ?? 0) + 1;
    this.#generations.set(name, generation);
    const keyOf = (secretKey: string): string => `${name}/${generation}/${secretKey}`;
    for (const [secretKey, value] of Object.entries(plaintext)) this.backend.values.set(keyOf(secretKey), value);
    const data = Object.keys(plaintext).map((secretKey) => ({ secretKey, remoteRef: { key: keyOf(secretKey) } }));
    this.promised.asks(name, plaintext);
    const wanted = { secretStoreRef: { name: 'backend' }, refreshInterval: '1h', data, ...spec };
    await this.insist(async () => {
      const live = await this.find(externalSecretKind, name);
      if (live) await this.client.replace(externalSecretKind, { ...live, spec: wanted });
      else await this.create(name, wanted);
    }, `${name} can be written`);
  }

  /** Creates an ExternalSecret, once. */
  async create(name: string, spec: object): Promise<void> {
    const metadata = { name, namespace };
    await this.client.create<KubeObject>(externalSecretKind, { apiVersion, kind: 'ExternalSecret', metadata, spec });
  }

  async status(name: string): Promise<ExternalSecretStatus | undefined> {
    const found = await this.find(externalSecretKind, name);
    return found && readExternalSecret(found).status;
  }

  /** Statuses of all, by name. */
  async statuses(): Promise<Map<string, ExternalSecretStatus | undefined>> {
    const found = new Map<string, ExternalSecretStatus | undefined>();
    for await (const page of this.client.list<KubeObject>(externalSecretKind, { namespace }))
      for (const object of page.items) found.set(String(object.metadata.name), readExternalSecret(object).status);
    return found;
  }

  /** Removes a store, if it is there. */
  async removeStore(name: string): Promise<void> {
    try {
      await this.client.delete(secretStoreKind, { namespace, name });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  override async stop(): Promise<void> {
    await super.stop();
    await this.backend.stop();
  }

  protected override async untold(name: string): Promise<string | undefined> {
    const object = await this.find(externalSecretKind, name);
    const status = object && readExternalSecret(object).status;
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    const isTold = ready?.status === 'True' && status?.observedGeneration === object?.metadata.generation;
    return isTold ? undefined : `${name}: generation ${object?.metadata.generation}, status ${JSON.stringify(status)}`;
  }
}
