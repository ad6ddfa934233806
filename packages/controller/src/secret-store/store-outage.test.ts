import type { StoreRef } from '@signet/api';
import { retryAfterOf, troubleOf } from '@signet/provider';
import { describe, expect, test } from 'vitest';
import type { StoresInMemory } from './testing/stores-in-memory.ts';
import { storesInMemory } from './testing/stores-in-memory.ts';

const signal = new AbortController().signal;
const vault = { kind: 'SecretStore', name: 'vault' } as const;

function world(options?: Parameters<typeof storesInMemory>[0]): StoresInMemory {
  const made = storesInMemory(options);
  for (const key of ['good', 'other', 'bad', 'stuck']) made.backend.values.set(key, 'hunter2');
  made.put('SecretStore', 'vault', {});
  return made;
}

/** Reads one key: `ok`, or what went wrong. */
async function read({ stores, clock }: StoresInMemory, key: string, ref: StoreRef = vault): Promise<unknown> {
  try {
    const store = await stores.store(ref, 'web', signal);
    const [outcome] = await store.fetch([{ key }], { notBefore: clock.now(), urgent: false }, signal);
    return outcome instanceof Error ? outcome : 'ok';
  } catch (error) {
    return error;
  }
}

/** Reads keys one after the other. */
async function reads(made: StoresInMemory, ...keys: string[]): Promise<string[]> {
  const answers: string[] = [];
  for (const key of keys) {
    const answer = read(made, key);
    await made.clock.advance(10); // a call may have to wait for its turn
    answers.push(String(await answer).replace('SignetError: ', ''));
  }
  return answers;
}

const notReady = 'SecretStore "vault" is not ready: the backend is not available: 503';

describe('a store that fails', () => {
  test('is not asked after three troubles in a row; it is named with the cause, and with the time to come back', async () => {
    const made = world();
    made.backend.mood = 'down';
    await reads(made, 'good', 'good', 'good');
    const error = await read(made, 'other');
    expect(String(error)).toContain(notReady);
    expect(troubleOf(error)).toBe('unavailable');
    expect(retryAfterOf(error)).toBe(990); // a probe comes a second after it opened, ten milliseconds ago
    expect(made.backend.calls).toHaveLength(3);
  });

  test('is asked by one call after 1, 2, 4 and then every 5 seconds, and works as soon as one is answered', async () => {
    const made = world();
    made.backend.mood = 'down';
    await reads(made, 'good', 'good', 'good');
    made.backend.calls.length = 0;
    const began = made.clock.now();
    await made.clock.advance(30_000);
    const after = made.backend.calls.map(({ at }) => Math.round((at - began) / 1000));
    expect(after).toEqual([1, 3, 7, 12, 17, 22, 27]);
    made.backend.mood = 'up';
    await made.clock.advance(5000);
    expect(await reads(made, 'good', 'other')).toEqual(['ok', 'ok']);
  });

  test('tells its users once when it is out of order for more than a moment, and once when it is back', async () => {
    const made = world();
    made.backend.mood = 'down';
    await reads(made, 'good', 'good', 'good');
    expect(made.told).toEqual(['SecretStore vault in web']); // that there is such a store
    await made.clock.advance(60_000);
    expect(made.told).toHaveLength(2);
    made.backend.mood = 'up';
    await made.clock.advance(5000);
    expect(made.told).toHaveLength(3);
  });

  test('refuses those who wait for their turn', async () => {
    const made = world({ lanes: { calls: 1 } });
    made.backend.mood = 'down';
    made.backend.latencyMs = 100;
    const asked = ['good', 'other', 'bad', 'four', 'five'].map(async (key) => read(made, key));
    await made.clock.advance(400);
    const answers = await Promise.all(asked);
    expect(answers.map(String)).toEqual(Array.from({ length: 5 }, () => expect.stringContaining('503') as string));
    expect(made.backend.calls).toHaveLength(3);
  });

  test('that denies, or lacks a secret, is not in trouble', async () => {
    const made = world();
    made.backend.mood = 'denying';
    for (let times = 0; times < 5; times++) {
      await reads(made, 'good');
      await made.clock.advance(5000);
    }
    made.backend.mood = 'up';
    await reads(made, 'no', 'such', 'secrets', 'here');
    expect(await reads(made, 'good')).toEqual(['ok']);
  });

  test('a read that was cancelled says nothing of its store', async () => {
    const made = world();
    made.backend.mood = 'hanging';
    for (let times = 0; times < 5; times++) {
      const end = new AbortController();
      const store = await made.stores.store(vault, 'web', end.signal);
      const asked = store.fetch([{ key: 'good' }], { notBefore: 0, urgent: false }, end.signal);
      end.abort(new Error('stopped'));
      await expect(asked).rejects.toThrow('stopped');
    }
    await made.clock.advance(60_000);
    made.backend.mood = 'up';
    expect(await reads(made, 'good')).toEqual(['ok']);
  });

  test('other credentials are tried at once', async () => {
    const made = world();
    made.put('SecretStore', 'vault', { scripted: { secret: { name: 'login' } } });
    made.secret('web', 'login', 'old');
    made.backend.mood = 'down';
    await reads(made, 'good', 'good', 'good');
    made.backend.mood = 'up';
    made.secret('web', 'login', 'new');
    await made.clock.advance(1);
    expect(await reads(made, 'good')).toEqual(['ok']);
  });
});

