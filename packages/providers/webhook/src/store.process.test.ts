import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { retryAfterOf } from '@signet/provider';
import type { RemoteRef, SecretStore } from '@signet/provider';
import { testRoom } from '@signet/provider/testing';
import type { TestRoom } from '@signet/provider/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { webhook } from './webhook.ts';

interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

const forever = new AbortController().signal;
let replies: Record<string, Reply>;
let seen: string[];
let url: string;
let room: TestRoom;
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  replies = {};
  seen = [];
  room = testRoom();
  const server = createServer((request, response) => {
    request.resume();
    seen.push(`${request.method} ${request.url}`);
    const { status = 200, headers = {}, body = '' } = replies[request.url ?? ''] ?? { status: 404 };
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function open(config: object, inRoom: TestRoom = room): SecretStore {
  const store = webhook.configure({ url: `${url}/{{ .remoteRef.key }}`, ...config }, inRoom.store).open(inRoom);
  closing.push(() => store.close());
  return store;
}

/** The value, or the code of the error. */
async function read(store: SecretStore, ref: RemoteRef): Promise<string> {
  return outcome(async () => {
    const [one] = await store.fetch([ref], forever);
    if (!one || one instanceof Error) throw one ?? new Error('nothing');
    return new TextDecoder().decode(one.value(ref.property));
  });
}

async function outcome(call: () => Promise<string>): Promise<string> {
  return call().catch((error: unknown) => String((error as { code?: string }).code).replace('SIGNET_PROVIDER_', ''));
}

// Source: external-secrets v2.9 behaviour of the webhook provider.
describe('what an answer gives', () => {
  const json = '{"a":{"b":"x"},"list":[{"v":1.5},{"v":2}],"n":null,"t":true,"text":"{\\"k\\":\\"v\\"}","none":[]}';
  test.each([
    [undefined, json],
    ['$.a.b', 'x'],
    ['$.a', '{"b":"x"}'],
    ['$.list[*].v', '1.5'],
    ['$.list', '{"v":1.5}'],
    ['$.n', ''],
    ['$.t', 'true'],
    ['$.absent', 'PROPERTY_MISSING'],
    ['$.none', 'PROPERTY_MISSING'],
    ['$.list[?(@.v == 3)].v', 'PROPERTY_MISSING'],
    ['$.list[', 'INVALID_CONFIG'],
    ['$.{{ .remoteRef.property }}.b', 'x'],
  ])('jsonPath %s: %s', async (jsonPath, expected) => {
    replies['/db'] = { body: json };
    expect(await read(open({ result: { jsonPath } }), { key: 'db', property: 'a' })).toBe(expected);
  });

  test('without jsonPath it is any bytes', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    replies['/db'] = { body: bytes };
    const [one] = await open({}).fetch([{ key: 'db' }], forever);
    expect(one).not.toBeInstanceOf(Error);
    expect((one as { value(property: undefined): Uint8Array }).value(undefined)).toEqual(bytes);
  });

  test.each([
    [undefined, { a: '{"b":"x"}', text: '{"k":"v"}' }],
    ['$.a', { b: 'x' }],
    ['$.text', { k: 'v' }],
    ['$.list', 'NOT_AN_OBJECT'],
    ['$..b', 'NOT_AN_OBJECT'],
  ])('all keys at %s are %j', async (jsonPath, expected) => {
    replies['/db'] = { body: '{"a":{"b":"x"},"text":"{\\"k\\":\\"v\\"}"}' };
    replies['/db'] = jsonPath === '$.list' ? { body: '{"list":[]}' } : replies['/db'];
    const [one] = await open({ result: { jsonPath } }).fetch([{ key: 'db' }], forever);
    const given = await outcome(async () => {
      const values = (one as { values(property: undefined): ReadonlyMap<string, Uint8Array> }).values(undefined);
      return JSON.stringify(Object.fromEntries([...values].map(([key, value]) => [key, new TextDecoder().decode(value)])));
    });
    expect(given).toBe(typeof expected === 'string' ? expected : JSON.stringify(expected));
  });
});

describe('what a status means', () => {
  test.each([
    [{ status: 404 }, 'NOT_FOUND'],
    [{ status: 304 }, 'INVALID_CONFIG'],
    [{ status: 401 }, 'ACCESS_DENIED'],
    [{ status: 403 }, 'ACCESS_DENIED'],
    [{ status: 400 }, 'INVALID_CONFIG'],
    [{ status: 429 }, 'THROTTLED'],
    [{ status: 500 }, 'UNAVAILABLE'],
    [{ status: 204 }, ''],
    [{ status: 300 }, 'BAD_ANSWER'],
  ])('%j: %s', async (reply, expected) => {
    replies['/db'] = reply;
    expect(await read(open({}), { key: 'db' })).toBe(expected);
  });

  test('a 503 tells when to come back', async () => {
    replies['/db'] = { status: 503, headers: { 'retry-after': '3' } };
    const error: unknown = await open({})
      .fetch([{ key: 'db' }], forever)
      .catch((thrown: unknown) => thrown);
    expect(retryAfterOf(error)).toBe(3000);
  });
});

describe('redirects', () => {
  test('are followed on the same host; a POST that is sent on by 303 becomes a GET', async () => {
    replies['/db'] = { status: 303, headers: { location: '/other?x=1' } };
    replies['/other?x=1'] = { body: 'there' };
    expect(await read(open({ method: 'POST', body: 'b' }), { key: 'db' })).toBe('there');
    expect(seen).toEqual(['POST /db', 'GET /other?x=1']);
  });

  test.each([
    ['to another host', 'http://other.invalid/x'],
    ['to another port', 'http://127.0.0.1:1/x'],
    ['round and round', '/db'],
  ])('%s are refused', async (_where, location) => {
    replies['/db'] = { status: 307, headers: { location } };
    expect(await read(open({}), { key: 'db' })).toBe('INVALID_CONFIG');
  });
});

describe('what is read once', () => {
  const ref = (key: string, version?: string, property?: string): RemoteRef => ({ key, version, property });
  const rows: readonly (readonly [object, RemoteRef, RemoteRef, boolean])[] = [
    [{}, ref('a'), ref('a', 'v1', 'p'), true],
    [{}, ref('a'), ref('b'), false],
    [{ headers: { v: '{{ .remoteRef.version }}' } }, ref('a'), ref('a', 'v1'), false],
    [{ body: '{{ .remoteRef.property }}' }, ref('a', '', 'p'), ref('a', '', 'q'), false],
    [{ result: { jsonPath: '$.{{ .remoteRef.property }}' } }, ref('a', '', 'p'), ref('a', '', 'q'), true],
    [{ result: { jsonPath: '$.{{ .remoteRef.version }}' } }, ref('a', 'v1'), ref('a', 'v2'), false],
    [{ body: '{{ .remoteRef | toJson }}' }, ref('a', '', 'p'), ref('a', '', 'q'), false],
    [{ body: '{{ toJson . }}' }, ref('a', '', 'p'), ref('a', '', 'q'), false],
    [{ body: '{{ toJson $ }}' }, ref('a', '', 'p'), ref('a', '', 'q'), false],
    [{ body: '{{ range . }}{{ . }}{{ end }}' }, ref('a', 'v'), ref('a', 'w'), false],
    [{ body: '{{ index .remoteRef (print "proper" "ty") }}' }, ref('a', '', 'p'), ref('a', '', 'q'), false],
    [{ url: 'https://host/all' }, ref('a'), ref('b'), true],
  ];
  test.each(rows)('%j: %j and %j: %s', (config, one, other, same) => {
    const store = open(config);
    expect(store.identify(one) === store.identify(other)).toBe(same);
  });

  test('credentials are read once for many references, and again after a failure', async () => {
    replies['/db'] = { body: 'x' };
    const store = open({ secrets: [{ name: 'auth', secretRef: { name: 'login' } }] });
    expect(await read(store, { key: 'db' })).toBe('CREDENTIALS_MISSING');
    room.credentials.setSecret('default', 'login', { a: 'b' });
    expect(await read(store, { key: 'db' }), 'without its label').toBe('CREDENTIALS_MISSING');
    room.credentials.setSecret('default', 'login', { a: 'b' }, { 'external-secrets.io/type': 'webhook' });
    expect(await Promise.all([1, 2, 3].map(() => read(store, { key: 'db' })))).toEqual(['x', 'x', 'x']);
    expect(room.credentials.asked).toHaveLength(3);
  });
});

test('a cluster store works for whoever uses it when it takes their namespace', () => {
  const all = { kind: 'ClusterSecretStore', name: 'all' } as const;
  const isReferent = (config: object): boolean => webhook.configure({ url: 'https://host', ...config }, all).isReferent;
  expect([
    isReferent({}),
    isReferent({ secrets: [{ name: 'a', secretRef: { name: 'a', namespace: 'b' } }] }),
    isReferent({ secrets: [{ name: 'a', secretRef: { name: 'a' } }] }),
    isReferent({ body: '{{ .remoteRef.namespace }}' }),
  ]).toEqual([false, false, true, true]);
});

test('calls are counted under the name of the peer, failed ones too', async () => {
  replies['/db'] = { body: 'x' };
  await read(open({}), { key: 'db' });
  await read(open({ url: 'http://127.0.0.1:1/' }), { key: 'db' });
  expect(room.calls.map(({ provider, call, ok }) => [provider, call, ok])).toEqual([
    ['Webhook', 'HTTPRequest', true],
    ['Webhook', 'HTTPRequest', false],
  ]);
});

test('a store that was closed gives nothing; one that nobody used closes as well', async () => {
  const store = open({});
  await store.close();
  await store.close();
  expect(await read(store, { key: 'db' })).toBe('UNAVAILABLE');
  expect(seen).toEqual([]);
});

test('finding and metadata are not there', async () => {
  const store = open({});
  expect(await read(store, { key: 'db', metadata: true })).toBe('UNSUPPORTED');
  expect(await outcome(async () => store.find({ name: 'x' }, forever).then(() => 'found'))).toBe('UNSUPPORTED');
  expect(await store.validate(forever)).toBe('unknown');
});

test('many hosts out of one template: each is called, and all are closed', async () => {
  const store = open({ url: `${url.replace('127.0.0.1', '127.0.0.{{ .remoteRef.key }}')}/x` });
  const codes = await Promise.all(Array.from({ length: 12 }, (_, index) => read(store, { key: String(index + 2) })));
  expect(new Set(codes)).toEqual(new Set(['UNAVAILABLE']));
});
