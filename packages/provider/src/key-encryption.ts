import { createHash } from 'node:crypto';
import type { Problem } from './provider.ts';
import type { Clock, Logger } from './surroundings.ts';

/** One version of a key-encryption key, as its backend knows it. Nothing of it is secret: it goes into logs and, hashed, into etcd. */
export interface KeyVersion {
  /** Which key, the same on every node and from whatever address it is reached: `transit/cluster-key`, the id of a multi-region key. */
  readonly identity: string;
  /** Which life of that key. A key that is deleted and made again under the same name has another. */
  readonly lineage: string;
  /** The backend's own word for this version, at most 128 characters of printable ASCII. It comes back with every `decrypt`. */
  readonly version: string;
  /** A later version of the same lineage has a greater one. Backends that answer with now this, now that version are told apart by it. */
  readonly ordinal: number;
  readonly state: 'enabled' | 'disabled';
}

/** What a ciphertext is bound to: it opens nowhere else. Authenticated, not secret. */
export interface KeyBinding {
  /** The name of the provider in the API server's EncryptionConfiguration. */
  readonly provider: string;
  /** The cluster. */
  readonly cluster: string;
  /** The key id that the API server stores beside the ciphertext. */
  readonly keyId: string;
}

/** A plaintext, and what it took to get it. */
export interface Decrypted {
  readonly plaintext: Uint8Array<ArrayBuffer>;
  /** The version that had encrypted it, where the backend tells: proof of what a label says. */
  readonly version?: string;
}

/**
 * A key-encryption key that is held elsewhere: opened once, shared, closed.
 *
 * The caller bounds how many calls run at once, shares calls, caches and retries; a backend does none of that, but renews an expired login
 * (once). It honours `signal`. Errors are those of providers: KEY_DISABLED and ACCESS_DENIED stop writes, UNAVAILABLE and THROTTLED are waited
 * out, NOT_FOUND says that this key or this version is not there, BAD_CIPHERTEXT that the bytes are not of this key and binding.
 */
export interface KeyEncryption {
  /** The version that encrypts from now on. Asks the backend, cheaply; uses no key. */
  describe(signal: AbortSignal): Promise<KeyVersion>;
  /**
   * Encrypts with exactly this version where the backend can be told, else with this one or a later one; never with an earlier one.
   *
   * @param plaintext at most 512 bytes
   * @returns at most 1024 bytes, another each time
   */
  encrypt(plaintext: Uint8Array, version: string, binding: KeyBinding, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /** Decrypts what {@link encrypt} made with this version, also with one that `describe` has never told of: another node saw it first. */
  decrypt(ciphertext: Uint8Array, version: string, binding: KeyBinding, signal: AbortSignal): Promise<Decrypted>;
  /** Ends logins and connections, and forgets what is in memory. */
  close(): Promise<void>;
}

/** What a key works with. Nothing is global. */
export interface KeyRoom {
  readonly clock: Clock;
  readonly logger: Logger;
  /** In [0, 1). */
  readonly random: () => number;
  /** The program's environment, read only. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** One kind of backend that holds keys. */
export interface KeyProvider {
  /** The key in the configuration: `local`. Part of every key id: it never changes. */
  readonly name: string;
  /**
   * Reads the configuration below its name. Pure.
   *
   * @throws INVALID_CONFIG for the first problem
   */
  configure(config: unknown): { open(room: KeyRoom): KeyEncryption };
  /** All problems of a configuration, for people; empty when `configure` takes it. */
  problems(config: unknown): readonly Problem[];
  /** The least that the backend has to grant, ready to be applied where it takes a text, with a comment that says where. Ends with a newline. */
  policy(config: unknown): string;
}

/**
 * The additional authenticated data of a binding, for backends that take bytes. Each part is led by its length, so that no two bindings have the
 * same bytes. Part of what is stored: it never changes.
 */
export function bindingBytes({ provider, cluster, keyId }: KeyBinding): Uint8Array {
  const parts = ['signet.dev/kms/v1', provider, cluster, keyId].map((part) => Buffer.from(part, 'utf8'));
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(part.length);
      return [length, part];
    }),
  );
}

/** As the API server writes it in its metrics and logs: `sha256:` and the hash of a key id in hex. */
export function keyIdHash(keyId: string): string {
  return `sha256:${createHash('sha256').update(keyId, 'utf8').digest('hex')}`;
}