describe('one key that a backend chokes on', () => {
  test('shuts the store for a second, when it worked before', async () => {
    const made = world();
    made.backend.moods.set('bad', 'down');
    await reads(made, 'good', 'bad', 'bad', 'bad');
    expect(await reads(made, 'good')).toEqual([notReady]);
    await made.clock.advance(1000);
    expect(await reads(made, 'good')).toEqual(['ok']);
  });

  test('does not keep it shut when nothing else was ever asked for', async () => {
    const made = world();
    made.backend.moods.set('bad', 'down');
    await reads(made, 'bad', 'bad', 'bad', 'good');
    await made.clock.advance(3000);
    expect(await reads(made, 'good')).toEqual(['ok']);
  });
});

describe('a backend that asks to slow down', () => {
  test('is left alone as long as it said', async () => {
    const made = world();
    made.backend.mood = 'throttling';
    made.backend.retryAfterMs = 30_000;
    await reads(made, 'good');
    made.backend.mood = 'up';
    await made.clock.advance(29_000);
    expect(await reads(made, 'good')).toEqual([expect.stringContaining('the backend asks to slow down: 429') as string]);
    expect(made.backend.calls).toHaveLength(1);
    await made.clock.advance(1100);
    expect(await reads(made, 'good')).toEqual(['ok']);
  });

  test('gets fewer calls a second afterwards', async () => {
    const made = world({ lanes: { perSecond: 40, burst: 1 } });
    made.backend.mood = 'throttling';
    await reads(made, 'good');
    made.backend.mood = 'up';
    await made.clock.advance(1000);
    made.backend.calls.length = 0;
    const store = await made.stores.store(vault, 'web', signal);
    const keys = Array.from({ length: 100 }, (_, index) => ({ key: `k${index}` }));
    const asked = store.fetch(keys, { notBefore: 0, urgent: false }, signal);
    await made.clock.advance(1000);
    expect(made.backend.calls.length).toBeGreaterThan(15);
    expect(made.backend.calls.length).toBeLessThan(25);
    await made.clock.advance(10_000);
    await asked;
  });
});

