import type { RemoteRef, SecretStore } from '@signet/provider';
import { testRoom } from '@signet/provider/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenBao } from '../../../../test/harness/openbao.ts';
import { startOpenBao } from '../../../../test/harness/openbao.ts';
import { openBao, vault } from './provider.ts';

const calm = new AbortController().signal;
let bao: OpenBao;

beforeAll(async () => {
  bao = await startOpenBao();
  const { admin } = bao;
  await admin.mount('old', 'kv', { version: '1' });
  await admin.call('POST', 'old/db', { password: 'old hunter' });
  await admin.put('secret', 'shapes', {
    text: 'plain',
    'tls.crt': 'dots in the name',
    number: 12_345_678,
    truth: true,
    nothing: null,
    nested: { users: [{ name: 'ann', password: 'hunter2' }], url: 'a&b<c>' },
  });
});
afterAll(async () => bao.stop());

/** Opens a store with the root token. */
function open(config: object, provider = vault): SecretStore {
  const room = testRoom();
  room.credentials.setSecret('default', 'token', { value: bao.rootToken });
  const auth = { tokenSecretRef: { name: 'token', key: 'value' } };
  return provider.configure({ server: bao.url, auth, ...config }, room.store).open(room);
}

async function read(store: SecretStore, ref: RemoteRef): Promise<string> {
  try {
    const [fetched] = await store.fetch([ref], calm);
    if (!fetched || fetched instanceof Error) throw fetched ?? new Error('no outcome');
    return Buffer.from(fetched.value(ref.property)).toString('utf8');
  } finally {
    await store.close();
  }
}

async function find(store: SecretStore, query: Parameters<SecretStore['find']>[0]): Promise<Readonly<Record<string, unknown>>> {
  try {
    const found = await store.find(query, calm);
    return Object.fromEntries([...found].map(([name, value]) => [name, JSON.parse(Buffer.from(value).toString('utf8'))]));
  } finally {
    await store.close();
  }
}

describe('external acceptance 40: values (real OpenBao)', () => {
  const rows = [
    ['text', 'plain'],
    ['tls.crt', 'dots in the name'],
    ['number', '12345678'],
    ['truth', 'true'],
    ['nothing', ''],
    ['nested', '{"url":"a\\u0026b\\u003cc\\u003e","users":[{"name":"ann","password":"hunter2"}]}'],
    ['nested.users.0.password', 'hunter2'],
    ['nested.users.#(name=="ann").password', 'hunter2'],
  ] as const;

  test.each(rows)('property %s', async (property, expected) => {
    expect(await read(open({ path: 'secret' }), { key: 'shapes', property })).toBe(expected);
  });

  test('without property the whole data is JSON with sorted keys', async () => {
    expect(await read(open({ path: 'secret' }), { key: 'shapes' })).toBe(
      '{"nested":{"url":"a\\u0026b\\u003cc\\u003e","users":[{"name":"ann","password":"hunter2"}]},' +
        '"nothing":null,"number":12345678,"text":"plain","tls.crt":"dots in the name","truth":true}',
    );
  });

  test('dataFrom: all keys, and the keys of one property', async () => {
    const store = open({ path: 'secret' });
    const [fetched] = await store.fetch([{ key: 'shapes' }], calm);
    await store.close();
    if (!fetched || fetched instanceof Error) throw fetched ?? new Error('no outcome');
    expect([...fetched.values(undefined).keys()].toSorted()).toEqual(['nested', 'nothing', 'number', 'text', 'tls.crt', 'truth']);
    expect([...fetched.values('nested').keys()].toSorted()).toEqual(['url', 'users']);
    expect(() => fetched.values('text')).toThrow('is not a JSON object');
  });

  test('an openBao store knows members, and no paths', async () => {
    expect(await read(open({ path: 'secret' }, openBao), { key: 'shapes', property: 'tls.crt' })).toBe('dots in the name');
    const reading = read(open({ path: 'secret' }, openBao), { key: 'shapes', property: 'nested.users' });
    await expect(reading).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_PROPERTY_MISSING' });
  });

  test('versions, and one that never was', async () => {
    await bao.admin.put('secret', 'versioned', { password: 'one' });
    await bao.admin.put('secret', 'versioned', { password: 'two' });
    const of = (version: string): Promise<string> =>
      read(open({ path: 'secret' }), { key: 'versioned', property: 'password', version });
    expect(await Promise.all([of('1'), of('2'), of('')])).toEqual(['one', 'two', 'two']);
    await expect(of('3')).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_NOT_FOUND' });
    await expect(of('latest')).rejects.toThrow('version: it is not a number');
  });

  test('a deleted version says so', async () => {
    await bao.admin.put('secret', 'gone', { password: 'x' });
    await bao.admin.remove('secret', 'gone');
    await expect(read(open({ path: 'secret' }), { key: 'gone' })).rejects.toThrow(
      'gone does not exist: its newest version was deleted',
    );
  });

  test('Fetch: custom metadata and three fields of the engine, as text', async () => {
    await bao.admin.put('secret', 'labelled', { password: 'x' });
    await bao.admin.label('secret', 'labelled', { team: 'web' });
    const metadata = JSON.parse(await read(open({ path: 'secret' }), { key: 'labelled', metadata: true })) as Record<
      string,
      string
    >;
    expect(metadata).toMatchObject({ team: 'web', current_version: '1', delete_version_after: '0s' });
    expect(Object.keys(metadata).toSorted()).toEqual(['created_time', 'current_version', 'delete_version_after', 'team']);
    expect(await read(open({ path: 'secret' }), { key: 'labelled', property: 'team', metadata: true })).toBe('web');
  });

  test('names with spaces and signs are sent as they are', async () => {
    await bao.admin.put('secret', 'a b/c?d&e', { password: 'odd' });
    expect(await read(open({ path: 'secret' }), { key: 'a b/c?d&e', property: 'password' })).toBe('odd');
  });

  test('version v1, with and without the mount in the store', async () => {
    expect(await read(open({ path: 'old', version: 'v1' }), { key: 'db', property: 'password' })).toBe('old hunter');
    expect(await read(open({ version: 'v1' }), { key: 'old/db', property: 'password' })).toBe('old hunter');
    const metadata = read(open({ path: 'old', version: 'v1' }), { key: 'db', metadata: true });
    await expect(metadata).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_UNSUPPORTED' });
  });

  test('version v2 without the mount in the store', async () => {
    expect(await read(open({}), { key: 'secret/shapes', property: 'text' })).toBe('plain');
    expect(await read(open({}), { key: 'secret/data/shapes', property: 'text' })).toBe('plain');
  });
});

