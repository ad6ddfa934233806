/** What an ExternalSecret asks of a store (`remoteRef`, `extract`). Empty strings count as absent. */
export interface RemoteRef {
  readonly key: string;
  readonly property?: string | undefined;
  readonly version?: string | undefined;
  /** `metadataPolicy: Fetch`: the provider's metadata (tags, labels) instead of the value. */
  readonly metadata?: boolean | undefined;
}

/** What `dataFrom[].find` asks for. All that is given has to match. */
export interface FindQuery {
  /** Where to look, or a prefix: each provider's own meaning. */
  readonly path?: string | undefined;
  /** RE2, unanchored. */
  readonly name?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** One secret as it was read. It is shared by everybody who asked for it in the same moment: never changed, never written anywhere. */
export interface Document {
  /** Bytes of memory that it takes, about, where that is more than its whole value. */
  readonly size?: number | undefined;
  /**
   * The whole value, or one property of it.
   *
   * @throws PROPERTY_MISSING, NOT_AN_OBJECT
   */
  value(property: string | undefined): Uint8Array;
  /**
   * The keys and values of the object that the whole value, or one property, is.
   *
   * @throws PROPERTY_MISSING, NOT_AN_OBJECT
   */
  values(property: string | undefined): ReadonlyMap<string, Uint8Array>;
}

/** What became of one reference: its document, or the error of this one (most often NOT_FOUND or ACCESS_DENIED). */
export type Fetched = Document | Error;

/**
 * A store that is open: one login, one pool of connections, shared by all ExternalSecrets that use it.
 *
 * The caller bounds how many calls run at once, shares reads of the same thing, and keeps a dead store from being hammered; a
 * store does none of that, and retries nothing but an expired login (once). It honours `signal` and its own call timeout.
 */
export interface SecretStore {
  /** How many references one `fetch` may take to make one call of them. 1: the API has no batches. */
  readonly batchSize: number;
  /** Names what a reference reads at the backend: equal means one read serves both. Property is part of it only if the backend needs it. */
  identify(ref: RemoteRef): string;
  /**
   * Reads references of distinct identity, at most `batchSize` of them. One outcome each, in order. Rejects only when nothing can be said of any
   * of them: no login, no connection, throttled.
   */
  fetch(refs: readonly RemoteRef[], signal: AbortSignal): Promise<readonly Fetched[]>;
  /** Names and values of all secrets that match. @throws UNSUPPORTED */
  find(query: FindQuery, signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Proves that the store can be used. `unknown`: it cannot be told. @throws what is wrong */
  validate(signal: AbortSignal): Promise<'ready' | 'unknown'>;
  /** Ends logins and connections; calls under way are given up. */
  close(): Promise<void>;
}
