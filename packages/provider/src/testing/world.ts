import type { RemoteRef, SecretStore } from '../secret-store.ts';
import type { StoreRoom } from '../surroundings.ts';
import type { Fault, FaultProxy, Matching } from './fault-proxy.ts';
import type { TestRoom } from './test-room.ts';

/** What a store is put through. */
export type StoreCase =
  | 'found'
  | 'property'
  | 'extract'
  | 'missing'
  | 'missing property'
  | 'denied'
  | 'throttled'
  | 'unavailable'
  | 'slow'
  | 'reset'
  | 'cut'
  | 'garbage'
  | 'large'
  | 'binary'
  | 'deleted version'
  | 'rotation'
  | 'credentials'
  | 'expired login'
  | 'cancelled'
  | 'many'
  | 'one bad among many'
  | 'find'
  | 'find with a bad pattern'
  | 'closed'
  | 'validate';

/** A backend with a store's configuration for it, ready for tests. Made anew for every case. */
export interface World {
  /** Where the store's credentials are. Its log is searched for values. */
  readonly room: TestRoom;
  /** Opens a store on this backend, through `proxy` if there is one. `room` is this world's, perhaps with other limits. */
  open(room: StoreRoom): SecretStore | Promise<SecretStore>;
  /** Stores an object of strings as one secret, replacing what was there; `value(property)` then gives each. Bytes only if the setting is `binary`. */
  put(key: string, value: Readonly<Record<string, string>> | Uint8Array): Promise<void>;
  remove(key: string): Promise<void>;
  /** How a key that was `put` is referred to. Default `{ key }`. */
  refOf?(key: string): RemoteRef;
  /** How a key that was `put` is called in what `find` gives. Default: the key itself. */
  foundAs?(key: string): string;
  /** Bytes are read with this property: the one they were put under. Default none. */
  readonly binaryProperty?: string;
  /** From now on nobody may read this key. */
  deny?(key: string): Promise<void>;
  /** A reference to a version that was deleted. */
  deletedVersion?(): Promise<RemoteRef>;
  /** The backend takes new credentials only, and the room has them. */
  rotateCredentials?(): Promise<void>;
  /** The login of stores that are open ends at the backend before its time. */
  expireLogin?(): Promise<void>;
  /** Stands between the stores and the backend. */
  readonly proxy?: FaultProxy;
  /** The requests that read secrets, as opposed to logins. Default all. */
  readonly reads?: Matching;
  /** How this backend says that it is asked too often, and after how long it wants to be asked again. Default: 429 with `Retry-After: 7`. */
  readonly throttle?: { readonly fault: Fault; readonly retryAfterMs: number | undefined };
  /** Ends everything. Stores are closed by then. */
  stop(): Promise<void>;
}

/** What one kind of store is and is not. */
export interface StoreSetting {
  start(): Promise<World>;
  /** Values may be any bytes. */
  readonly binary: boolean;
  /** The longest value it can hold, if less than a mebibyte. */
  readonly largestBytes?: number;
  /** Cases that this backend cannot have, each with its reason; they stand in the titles. */
  readonly cannot?: Partial<Readonly<Record<StoreCase, string>>>;
}
