import type { SealedItem } from './format.ts';
import { showAs } from './inspect.ts';
import type { OpeningKey } from './opening-key.ts';
import type { KeyId } from './rsa-public-key.ts';
import { zeroNonce } from './seal.ts';

/** A value that was opened. Shows itself without the value in JSON, in spreads and in logs. */
export class Opened {
  static {
    showAs(Opened, ({ keyId }) => `Opened(${keyId})`);
  }

  /** The key that opened it. */
  readonly keyId: KeyId;
  readonly #plaintext: Uint8Array;

  constructor(plaintext: Uint8Array, keyId: KeyId) {
    this.#plaintext = plaintext;
    this.keyId = keyId;
  }

  /** The value itself, the same bytes each time: the caller may wipe them. */
  get plaintext(): Uint8Array {
    return this.#plaintext;
  }

  toJSON(): { keyId: KeyId } {
    return { keyId: this.keyId };
  }
}

/**
 * Tries to open an item with one key.
 *
 * A session key that does not unwrap is replaced by a random one, which then fails on the tag: a caller sees neither from
 * the result nor from the path taken which of the two failed.
 *
 * @returns undefined when it does not open, for whatever reason
 */
export async function openWith(key: OpeningKey, item: SealedItem, label: Uint8Array): Promise<Opened | undefined> {
  const sessionKey = await key.unwrap(item.wrappedKey, label).catch(() => crypto.getRandomValues(new Uint8Array(32)));
  try {
    const opener = await crypto.subtle.importKey('raw', sessionKey as Uint8Array<ArrayBuffer>, 'AES-GCM', false, ['decrypt']);
    const plaintext = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: zeroNonce }, opener, item.ciphertext);
    return new Opened(new Uint8Array(plaintext), key.id);
  } catch {
    return undefined;
  } finally {
    sessionKey.fill(0);
  }
}