describe('a store that hangs', () => {
  test('lets go of nobody else: seats, calls and answers of another store are as before', async () => {
    const made = world();
    made.put('SecretStore', 'slow', {});
    const slow = { kind: 'SecretStore', name: 'slow' } as const;
    made.backend.moods.set('stuck', 'hanging');
    const seated = Array.from({ length: 100 }, (_, index) =>
      made.stores.seat([slow], { namespace: 'web', name: `o${index}` }, 'due'),
    );
    expect(seated.filter((seat) => seat !== undefined)).toHaveLength(28); // 32, of which 4 are for what was never synced
    const stuck = read(made, 'stuck', slow);
    expect(made.stores.seat([vault], { namespace: 'web', name: 'new' }, 'asked')).toBeDefined();
    expect(await reads(made, 'good')).toEqual(['ok']);
    await made.clock.advance(3_600_000);
    expect(String(await stuck)).toContain('not answered'); // its own call is left to the timeout of its provider
  });

  test('counts as out of order after ten seconds: those who wait are refused, and those who are parked are called', async () => {
    const made = world({ lanes: { calls: 1 } });
    made.backend.mood = 'hanging';
    const called: string[] = [];
    made.stores.onRoom(({ name }) => called.push(name));
    for (let index = 0; index < 40; index++) made.stores.seat([vault], { namespace: 'web', name: `o${index}` }, 'due');
    const hanging = read(made, 'good');
    const waiting = read(made, 'other');
    await made.clock.advance(10_000);
    expect(String(await waiting)).toContain('SecretStore "vault" is not ready: it has not answered for 10 s');
    expect(called).toHaveLength(12);
    expect(made.stores.seat([vault], { namespace: 'web', name: 'o39' }, 'due')).toBeDefined();
    expect(made.backend.calls).toHaveLength(1);
    made.backend.mood = 'up';
    await made.clock.advance(1000);
    expect(await reads(made, 'other')).toEqual(['ok']);
    expect(String(await hanging)).toContain('it has not answered, and then it did answer others');
  });

  test('has its probes given up after five seconds', async () => {
    const made = world();
    made.backend.mood = 'hanging';
    const hanging = read(made, 'good');
    await made.clock.advance(60_000);
    expect(made.backend.busy).toBeLessThanOrEqual(2); // the call that was made before, and one probe
    expect(made.backend.calls.length).toBeLessThan(10);
    made.backend.mood = 'up';
    await made.clock.advance(10_000);
    expect(await reads(made, 'other')).toEqual(['ok']);
    await made.clock.advance(3_600_000);
    await hanging;
  });
});

test('an outage of ten minutes with 1000 objects: calls to the dead store are few, and all are served within ten seconds of its return, never faster than the rate', async () => {
  const made = world({ lanes: { calls: 8, perSecond: 200, burst: 50 } });
  const { clock, backend, stores } = made;
  const served = new Map<string, number>();
  const wanted = new Set<string>();
  const come = async (name: string): Promise<void> => {
    if (served.has(name)) return;
    wanted.add(name);
    const seat = stores.seat([vault], { namespace: 'web', name }, 'due');
    if (!seat) return;
    const answer = await read(made, name);
    seat.leave();
    wanted.delete(name);
    if (answer === 'ok') served.set(name, clock.now());
    else clock.setTimeout(() => void come(name), 60_000);
  };
  const names = Array.from({ length: 1000 }, (_, index) => `o${index}`);
  for (const name of names) backend.values.set(name, 'hunter2');
  stores.onRoom(({ name }) => void come(name));
  stores.onChange(() => names.forEach((name) => void (wanted.has(name) || come(name))));
  backend.latencyMs = 20;
  backend.mood = 'down';
  for (const name of names) void come(name);
  await clock.advance(600_000);
  expect(served.size).toBe(0);
  const duringOutage = backend.calls.length;
  expect(duringOutage).toBeLessThan(140); // one each five seconds, and those until it was noticed

  backend.mood = 'up';
  const back = clock.now();
  await clock.advance(10_000);
  expect(served.size).toBe(1000);
  const afterwards = backend.calls.slice(duringOutage);
  expect(new Set(afterwards.flatMap(({ keys }) => keys)).size).toBe(1000);
  expect(afterwards.length).toBeLessThanOrEqual(1001); // and the probe
  for (let from = back; from < back + 10_000; from += 100)
    expect(afterwards.filter(({ at }) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(200);
});
