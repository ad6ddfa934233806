import type { ObjectKey } from '@signet/kube/cache';
import type { Client, ConfigMap, KubeObject, Resource, Secret } from '@signet/kube/client';
import { configMaps, isApiError, isNotFound, secrets, serviceAccounts } from '@signet/kube/client';
import { providerErrors } from '@signet/provider';
import type {
  CaSelector,
  Credentials,
  IssuedToken,
  SecretKeySelector,
  ServiceAccountSelector,
  StoreIdentity,
} from '@signet/provider';

/** Kinds that a store takes credentials from. */
export type CredentialKind = 'Secret' | 'ConfigMap' | 'ServiceAccount';

/** Something a store has read. */
export interface CredentialRead {
  readonly kind: CredentialKind;
  readonly key: ObjectKey;
  /** uid and resourceVersion; undefined: it was not there, or may not be read. */
  readonly version: string | undefined;
}

/** What the credentials of one store are made of. */
export interface StoreCredentialsOptions {
  readonly client: Pick<Client, 'get' | 'request'>;
  readonly store: StoreIdentity;
  /** Namespace of whoever uses the store; undefined: a cluster store by itself. */
  readonly namespace: string | undefined;
  /** The mounted token of the controller's own ServiceAccount. */
  readonly ownToken: (signal: AbortSignal) => Promise<string>;
  /** Hears of everything that is read, so that it can be watched. */
  readonly onRead: (read: CredentialRead) => void;
}

interface TokenAnswer {
  readonly status?: { readonly token?: string; readonly expirationTimestamp?: string };
}

