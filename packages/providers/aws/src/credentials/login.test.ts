import { providerErrors } from '@signet/provider';
import { jumpingClock } from '@signet/provider/testing';
import { describe, expect, test } from 'vitest';
import { Keys } from './keys.ts';
import { isOfLogin, Login } from './login.ts';

const never = new AbortController().signal;
const minute = 60_000;

/** A login that counts, with keys that live for so many minutes. */
function counting(lifeMinutes: number | undefined, chance = 0) {
  const clock = jumpingClock();
  const state = { logins: 0, fails: undefined as Error | undefined, held: undefined as Promise<void> | undefined };
  const login = new Login({
    async obtain() {
      state.logins++;
      await state.held;
      if (state.fails) throw state.fails;
      const expiresAt = lifeMinutes === undefined ? undefined : clock.now() + lifeMinutes * minute;
      return new Keys({ accessKeyId: `AKIA${state.logins}`, secretAccessKey: 'secret', expiresAt });
    },
    clock,
    random: () => chance,
    closed: never,
  });
  const id = async (): Promise<string> => (await login.keys(never)).forSigner().accessKeyId;
  return { clock, state, login, id };
}

/** What was begun behind the scenes has come to its end. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('one login per token life', () => {
  test('200 who ask at once share it', async () => {
    const { id, state } = counting(60);
    const ids = await Promise.all(Array.from({ length: 200 }, id));
    expect([new Set(ids).size, state.logins]).toEqual([1, 1]);
  });

  test.each([
    // minutes of life, chance, minutes until it is renewed
    [60, 0, 55],
    [60, 0.99, 54.01],
    [15, 0, 13.5],
    [1, 0, 0.9],
  ])('of %d minutes, by chance %d, is renewed after %d', async (life, chance, renewed) => {
    const { clock, id, state } = counting(life, chance);
    await id();
    clock.jump((renewed - 0.05) * minute);
    await id();
    expect(state.logins).toBe(1);
    clock.jump(0.1 * minute);
    await id();
    expect(state.logins).toBe(2);
  });

  test('keys that do not end are never renewed', async () => {
    const { clock, id, state } = counting(undefined);
    await id();
    clock.jump(365 * 24 * 60 * minute);
    await id();
    expect(state.logins).toBe(1);
  });
});

describe('a login service that is down', () => {
  const down = providerErrors.UNAVAILABLE({ because: 'test' });

  test('is no trouble while the keys still work, and is asked again after half a minute', async () => {
    const { clock, id, state } = counting(60);
    await id();
    state.fails = down;
    clock.jump(56 * minute);
    expect([await id(), await id(), state.logins]).toEqual(['AKIA1', 'AKIA1', 2]);
    await settled();
    clock.jump(31_000);
    expect([await id(), state.logins]).toEqual(['AKIA1', 3]);
    await settled();
    clock.jump(4 * minute);
    await expect(id()).rejects.toBe(down);
    expect(isOfLogin(down)).toBe(true);
    state.fails = undefined;
    expect(await id()).toBe('AKIA5');
  });

  test('that hangs holds nobody up while the keys still work', async () => {
    const { clock, id, state } = counting(60);
    await id();
    const gate = Promise.withResolvers<void>();
    state.held = gate.promise;
    clock.jump(56 * minute);
    expect([await id(), await id(), state.logins]).toEqual(['AKIA1', 'AKIA1', 2]);
    gate.resolve();
    await settled();
    expect([await id(), state.logins]).toEqual(['AKIA2', 2]);
  });

  test('that denies is not asked by everybody: for five seconds all are told the same', async () => {
    const { clock, id, state } = counting(60);
    state.fails = providerErrors.ACCESS_DENIED({ because: 'test' });
    for (const _ of [1, 2, 3]) await expect(id()).rejects.toBe(state.fails);
    expect(state.logins).toBe(1);
    clock.jump(5_100);
    state.fails = undefined;
    expect(await id()).toBe('AKIA2');
  });
});

describe('keys that AWS refused', () => {
  test('are renewed once, for all who used them', async () => {
    const { login, state } = counting(60);
    const refused = await login.keys(never);
    const others = await Promise.all([1, 2, 3].map(async () => login.insteadOf(refused, never)));
    expect(others.map((keys) => keys?.forSigner().accessKeyId)).toEqual(['AKIA2', 'AKIA2', 'AKIA2']);
    expect(state.logins).toBe(2);
  });

  test('are not renewed for half a minute after that did not help', async () => {
    const { clock, login, state } = counting(60);
    const refused = await login.keys(never);
    login.pause();
    expect(await login.insteadOf(refused, never)).toBeUndefined();
    expect(state.logins).toBe(1);
    clock.jump(30_001);
    expect(await login.insteadOf(refused, never)).toBeDefined();
  });

  test('stay refused when the same come again', async () => {
    let obtained = 0;
    const login = new Login({
      obtain: async () => {
        obtained++;
        return new Keys({ accessKeyId: 'AKIA', secretAccessKey: 'secret' });
      },
      clock: jumpingClock(),
      random: () => 0,
      closed: never,
    });
    const refused = await login.keys(never);
    expect(await login.insteadOf(refused, never)).toBeUndefined();
    expect(await login.insteadOf(await login.keys(never), never)).toBeUndefined();
    expect(obtained).toBe(2);
  });
});

test('who gives up waiting is let go at once; the login goes on for the others', async () => {
  const { id, login, state } = counting(60);
  const gate = Promise.withResolvers<void>();
  state.held = gate.promise;
  const leaving = new AbortController();
  const left = login.keys(leaving.signal);
  const stays = id();
  leaving.abort(new Error('no longer needed'));
  await expect(left).rejects.toThrow('no longer needed');
  gate.resolve();
  expect([await stays, state.logins]).toEqual(['AKIA1', 1]);
});
