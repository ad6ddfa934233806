import { describe, expect, test } from 'vitest';
import type { Grant, SessionActs } from './session.ts';
import { Session } from './session.ts';

const minute = 60_000;
const hour = 60 * minute;
const calm = new AbortController().signal;

/** A server that hands out tokens, and a clock that stands still until it is told. */
function scene(grants: Partial<Grant> = {}) {
  const told: string[] = [];
  const dead = new Set<string>();
  let now = 0;
  let serial = 0;
  const server = {
    told,
    dead,
    advance: (ms: number) => void (now += ms),
    /** What the next renewals give. */
    renewal: (): Partial<Grant> | undefined => ({}),
    login: async (): Promise<void> => {},
  };
  const grant = (token: string, more: Partial<Grant>): Grant => ({ token, lifeMs: hour, renewable: true, ...grants, ...more });
  const unused = (): never => {
    throw new Error('nobody sets timers here');
  };
  const acts: SessionActs = {
    clock: { now: () => now, setTimeout: unused, sleep: unused },
    async login() {
      await server.login();
      const token = `t${++serial}`;
      told.push(`login ${token}`);
      return grant(token, {});
    },
    async renew(token) {
      told.push(`renew ${token}`);
      const more = server.renewal();
      return more && grant(token, more);
    },
    async isAlive(token) {
      told.push(`look up ${token}`);
      return !dead.has(token);
    },
  };
  const life = new AbortController();
  const session = new Session(acts, life.signal);
  const read = (signal: AbortSignal = calm): Promise<string> =>
    session.with(async (token) => (dead.has(token) ? 'denied' : `read with ${token}`), signal);
  return { server, session, read, life };
}

describe('one login per store and token life', () => {
  test('external acceptance 40: 200 reads at once share one login', async () => {
    const { server, read } = scene();
    await Promise.all(Array.from({ length: 200 }, () => read()));
    expect(server.told).toEqual(['login t1']);
  });

  test('a token is renewed when two thirds of its life are over, once for everybody', async () => {
    const { server, read } = scene();
    await read();
    server.advance(40 * minute - 1);
    await read();
    expect(server.told).toEqual(['login t1']);
    server.advance(1);
    await Promise.all([read(), read(), read()]);
    expect(server.told).toEqual(['login t1', 'renew t1']);
    server.advance(40 * minute);
    await read();
    expect(server.told).toEqual(['login t1', 'renew t1', 'renew t1']);
  });

  test('a token that the server lengthens no more is replaced shortly before it ends', async () => {
    const { server, read } = scene();
    await read();
    server.renewal = () => ({ lifeMs: 20 * minute }); // its maximum is near
    server.advance(40 * minute);
    await read();
    server.advance(19 * minute);
    await read();
    expect(server.told).toEqual(['login t1', 'renew t1']);
    server.advance(30_000);
    expect(await read()).toBe('read with t2');
    expect(server.told).toEqual(['login t1', 'renew t1', 'login t2']);
  });

  test('a token that cannot be renewed is used until 30 seconds before its end, a short one until its last tenth', async () => {
    const long = scene({ renewable: false });
    await long.read();
    long.server.advance(hour - 30_001);
    await long.read();
    expect(long.server.told).toEqual(['login t1']);
    long.server.advance(1);
    await long.read();
    expect(long.server.told).toEqual(['login t1', 'login t2']);

    const short = scene({ renewable: false, lifeMs: 10_000 });
    await short.read();
    short.server.advance(8999);
    await short.read();
    short.server.advance(1);
    await short.read();
    expect(short.server.told).toEqual(['login t1', 'login t2']);
  });

  test('a token without end is never renewed', async () => {
    const { server, read } = scene({ lifeMs: undefined });
    await read();
    server.advance(1000 * hour);
    await read();
    expect(server.told).toEqual(['login t1']);
  });

  test('a renewal that the server refuses ends in a login', async () => {
    const { server, read } = scene();
    await read();
    server.renewal = () => undefined;
    server.advance(45 * minute);
    expect(await read()).toBe('read with t2');
    expect(server.told).toEqual(['login t1', 'renew t1', 'login t2']);
  });

  test('a renewal that cannot be asked for leaves the token in use, and is not tried at every read', async () => {
    const { server, read } = scene();
    await read();
    server.renewal = () => {
      throw new Error('no connection');
    };
    server.advance(45 * minute);
    expect(await read()).toBe('read with t1');
    expect(await read()).toBe('read with t1');
    expect(server.told).toEqual(['login t1', 'renew t1']);
    server.renewal = () => ({});
    server.advance(10_000);
    expect(await read()).toBe('read with t1');
    expect(server.told).toEqual(['login t1', 'renew t1', 'renew t1']);
  });

  test('a token whose end passed while nobody used it is not renewed', async () => {
    const { server, read } = scene();
    await read();
    server.advance(2 * hour);
    expect(await read()).toBe('read with t2');
    expect(server.told).toEqual(['login t1', 'login t2']);
  });
});

describe('denied', () => {
  test('a token that the server forgot costs one new login, for everybody who was denied', async () => {
    const { server, read } = scene();
    await read();
    server.dead.add('t1');
    expect(await Promise.all([read(), read(), read()])).toEqual(Array.from({ length: 3 }, () => 'read with t2'));
    expect(server.told).toEqual(['login t1', 'look up t1', 'login t2']);
  });

  test('a token that is good is denied, and nobody logs in anew', async () => {
    const { server, session } = scene();
    expect(await session.with(async () => 'denied', calm)).toBe('denied');
    expect(server.told).toEqual(['login t1', 'look up t1']);
  });

  test('the new token is tried once: there is no storm of logins', async () => {
    const { server, session } = scene();
    const result = await session.with(async (token) => (server.dead.add(token), 'denied'), calm);
    expect(result).toBe('denied');
    expect(server.told).toEqual(['login t1', 'look up t1', 'login t2', 'look up t2']);
  });

  test('tokens that may not look at themselves: a denied read costs a login in five minutes, not one each', async () => {
    const { server, session } = scene();
    const denied = (): Promise<unknown> => session.with(async (token) => (server.dead.add(token), 'denied'), calm);
    await denied();
    server.told.length = 0;
    for (let count = 0; count < 10; count++) expect(await denied()).toBe('denied');
    expect(server.told).toEqual([]);
    server.advance(5 * minute);
    for (let count = 0; count < 10; count++) expect(await denied()).toBe('denied');
    expect(server.told).toEqual(['login t3']);
  });
});

describe('logins that fail', () => {
  test('everybody who waited hears of it, and the next read tries again', async () => {
    const { server, read } = scene();
    server.login = async () => {
      throw new Error('sealed');
    };
    const outcomes = await Promise.allSettled([read(), read()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    server.login = async () => {};
    expect(await read()).toBe('read with t1');
  });

  test('who gives up does not end the login of the others', async () => {
    const { server, read } = scene();
    const { promise, resolve } = Promise.withResolvers<void>();
    server.login = () => promise;
    const impatient = new AbortController();
    const first = read(impatient.signal);
    const second = read();
    impatient.abort(new Error('tired'));
    await expect(first).rejects.toThrow('tired');
    resolve();
    expect(await second).toBe('read with t1');
  });
});
