import { describe, expect, test } from 'vitest';
import type { Demand } from './store-access.ts';
import type { StoresInMemory } from './testing/stores-in-memory.ts';
import { storesInMemory } from './testing/stores-in-memory.ts';

const signal = new AbortController().signal;
const vault = { kind: 'SecretStore', name: 'vault' } as const;
const shared = { kind: 'ClusterSecretStore', name: 'shared' } as const;
const now = ({ clock }: StoresInMemory): Demand => ({ notBefore: clock.now(), urgent: false });

/** One key through a store, as text; the message of what went wrong otherwise. */
async function read(
  world: StoresInMemory,
  key = 'db',
  ref: typeof vault | typeof shared = vault,
  namespace = 'web',
): Promise<string> {
  try {
    const store = await world.stores.store(ref, namespace, signal);
    const [outcome] = await store.fetch([{ key }], now(world), signal);
    if (outcome instanceof Error) throw outcome;
    return Buffer.from(outcome?.value(undefined) ?? []).toString();
  } catch (error) {
    return (error as Error).message;
  }
}

/** Reads while the clock goes on. */
async function reading(
  world: StoresInMemory,
  ...which: Parameters<typeof read> extends [unknown, ...infer R] ? R : never
): Promise<string> {
  const answer = read(world, ...which);
  await world.clock.advance(200);
  return answer;
}

function world(options?: Parameters<typeof storesInMemory>[0]): StoresInMemory {
  const made = storesInMemory(options);
  made.backend.values.set('db', 'hunter2');
  made.put('SecretStore', 'vault', {});
  return made;
}

describe('external acceptance 35: a store that cannot be used is named, with the cause', () => {
  test('missing', async () => {
    expect(await reading(world(), 'db', vault, 'other')).toBe('SecretStore "vault" does not exist');
  });

  test('a configuration the provider refuses', async () => {
    const made = world();
    made.put('SecretStore', 'vault', { scripted: { wrong: 'yes' } });
    expect(await reading(made)).toBe('SecretStore "vault": spec.provider.scripted.wrong: it is set');
  });

  test('a provider that is not supported', async () => {
    const made = world();
    made.put('SecretStore', 'vault', { provider: { oracle: {} } });
    expect(await reading(made)).toContain('SecretStore "vault": spec.provider.oracle: this provider is not supported');
  });

  test('a login that is denied, and nobody asks again for a while', async () => {
    const made = world();
    made.backend.accepts = new Set(['right']);
    const first = await reading(made);
    expect(first).toBe('SecretStore "vault": access denied: wrong password');
    for (let times = 0; times < 20; times++) expect(await reading(made)).toBe(first);
    expect(made.backend.logins).toHaveLength(1);
    await made.clock.advance(5000);
    await reading(made);
    expect(made.backend.logins).toHaveLength(2);
  });

  test('a secret that is missing is the trouble of that secret alone', async () => {
    const made = world();
    expect(await reading(made, 'nope')).toBe('nope does not exist');
    expect(await reading(made)).toBe('hunter2');
  });
});

describe('external acceptance 36: stores of others', () => {
  test('a store of another controller class is foreign, and refuses', async () => {
    const made = world();
    made.put('SecretStore', 'theirs', { controller: 'dev' });
    made.put('SecretStore', 'ours', { controller: 'default' });
    const theirs = { kind: 'SecretStore', name: 'theirs' } as const;
    expect(made.stores.isForeign([vault, theirs], [], 'web')).toBe(true);
    expect(made.stores.isForeign([vault, { kind: 'SecretStore', name: 'ours' }], [], 'web')).toBe(false);
    expect(made.stores.isForeign([{ kind: 'SecretStore', name: 'gone' }], [], 'web')).toBe(false);
    await expect(made.stores.store(theirs, 'web', signal)).rejects.toThrow('can not reference unmanaged store');
  });

  test('a namespaced store after a cluster store is looked up where it is', () => {
    const made = world();
    made.put('ClusterSecretStore', 'shared', {});
    made.put('SecretStore', 'theirs', { controller: 'dev' });
    expect(made.stores.isForeign([shared, { kind: 'SecretStore', name: 'theirs' }], [], 'web')).toBe(true);
  });

  test('where cluster stores are not served, whoever uses one is left alone', () => {
    expect(world({ clusterStores: undefined }).stores.isForeign([vault, shared], [], 'web')).toBe(true);
  });

  test('a generator of another class', () => {
    const generator = { apiVersion: 'generators.external-secrets.io/v1alpha1', name: 'g' };
    expect(world().stores.isForeign([], [{ ...generator, kind: 'Foreign' }], 'web')).toBe(true);
    expect(world().stores.isForeign([], [{ ...generator, kind: 'Password' }], 'web')).toBe(false);
  });
});

