import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isSignetError } from '@signet/errors';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Authority } from '../testing/authority.ts';
import { makeAuthority } from '../testing/authority.ts';
import { startConnectProxy } from '../testing/connect-proxy.ts';
import { eventually } from '../testing/eventually.ts';
import { impatientClock } from '../testing/impatient-clock.ts';
import type { Reply, Script, ScriptedServer, Seen } from '../testing/scripted-server.ts';
import { startScripted } from '../testing/scripted-server.ts';
import { thrown } from '../testing/thrown.ts';
import type { ClientOptions } from './create-client.ts';
import { createClient } from './create-client.ts';
import type { Client, RawRequest } from './client.ts';
import type { Connection } from './connection.ts';
import { manualClock } from './manual-clock.ts';
import { configMaps } from './resource.ts';

let authority: Authority;
beforeAll(() => {
  authority = makeAuthority('one');
});

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const object = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'web', name: 'a', resourceVersion: '7' },
  data: { k: 'ä€😀' },
};

async function serve(script: Script, tls?: Parameters<typeof startScripted>[1]): Promise<ScriptedServer> {
  const server = await startScripted(script, tls);
  cleanups.push(() => server.stop());
  return server;
}

function connect(server: ScriptedServer, connection: Partial<Connection> = {}, options: ClientOptions = {}): Client {
  const client = createClient({ server: server.url, ...connection }, { clock: impatientClock(), random: () => 0, ...options });
  cleanups.push(() => client.close());
  return client;
}

async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'kube-'));
  cleanups.push(() => rm(made, { recursive: true }));
  return made;
}

/** Answers the first requests by the list, and every later one with the object. */
function first(...steps: ((reply: Reply, seen: Seen) => void)[]): Script {
  let next = 0;
  return (seen, reply) => {
    const step = steps[next++];
    if (step) step(reply, seen);
    else reply.json(200, object);
  };
}

const fail = (status: number, headers?: Record<string, string>) => (reply: Reply) =>
  reply.refuse(status, 'Scripted', 'scripted', headers);
const reset = (reply: Reply): void => reply.reset();

const get = (client: Client): Promise<unknown> => client.get(configMaps, { namespace: 'web', name: 'a' });
const post = (client: Client): Promise<unknown> => client.create(configMaps, object);
const put = (client: Client): Promise<unknown> => client.replace(configMaps, object);
const { resourceVersion: _, ...unversioned } = object.metadata;
const blindPut = (client: Client): Promise<unknown> => client.replace(configMaps, { ...object, metadata: unversioned });
const patch = (client: Client): Promise<unknown> => client.patch(configMaps, object.metadata, {}, { type: 'merge' });
const del = (client: Client): Promise<unknown> => client.delete(configMaps, object.metadata, { uid: 'u' });
const blindDelete = (client: Client): Promise<unknown> => client.delete(configMaps, object.metadata);
const raw = (method: RawRequest['method']) => (client: Client) =>
  client.request({ method, path: '/x', body: method === 'POST' ? 'b' : undefined });

