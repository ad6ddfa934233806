import { createHash } from 'node:crypto';

/** Names one ciphertext with all that it takes to open it. */
export function cacheKey(ciphertext: Uint8Array, keyId: string, version: string): string {
  // The key id is checked before, and has no newline; neither has a version.
  return createHash('sha256').update(`${keyId}\n${version}\n`).update(ciphertext).digest('base64');
}

/** Plaintexts that were decrypted or encrypted lately, at most so many, in memory only. Those that leave are overwritten. */
export class DecryptCache {
  readonly #limit: number;
  /** In the order of their last use. */
  readonly #entries = new Map<string, Uint8Array>();

  /** @param limit how many; 0 keeps none */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** A copy of the plaintext. */
  get(key: string): Uint8Array | undefined {
    const found = this.#entries.get(key);
    if (!found) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, found);
    return Uint8Array.from(found);
  }

  /** Keeps a copy. */
  set(key: string, plaintext: Uint8Array): void {
    this.#forget(key);
    this.#entries.set(key, Uint8Array.from(plaintext));
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#limit && oldest !== undefined) this.#forget(oldest);
  }

  /** Forgets everything. */
  clear(): void {
    for (const plaintext of this.#entries.values()) plaintext.fill(0);
    this.#entries.clear();
  }

  #forget(key: string): void {
    this.#entries.get(key)?.fill(0);
    this.#entries.delete(key);
  }
}