describe('external acceptance 37: conditions of a cluster store, where it is used', () => {
  test('a namespace that is left out is refused in the words of the peer; a new label lets it in, and its users are told', async () => {
    const made = world();
    made.caches.namespaces.put({ metadata: { name: 'web', labels: {} } });
    made.put('ClusterSecretStore', 'shared', { conditions: [{ namespaceSelector: { matchLabels: { env: 'prod' } } }] });
    expect(await reading(made, 'db', shared)).toBe(
      'using cluster store "shared" is not allowed from namespace "web": denied by spec.condition',
    );
    made.told.length = 0;
    made.caches.namespaces.put({ metadata: { name: 'web', labels: { env: 'prod' } } });
    expect(made.told).toEqual(['ClusterSecretStore shared in web']);
    expect(await reading(made, 'db', shared)).toBe('hunter2');
    made.caches.namespaces.put({ metadata: { name: 'web', labels: { env: 'prod' }, annotations: { a: 'b' } } });
    expect(made.told).toHaveLength(1);
  });
});

describe('one client, one login, one read', () => {
  test('500 objects that use one key in one wave: one login, one read', async () => {
    const made = world();
    made.backend.latencyMs = 100;
    const demand = now(made);
    const asked = Array.from({ length: 500 }, async () => {
      const store = await made.stores.store(vault, 'web', signal);
      return store.fetch([{ key: 'db', property: 'password' }, { key: 'db' }], demand, signal);
    });
    await made.clock.advance(1000);
    expect(await Promise.all(asked)).toHaveLength(500);
    expect([made.backend.logins.length, made.backend.calls.length]).toEqual([1, 1]);
  });

  test('finds are shared too', async () => {
    const made = world();
    made.backend.latencyMs = 100;
    const store = await made.stores.store(vault, 'web', signal);
    const demand = now(made);
    const asked = [1, 2, 3].map(async () => store.find({ name: 'd', tags: { a: '1' } }, demand, signal));
    await made.clock.advance(1000);
    expect((await Promise.all(asked)).map(({ size }) => size)).toEqual([1, 1, 1]);
    expect(made.backend.calls).toHaveLength(1);
  });

  test('calls at a time and calls a second stay in bounds; batches fill up meanwhile', async () => {
    const made = world({ lanes: { calls: 3, perSecond: 20, burst: 5 } });
    made.put('SecretStore', 'vault', { scripted: { batchSize: 4 } });
    made.backend.latencyMs = 50;
    const store = await made.stores.store(vault, 'web', signal);
    const refs = Array.from({ length: 200 }, (_, index) => ({ key: `k${index}` }));
    const asked = store.fetch(refs, now(made), signal);
    await made.clock.advance(10_000);
    expect(await asked).toHaveLength(200);
    const { calls } = made.backend;
    expect(made.backend.mostBusy).toBe(3);
    expect(calls).toHaveLength(50);
    for (const { at } of calls)
      expect(calls.filter((other) => other.at >= at && other.at < at + 1000).length).toBeLessThanOrEqual(25);
  });

  test('a store that nobody uses is closed after ten minutes, and opened again when it is wanted', async () => {
    const made = world();
    const end = new AbortController();
    const running = made.stores.run(end.signal);
    await reading(made);
    await made.clock.advance(11.5 * 60_000);
    expect(made.backend.closed).toBe(1);
    expect(await reading(made)).toBe('hunter2');
    expect(made.backend.logins).toHaveLength(2);
    end.abort();
    await running;
    expect(made.backend.closed).toBe(2);
    expect(made.clock.pending).toBe(0);
  });
});

describe('referent authentication', () => {
  test('external acceptance 40: credentials are those of the namespace that uses the store, one login for each', async () => {
    const made = world();
    made.put('ClusterSecretStore', 'shared', { scripted: { referent: true, secret: { name: 'login' } } });
    made.secret('web', 'login', 'of web');
    made.secret('api', 'login', 'of api');
    for (const namespace of ['web', 'api', 'web', 'api']) expect(await reading(made, 'db', shared, namespace)).toBe('hunter2');
    expect(made.backend.logins).toEqual(['of web', 'of api']);
    expect(made.read).toEqual(['web/login', 'api/login']);
  });

  test('other credentials in one namespace are nothing to the others', async () => {
    const made = world();
    made.put('ClusterSecretStore', 'shared', { scripted: { referent: true, secret: { name: 'login' } } });
    made.secret('web', 'login', 'of web');
    made.secret('api', 'login', 'of api');
    for (const namespace of ['web', 'api']) await reading(made, 'db', shared, namespace);
    made.told.length = 0;
    made.secret('api', 'login', 'new');
    await made.clock.advance(10);
    expect(made.told).toEqual(['ClusterSecretStore shared in api']);
    for (const namespace of ['web', 'api']) await reading(made, 'db', shared, namespace);
    expect(made.backend.logins).toEqual(['of web', 'of api', 'new']);
  });
});