describe('what is no missing secret, though the server says 404', () => {
  test('a mount that is not there', async () => {
    const reading = read(open({ path: 'nowhere' }), { key: 'db' });
    await expect(reading).rejects.toThrow('path: no engine is mounted at nowhere/data/db');
  });

  test('an engine of version v2 that is read as v1', async () => {
    const reading = read(open({ path: 'secret', version: 'v1' }), { key: 'shapes' });
    await expect(reading).rejects.toThrow('version: the engine does not know the path secret/shapes');
  });
});

describe('find', () => {
  beforeAll(async () => {
    const { admin } = bao;
    await admin.mount('tree', 'kv', { version: '2' });
    for (const path of ['top', 'team/db', 'team/web', 'team/deep/db', 'other/db']) await admin.put('tree', path, { at: path });
    await admin.label('tree', 'team/db', { env: 'prod', tier: 'gold' });
    await admin.label('tree', 'other/db', { env: 'prod' });
    await admin.put('tree', 'team/gone', { at: 'gone' });
    await admin.remove('tree', 'team/gone');
    await admin.call('POST', 'old/team/db', { at: 'old' });
  });

  const at = (...paths: readonly string[]): object => Object.fromEntries(paths.map((path) => [path, { at: path }]));

  test('a name matches anywhere in the whole path, below everything', async () => {
    expect(await find(open({ path: 'tree' }), { name: 'db$' })).toEqual(at('other/db', 'team/db', 'team/deep/db'));
    expect(await find(open({ path: 'tree' }), { name: '^team/' })).toEqual(at('team/db', 'team/deep/db', 'team/web'));
  });

  test('a path narrows the search, and stays in the names', async () => {
    expect(await find(open({ path: 'tree' }), { path: 'team/', name: '.*' })).toEqual(at('team/db', 'team/deep/db', 'team/web'));
  });

  test('tags all have to match, and a name too if it is given', async () => {
    expect(await find(open({ path: 'tree' }), { tags: { env: 'prod' } })).toEqual(at('other/db', 'team/db'));
    expect(await find(open({ path: 'tree' }), { tags: { env: 'prod', tier: 'gold' } })).toEqual(at('team/db'));
    expect(await find(open({ path: 'tree' }), { tags: { env: 'prod' }, name: '^other' })).toEqual(at('other/db'));
  });

  test('a path that is not there is missing', async () => {
    await expect(find(open({ path: 'tree' }), { path: 'nobody', name: '.*' })).rejects.toMatchObject({
      code: 'SIGNET_PROVIDER_NOT_FOUND',
    });
  });

  test('version v1 is searched by name, not by tags', async () => {
    expect(await find(open({ path: 'old', version: 'v1' }), { path: 'team', name: 'db' })).toEqual({ 'team/db': { at: 'old' } });
    const tagged = find(open({ path: 'old', version: 'v1' }), { tags: { env: 'prod' } });
    await expect(tagged).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_UNSUPPORTED' });
  });

  test('an openBao store searches one level, by name', async () => {
    expect(await find(open({ path: 'tree' }, openBao), { name: '.*' })).toEqual(at('top'));
    expect(await find(open({ path: 'tree' }, openBao), { path: 'team', name: 'b' })).toEqual({
      db: { at: 'team/db' },
      web: { at: 'team/web' },
    });
    const tagged = find(open({ path: 'tree' }, openBao), { tags: { env: 'prod' } });
    await expect(tagged).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_UNSUPPORTED' });
  });
});

