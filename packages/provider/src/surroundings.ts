/** Time, injected so that tests own it. The clock of the Kubernetes client fits. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls back once after `ms`. Returns a function that cancels. */
  setTimeout(callback: () => void, ms: number): () => void;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** What a provider needs of a logger; a pino logger fits. Fields and messages never hold a secret's value. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Which store it is. A ClusterSecretStore has no namespace. */
export interface StoreIdentity {
  readonly kind: 'SecretStore' | 'ClusterSecretStore';
  readonly name: string;
  readonly namespace?: string | undefined;
}

/** A key of a Secret. Without `namespace` it is in the store's own, or, for a cluster store, in that of whoever uses the store. */
export interface SecretKeySelector {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly key?: string | undefined;
}

/** A ServiceAccount whose token is asked for. */
export interface ServiceAccountSelector {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly audiences?: readonly string[] | undefined;
}

/** Where a certificate authority stands. */
export interface CaSelector {
  readonly type: 'Secret' | 'ConfigMap';
  readonly name: string;
  readonly key?: string | undefined;
  readonly namespace?: string | undefined;
}

/** A token of a ServiceAccount. */
export interface IssuedToken {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * What a store may read of the cluster for its own credentials. The namespace rules are applied here, in one place: a namespaced
 * store reaches its own namespace and no other. What is read here is watched: when it changes, the store is closed and opened
 * again, so nobody needs to ask twice.
 *
 * All of it throws CREDENTIALS_MISSING, or INVALID_CONFIG for a namespace that is not allowed.
 */
export interface Credentials {
  /** Bytes of one key. A selector without key is INVALID_CONFIG. Trailing newlines are the caller's business. */
  secretKey(selector: SecretKeySelector, signal: AbortSignal): Promise<Uint8Array>;
  /** A whole Secret: its labels and all its keys. */
  secret(
    selector: SecretKeySelector,
    signal: AbortSignal,
  ): Promise<{ readonly labels: Readonly<Record<string, string>>; readonly data: ReadonlyMap<string, Uint8Array> }>;
  /** PEM text of a certificate authority. A cluster store has to name the namespace. */
  certificateAuthority(selector: CaSelector, signal: AbortSignal): Promise<string>;
  /** Annotations of a ServiceAccount. */
  serviceAccount(
    selector: ServiceAccountSelector,
    signal: AbortSignal,
  ): Promise<{ readonly namespace: string; readonly annotations: Readonly<Record<string, string>> }>;
  /** A fresh token by TokenRequest. Never shared: whoever asks keeps it until it expires. */
  serviceAccountToken(
    selector: ServiceAccountSelector & { readonly expirationSeconds?: number | undefined },
    signal: AbortSignal,
  ): Promise<IssuedToken>;
  /**
   * The token of the controller's own ServiceAccount, as mounted; read anew each time. For cluster stores only: the author of a namespaced
   * one chooses the server that it would be sent to.
   */
  ownToken(signal: AbortSignal): Promise<string>;
}

/** Everything a store works with. Nothing is global: no process environment is changed, no client is shared behind its back. */
export interface StoreRoom {
  readonly store: StoreIdentity;
  /** The namespace of whoever uses the store: of the ExternalSecret. The store's own for a SecretStore; undefined when a cluster store is validated. */
  readonly namespace: string | undefined;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly logger: Logger;
  /** In [0, 1). */
  readonly random: () => number;
  /** The program's environment, read only. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Hears of each call to the backend, under the names of external-secrets' metrics (`HashiCorp/Vault`, `ReadSecretData`). */
  readonly observe: (call: {
    readonly provider: string;
    readonly call: string;
    readonly ok: boolean;
    readonly seconds: number;
  }) => void;
  /** Limits of one store. */
  readonly limits: {
    /** Sockets to the backend at most. */
    readonly sockets: number;
    /** A call that has not answered by then is given up as UNAVAILABLE. */
    readonly callTimeoutMs: number;
    /** An answer that is longer is BAD_ANSWER. */
    readonly maxAnswerBytes: number;
  };
}