describe('when credentials or the store change', () => {
  test('the Secret of the credentials: the store is closed, opened with the new ones, and its users are told', async () => {
    const made = world();
    made.put('SecretStore', 'vault', { scripted: { secret: { name: 'login' } } });
    expect(await reading(made)).toContain('Secret "web/login": it does not exist');
    made.told.length = 0;
    made.secret('web', 'login', 'old');
    await made.clock.advance(10);
    expect(made.told).toEqual(['SecretStore vault in web']);
    expect(await reading(made)).toBe('hunter2');
    made.secret('web', 'login', 'new');
    await made.clock.advance(10);
    expect(await reading(made)).toBe('hunter2');
    expect(made.backend.logins).toEqual(['old', 'new']);
    expect(made.backend.closed).toBe(2);
  });

  test('a watch that is behind the read ends no login', async () => {
    const made = world();
    made.put('SecretStore', 'vault', { scripted: { secret: { name: 'login' } } });
    made.secret('web', 'login', 'first');
    await reading(made);
    const current = made.caches.secrets.get({ namespace: 'web', name: 'login' });
    made.caches.secrets.tell({ metadata: { ...current?.metadata, resourceVersion: 'of before' } });
    await made.clock.advance(10);
    await reading(made);
    expect(made.backend.logins).toEqual(['first']);
  });

  test('the spec: what is under way ends on the old one, the next read is on the new one', async () => {
    const made = world();
    made.backend.latencyMs = 100;
    const before = read(made);
    await made.clock.advance(50);
    made.put('SecretStore', 'vault', { scripted: { server: 'elsewhere' } });
    expect(await reading(made)).toBe('hunter2');
    expect(await before).toBe('hunter2');
    expect([made.backend.logins.length, made.backend.closed]).toEqual([2, 1]);
  });

  test('a store that is gone refuses at once and is closed', async () => {
    const made = world();
    await reading(made);
    made.caches.stores.remove({ namespace: 'web', name: 'vault' });
    await made.clock.advance(0);
    expect(made.backend.closed).toBe(1);
    expect(await reading(made)).toBe('SecretStore "vault" does not exist');
    expect(made.told.at(-1)).toBe('SecretStore vault in web');
  });
});

describe('promise 10: series of metrics', () => {
  test('there are none of stores that are not there, whatever names are asked for', () => {
    const told: string[] = [];
    const { stores } = world({ observer: { parked: ({ name }) => told.push(name) } });
    stores.seat([{ kind: 'SecretStore', name: 'nowhere' }], { namespace: 'web', name: 'app' }, 'new')?.leave();
    expect(told).toEqual([]);
  });

  test('those of a store that is gone stay gone when the last one leaves it', async () => {
    const told: string[] = [];
    const made = world({ observer: { parked: () => told.push('set'), forget: () => told.push('forgotten') } });
    await reading(made);
    const seat = made.stores.seat([vault], { namespace: 'web', name: 'app' }, 'new');
    made.caches.stores.remove({ namespace: 'web', name: 'vault' });
    seat?.leave();
    expect(told.at(-1)).toBe('forgotten');
  });
});

describe('promise 10: one user of a shared store', () => {
  const findAll = async (made: StoresInMemory): Promise<string> => {
    const store = await made.stores.store(shared, 'web', signal);
    const found = store.find({ name: 'all' }, now(made), signal).then(
      () => 'found',
      (error: unknown) => (error as Error).message,
    );
    await made.clock.advance(200);
    return found;
  };

  test('who may not search keeps nobody from reading', async () => {
    const made = world();
    made.put('ClusterSecretStore', 'shared', {});
    made.backend.moods.set('all', 'denying');
    expect(await findAll(made)).toContain('access denied');
    expect(await reading(made, 'db', shared, 'other')).toBe('hunter2');
  });

  test('with many stores that hang takes no more than his share of the workers', () => {
    const { stores } = world();
    const seats = Array.from({ length: 1000 }, (_, index) =>
      stores.seat([{ kind: 'SecretStore', name: `hangs-${index}` }], { namespace: 'web', name: `app-${index}` }, 'new'),
    );
    expect(seats.filter((seat) => seat !== undefined)).toHaveLength(124); // and four more for what is asked for
    expect(stores.seat([vault], { namespace: 'other', name: 'app' }, 'due')).toBeDefined();
    const called: string[] = [];
    stores.onRoom(({ name }) => called.push(name));
    seats[0]?.leave();
    expect(called).toEqual(['app-124']);
  });

  test('whose search takes long, and gets answers, does not make the store a hanging one', async () => {
    const made = world();
    made.put('ClusterSecretStore', 'shared', {});
    expect(await reading(made, 'db', shared)).toBe('hunter2');
    made.backend.latencyMs = 1000;
    made.backend.searchCalls = 30;
    const store = await made.stores.store(shared, 'web', signal);
    const found = store.find({ name: 'db' }, now(made), signal);
    await made.clock.advance(40_000);
    expect((await found).size).toBe(1);
  });
});
