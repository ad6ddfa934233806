import type { KubeObject, ObjectRef } from './object.ts';
import type { Resource } from './resource.ts';

/** What every call takes. */
export interface CallOptions {
  /** Aborting rejects the call with the signal's reason and closes its socket. */
  readonly signal?: AbortSignal | undefined;
  /** Deadline of the whole call with its retries, in milliseconds. Default: the connection's, else 60 000. 0 means none. */
  readonly timeoutMs?: number | undefined;
  /** Further attempts after a failed one, where that is safe. Default: the client's. */
  readonly retries?: number | undefined;
}

/** Options of `get`. */
export interface GetOptions extends CallOptions {
  /** Ask for `PartialObjectMetadata`: only apiVersion, kind and metadata come back. */
  readonly metadataOnly?: boolean | undefined;
  /** `'0'` allows the API server to answer from its cache. */
  readonly resourceVersion?: string | undefined;
}

/** Narrows a list or a watch. */
export interface Selection {
  /** Left out: all namespaces. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly metadataOnly?: boolean | undefined;
}

/** Options of `list`. */
export interface ListOptions extends Selection, CallOptions {
  /** Page size. Default 500; 0 asks for everything in one page. */
  readonly limit?: number | undefined;
  readonly resourceVersion?: string | undefined;
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan' | undefined;
}

/** Options of `watch`. */
export interface WatchOptions extends Selection {
  readonly resourceVersion?: string | undefined;
  /** WatchList: existing objects first, then a bookmark annotated `k8s.io/initial-events-end`. */
  readonly sendInitialEvents?: boolean | undefined;
  /** How long the server keeps the watch open. */
  readonly timeoutSeconds?: number | undefined;
  /** Further attempts to open the watch. A watch that stood and broke is not opened again. Default: the client's. */
  readonly retries?: number | undefined;
  /** Aborting ends the iteration without an error and closes the socket at once. */
  readonly signal: AbortSignal;
  /** Called for every chunk that arrives, whole event or not: proof of life for a watchdog. The first call means the watch stands. */
  readonly onActivity?: (() => void) | undefined;
}

/** Options of the writing verbs. */
export interface WriteOptions extends CallOptions {
  readonly fieldManager?: string | undefined;
  readonly dryRun?: boolean | undefined;
}

/** Options of `patch`. */
export interface PatchOptions extends WriteOptions {
  readonly type: 'merge' | 'json' | 'strategic';
  readonly subresource?: string | undefined;
}

/** Options of `apply` (server-side apply). */
export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  /** Take over fields that another manager owns. */
  readonly force?: boolean | undefined;
  readonly subresource?: string | undefined;
}

/** Options of `delete`. */
export interface DeleteOptions extends CallOptions {
  /** Precondition: delete only the object with this uid. */
  readonly uid?: string | undefined;
  /** Precondition: delete only at this resourceVersion. */
  readonly resourceVersion?: string | undefined;
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan' | undefined;
}

/** One page of a list. */
export interface Page<T extends KubeObject> {
  readonly items: T[];
  /** Of the list as a whole; a watch may start here once the last page came. */
  readonly resourceVersion: string;
  /** How many items follow, where the server says so. */
  readonly remaining?: number;
}

/** One event of a watch. A BOOKMARK's object has only a kind and a resourceVersion (and annotations). */
export interface WatchEvent<T extends KubeObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: T;
}

/** A raw request: service proxy, discovery, subresources. */
export interface RawRequest extends CallOptions {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute path, already encoded, without the query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array | undefined;
  /** Hand back answers of 400 and above instead of throwing. Retries still happen. */
  readonly raw?: boolean | undefined;
}

/** The answer to a {@link RawRequest}. */
export interface RawResponse {
  readonly status: number;
  /** Lower-case names; repeated headers joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * A Kubernetes client. Every verb speaks raw JSON objects described by a {@link Resource}, retries what is safe to retry,
 * and rejects with an `ApiError` when the server refused or a coded SignetError when the server was not reached.
 */
export interface Client {
  get<T extends KubeObject>(resource: Resource<T>, ref: ObjectRef, options?: GetOptions): Promise<T>;
  /** Pages of the list, fetched as they are asked for. A continue token that expired half-way rejects with a 410 `ApiError`. */
  list<T extends KubeObject>(resource: Resource<T>, options?: ListOptions): AsyncIterable<Page<T>>;
  /** Ends when the server closes the watch or the signal is aborted; throws on an ERROR event, a broken line, a reset. */
  watch<T extends KubeObject>(resource: Resource<T>, options: WatchOptions): AsyncIterable<WatchEvent<T>>;
  /** Namespace from `object.metadata.namespace`. */
  create<T extends KubeObject>(resource: Resource<T>, object: T, options?: WriteOptions): Promise<T>;
  /** Conditional when `metadata.resourceVersion` is set. */
  replace<T extends KubeObject>(resource: Resource<T>, object: T, options?: WriteOptions): Promise<T>;
  replaceStatus<T extends KubeObject>(resource: Resource<T>, object: T, options?: WriteOptions): Promise<T>;
  patch<T extends KubeObject>(resource: Resource<T>, ref: ObjectRef, body: unknown, options: PatchOptions): Promise<T>;
  apply<T extends KubeObject>(resource: Resource<T>, object: T, options: ApplyOptions): Promise<T>;
  delete(resource: Resource, ref: ObjectRef, options?: DeleteOptions): Promise<void>;
  request(request: RawRequest): Promise<RawResponse>;
  /** Closes the sockets. Calls under way are rejected. */
  close(): Promise<void>;
}
