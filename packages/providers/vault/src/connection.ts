import type { StoreRoom } from '@signet/provider';
import { comeBack, providerErrors } from '@signet/provider';
import type { Answer, HttpClient } from '@signet/provider/http';
import { faultOf, httpClient } from '@signet/provider/http';
import type { VaultConfig } from './config.ts';
import { credentialText } from './credential.ts';

/** The names under which calls are counted: those of external-secrets' metrics, and `RenewSelf`, which it does not do. */
export type CallName = 'Login' | 'RenewSelf' | 'RevokeSelf' | 'LookupSelf' | 'ReadSecretData' | 'ListSecrets';

/** One call of Vault's HTTP API. */
export interface ApiCall {
  readonly name: CallName;
  readonly method: 'GET' | 'POST';
  /** Below `/v1/`, escaped. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly token: string | undefined;
  readonly namespace: string | undefined;
  readonly body?: Readonly<Record<string, unknown>> | undefined;
  readonly callTimeoutMs?: number | undefined;
  readonly signal: AbortSignal;
}

/** The connection to one server: made at the first call, when the certificates are read. It knows nothing of logins. */
export class Connection {
  readonly #config: VaultConfig;
  readonly #room: StoreRoom;
  readonly #life: AbortSignal;
  #client: Promise<HttpClient> | undefined;
  /** Where the server's replication stood, of its latest answer. */
  #index: string | undefined;

  /** @param life ends with the store */
  constructor(config: VaultConfig, room: StoreRoom, life: AbortSignal) {
    this.#config = config;
    this.#room = room;
    this.#life = life;
  }

  /**
   * Makes a call. Answers below 400 and 404 are returned, and so is 403, because only who knows the token can tell what it means.
   *
   * @throws UNAVAILABLE, THROTTLED, INVALID_CONFIG, CREDENTIALS_MISSING
   */
  async call(call: ApiCall): Promise<Answer> {
    const client = await this.#open();
    const began = this.#room.clock.now();
    let ok = false;
    try {
      const answer = await client.call({
        method: call.method,
        path: `/v1/${call.path}`,
        query: call.query,
        headers: this.#headers(call),
        ...(call.body && { body: JSON.stringify(call.body) }),
        callTimeoutMs: call.callTimeoutMs,
        signal: call.signal,
      });
      ok = answer.status < 400 || answer.status === 404;
      if (this.#config.consistency !== 'none') this.#index = answer.headers['x-vault-index'] ?? this.#index;
      const fault = answer.status === 403 ? undefined : faultOfVault(answer, this.#room.clock.now());
      if (fault) throw fault;
      return answer;
    } finally {
      const seconds = (this.#room.clock.now() - began) / 1000;
      this.#room.observe({ provider: 'HashiCorp/Vault', call: call.name, ok, seconds });
    }
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    await client?.close();
  }

  #headers({ token, namespace, body }: ApiCall): Readonly<Record<string, string>> {
    const { consistency } = this.#config;
    return {
      'x-vault-request': 'true',
      ...(body && { 'content-type': 'application/json' }),
      ...(namespace !== undefined && { 'x-vault-namespace': namespace }),
      ...(consistency !== 'none' && this.#index !== undefined && { 'x-vault-index': this.#index }),
      ...(consistency === 'forward' && { 'x-vault-inconsistent': 'forward-active-node' }),
      ...(token !== undefined && { 'x-vault-token': token }),
    };
  }

  async #open(): Promise<HttpClient> {
    this.#client ??= this.#connect();
    const opening = this.#client;
    try {
      return await opening;
    } catch (error) {
      // The Secret with the certificate may appear later.
      if (this.#client === opening) this.#client = undefined;
      throw error;
    }
  }

  async #connect(): Promise<HttpClient> {
    const { credentials, limits, clock, env } = this.#room;
    const { server, caBundle, caProvider, tls, auth, headers } = this.#config;
    // A login by certificate is one by the certificate of the connection.
    const identity = auth.method === 'cert' ? { cert: auth.with.clientCert, key: auth.with.secretRef } : tls;
    const [ca, clientCert, clientKey] = await Promise.all([
      caBundle ?? (caProvider && credentials.certificateAuthority(caProvider, this.#life)),
      identity && credentialText(credentials, identity.cert, this.#life),
      identity && credentialText(credentials, identity.key, this.#life),
    ]);
    return httpClient({ baseUrl: server, ca, clientCert, clientKey, headers, clock, env, ...limits });
  }
}

/** What a status means to Vault where that differs from others: standby nodes and replicas that are behind are troubles that pass. */
function faultOfVault(answer: Answer, now: number): Error | undefined {
  switch (answer.status) {
    case 301:
    case 302:
    case 307:
    case 308:
      // Credentials go to no other address than that of the store.
      return providerErrors.UNAVAILABLE({ because: `this node redirects to another one (HTTP ${answer.status})` });
    case 412:
      return comeBack(providerErrors.UNAVAILABLE({ because: 'this node has not caught up with the cluster yet (HTTP 412)' }), 1000);
    case 472:
    case 473:
      return providerErrors.UNAVAILABLE({ because: `this node is a standby (HTTP ${answer.status})` });
    case 503:
      return standing(answer, now);
    default:
      return faultOf(answer, now);
  }
}

function standing(answer: Answer, now: number): Error | undefined {
  const sealed = Buffer.from(answer.body).includes('Vault is sealed');
  return sealed ? providerErrors.UNAVAILABLE({ because: 'the server is sealed (HTTP 503)' }) : faultOf(answer, now);
}
