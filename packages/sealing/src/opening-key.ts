import type { webcrypto } from 'node:crypto';
import { sealingErrors } from './errors.ts';
import { showAs } from './inspect.ts';
import { PrivateKey, readPrivateKey } from './private-key.ts';
import { toSpki } from './rsa-public-key.ts';
import type { KeyId } from './rsa-public-key.ts';

/** A key that can unwrap session keys. Local here; a remote key service or a hardware module can be one too. */
export interface OpeningKey {
  readonly id: KeyId;
  /**
   * Decrypts a wrapped session key with RSA-OAEP (SHA-256 for both the hash and MGF1) under a label.
   *
   * @returns the session key, which the caller wipes
   * @throws anything when it cannot: callers must not look at what
   */
  unwrap(wrapped: Uint8Array, label: Uint8Array): Promise<Uint8Array>;
}

const algorithm = { name: 'RSA-OAEP', hash: 'SHA-256' } as const;

/**
 * Makes an opening key of a private key in PEM or DER, and proves with one round trip that it works.
 *
 * WebCrypto runs one operation at a time per imported key, so the key is imported `parallel` times, by default twice per
 * core, to use all cores. A {@link PrivateKey} is used up: it is wiped afterwards.
 *
 * @throws SIGNET_SEAL_KEY_MISSING, SIGNET_SEAL_KEY_UNREADABLE, SIGNET_SEAL_KEY_NOT_RSA
 * @example const key = await openingKey(pem, { parallel: 4 });
 */
export async function openingKey(
  pem: string | Uint8Array | PrivateKey,
  { parallel = 2 * cores() }: { readonly parallel?: number } = {},
): Promise<OpeningKey> {
  const key = pem instanceof PrivateKey ? pem : readPrivateKey(pem);
  const pkcs8 = key.toPkcs8();
  try {
    const copies = Array.from({ length: Math.max(1, Math.floor(parallel)) }, () =>
      crypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['decrypt']),
    );
    const local = new LocalKey(key, await Promise.all(copies));
    await prove(local, key);
    return local;
  } catch {
    throw sealingErrors.KEY_UNREADABLE({ because: 'it does not work as an RSA key' });
  } finally {
    pkcs8.fill(0);
    key.wipe();
  }
}

/** Logical processors, in Node and browsers alike. */
function cores(): number {
  return globalThis.navigator?.hardwareConcurrency ?? 1;
}

/** A damaged key imports without complaint, and then opens nothing. */
async function prove(key: OpeningKey, { rsa }: PrivateKey): Promise<void> {
  const publicKey = await crypto.subtle.importKey('spki', toSpki(rsa), algorithm, false, ['encrypt']);
  const sent = crypto.getRandomValues(new Uint8Array(32));
  const wrapped = await crypto.subtle.encrypt({ name: 'RSA-OAEP' }, publicKey, sent);
  const received = await key.unwrap(new Uint8Array(wrapped), new Uint8Array());
  if (received.length !== sent.length || !received.every((byte, index) => byte === sent[index])) throw new Error('round trip');
}

class LocalKey implements OpeningKey {
  static {
    showAs(LocalKey, ({ id }) => `OpeningKey(${id})`);
  }

  readonly id: KeyId;
  readonly #modulusBytes: number;
  readonly #idle: webcrypto.CryptoKey[];
  readonly #waiting: ((copy: webcrypto.CryptoKey) => void)[] = [];

  constructor({ id, rsa }: PrivateKey, copies: webcrypto.CryptoKey[]) {
    this.id = id;
    this.#modulusBytes = rsa.modulus.length;
    this.#idle = copies;
  }

  async unwrap(wrapped: Uint8Array, label: Uint8Array): Promise<Uint8Array> {
    const copy = this.#idle.pop() ?? (await new Promise<webcrypto.CryptoKey>((resume) => this.#waiting.push(resume)));
    try {
      return new Uint8Array(await crypto.subtle.decrypt({ name: 'RSA-OAEP', label }, copy, this.#padded(wrapped)));
    } finally {
      const next = this.#waiting.shift();
      if (next) next(copy);
      else this.#idle.push(copy);
    }
  }

  /** A number may come without its leading zeros; not every WebCrypto puts them back. */
  #padded(wrapped: Uint8Array): Uint8Array {
    if (wrapped.length >= this.#modulusBytes) return wrapped;
    const padded = new Uint8Array(this.#modulusBytes);
    padded.set(wrapped, this.#modulusBytes - wrapped.length);
    return padded;
  }

  toJSON(): { id: KeyId } {
    return { id: this.id };
  }
}