describe('connections', () => {
  test('300 sequential requests use one TLS connection', async () => {
    const server = await serve((_seen, reply) => reply.json(200, object), authority.issue());
    const client = connect(server, { ca: authority.ca });
    for (let i = 0; i < 300; i += 1) await get(client);
    expect(server.seen).toHaveLength(300);
    expect(server.accepted).toBe(1);
  });

  test('an unknown certificate authority is refused with a code, and accepted with insecureSkipTlsVerify', async () => {
    const server = await serve((_seen, reply) => reply.json(200, object), authority.issue());
    await expect(get(connect(server))).rejects.toMatchObject({ code: 'SIGNET_KUBE_UNTRUSTED' });
    expect(server.seen).toHaveLength(0);
    await expect(get(connect(server, { insecureSkipTlsVerify: true }))).resolves.toEqual(object);
  });

  test('tlsServerName is the name that is verified', async () => {
    const identity = makeAuthority('named');
    const server = await startScripted((_seen, reply) => reply.json(200, object), identity.issue(['kubernetes']));
    cleanups.push(() => server.stop());
    const under = (tlsServerName: string): Client => connect(server, { ca: identity.ca, tlsServerName });
    await expect(get(under('kubernetes'))).resolves.toEqual(object);
    await expect(get(under('elsewhere'))).rejects.toMatchObject({ code: 'SIGNET_KUBE_UNTRUSTED' });
  });

  test('HTTP/1.1 is spoken also to a server that offers HTTP/2: a watch shares its socket with nobody', async () => {
    const server = await serve((_seen, reply) => reply.json(200, object), {
      ...authority.issue(),
      ALPNProtocols: ['h2', 'http/1.1'],
    });
    await expect(get(connect(server, { ca: authority.ca }, { retries: 0 }))).resolves.toEqual(object);
  });

  test('a proxy: every request goes through a tunnel to the server, which is verified as itself', async () => {
    const server = await serve((_seen, reply) => reply.json(200, object), authority.issue(['k8s.corp']));
    const proxy = await startConnectProxy(server.url);
    cleanups.push(() => proxy.stop());
    const through = { server: 'https://k8s.corp:6443', ca: authority.ca, proxyUrl: proxy.url };
    const client = connect(server, through);
    await get(client);
    await expect(get(client)).resolves.toEqual(object);
    expect(proxy.asked).toEqual(['k8s.corp:6443']);
    const another = connect(server, { ...through, server: 'https://another.corp:6443' }, { retries: 0 });
    await expect(get(another)).rejects.toMatchObject({ code: 'SIGNET_KUBE_UNTRUSTED' });
  });

  test('certificates that do not fit together are named before anything is sent', async () => {
    const server = await serve((_seen, reply) => reply.json(200, object), authority.issue());
    const [{ cert }, { key }] = [authority.issue(), authority.issue()];
    const client = connect(server, { ca: authority.ca, clientCert: cert, clientKey: key });
    await expect(get(client)).rejects.toMatchObject({ code: 'SIGNET_KUBE_BAD_CERTIFICATES' });
    expect(server.accepted).toBe(0);
  });

  test('a client certificate is shown', async () => {
    const mutual = { ...authority.issue(), ca: authority.ca, requestCert: true, rejectUnauthorized: true };
    const server = await serve((_seen, reply) => reply.json(200, object), mutual);
    const { cert, key } = authority.issue(['me']);
    await expect(get(connect(server, { ca: authority.ca, clientCert: cert, clientKey: key }))).resolves.toEqual(object);
    await expect(get(connect(server, { ca: authority.ca }, { retries: 0 }))).rejects.toMatchObject({
      code: 'SIGNET_KUBE_UNREACHABLE',
    });
  });

  test('nobody listening: a coded error that names the server', async () => {
    const server = await startScripted(() => {});
    await server.stop();
    await expect(get(connect(server))).rejects.toMatchObject({
      code: 'SIGNET_KUBE_UNREACHABLE',
      message: `cannot reach ${server.url} (ECONNREFUSED)`,
    });
  });

  test('the CA file is replaced: a new pool trusts the new one, the old is drained', async () => {
    const next = makeAuthority('two');
    const file = path.join(await folder(), 'ca.crt');
    await writeFile(file, authority.ca);
    const before = await serve((_seen, reply) => reply.json(200, object), authority.issue());
    const client = connect(before, { caFile: file });
    await get(client);
    await get(client);
    expect(before.accepted).toBe(1);

    // The server comes back on the same port with a certificate of the new authority.
    const port = Number(new URL(before.url).port);
    await before.stop();
    const after = await startScripted((_seen, reply) => reply.json(200, object), next.issue(), port);
    cleanups.push(() => after.stop());
    await expect(get(client)).rejects.toMatchObject({ code: 'SIGNET_KUBE_UNTRUSTED' });
    await writeFile(`${file}.new`, next.ca);
    await rename(`${file}.new`, file);
    await expect(get(client)).resolves.toEqual(object);
    await get(client);
    expect(after.seen).toHaveLength(2);
  });
});