describe('validate', () => {
  const validate = async (store: SecretStore): Promise<string> => {
    try {
      return await store.validate(calm);
    } finally {
      await store.close();
    }
  };

  test('ready when the login and the mount are as configured', async () => {
    expect(await validate(open({ path: 'secret' }))).toBe('ready');
    expect(await validate(open({ path: 'old', version: 'v1' }))).toBe('ready');
    expect(await validate(open({}))).toBe('ready');
  });

  const rows = [
    [{ path: 'old' }, 'version: the engine at old is of version v1, the store says v2'],
    [{ path: 'secret', version: 'v1' }, 'version: the engine at secret is of version v2, the store says v1'],
    [{ path: 'cubbyhole' }, 'path: the engine at cubbyhole is not a key-value engine'],
  ] as const;

  test.each(rows)('%j: %s', async (config, message) => {
    await expect(validate(open(config))).rejects.toThrow(message);
    await expect(validate(open(config, openBao))).rejects.toThrow(message);
  });

  test('a mount that the token may not know passes for a vault store, and fails for an openBao store', async () => {
    const room = testRoom();
    room.credentials.setSecret('default', 'token', { value: await bao.admin.token({ ttl: '1h' }) });
    const config = { server: bao.url, path: 'nowhere', auth: { tokenSecretRef: { name: 'token', key: 'value' } } };
    expect(await validate(vault.configure(config, room.store).open(room))).toBe('ready');
    await expect(validate(openBao.configure(config, room.store).open(room))).rejects.toThrow('path: nothing is mounted at nowhere');
  });

  test('external acceptance 40: a cluster store whose credentials are those of its users is unknown', async () => {
    const room = testRoom({ store: { kind: 'ClusterSecretStore', name: 'shared' }, namespace: null });
    const config = { server: bao.url, path: 'secret', auth: { tokenSecretRef: { name: 'token', key: 'value' } } };
    expect(await validate(vault.configure(config, room.store).open(room))).toBe('unknown');
  });

  test('external acceptance 40: the same store works for a user with a Secret in its namespace', async () => {
    const room = testRoom({ store: { kind: 'ClusterSecretStore', name: 'shared' }, namespace: 'web' });
    room.credentials.setSecret('web', 'token', { value: bao.rootToken });
    const config = { server: bao.url, path: 'secret', auth: { tokenSecretRef: { name: 'token', key: 'value' } } };
    expect(await read(vault.configure(config, room.store).open(room), { key: 'shapes', property: 'text' })).toBe('plain');
  });
});

describe('namespaces of the server', () => {
  test('secrets of one namespace, login in another, and none of another namespace', async () => {
    const { admin } = bao;
    await admin.call('POST', 'sys/namespaces/team', {});
    const team = admin.in('team');
    await team.mount('secret', 'kv', { version: '2' });
    await team.put('secret', 'db', { password: 'of the team' });
    await team.policy('reader', { 'secret/*': ['read'] });
    await team.auth('userpass', 'userpass');
    await team.call('POST', 'auth/userpass/users/ann', { password: 'open sesame', token_policies: ['reader'] });
    const room = testRoom();
    room.credentials.setSecret('default', 'ann', { value: 'open sesame' });
    const userPass = { username: 'ann', secretRef: { name: 'ann', key: 'value' } };
    const configs = [
      { namespace: 'team', auth: { userPass } },
      { namespace: 'team', auth: { namespace: 'team', userPass } },
    ];
    for (const config of configs) {
      const store = vault.configure({ server: bao.url, path: 'secret', ...config }, room.store).open(room);
      expect(await read(store, { key: 'db', property: 'password' })).toBe('of the team');
    }
    const elsewhere = vault
      .configure({ server: bao.url, path: 'secret', auth: { namespace: 'team', userPass } }, room.store)
      .open(room);
    await expect(read(elsewhere, { key: 'shapes' })).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_ACCESS_DENIED' });
  });
});
