import { providerErrors } from '../errors.ts';
import type {
  CaSelector,
  Clock,
  Credentials,
  IssuedToken,
  SecretKeySelector,
  ServiceAccountSelector,
  StoreIdentity,
} from '../surroundings.ts';

/** Values of a Secret or ConfigMap; text is UTF-8. */
export type Values = Readonly<Record<string, string | Uint8Array>>;

/** How a token for a ServiceAccount is made. */
export type TokenMaker = (
  serviceAccount: { readonly namespace: string; readonly name: string },
  audiences: readonly string[],
  expirationSeconds: number,
) => IssuedToken | Promise<IssuedToken>;

interface StoredSecret {
  readonly labels: Readonly<Record<string, string>>;
  readonly data: ReadonlyMap<string, Uint8Array>;
}

/** {@link Credentials} of a cluster that is only in memory. The namespace rules are those of the real one. */
export class MemoryCredentials implements Credentials {
  readonly #store: StoreIdentity;
  readonly #namespace: string | undefined;
  readonly #secrets = new Map<string, StoredSecret>();
  readonly #configMaps = new Map<string, ReadonlyMap<string, Uint8Array>>();
  readonly #serviceAccounts = new Map<string, Readonly<Record<string, string>>>();
  /** Replace it to have tokens made elsewhere. */
  makeToken: TokenMaker;
  /** The token of the controller itself. */
  controllerToken = 'controller-token';
  /** What was asked for, in order: `secret default/db`. */
  readonly asked: string[] = [];

  constructor(store: StoreIdentity, namespace: string | undefined, clock: Clock) {
    this.#store = store;
    this.#namespace = namespace;
    let serial = 0;
    this.makeToken = (account, _audiences, seconds) => ({
      token: `token-${++serial}-of-${account.namespace}-${account.name}`,
      expiresAt: clock.now() + seconds * 1000,
    });
  }

  /** Creates or replaces a Secret. */
  setSecret(namespace: string, name: string, values: Values, labels: Readonly<Record<string, string>> = {}): void {
    this.#secrets.set(`${namespace}/${name}`, { labels, data: bytesOf(values) });
  }

  removeSecret(namespace: string, name: string): void {
    this.#secrets.delete(`${namespace}/${name}`);
  }

  /** Creates or replaces a ConfigMap. */
  setConfigMap(namespace: string, name: string, values: Values): void {
    this.#configMaps.set(`${namespace}/${name}`, bytesOf(values));
  }

  /** Creates or replaces a ServiceAccount. */
  setServiceAccount(namespace: string, name: string, annotations: Readonly<Record<string, string>> = {}): void {
    this.#serviceAccounts.set(`${namespace}/${name}`, annotations);
  }

  async secretKey(selector: SecretKeySelector, signal: AbortSignal): Promise<Uint8Array> {
    const { key } = selector;
    if (!key) throw providerErrors.INVALID_CONFIG({ field: 'key', because: `it is missing for Secret "${selector.name}"` });
    const value = (await this.secret(selector, signal)).data.get(key);
    if (!value) throw missing(`Secret "${selector.name}"`, `it has no key ${key}`);
    return value;
  }

  async secret(selector: SecretKeySelector, signal: AbortSignal): Promise<StoredSecret> {
    signal.throwIfAborted();
    const place = `${this.#namespaceOf(selector)}/${selector.name}`;
    this.asked.push(`secret ${place}`);
    const found = this.#secrets.get(place);
    if (!found) throw missing(`Secret "${place}"`, 'it does not exist');
    return found;
  }

  async certificateAuthority(selector: CaSelector, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    if (this.#store.kind === 'ClusterSecretStore' && !selector.namespace) {
      throw providerErrors.INVALID_CONFIG({ field: 'caProvider.namespace', because: 'a ClusterSecretStore has to name it' });
    }
    const place = `${this.#namespaceOf(selector)}/${selector.name}`;
    this.asked.push(`${selector.type} ${place}`);
    const found = selector.type === 'Secret' ? this.#secrets.get(place)?.data : this.#configMaps.get(place);
    const value = found?.get(selector.key ?? '');
    if (!value) throw missing(`${selector.type} "${place}"`, `it does not exist or has no key ${selector.key ?? ''}`);
    return new TextDecoder().decode(value);
  }

  async serviceAccount(
    selector: ServiceAccountSelector,
    signal: AbortSignal,
  ): Promise<{ readonly namespace: string; readonly annotations: Readonly<Record<string, string>> }> {
    signal.throwIfAborted();
    const namespace = this.#namespaceOf(selector);
    const annotations = this.#serviceAccounts.get(`${namespace}/${selector.name}`);
    if (!annotations) throw missing(`ServiceAccount "${namespace}/${selector.name}"`, 'it does not exist');
    return { namespace, annotations };
  }

  async serviceAccountToken(
    selector: ServiceAccountSelector & { readonly expirationSeconds?: number | undefined },
    signal: AbortSignal,
  ): Promise<IssuedToken> {
    const { namespace } = await this.serviceAccount(selector, signal);
    this.asked.push(`token ${namespace}/${selector.name}`);
    return this.makeToken({ namespace, name: selector.name }, selector.audiences ?? [], selector.expirationSeconds ?? 3600);
  }

  async ownToken(signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    return this.controllerToken;
  }

  #namespaceOf({ name, namespace }: { readonly name: string; readonly namespace?: string | undefined }): string {
    if (this.#store.kind === 'SecretStore' && namespace && namespace !== this.#store.namespace) {
      throw providerErrors.INVALID_CONFIG({
        field: 'namespace',
        because: `a SecretStore may not use "${name}" of another namespace`,
      });
    }
    const chosen = namespace ?? this.#store.namespace ?? this.#namespace;
    if (!chosen) throw providerErrors.INVALID_CONFIG({ field: 'namespace', because: `it is not known for "${name}"` });
    return chosen;
  }
}

function missing(what: string, because: string): Error {
  return providerErrors.CREDENTIALS_MISSING({ what, because });
}

function bytesOf(values: Values): ReadonlyMap<string, Uint8Array> {
  const encoder = new TextEncoder();
  return new Map(Object.entries(values).map(([key, value]) => [key, typeof value === 'string' ? encoder.encode(value) : value]));
}