describe('what is tried again', () => {
  const rows: readonly [string, 'again' | 'refused', (client: Client) => Promise<unknown>, (reply: Reply) => void][] = [
    ['GET after 429', 'again', get, fail(429)],
    ['GET after 503', 'again', get, fail(503)],
    ['GET after 500', 'again', get, fail(500)],
    ['GET after a reset', 'again', get, reset],
    ['GET after 403', 'refused', get, fail(403)],
    ['GET after 404', 'refused', get, fail(404)],
    ['POST after 429', 'again', post, fail(429)],
    ['POST after 503 with Retry-After', 'again', post, fail(503, { 'retry-after': '1' })],
    ['POST after 503 without Retry-After', 'refused', post, fail(503)],
    ['POST after 500', 'refused', post, fail(500)],
    ['POST after a reset', 'refused', post, reset],
    ['PATCH after a reset', 'refused', patch, reset],
    ['PATCH after 429', 'again', patch, fail(429)],
    ['PUT with a resourceVersion after a reset', 'again', put, reset],
    ['PUT with a resourceVersion after 504', 'again', put, fail(504)],
    ['PUT without a resourceVersion after a reset', 'refused', blindPut, reset],
    ['DELETE with a uid after a reset', 'again', del, reset],
    ['DELETE without a precondition after a reset', 'refused', blindDelete, reset],
    ['DELETE without a precondition after 429', 'again', blindDelete, fail(429)],
    ['raw POST after a reset', 'refused', raw('POST'), reset],
    ['raw GET after a reset', 'again', raw('GET'), reset],
  ];

  test.each(rows)('%s -> %s', async (_name, expected, act, step) => {
    const server = await serve(first(step));
    const outcome = await act(connect(server)).then(
      () => 'again',
      (error: unknown) => (isSignetError(error) ? 'refused' : error),
    );
    expect(outcome).toBe(expected);
    expect(server.seen).toHaveLength(expected === 'again' ? 2 : 1);
  });

  test('a POST goes out the second time with its full body', async () => {
    const server = await serve(first(fail(429, { 'retry-after': '2' })));
    const clock = impatientClock();
    await post(connect(server, {}, { clock }));
    expect(server.seen.map((seen) => JSON.parse(seen.body) as unknown)).toEqual([object, object]);
    expect(clock.slept).toEqual([2000]); // as asked, not the exponential
  });

  test('Retry-After as an HTTP date is understood', async () => {
    const clock = impatientClock();
    const date = new Date(Math.ceil(Date.now() / 1000) * 1000 + 30_000);
    const server = await serve(first(fail(503, { 'retry-after': date.toUTCString() })));
    await post(connect(server, {}, { clock }));
    expect(clock.slept).toHaveLength(1);
    expect(clock.slept[0]).toBeGreaterThan(25_000);
    expect(clock.slept[0]).toBeLessThanOrEqual(31_000);
  });

  test('waits grow, and end with the last refusal', async () => {
    const clock = impatientClock();
    const server = await serve((_seen, reply) => reply.refuse(500, 'InternalError', 'down'));
    await expect(get(connect(server, {}, { clock, retries: 4 }))).rejects.toMatchObject({ status: 500, serverMessage: 'down' });
    expect(server.seen).toHaveLength(5);
    expect(clock.slept).toEqual([125, 250, 500, 1000]); // 250 * 2^n with the least jitter
  });

  test('a wait past the deadline is not begun: the refusal tells how long', async () => {
    const server = await serve((_seen, reply) => reply.refuse(429, 'TooManyRequests', 'busy', { 'retry-after': '120' }));
    await expect(get(connect(server))).rejects.toMatchObject({ status: 429, retryAfterMs: 120_000 });
    expect(server.seen).toHaveLength(1);
  });

  test('raw: the refusal comes back as an answer', async () => {
    const server = await serve((_seen, reply) => reply.refuse(404, 'NotFound'));
    const answer = await connect(server).request({ method: 'GET', path: '/x', raw: true });
    expect(answer.status).toBe(404);
    expect(JSON.parse(new TextDecoder().decode(answer.body))).toMatchObject({ reason: 'NotFound' });
  });
});

