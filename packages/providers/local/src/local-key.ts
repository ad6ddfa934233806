import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { bindingBytes, providerErrors } from '@signet/provider';
import type { Decrypted, KeyBinding, KeyEncryption, KeyVersion } from '@signet/provider';
import { markOfFile, readRingFile } from './key-ring/file.ts';
import type { FileMark } from './key-ring/file.ts';
import type { KeyRing, RingKey } from './key-ring/key-ring.ts';
import { activeKey } from './key-ring/key-ring.ts';

const layout = 1;
const nonceBytes = 12;
const tagBytes = 16;
const leastBytes = 1 + nonceBytes + tagBytes;

/**
 * A key ring that is in use. The file is read again when it has changed: `describe` looks each time, `decrypt` when it does not know the
 * version.
 *
 * A ciphertext is the byte 1, a random nonce of 12 bytes, and AES-256-GCM with its 16-byte tag last; the binding is authenticated.
 */
export class LocalKey implements KeyEncryption {
  readonly #file: string;
  #loaded: { readonly ring: KeyRing; readonly mark: FileMark } | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  async describe(signal: AbortSignal): Promise<KeyVersion> {
    signal.throwIfAborted();
    const ring = await this.#ring();
    const { version, number } = activeKey(ring);
    return {
      identity: ring.name,
      lineage: ring.lineage,
      version,
      ordinal: number,
      state: ring.isDisabled ? 'disabled' : 'enabled',
    };
  }

  async encrypt(
    plaintext: Uint8Array,
    version: string,
    binding: KeyBinding,
    signal: AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer>> {
    signal.throwIfAborted();
    const { key } = await this.#key(version);
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
    cipher.setAAD(bindingBytes(binding));
    return Buffer.concat([Buffer.of(layout), nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  }

  async decrypt(ciphertext: Uint8Array, version: string, binding: KeyBinding, signal: AbortSignal): Promise<Decrypted> {
    signal.throwIfAborted();
    const { key } = await this.#key(version);
    if (ciphertext.length < leastBytes || ciphertext[0] !== layout) throw providerErrors.BAD_CIPHERTEXT({ key: version });
    const decipher = createDecipheriv('aes-256-gcm', key, ciphertext.subarray(1, 1 + nonceBytes), { authTagLength: tagBytes });
    decipher.setAAD(bindingBytes(binding));
    decipher.setAuthTag(ciphertext.subarray(-tagBytes));
    const plaintext = Buffer.from(decipher.update(ciphertext.subarray(1 + nonceBytes, -tagBytes)));
    try {
      decipher.final();
    } catch {
      plaintext.fill(0);
      throw providerErrors.BAD_CIPHERTEXT({ key: version });
    }
    return { plaintext, version };
  }

  close(): Promise<void> {
    this.#loaded = undefined;
    return Promise.resolve();
  }

  async #key(version: string): Promise<RingKey> {
    const find = ({ ring }: { readonly ring: KeyRing }): RingKey | undefined => ring.keys.find((key) => key.version === version);
    const known = this.#loaded && find(this.#loaded);
    const ring = known ? this.#loaded?.ring : await this.#ring();
    if (ring?.isDisabled) throw providerErrors.KEY_DISABLED({ key: ring.name, because: 'its file says so' });
    const key = known ?? (ring && find({ ring }));
    if (!key) throw providerErrors.NOT_FOUND({ key: version, because: 'the key ring of this node has no such key' });
    return key;
  }

  async #ring(): Promise<KeyRing> {
    if (this.#loaded && (await markOfFile(this.#file)) === this.#loaded.mark) return this.#loaded.ring;
    try {
      this.#loaded = await readRingFile(this.#file);
      return this.#loaded.ring;
    } catch (error) {
      throw troubled(error);
    }
  }
}

/** A ring that others could read is refused as if it were disabled; one that cannot be read is waited for. */
function troubled(error: unknown): Error {
  const message = error instanceof Error ? error.message : 'it cannot be read';
  const isUnsafe = error instanceof Error && 'code' in error && error.code === 'SIGNET_LOCAL_UNSAFE';
  if (isUnsafe) return providerErrors.KEY_DISABLED({ key: 'ring', because: message }, { cause: error });
  return providerErrors.UNAVAILABLE({ because: message }, { cause: error });
}
