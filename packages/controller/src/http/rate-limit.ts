import { createHash } from 'node:crypto';
import type { Answer, Asked, Route } from './server.ts';

/** How often a client may ask. */
export interface Rate {
  /** Sustained, for each client. */
  readonly perSecond: number;
  /** At once, beyond the first. */
  readonly burst: number;
}

/** Clients that are remembered; the longest silent one is forgotten first. */
const maxClients = 65_536;
/** A client that calls itself something longer is remembered by a digest: an address has 45 characters at most. */
const maxNameChars = 64;

/** What the limit says to one request. Seconds are whole and not negative. */
export interface Verdict {
  readonly allowed: boolean;
  /** Requests that a client has at once. */
  readonly limit: number;
  readonly remaining: number;
  /** Until the client has all of them again. */
  readonly resetSeconds: number;
  /** Until the next one is allowed; 0 when this one was. */
  readonly retryAfterSeconds: number;
}

/**
 * A limit for each client by the generic cell rate algorithm: one number per client, the time at which its allowance is whole again.
 * A client is what it says it is, so the limit keeps honest clients from getting in each other's way, and nobody else.
 */
export class RateLimit {
  readonly #intervalMs: number;
  readonly #limit: number;
  readonly #wholeAt = new Map<string, number>();

  constructor({ perSecond, burst }: Rate) {
    this.#intervalMs = 1000 / perSecond;
    this.#limit = burst + 1;
  }

  /** @param now milliseconds; a clock that was set back locks nobody out */
  ask(name: string, now: number): Verdict {
    const client = name.length > maxNameChars ? createHash('sha256').update(name).digest('base64') : name;
    const window = this.#intervalMs * this.#limit;
    const known = this.#wholeAt.get(client) ?? now;
    const wholeAt = (known > now + window ? now : Math.max(known, now)) + this.#intervalMs;
    const allowed = wholeAt - now <= window;
    if (allowed) this.#remember(client, wholeAt);
    const busyMs = (allowed ? wholeAt : wholeAt - this.#intervalMs) - now;
    return {
      allowed,
      limit: this.#limit,
      remaining: Math.floor((window - busyMs) / this.#intervalMs),
      resetSeconds: Math.ceil(busyMs / 1000),
      retryAfterSeconds: allowed ? 0 : Math.ceil((wholeAt - now - window) / 1000),
    };
  }

  #remember(client: string, wholeAt: number): void {
    this.#wholeAt.delete(client);
    this.#wholeAt.set(client, wholeAt);
    if (this.#wholeAt.size <= maxClients) return;
    for (const oldest of this.#wholeAt.keys()) {
      this.#wholeAt.delete(oldest);
      return;
    }
  }
}

/**
 * A route that uses private keys: each client is limited, and of all clients together only a few are served at the same time, so
 * that requests cannot take the keys away from the controller's own work.
 */
export function limited(
  route: Route,
  options: { readonly rate: Rate; readonly atOnce: number; readonly now: () => number },
): Route {
  const limit = new RateLimit(options.rate);
  let running = 0;
  const answer = async (asked: Asked): Promise<Answer> => {
    const verdict = limit.ask(asked.client, options.now());
    const headers = {
      'x-ratelimit-limit': String(verdict.limit),
      'x-ratelimit-remaining': String(verdict.remaining),
      'x-ratelimit-reset': String(verdict.resetSeconds),
    };
    const denied = (retryAfter: number): Answer => ({
      status: 429,
      headers: { ...headers, 'retry-after': String(retryAfter) },
      body: 'limit exceeded\n',
    });
    if (!verdict.allowed) return denied(Math.max(1, verdict.retryAfterSeconds));
    const body = await asked.body(); // before its turn: who sends slowly does not keep others from theirs
    if (running >= options.atOnce) return denied(1);
    running++;
    try {
      const given = await route.answer({ ...asked, body: async () => body });
      return { ...given, headers: { ...headers, ...given.headers } };
    } finally {
      running--;
    }
  };
  return { method: route.method, answer };
}
