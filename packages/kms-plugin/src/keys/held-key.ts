import { timingSafeEqual } from 'node:crypto';
import { providerErrors, troubleOf } from '@signet/provider';
import type { Clock, KeyBinding, KeyEncryption, KeyVersion } from '@signet/provider';
import { keyIdOf } from './key-id.ts';
import type { Candidate, KeyState } from './watched-key.ts';
import { mayFollow, observe, unknownKey } from './watched-key.ts';

/** Where ciphertexts belong. */
export type Home = Pick<KeyBinding, 'provider' | 'cluster'>;

/** What a key is held with. */
export interface HeldKeyOptions {
  /** The backend's name: `local`. */
  readonly backend: string;
  readonly generation: number;
  readonly encryption: KeyEncryption;
  readonly home: Home;
  readonly clock: Clock;
  /** 32 bytes, for a probe. */
  readonly randomBytes: (count: number) => Uint8Array;
}

/** A key that is open, with what is known of it. */
export class HeldKey {
  readonly backend: string;
  readonly encryption: KeyEncryption;
  readonly #options: HeldKeyOptions;
  #state: KeyState = unknownKey;
  /** As it was described last. */
  #life: Pick<KeyVersion, 'identity' | 'lineage'> | undefined;

  constructor(options: HeldKeyOptions) {
    this.backend = options.backend;
    this.encryption = options.encryption;
    this.#options = options;
  }

  get state(): KeyState {
    return this.#state;
  }

  /** What a ciphertext under this key id is bound to. */
  binding(keyId: string): KeyBinding {
    return { ...this.#options.home, keyId };
  }

  /** Whether a key id is that of a version of this key, whoever has made it. Asks nobody. */
  recognises(keyId: string, version: string): 'yes' | 'no' | 'cannot tell' {
    if (!this.#life) return 'cannot tell';
    return this.#keyId({ ...this.#life, version }) === keyId ? 'yes' : 'no';
  }

  /** Learns which key it is, without using it: all that decrypting what is old takes. @throws errors of the backend */
  async identify(signal: AbortSignal): Promise<KeyVersion> {
    const seen = await this.encryption.describe(signal);
    this.#life = seen;
    return seen;
  }

  /**
   * Looks at the key: describes it, and proves by a round trip that the version which is to encrypt encrypts and decrypts. Never throws but when
   * aborted.
   *
   * @returns the error, if there was one
   */
  async look(signal: AbortSignal): Promise<unknown> {
    try {
      const seen = await this.identify(signal);
      const { active } = this.#state;
      const next = mayFollow(seen, active) ? { ...seen, keyId: this.#keyId(seen) } : active;
      if (!next || seen.state === 'disabled') throw providerErrors.KEY_DISABLED({ key: seen.identity });
      await this.#prove(next, signal);
      this.#state = observe(this.#state, { saw: 'proof', of: next, at: this.#options.clock.now() });
      return undefined;
    } catch (error) {
      signal.throwIfAborted();
      this.#state = observe(this.#state, { saw: 'trouble', trouble: troubleOf(error) });
      return error;
    }
  }

  /** A look that came to no end. */
  lookTimedOut(): void {
    this.#state = observe(this.#state, { saw: 'trouble', trouble: 'unavailable' });
  }

  async #prove({ version, keyId, identity }: Candidate, signal: AbortSignal): Promise<void> {
    const { encryption } = this;
    const binding = this.binding(keyId);
    const sent = this.#options.randomBytes(32);
    const ciphertext = await encryption.encrypt(sent, version, binding, signal);
    const back = await encryption.decrypt(ciphertext, version, binding, signal);
    const isSame = back.plaintext.length === sent.length && timingSafeEqual(back.plaintext, sent);
    // A label that is newer than what encrypted would make an old key look as if nothing needed it any more.
    const isTrue = back.version === undefined || back.version === version;
    if (!isSame) throw providerErrors.BAD_ANSWER({ because: `what ${identity} encrypted came back as something else` });
    if (!isTrue) throw providerErrors.UNAVAILABLE({ because: `${identity} still encrypts with another version` });
  }

  #keyId({ identity, lineage, version }: Pick<KeyVersion, 'identity' | 'lineage' | 'version'>): string {
    const { backend, generation } = this.#options;
    return keyIdOf({ backend, identity, lineage, version, generation });
  }
}
