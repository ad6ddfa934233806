import { createClient, secrets } from '@signet/kube/client';
import type { Client, Secret } from '@signet/kube/client';
import { startSandbox } from '@signet/kube-sandbox';
import type { Sandbox } from '@signet/kube-sandbox';
import type { Fetched, SecretStore } from '@signet/provider';
import { retryAfterOf } from '@signet/provider';
import { testRoom } from '@signet/provider/testing';
import type { TestRoom } from '@signet/provider/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { kubernetes } from './kubernetes.ts';

const signal = AbortSignal.timeout(60_000);
const text = (value: Uint8Array | undefined): string => new TextDecoder().decode(value);

let sandbox: Sandbox;
let admin: Client;
let room: TestRoom;
let store: SecretStore;
const opened: SecretStore[] = [];

beforeAll(async () => {
  sandbox = await startSandbox({ namespaces: ['vault', 'web'] });
  admin = createClient(sandbox.connection());
  await put('db', { user: 'admin', 'a.b': 'dotted', config: '{"x":[1,"two"]}' }, { labels: { tier: 'gold', app: 'web' } });
  await put('db-old', { user: 'old' }, { labels: { tier: 'silver' } });
  await put('cache', { user: 'c' }, { labels: { tier: 'gold' } });
});
afterAll(async () => {
  await Promise.all(opened.map((each) => each.close()));
  await admin.close();
  await sandbox.stop();
});
beforeEach(() => {
  sandbox.intercept();
  room = testRoom();
  room.credentials.setSecret('default', 'login', { token: `${sandbox.token}\n`, bad: 'nobody', config: sandbox.kubeconfig() });
  store = open({ auth: { token: { bearerToken: { name: 'login', key: 'token' } } } });
  sandbox.resetRequests();
});

async function put(name: string, values: Record<string, string>, metadata: object = {}): Promise<Secret> {
  const data = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
  return admin.create(secrets, { metadata: { namespace: 'vault', name, ...metadata }, data });
}

function open(login: object, server: object = {}): SecretStore {
  const config = {
    server: { url: sandbox.url, caBundle: Buffer.from(sandbox.ca).toString('base64'), ...server },
    remoteNamespace: 'vault',
    ...login,
  };
  const one = kubernetes.configure(config, room.store).open(room);
  opened.push(one);
  return one;
}

/** The document of one key, or the error that says why there is none. */
async function read(key: string, from: SecretStore = store): Promise<Extract<Fetched, { value: unknown }>> {
  const [outcome] = await from.fetch([{ key }], signal);
  if (!outcome || outcome instanceof Error) throw outcome ?? new Error('no outcome');
  return outcome;
}

const withCode = (code: string): unknown => expect.objectContaining({ code: `SIGNET_PROVIDER_${code}` });

