import { readFile } from 'node:fs/promises';
import { providerErrors, troubleOf } from '@signet/provider';
import type { Fetched, FindQuery, RemoteRef, SecretStore, StoreRoom } from '@signet/provider';
import type { AwsConfig } from './config.ts';
import { isReferent } from './config.ts';
import type { Login } from './credentials/login.ts';
import { storeLogin } from './credentials/store-login.ts';
import { endpointOf } from './endpoints.ts';
import { findParameters } from './parameter-store/find.ts';
import { ParameterStoreShelf } from './parameter-store/shelf.ts';
import { Reading } from './reading.ts';
import { findSecrets } from './secrets-manager/find.ts';
import { SecretsManagerShelf } from './secrets-manager/shelf.ts';
import { Service } from './service.ts';
import { Transport } from './transport.ts';
import type { Shelf, Wanted } from './wanted.ts';
import { wantedOf } from './wanted.ts';

/** What a find found: values already there, and what has still to be read. */
interface Found {
  readonly values: ReadonlyMap<string, Uint8Array>;
  readonly toRead: readonly Wanted[];
}

/** A service of AWS as one store uses it: one login, one pool of connections. */
export class AwsStore implements SecretStore {
  readonly batchSize: number;
  readonly #config: AwsConfig;
  readonly #room: StoreRoom;
  readonly #closed = new AbortController();
  readonly #transport: Transport;
  readonly #login: Login;
  readonly #shelf: Shelf;
  readonly #reading: Reading;
  readonly #find: (query: FindQuery, signal: AbortSignal) => Promise<Found>;

  constructor(config: AwsConfig, room: StoreRoom) {
    this.#config = config;
    this.#room = room;
    this.#transport = new Transport(room, authorities(room.env));
    const { region, service } = config;
    const { handler } = this.#transport;
    const sts = { region, room, handler, endpoint: endpointOf('STS', room.env) };
    this.#login = storeLogin({ config, room, sts, closed: this.#closed.signal });
    const shared = { region, room, handler, login: this.#login };
    if (service === 'SecretsManager') {
      const secretsManager = new Service({
        ...shared,
        provider: 'AWS/SecretsManager',
        endpoint: endpointOf(service, room.env),
        connect: async (settings) => new (await import('@aws-sdk/client-secrets-manager')).SecretsManagerClient(settings),
      });
      this.#shelf = new SecretsManagerShelf(secretsManager, room.clock);
      this.#find = async (query, signal) => ({ values: new Map(), toRead: await findSecrets(query, secretsManager, signal) });
    } else {
      const systemsManager = new Service({
        ...shared,
        provider: 'AWS/ParameterStore',
        endpoint: endpointOf(service, room.env),
        connect: async (settings) => new (await import('@aws-sdk/client-ssm')).SSMClient(settings),
      });
      this.#shelf = new ParameterStoreShelf(systemsManager);
      this.#find = (query, signal) => findParameters(query, systemsManager, signal);
    }
    this.batchSize = this.#shelf.batchSize;
    this.#reading = new Reading(this.#shelf, room.clock);
  }

  identify(ref: RemoteRef): string {
    return this.#shelf.identify(wantedOf(ref, this.#config.prefix));
  }

  async fetch(refs: readonly RemoteRef[], signal: AbortSignal): Promise<readonly Fetched[]> {
    const wanted = refs.map((ref) => wantedOf(ref, this.#config.prefix));
    return this.#reading.all(wanted, this.#whileOpen(signal));
  }

  /** The prefix plays no part: names are whole names, in the query and in the result (external-secrets v2.9). */
  async find(query: FindQuery, signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>> {
    if (!query.path && !query.name && Object.keys(query.tags ?? {}).length === 0) {
      throw providerErrors.INVALID_CONFIG({ field: 'find', because: 'it names neither name, nor tags, nor path' });
    }
    const whileOpen = this.#whileOpen(signal);
    const { values, toRead } = await this.#find(query, whileOpen);
    const found = new Map(values);
    const outcomes = await this.#reading.all(toRead, whileOpen);
    for (const [index, outcome] of outcomes.entries()) {
      if (!(outcome instanceof Error)) found.set(toRead[index]?.key ?? '', outcome.value(undefined));
      // Gone between the listing and the read.
      else if (troubleOf(outcome) !== 'missing') throw outcome;
    }
    return found;
  }

  /** Logs in, and reads nothing: which secrets may be read is not known here. */
  async validate(signal: AbortSignal): Promise<'ready' | 'unknown'> {
    if (this.#room.namespace === undefined && isReferent(this.#config, this.#room.store)) return 'unknown';
    await this.#login.keys(this.#whileOpen(signal));
    return 'ready';
  }

  async close(): Promise<void> {
    this.#closed.abort(providerErrors.UNAVAILABLE({ because: 'the store is closed' }));
    await this.#transport.close();
  }

  #whileOpen(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.#closed.signal]);
  }
}

/** `AWS_CA_BUNDLE`: a file with the authorities to trust, as all of AWS's SDKs read it. Read once. */
function authorities(env: StoreRoom['env']): () => Promise<string | undefined> {
  const file = env['AWS_CA_BUNDLE'];
  if (!file) return async () => undefined;
  let text: Promise<string> | undefined;
  return () => {
    text ??= readFile(file, 'utf8').catch(() => {
      throw providerErrors.CREDENTIALS_MISSING({ what: 'the file that AWS_CA_BUNDLE names', because: 'it cannot be read' });
    });
    return text;
  };
}
