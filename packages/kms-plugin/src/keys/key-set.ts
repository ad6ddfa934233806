import type { Logger, Clock } from '@signet/provider';
import { keyIdHash } from '@signet/provider';
import { deadline, unlessAborted } from '../plugin/within.ts';
import type { HeldKey } from './held-key.ts';

/** The keys of one configuration. */
export interface KeySetOptions {
  /** Encrypts. */
  readonly active: HeldKey;
  /** Decrypt only: keys that were used before. */
  readonly previous: readonly HeldKey[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** In [0, 1). */
  readonly random: () => number;
  /** Between two looks at a healthy key. */
  readonly intervalMs: number;
  /** After a look that failed; the first ones after a start come sooner. */
  readonly retryMs: number;
  /** Of one look. */
  readonly timeoutMs: number;
}

const firstRetryMs = 250;

/** Keys by what they decrypt, and the loop that looks at them. */
export class KeySet {
  readonly active: HeldKey;
  readonly all: readonly HeldKey[];
  readonly #options: KeySetOptions;
  #nudge: () => void = () => undefined;

  constructor(options: KeySetOptions) {
    this.active = options.active;
    this.all = [options.active, ...options.previous];
    this.#options = options;
  }

  /** The key that a key id is of. `cannot tell`: not of any that is known, and one has not told yet which it is. Asks nobody. */
  find(keyId: string, version: string): HeldKey | 'none' | 'cannot tell' {
    const answers = this.all.map((key) => ({ key, answer: key.recognises(keyId, version) }));
    const found = answers.find(({ answer }) => answer === 'yes');
    if (found) return found.key;
    return answers.some(({ answer }) => answer === 'cannot tell') ? 'cannot tell' : 'none';
  }

  /** Has the keys looked at now: somebody else has seen a newer version. */
  lookNow(): void {
    this.#nudge();
  }

  /** Looks at all keys once. @returns the error of the active key, if there was one */
  async look(signal: AbortSignal): Promise<unknown> {
    const [error] = await Promise.all([
      this.#lookAtActive(signal),
      ...this.all.slice(1).map(async (key) => this.#identify(key, signal)),
    ]);
    return error;
  }

  /** Looks at the keys until the signal is aborted, then closes them. */
  async watch(signal: AbortSignal): Promise<void> {
    const { clock, random, intervalMs, retryMs } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      try {
        failures = (await this.look(signal)) === undefined ? 0 : failures + 1;
        const waitMs = failures === 0 ? intervalMs : Math.min(retryMs, firstRetryMs * 2 ** (failures - 1));
        await this.#sleep(waitMs * (0.9 + random() * 0.2), signal, clock);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
    await Promise.all(this.all.map(async ({ encryption }) => encryption.close()));
  }

  async #sleep(ms: number, signal: AbortSignal, clock: Clock): Promise<void> {
    const woken = new AbortController();
    this.#nudge = () => woken.abort();
    try {
      await clock.sleep(ms, AbortSignal.any([signal, woken.signal]));
    } catch (error) {
      if (signal.aborted) throw error;
    }
  }

  async #lookAtActive(signal: AbortSignal): Promise<unknown> {
    const { clock, logger, timeoutMs } = this.#options;
    const before = this.active.state;
    const limit = deadline(timeoutMs, signal, clock);
    let error: unknown;
    try {
      error = await unlessAborted(this.active.look(limit.signal), limit.signal);
    } catch (thrown) {
      signal.throwIfAborted();
      error = thrown;
      this.active.lookTimedOut();
    } finally {
      limit.end();
    }
    const { active, fault } = this.active.state;
    if (error !== undefined) logger.warn({ because: messageOf(error), fault: fault ?? 'none yet' }, 'the key does not work');
    else if (before.fault) logger.info({}, 'the key works again');
    if (active && active.keyId !== before.active?.keyId) {
      logger.info(
        { keyIdHash: keyIdHash(active.keyId), version: active.version },
        'a key version was proven and encrypts from now on',
      );
    }
    return error;
  }

  async #identify(key: HeldKey, signal: AbortSignal): Promise<void> {
    const { clock, logger, timeoutMs } = this.#options;
    const limit = deadline(timeoutMs, signal, clock);
    try {
      await unlessAborted(key.identify(limit.signal), limit.signal);
    } catch (error) {
      signal.throwIfAborted();
      logger.warn({ because: messageOf(error), backend: key.backend }, 'a previous key does not tell which it is');
    } finally {
      limit.end();
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