describe('reading', () => {
  test('gives a key, a path into its JSON, or all of a Secret of the remote namespace', async () => {
    const db = await read('db');
    expect(text(db.value('user'))).toBe('admin');
    expect(text(db.value('a.b'))).toBe('dotted');
    expect(text(db.value('config.x.1'))).toBe('two');
    expect([...db.values(undefined).keys()].toSorted()).toEqual(['a.b', 'config', 'user']);
  });

  test('gives metadata without reading a value', async () => {
    const [outcome] = await store.fetch([{ key: 'db', metadata: true }], signal);
    expect(outcome).not.toBeInstanceOf(Error);
    expect(text((outcome as { value(property: string): Uint8Array }).value('labels.tier'))).toBe('gold');
    expect(store.identify({ key: 'db', metadata: true })).not.toBe(store.identify({ key: 'db' }));
  });

  test('of what is not there is NOT_FOUND; of what is no name, INVALID_CONFIG', async () => {
    await expect(read('absent')).rejects.toEqual(withCode('NOT_FOUND'));
    await expect(read('a/b')).rejects.toEqual(withCode('INVALID_CONFIG'));
    await expect(read('..')).rejects.toEqual(withCode('INVALID_CONFIG'));
  });

  test.each([
    [401, 'ACCESS_DENIED'],
    [403, 'ACCESS_DENIED'],
    [429, 'THROTTLED'],
    [500, 'UNAVAILABLE'],
    [503, 'UNAVAILABLE'],
  ])('answered with %d is %s', async (status, code) => {
    sandbox.intercept(() => ({ status, retryAfter: 7 }));
    await expect(read('db')).rejects.toEqual(withCode(code));
  });

  test('throttled knows when to come back, and asks once', async () => {
    sandbox.intercept(() => ({ status: 429, retryAfter: 7 }));
    const error: unknown = await read('db').catch((reason: unknown) => reason);
    expect(retryAfterOf(error)).toBe(7000);
    expect(sandbox.requests).toHaveLength(1);
  });

  test('over a connection that breaks is UNAVAILABLE; given up by the caller, the reason is the signal’s', async () => {
    sandbox.intercept(() => 'reset');
    await expect(read('db')).rejects.toEqual(withCode('UNAVAILABLE'));
    sandbox.intercept(() => 'hang');
    const stop = new AbortController();
    const reading = store.fetch([{ key: 'db' }], stop.signal);
    stop.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  });

  test('with a certificate that is not trusted is UNAVAILABLE and says so', async () => {
    const plain = open({ auth: { token: { bearerToken: { name: 'login', key: 'token' } } } }, { caBundle: undefined });
    await expect(read('db', plain)).rejects.toThrow(/not trusted/);
  });

  test('an answer that is too long is BAD_ANSWER', async () => {
    room = room.limitedTo({ maxAnswerBytes: 100 });
    await expect(read('db', open({ auth: { token: { bearerToken: { name: 'login', key: 'token' } } } }))).rejects.toEqual(
      withCode('BAD_ANSWER'),
    );
  });

  test('what a foreign server says stays with it', async () => {
    sandbox.intercept(() => ({ status: 400, reason: 'password=hunter2' }));
    const outcome: unknown = await read('db').catch((error: unknown) => error);
    expect(String(outcome)).toMatch(/refused: HTTP 400$/);
  });

  test('is observed under the names of the peer’s metrics', async () => {
    await read('db');
    await expect(read('absent')).rejects.toThrow('absent does not exist');
    expect(room.calls.map(({ provider, call, ok }) => [provider, call, ok])).toEqual([
      ['Kubernetes', 'GetSecret', true],
      ['Kubernetes', 'GetSecret', false],
    ]);
  });
});

describe('finding', () => {
  const names = async (query: Parameters<SecretStore['find']>[0]): Promise<string[]> =>
    [...(await store.find(query, signal)).keys()].toSorted();

  test.each([
    ['by name', { name: '^db' }, ['db', 'db-old']],
    ['by a part of the name', { name: 'ach' }, ['cache']],
    ['by label', { tags: { tier: 'gold' } }, ['cache', 'db']],
    ['by all labels', { tags: { tier: 'gold', app: 'web' } }, ['db']],
    ['by name and label', { name: 'db', tags: { tier: 'silver' } }, ['db-old']],
    ['nothing', { name: '^absent$' }, []],
  ])('%s', async (_title, query, expected) => {
    await expect(names(query)).resolves.toEqual(expected);
  });

  test('gives whole Secrets as JSON', async () => {
    const found = await store.find({ name: '^cache$' }, signal);
    expect(text(found.get('cache'))).toBe('{"user":"c"}');
  });

  test.each([
    ['without name and tags', {}],
    ['with a pattern that is not RE2', { name: '(?=x)' }],
  ])('%s is INVALID_CONFIG', async (_title, query) => {
    await expect(store.find(query, signal)).rejects.toEqual(withCode('INVALID_CONFIG'));
  });
});

