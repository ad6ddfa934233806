import type { Clock } from '@signet/provider';
import { annotationsOf, versionIn } from '../keys/annotations.ts';
import type { HeldKey } from '../keys/held-key.ts';
import type { KeySet } from '../keys/key-set.ts';
import type { Candidate } from '../keys/watched-key.ts';
import { reportOf } from '../keys/watched-key.ts';
import type { DecryptRequest, DecryptResponse, EncryptRequest, EncryptResponse, StatusResponse } from '../protocol/messages.ts';
import type { DecryptCache } from './decrypt-cache.ts';
import { cacheKey } from './decrypt-cache.ts';
import { Flights } from './flights.ts';
import { Refusal, refusalOf } from './refusal.ts';
import { Turnstile } from './turnstile.ts';
import { deadline, unlessAborted, withRetries } from './within.ts';

/** What the plugin works with. */
export interface PluginOptions {
  readonly keys: KeySet;
  readonly cache: DecryptCache;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** A call that is not done by then is refused: below the 3 s that the API server waits. */
  readonly callTimeoutMs: number;
  /** Calls to backends that are under way at most. Others wait, within their own time. */
  readonly maxCalls: number;
}

/** What a decryption came from. */
export type Source = 'cache' | 'backend';

/** The API server's seed is 32 bytes. With this many every backend stays below 1024 bytes of ciphertext. */
const maxPlaintextBytes = 512;
/** The API server takes no more (Kubernetes, KMS v2). */
const maxCiphertextBytes = 1024;
const maxKeyIdBytes = 1024;
/** Calls that wait for a backend. A cold start has one for each seed in etcd: thousands after years. */
const maxWaiting = 10_000;

/** The three calls of the KMS v2 API. Status answers from memory and asks nobody. */
export class Plugin {
  readonly #options: PluginOptions;
  readonly #flights = new Flights<Uint8Array>();
  #keys: KeySet;
  readonly #turnstile: Turnstile;
  /** What Status told last: Encrypt keeps to it, so that a promotion between the two does not make them differ. */
  #announced: Candidate | undefined;

  constructor(options: PluginOptions) {
    this.#options = options;
    this.#keys = options.keys;
    this.#turnstile = new Turnstile(options.maxCalls, maxWaiting);
  }

  get keys(): KeySet {
    return this.#keys;
  }

  /** Other keys from now on, after a reload. Calls under way end with the former ones. */
  replaceKeys(keys: KeySet): void {
    this.#keys = keys;
    this.#announced = undefined;
    this.#options.cache.clear();
  }

  /** @throws Refusal */
  status(): StatusResponse {
    const report = reportOf(this.#keys.active.state);
    if ('refuses' in report) {
      this.#announced = undefined;
      if (report.refuses === 'not proven yet') throw new Refusal('UNAVAILABLE', 'the key has not been seen to work yet');
      this.#options.cache.clear();
      throw new Refusal('FAILED_PRECONDITION', 'the key may not be used');
    }
    this.#announced = report.active;
    return { version: 'v2', healthz: report.healthz, keyId: report.active.keyId };
  }

  /** @throws Refusal */
  async encrypt({ plaintext }: EncryptRequest, signal: AbortSignal): Promise<EncryptResponse> {
    if (plaintext.length === 0 || plaintext.length > maxPlaintextBytes) {
      throw new Refusal('INVALID_ARGUMENT', `a plaintext has 1 to ${maxPlaintextBytes} bytes`);
    }
    const key = this.#keys.active;
    const report = reportOf(key.state);
    if ('refuses' in report) {
      throw report.refuses === 'revoked'
        ? new Refusal('FAILED_PRECONDITION', 'the key may not be used')
        : new Refusal('UNAVAILABLE', 'the key has not been seen to work yet');
    }
    const { keyId, version } = this.#announced ?? report.active;
    const ciphertext = await this.#ask((within) => key.encryption.encrypt(plaintext, version, key.binding(keyId), within), signal);
    if (ciphertext.length === 0 || ciphertext.length > maxCiphertextBytes) {
      throw new Refusal('INTERNAL', `the key service made a ciphertext of ${ciphertext.length} bytes`);
    }
    this.#options.cache.set(cacheKey(ciphertext, keyId, version), plaintext);
    return { ciphertext, keyId, annotations: annotationsOf(version) };
  }

  /** @throws Refusal */
  async decrypt(request: DecryptRequest, signal: AbortSignal): Promise<DecryptResponse & { readonly source: Source }> {
    const { ciphertext, keyId, annotations } = request;
    const isSound =
      ciphertext.length > 0 &&
      ciphertext.length <= maxCiphertextBytes &&
      keyId.length > 0 &&
      Buffer.byteLength(keyId) <= maxKeyIdBytes;
    const version = versionIn(annotations);
    if (!isSound || version === undefined) {
      throw new Refusal(
        'INVALID_ARGUMENT',
        'this was not encrypted by signet-kms: key id, ciphertext or annotations are not its own',
      );
    }
    const key = this.#keys.find(keyId, version);
    if (key === 'cannot tell') throw new Refusal('UNAVAILABLE', 'a key has not told yet whether this is its own');
    if (key === 'none') {
      throw new Refusal(
        'INVALID_ARGUMENT',
        'the key id is of no key of this plugin: of another key, or of one that was deleted and made anew',
      );
    }
    const { cache } = this.#options;
    const name = cacheKey(ciphertext, keyId, version);
    const kept = cache.get(name);
    if (kept) return { plaintext: kept, source: 'cache' };
    const keys = this.#keys;
    const plaintext = await this.#flightOf(name, key, request, version, signal);
    if (keys === this.#keys) cache.set(name, plaintext);
    return { plaintext, source: 'backend' };
  }

  async #flightOf(
    name: string,
    key: HeldKey,
    { ciphertext, keyId }: DecryptRequest,
    version: string,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const binding = key.binding(keyId);
    const start = async (within: AbortSignal): Promise<Uint8Array> =>
      this.#ask(async (inner) => (await key.encryption.decrypt(ciphertext, version, binding, inner)).plaintext, within);
    const limit = deadline(this.#options.callTimeoutMs, signal, this.#options.clock);
    try {
      const plaintext = await this.#flights.join(name, start, limit.signal);
      const { active } = key.state;
      // Another node has seen a newer version: this one need not wait a minute to see it too.
      if (key === this.#keys.active && active && active.keyId !== keyId && active.version !== version) this.#wonder(version);
      return plaintext;
    } catch (error) {
      throw refusalOf(error, limit.signal);
    } finally {
      limit.end();
    }
  }

  readonly #wondered = new Set<string>();

  /** Looks at the keys once for each version that is not the active one. */
  #wonder(version: string): void {
    if (this.#wondered.has(version) || this.#wondered.size > 1000) return;
    this.#wondered.add(version);
    this.#keys.lookNow();
  }

  async #ask<T>(call: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const { clock, random, callTimeoutMs } = this.#options;
    const limit = deadline(callTimeoutMs, signal, clock);
    const within = limit.signal;
    const endsAt = clock.now() + callTimeoutMs;
    try {
      const ask = async (): Promise<T> => {
        const retries = withRetries(async () => call(within), { signal: within, clock, random, leftMs: endsAt - clock.now() });
        return unlessAborted(retries, within);
      };
      return await this.#turnstile.pass(ask, within);
    } catch (error) {
      throw refusalOf(error, within);
    } finally {
      limit.end();
    }
  }
}