describe('who is asking', () => {
  const withToken =
    (token: string): Script =>
    (seen, reply) =>
      seen.headers.authorization === `Bearer ${token}` ? reply.json(200, object) : reply.refuse(401, 'Unauthorized');

  test('the token file is read again after a minute, and not before', async () => {
    const clock = manualClock();
    const file = path.join(await folder(), 'token');
    await writeFile(file, 'one\n');
    const server = await serve((_seen, reply) => reply.json(200, object));
    const client = connect(server, { tokenFile: file }, { clock });
    await get(client);
    await writeFile(file, 'two\n');
    await clock.advance(59_000);
    await get(client);
    await clock.advance(1000);
    await get(client);
    expect(server.seen.map((seen) => seen.headers.authorization)).toEqual(['Bearer one', 'Bearer one', 'Bearer two']);
  });

  test('after a 401 the token file is read at once, and the request repeated once', async () => {
    const file = path.join(await folder(), 'token');
    await writeFile(file, 'one');
    const server = await serve(withToken('one'));
    const client = connect(server, { tokenFile: file });
    await get(client);
    server.script = withToken('two');
    await expect(get(client)).rejects.toMatchObject({ status: 401, code: 'SIGNET_KUBE_API_UNAUTHORIZED' });
    await writeFile(file, 'two');
    await expect(post(client)).resolves.toEqual(object);
    expect(server.seen.map((seen) => seen.headers.authorization?.slice(7))).toEqual(['one', 'one', 'one', 'two']);
  });

  test('headers() is asked to renew after a 401', async () => {
    const asked: (boolean | undefined)[] = [];
    const headers = async (o?: { renew: boolean }): Promise<Record<string, string>> => {
      asked.push(o?.renew);
      return { authorization: o?.renew ? 'Bearer fresh' : 'Bearer stale' };
    };
    const server = await serve(withToken('fresh'));
    await expect(get(connect(server, { headers }))).resolves.toEqual(object);
    expect(asked).toEqual([false, true]);
  });

  test('impersonation, name and password, user agent', async () => {
    const server = await serve((_seen, reply) => reply.json(200, object));
    const impersonate = { user: 'alice', uid: 'u-1', groups: ['dev', 'ops'] };
    const client = connect(server, { username: 'me', password: 'pw', impersonate }, { userAgent: 'signet-test/1' });
    await get(client);
    expect(server.seen[0]?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('me:pw').toString('base64')}`,
      'user-agent': 'signet-test/1',
      'impersonate-user': 'alice',
      'impersonate-uid': 'u-1',
      'impersonate-group': 'dev, ops',
    });
  });

  test('a token file that is missing is named', async () => {
    const file = path.join(await folder(), 'token');
    const server = await serve((_seen, reply) => reply.json(200, object));
    await expect(get(connect(server, { tokenFile: file }))).rejects.toMatchObject({
      code: 'SIGNET_KUBE_FILE_UNREADABLE',
      message: `cannot read the token file ${file} (ENOENT)`,
    });
  });
});

describe('ends', () => {
  const silent: Script = () => {};

  test('the deadline', async () => {
    const clock = manualClock();
    const server = await serve(silent);
    const outcome = thrown(get(connect(server, {}, { clock })));
    await eventually('the request arrives', () => server.seen.length === 1);
    await clock.advance(60_000);
    expect(await outcome).toMatchObject({ code: 'SIGNET_KUBE_TIMEOUT' });
    await eventually('the socket is closed', () => server.open === 0);
  });

  test('the signal: its reason comes back, the socket is closed', async () => {
    const server = await serve(silent);
    const controller = new AbortController();
    const outcome = thrown(connect(server).get(configMaps, object.metadata, { signal: controller.signal }));
    await eventually('the request arrives', () => server.seen.length === 1);
    controller.abort(new Error('enough'));
    expect(await outcome).toBe(controller.signal.reason);
    await eventually('the socket is closed', () => server.open === 0);
  });

  test('a signal aborted before: nothing is sent', async () => {
    const server = await serve(silent);
    await expect(
      connect(server).get(configMaps, object.metadata, { signal: AbortSignal.abort(new Error('before')) }),
    ).rejects.toThrow('before');
    expect(server.seen).toHaveLength(0);
  });

  test('close() rejects what is under way, also between attempts, and everything after', async () => {
    const server = await serve((_seen, reply) => reply.refuse(429, 'TooManyRequests', 'busy', { 'retry-after': '30' }));
    const client = createClient({ server: server.url }, { clock: manualClock() });
    const outcome = thrown(get(client));
    await eventually('the request arrives', () => server.seen.length === 1);
    await client.close();
    expect(await outcome).toMatchObject({ code: 'SIGNET_KUBE_CLOSED' });
    await expect(get(client)).rejects.toMatchObject({ code: 'SIGNET_KUBE_CLOSED' });
    expect(server.open).toBe(0);
  });
});