describe('credentials', () => {
  test('a token that was replaced is used when the old one is refused', async () => {
    const late = open({ auth: { token: { bearerToken: { name: 'login', key: 'bad' } } } });
    await expect(read('db', late)).rejects.toEqual(withCode('ACCESS_DENIED'));
    room.credentials.setSecret('default', 'login', { bad: sandbox.token });
    expect(text((await read('db', late)).value('user'))).toBe('admin');
  });

  test('the token of a ServiceAccount is asked for once, for an hour and its audiences', async () => {
    const asked: unknown[] = [];
    room.credentials.setServiceAccount('default', 'reader');
    room.credentials.makeToken = (account, audiences, seconds) => {
      asked.push([account.name, audiences, seconds]);
      return { token: sandbox.token, expiresAt: room.clock.now() + seconds * 1000 };
    };
    const reader = open({ auth: { serviceAccount: { name: 'reader', audiences: ['vault'] } } });
    await Promise.all(['db', 'cache', 'db-old'].map(async (key) => read(key, reader)));
    expect(asked).toEqual([['reader', ['vault'], 3600]]);
  });

  test('a kubeconfig says server and user', async () => {
    const own = kubernetes
      .configure({ authRef: { name: 'login', key: 'config' }, remoteNamespace: 'vault' }, room.store)
      .open(room);
    opened.push(own);
    expect(text((await read('db', own)).value('user'))).toBe('admin');
  });

  test('a kubeconfig that runs a program is refused, and the program is not run', async () => {
    const kubeconfig = sandbox.kubeconfig().replace(/^( +)token: .*$/m, '$1exec: {command: /bin/false}');
    room.credentials.setSecret('default', 'login', { config: kubeconfig });
    await expect(read('db', open({ authRef: { name: 'login', key: 'config' } }))).rejects.toThrow(/authRef: .*exec is not allowed/);
  });

  test('what stands in a kubeconfig is not told', async () => {
    room.credentials.setSecret('default', 'login', { config: sandbox.kubeconfig().replace('https://', 'ftp://me:hunter2@') });
    const outcome: unknown = await read('db', open({ authRef: { name: 'login', key: 'config' } })).catch((error: unknown) => error);
    expect(String(outcome)).toContain('spec.provider.kubernetes.authRef: its cluster names no address');
    expect(String(outcome)).not.toContain('hunter2');
  });

  test('that are missing are CREDENTIALS_MISSING until they are there', async () => {
    const late = open({ auth: { token: { bearerToken: { name: 'late', key: 'token' } } } });
    await expect(read('db', late)).rejects.toEqual(withCode('CREDENTIALS_MISSING'));
    room.credentials.setSecret('default', 'late', { token: sandbox.token });
    expect(text((await read('db', late)).value('user'))).toBe('admin');
  });

  test('without an address it is the cluster of the controller', async () => {
    const { hostname, port } = new URL(sandbox.url);
    room = testRoom({ env: { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port } });
    room.credentials.setSecret('default', 'login', { token: sandbox.token });
    const own = open({ auth: { token: { bearerToken: { name: 'login', key: 'token' } } } }, { url: 'kubernetes.default' });
    expect(text((await read('db', own)).value('user'))).toBe('admin');
  });
});

describe('validation', () => {
  test('asks for the rules of whoever the store is', async () => {
    await expect(store.validate(signal)).resolves.toBe('ready');
    expect(sandbox.requests[0]?.path).toMatch(/selfsubjectrulesreviews$/);
  });

  test('of a store that is refused is ACCESS_DENIED', async () => {
    const nobody = open({ auth: { token: { bearerToken: { name: 'login', key: 'bad' } } } });
    await expect(nobody.validate(signal)).rejects.toEqual(withCode('ACCESS_DENIED'));
  });

  test('of a cluster store with credentials of whoever uses it cannot be told', async () => {
    room = testRoom({ store: { kind: 'ClusterSecretStore', name: 'store' }, namespace: null });
    const referent = open({ auth: { token: { bearerToken: { name: 'login', key: 'token' } } } });
    await expect(referent.validate(signal)).resolves.toBe('unknown');
  });
});

test('a closed store gives up calls under way, and answers none', async () => {
  sandbox.intercept(() => 'hang');
  const reading = read('db');
  const [outcome] = await Promise.allSettled([reading, store.close()]);
  expect(outcome).toEqual({ status: 'rejected', reason: withCode('UNAVAILABLE') });
  await expect(read('db')).rejects.toEqual(withCode('UNAVAILABLE'));
});