const resources: Readonly<Record<CredentialKind, Resource>> = {
  Secret: secrets,
  ConfigMap: configMaps,
  ServiceAccount: serviceAccounts,
};
const defaultTokenSeconds = 600;
/** A DNS subdomain (RFC 1123): a name like `..` must not lead a request elsewhere. */
const objectName = /^[a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?$/;

/**
 * The credentials of one store, read with the controller's rights and held to the rule that keeps tenants apart: a SecretStore reads
 * in its own namespace and nowhere else; a ClusterSecretStore reads where it says, or, where it says nothing, in the namespace
 * of whoever uses it (referent authentication); a certificate authority of a cluster store has to name its namespace.
 */
export class StoreCredentials implements Credentials {
  readonly #options: StoreCredentialsOptions;

  constructor(options: StoreCredentialsOptions) {
    this.#options = options;
  }

  async secretKey(selector: SecretKeySelector, signal: AbortSignal): Promise<Uint8Array> {
    const { key } = selector;
    if (key === undefined || key === '') throw this.#invalid('Secret', selector.name, 'the selector names no key');
    const { data } = await this.secret(selector, signal);
    const value = data.get(key);
    if (value === undefined) throw this.#missing('Secret', this.#keyOf('Secret', selector), `it has no key ${quoted(key)}`);
    return value;
  }

  async secret(
    selector: SecretKeySelector,
    signal: AbortSignal,
  ): Promise<{ readonly labels: Readonly<Record<string, string>>; readonly data: ReadonlyMap<string, Uint8Array> }> {
    const { metadata, data } = await this.#read<Secret>('Secret', this.#keyOf('Secret', selector), signal);
    return { labels: metadata.labels ?? {}, data: decoded(data) };
  }

  async certificateAuthority(selector: CaSelector, signal: AbortSignal): Promise<string> {
    const { type, name, key } = selector;
    const { store } = this.#options;
    if (type !== 'Secret' && type !== 'ConfigMap') throw this.#invalid('caProvider', name, 'its type is Secret or ConfigMap');
    if (store.kind === 'ClusterSecretStore' && !isGiven(selector.namespace))
      throw this.#invalid(type, name, 'the caProvider of a ClusterSecretStore has to name its namespace');
    if (key === undefined || key === '') throw this.#invalid(type, name, 'the caProvider names no key');
    const at = this.#keyOf(type, selector);
    if (type === 'Secret') {
      const bytes = decoded((await this.#read<Secret>(type, at, signal)).data).get(key);
      if (bytes === undefined) throw this.#missing(type, at, `it has no key ${quoted(key)}`);
      return Buffer.from(bytes).toString('utf8');
    }
    const { data = {}, binaryData } = await this.#read<ConfigMap>(type, at, signal);
    const text = Object.hasOwn(data, key) ? data[key] : undefined;
    const bytes = decoded(binaryData).get(key);
    if (text === undefined && bytes === undefined) throw this.#missing(type, at, `it has no key ${quoted(key)}`);
    return text ?? Buffer.from(bytes ?? []).toString('utf8');
  }

  async serviceAccount(
    selector: ServiceAccountSelector,
    signal: AbortSignal,
  ): Promise<{ readonly namespace: string; readonly annotations: Readonly<Record<string, string>> }> {
    const at = this.#keyOf('ServiceAccount', selector);
    const { metadata } = await this.#read('ServiceAccount', at, signal);
    return { namespace: at.namespace, annotations: metadata.annotations ?? {} };
  }

  async serviceAccountToken(
    selector: ServiceAccountSelector & { readonly expirationSeconds?: number | undefined },
    signal: AbortSignal,
  ): Promise<IssuedToken> {
    const at = this.#keyOf('ServiceAccount', selector);
    const { audiences = [], expirationSeconds = defaultTokenSeconds } = selector;
    const path = `/api/v1/namespaces/${encodeURIComponent(at.namespace)}/serviceaccounts/${encodeURIComponent(at.name)}/token`;
    const spec = { expirationSeconds, ...(audiences.length > 0 && { audiences }) };
    const body = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec });
    const answer = await this.#ask('ServiceAccount', at, signal, async () =>
      this.#options.client.request({ method: 'POST', path, body, headers: { 'content-type': 'application/json' }, signal }),
    );
    const { status } = JSON.parse(Buffer.from(answer.body).toString('utf8')) as TokenAnswer;
    const expiresAt = Date.parse(status?.expirationTimestamp ?? '');
    if (!isGiven(status?.token) || Number.isNaN(expiresAt))
      throw this.#missing('ServiceAccount', at, 'the API server issued no token for it');
    return { token: status?.token ?? '', expiresAt };
  }

  async ownToken(signal: AbortSignal): Promise<string> {
    const { kind, name } = this.#options.store;
    // The author of a SecretStore also chooses the server that would be handed it.
    if (kind === 'SecretStore')
      throw this.#invalid(
        'SecretStore',
        name,
        "it may not use the token of the controller's own ServiceAccount: name a ServiceAccount or a Secret",
      );
    try {
      return await this.#options.ownToken(signal);
    } catch (error) {
      signal.throwIfAborted();
      const what = "the token of the controller's own ServiceAccount";
      throw providerErrors.CREDENTIALS_MISSING({ what, because: 'it cannot be read' }, { cause: error });
    }
  }

  async #read<T extends KubeObject>(kind: CredentialKind, key: ObjectKey, signal: AbortSignal): Promise<T> {
    const read = await this.#ask(kind, key, signal, async () =>
      this.#options.client.get<T>(resources[kind] as Resource<T>, key, { signal }),
    );
    this.#options.onRead({ kind, key, version: versionOf(read) });
    return read;
  }

  async #ask<T>(kind: CredentialKind, key: ObjectKey, signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      const isRefused = isApiError(error) && (error.status === 403 || error.status === 400 || error.status === 422);
      if (!isNotFound(error) && !isRefused) {
        const because = `the API server could not be asked for ${nameOf(kind, key)}`;
        throw providerErrors.UNAVAILABLE({ because }, { cause: error });
      }
      this.#options.onRead({ kind, key, version: undefined });
      throw this.#missing(kind, key, isRefused ? refusalOf(error.status) : 'it does not exist', error);
    }
  }

  /** The namespace rule, for every selector there is. */
  #keyOf(kind: CredentialKind, { name, namespace }: { readonly name: string; readonly namespace?: string | undefined }): ObjectKey {
    const { store, namespace: consumer } = this.#options;
    for (const text of isGiven(namespace) ? [name, namespace] : [name])
      if (!objectName.test(text)) throw this.#invalid(kind, name, `${quoted(text)} is no name that an object can have`);
    if (store.kind === 'SecretStore') {
      const own = store.namespace ?? '';
      if (isGiven(namespace) && namespace !== own)
        throw this.#invalid(
          kind,
          name,
          `a SecretStore may not reach into namespace ${quoted(namespace)}: its own is ${quoted(own)}`,
        );
      return { namespace: own, name };
    }
    const at = isGiven(namespace) ? namespace : consumer;
    if (!isGiven(at))
      throw this.#invalid(kind, name, 'it is taken from the namespace of whoever uses the store, and nobody does here');
    return { namespace: at, name };
  }

  #invalid(kind: string, name: string, because: string): Error {
    return providerErrors.INVALID_CONFIG({ field: `${kind} ${quoted(name)}`, because });
  }

  #missing(kind: CredentialKind, key: ObjectKey, because: string, cause?: unknown): Error {
    return providerErrors.CREDENTIALS_MISSING({ what: nameOf(kind, key), because }, { cause });
  }
}

/** What tells two states of an object apart. */
export function versionOf({ metadata: { uid, resourceVersion } }: KubeObject): string {
  return `${uid ?? ''}/${resourceVersion ?? ''}`;
}

/** The version an object has now; undefined: it is not there, or may not be read. @throws when the API server cannot be asked */
export async function currentVersion(
  client: Pick<Client, 'get'>,
  kind: CredentialKind,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return versionOf(await client.get(resources[kind], key, { metadataOnly: true, signal }));
  } catch (error) {
    if (isNotFound(error) || (isApiError(error) && error.status === 403)) return undefined;
    throw error;
  }
}

const isGiven = (text: string | undefined): text is string => text !== undefined && text !== '';
const quoted = (text: string): string => JSON.stringify(text);
const nameOf = (kind: CredentialKind, { namespace, name }: ObjectKey): string => `${kind} ${quoted(`${namespace}/${name}`)}`;
const refusalOf = (status: number): string =>
  status === 403 ? 'the controller may not read it' : 'the API server does not accept the request for it';

function decoded(data: Readonly<Record<string, string>> | undefined): Map<string, Uint8Array> {
  return new Map(Object.entries(data ?? {}).map(([key, text]) => [key, new Uint8Array(Buffer.from(text, 'base64'))]));
}
