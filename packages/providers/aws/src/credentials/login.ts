import { troubleOf } from '@signet/provider';
import type { Clock } from '@signet/provider';
import type { Keys } from './keys.ts';

/** Renewing begins this long before the end, sooner for some: a herd of stores spreads. */
const earlyMs = 5 * 60_000;
/** Keys are not used in their last moments: the call takes time, and clocks differ. */
const lastMs = 10_000;
/** After a renewal that failed or did not help, wait this long before the next one that nobody's expiry asks for. */
const pauseMs = 30_000;
/** A login that was denied stays denied for so long: whoever comes next is told without asking again. */
const deniedMs = 5_000;

/** What a login works with. */
export interface LoginOptions {
  /** Gets fresh keys. Not told who waits: the result is for all. */
  readonly obtain: (signal: AbortSignal) => Promise<Keys>;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Aborted when the store is closed. */
  readonly closed: AbortSignal;
}

interface Held {
  readonly keys: Keys;
  /** From then on they are renewed on use. */
  readonly renewAt: number;
}

const ofLogin = new WeakSet<object>();

/** True for errors of logging in, and for the refusal of a login: the whole store is without access, not one secret. */
export function isOfLogin(error: unknown): boolean {
  return typeof error === 'object' && error !== null && ofLogin.has(error);
}

/** Makes {@link isOfLogin} true for an error. */
export function markOfLogin<E extends object>(error: E): E {
  ofLogin.add(error);
  return error;
}

/** Keys that are obtained once for all who need them and kept until shortly before they end (promise 7: one login per token life). */
export class Login {
  readonly #options: LoginOptions;
  #held: Held | undefined;
  #underWay: Promise<Keys> | undefined;
  #pausedUntil = 0;
  #denied: { readonly error: unknown; readonly until: number } | undefined;

  constructor(options: LoginOptions) {
    this.#options = options;
  }

  /** Keys that are good now. @throws what obtaining them threw; the signal's reason when it is aborted meanwhile */
  async keys(signal: AbortSignal): Promise<Keys> {
    signal.throwIfAborted();
    const now = this.#options.clock.now();
    const held = this.#held;
    if (held && now < held.renewAt) return held.keys;
    if (held && now < usableUntil(held.keys)) {
      // Nobody waits for the new ones: an outage of the login service is no outage of the store.
      this.#renew().catch(() => {});
      return held.keys;
    }
    try {
      return await abandonable(this.#renew(), signal);
    } catch (error) {
      signal.throwIfAborted();
      throw markOfLogin(error as Error);
    }
  }

  /**
   * Other keys instead of those that the service refused; undefined when there are none: the same came again, or renewing did not help a
   * moment ago.
   */
  async insteadOf(refused: Keys, signal: AbortSignal): Promise<Keys | undefined> {
    if (this.#held && this.#held.keys !== refused) return this.#held.keys;
    if (this.#options.clock.now() < this.#pausedUntil) return undefined;
    this.#held = undefined;
    const keys = await this.keys(signal);
    if (!keys.isSameAs(refused)) return keys;
    this.pause();
    return undefined;
  }

  /** New keys were refused too: renewing again has to wait. */
  pause(): void {
    this.#pausedUntil = this.#options.clock.now() + pauseMs;
  }

  #renew(): Promise<Keys> {
    this.#underWay ??= this.#obtain().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  async #obtain(): Promise<Keys> {
    const { obtain, clock, random, closed } = this.#options;
    if (this.#denied && clock.now() < this.#denied.until) throw this.#denied.error;
    const keys = await obtain(closed).catch((error: unknown) => {
      this.#failed(error, clock.now());
      throw error;
    });
    this.#denied = undefined;
    this.#held = { keys, renewAt: renewAt(keys.expiresAt, clock.now(), random()) };
    return keys;
  }

  #failed(error: unknown, now: number): void {
    if (troubleOf(error) === 'denied') this.#denied = { error, until: now + deniedMs };
    const keys = this.#held?.keys;
    if (keys) this.#held = { keys, renewAt: Math.min(now + pauseMs, usableUntil(keys)) };
  }
}

/** Until when keys may sign. */
function usableUntil({ expiresAt }: Keys): number {
  return expiresAt === undefined ? Infinity : expiresAt - lastMs;
}

/** When to renew: five to six minutes before the end, or at nine tenths of a short life. */
function renewAt(expiresAt: number | undefined, now: number, chance: number): number {
  if (expiresAt === undefined) return Infinity;
  const life = expiresAt - now;
  return expiresAt - Math.min(earlyMs * (1 + 0.2 * chance), life / 10);
}

/** The result, or the signal's reason if that comes first; the work goes on for the others. */
async function abandonable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
