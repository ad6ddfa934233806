import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Session } from './session.ts';

const minute = 60_000;
const calm = new AbortController().signal;

/** A server that keeps to its own rules: lives, maximum lives, revocation. */
class Server {
  now = 0;
  canRenew = true;
  logins = 0;
  deaths = 0;
  readonly #tokens = new Map<string, { endsAt: number; readonly maxAt: number }>();
  readonly #lifeMs: number;
  readonly #maxMs: number;

  constructor(lifeMs: number, maxMs: number) {
    this.#lifeMs = Math.min(lifeMs, maxMs);
    this.#maxMs = maxMs;
  }

  login(): string {
    const token = `t${++this.logins}`;
    this.#tokens.set(token, { endsAt: this.now + this.#lifeMs, maxAt: this.now + this.#maxMs });
    return token;
  }

  lifeOf(token: string): number {
    return (this.#tokens.get(token)?.endsAt ?? 0) - this.now;
  }

  renew(token: string): boolean {
    if (!this.canRenew) throw new Error('no connection');
    const held = this.#tokens.get(token);
    if (!held || this.lifeOf(token) <= 0) return false;
    held.endsAt = Math.min(this.now + this.#lifeMs, held.maxAt);
    return true;
  }

  revokeAll(): void {
    this.deaths++;
    this.#tokens.clear();
  }
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('wait'), ms: fc.integer({ min: 1, max: 40 * minute }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revoke all'), ms: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('renewals fail'), ms: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('renewals work'), ms: fc.constant(0) }) },
);

test('whatever happens to tokens, every read succeeds, and logins are few: one per life, maximum and revocation', async () => {
  const lives = fc.record({
    lifeMs: fc.integer({ min: minute, max: 60 * minute }),
    maxMs: fc.integer({ min: minute, max: 240 * minute }),
  });
  await fc.assert(
    fc.asyncProperty(lives, fc.array(step, { maxLength: 40 }), async ({ lifeMs, maxMs }, steps) => {
      const server = new Server(lifeMs, maxMs);
      const unused = (): never => {
        throw new Error('nobody sets timers here');
      };
      const grant = (token: string) => ({ token, lifeMs: server.lifeOf(token), renewable: true });
      const session = new Session(
        {
          clock: { now: () => server.now, setTimeout: unused, sleep: unused },
          login: async () => grant(server.login()),
          renew: async (token) => (server.renew(token) ? grant(token) : undefined),
          isAlive: async (token) => server.lifeOf(token) > 0,
        },
        calm,
      );
      for (const { do: act, ms } of steps) {
        server.now += ms;
        if (act === 'revoke all') server.revokeAll();
        if (act.startsWith('renewals')) server.canRenew = act === 'renewals work';
        expect(await session.with(async (token) => (server.lifeOf(token) > 0 ? 'read' : 'denied'), calm)).toBe('read');
      }
      // A wait may be longer than a life: then each one costs a login, however good the session is.
      const waits = steps.filter(({ do: act, ms }) => act === 'wait' && ms > 0).length;
      const shortestMs = Math.min(lifeMs, maxMs);
      const unavoidable = 1 + server.deaths + Math.ceil(server.now / (shortestMs * 0.9));
      expect(server.logins).toBeLessThanOrEqual(Math.min(unavoidable, 1 + server.deaths + waits));
    }),
    { numRuns: 500 },
  );
});
