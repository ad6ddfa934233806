import type { Clock } from '@signet/provider';
import { abortable } from './abortable.ts';

/** A token as a login gives it. Its fields are shown to nobody. */
export interface Grant {
  readonly token: string;
  /** Milliseconds; undefined: it never ends. */
  readonly lifeMs: number | undefined;
  readonly renewable: boolean;
}

/** What a session works with. */
export interface SessionActs {
  readonly clock: Clock;
  /** Gets a token. */
  login(signal: AbortSignal): Promise<Grant>;
  /** Lengthens a token's life; undefined: the server refuses, and a new one is needed. Throws when it cannot be told. */
  renew(token: string, signal: AbortSignal): Promise<Grant | undefined>;
  /** Whether the server still knows a token. Throws when it cannot be told. */
  isAlive(token: string, signal: AbortSignal): Promise<boolean>;
}

/** How long a token counts as just got. */
const freshMs = 300_000;

interface Held {
  readonly token: string;
  /** When it was got, milliseconds since the epoch. */
  readonly since: number;
  /** When to do something about it, milliseconds since the epoch. */
  readonly dueAt: number;
  readonly due: 'renew' | 'login';
  readonly endsAt: number;
  /** Life that it had when it was new: a renewal that gives less has met the server's maximum. */
  readonly lifeMs: number;
}

/**
 * One token for a whole store. It does nothing by itself: whoever needs the token finds out that it is time, and everybody waits for the
 * same login or renewal.
 *
 * A token is renewed when two thirds of its life are over. One that cannot be renewed, or that the server lengthens no more (its maximum),
 * is replaced shortly before it ends: after nine tenths of its life, or 30 seconds before.
 */
export class Session {
  readonly #acts: SessionActs;
  readonly #life: AbortSignal;
  #held: Held | undefined;
  #changing: Promise<Held> | undefined;
  #asking: Promise<boolean> | undefined;
  #looksProveNothing = false;

  /** @param life ends with the store: logins and renewals under way are given up */
  constructor(acts: SessionActs, life: AbortSignal) {
    this.#acts = acts;
    this.#life = life;
  }

  /** The token as far as there is one now. */
  get token(): string | undefined {
    return this.#held?.token;
  }

  /**
   * Does something with the token. When the server says that the token is not good (`use` resolves to `denied`) and does not know it any
   * more, there is one new login, and `use` is tried once more.
   *
   * @param use resolves to `denied` when access was denied; whether because of the token, only the session can find out
   */
  async with<T>(use: (token: string) => Promise<T | 'denied'>, signal: AbortSignal): Promise<T | 'denied'> {
    const held = await abortable(this.#current(), signal);
    const result = await use(held.token);
    if (result !== 'denied') return result;
    const isCurrent = (): boolean => this.#held?.token === held.token;
    if (isCurrent() && !(await this.#seemsDead(held, signal))) return result;
    if (isCurrent()) this.#held = undefined;
    const next = await abortable(this.#current(), signal);
    if (next.token === held.token) return result;
    const again = await use(next.token);
    // A new token that may not even look at itself: from now on, looking proves nothing.
    if (again === 'denied' && !this.#looksProveNothing) this.#looksProveNothing = !(await abortable(this.#isAlive(next), signal));
    return again;
  }

  /** Whether a denied token is worth a new login. Where that cannot be found out, only one that is not fresh is. */
  async #seemsDead(held: Held, signal: AbortSignal): Promise<boolean> {
    if (this.#looksProveNothing) return this.#acts.clock.now() - held.since >= freshMs;
    return !(await abortable(this.#isAlive(held), signal));
  }

  /** One question for everybody who was denied meanwhile. */
  #isAlive(held: Held): Promise<boolean> {
    this.#asking ??= this.#acts.isAlive(held.token, this.#life).finally(() => {
      this.#asking = undefined;
    });
    this.#asking.catch(() => {});
    return this.#asking;
  }

  #current(): Promise<Held> {
    if (this.#changing) return this.#changing;
    const held = this.#held;
    const now = this.#acts.clock.now();
    if (held && now < held.dueAt) return Promise.resolve(held);
    this.#changing = this.#change(held, now).finally(() => {
      this.#changing = undefined;
    });
    // Everybody who waited may have been aborted.
    this.#changing.catch(() => {});
    return this.#changing;
  }

  async #change(held: Held | undefined, now: number): Promise<Held> {
    if (held?.due === 'renew' && now < held.endsAt) {
      const renewed = await this.#renew(held);
      if (renewed) return (this.#held = renewed);
    }
    this.#held = undefined;
    const began = this.#acts.clock.now();
    const grant = await this.#acts.login(this.#life);
    return (this.#held = holding(grant, began, grant.renewable));
  }

  /** The token with a longer life; as it is, when the server cannot be asked now; undefined when it is time for a login. */
  async #renew(held: Held): Promise<Held | undefined> {
    const began = this.#acts.clock.now();
    let grant: Grant | undefined;
    try {
      grant = await this.#acts.renew(held.token, this.#life);
    } catch {
      this.#life.throwIfAborted();
      // It is good for a while yet; the next use tries again, but not every one.
      const patienceMs = Math.min((held.endsAt - began) / 4, 10_000);
      return { ...held, dueAt: began + patienceMs };
    }
    if (!grant) return undefined;
    const lifeMs = grant.lifeMs ?? Infinity;
    const next = holding(grant, began, grant.renewable && lifeMs >= held.lifeMs * 0.9);
    return { ...next, since: held.since, lifeMs: held.lifeMs };
  }
}

function holding({ token, lifeMs = Infinity }: Grant, now: number, isRenewable: boolean): Held {
  const endsAt = now + lifeMs;
  const due = isRenewable ? 'renew' : 'login';
  const dueAt = isRenewable ? now + (lifeMs * 2) / 3 : endsAt - Math.min(lifeMs / 10, 30_000);
  // Infinity minus something is still never.
  return { token, since: now, endsAt, lifeMs, due, dueAt: Number.isNaN(dueAt) ? Infinity : dueAt };
}
