import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { startSandbox } from './index.ts';
import type { Sandbox } from './index.ts';
import { ApiClient } from './testing/api-client.ts';
import type { Json } from './testing/api-client.ts';

let sandbox: Sandbox;
let api: ApiClient;
const secrets = '/api/v1/namespaces/default/secrets';

beforeAll(async () => {
  sandbox = await startSandbox({ namespaces: ['extra'] });
  api = new ApiClient(sandbox);
});

afterAll(async () => {
  api.close();
  await sandbox.stop();
});

describe('a sandbox', () => {
  test('starts with the namespaces of a cluster and the ones asked for', async () => {
    const list = (await api.get('/api/v1/namespaces')).json;
    expect(list.items.map((item: Json) => item.metadata.name)).toEqual([
      'default',
      'extra',
      'kube-node-lease',
      'kube-public',
      'kube-system',
    ]);
  });

  test('hands out a kubeconfig', () => {
    const config: Json = parse(sandbox.kubeconfig());
    expect(config.clusters[0].cluster.server).toBe(sandbox.url);
    expect(Buffer.from(config.clusters[0].cluster['certificate-authority-data'], 'base64').toString()).toBe(sandbox.ca);
    expect(config.users[0].user.token).toBe(sandbox.token);
  });

  test('logs its requests', async () => {
    sandbox.resetRequests();
    await api.get(`${secrets}?limit=1`);
    expect(sandbox.requests).toEqual([{ method: 'GET', path: secrets, query: 'limit=1', userAgent: 'tester/1' }]);
  });

  test('keeps everything over a restart on the same port', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
    const dataFile = join(folder, 'data');
    const first = await startSandbox({ dataFile });
    const before = new ApiClient(first);
    const made = (await before.post(secrets, { metadata: { name: 'kept' } })).json;
    before.close();
    await first.stop();
    const second = await startSandbox({ dataFile, port: Number(new URL(first.url).port) });
    const after = new ApiClient(second);
    expect([second.url, second.token, second.ca]).toEqual([first.url, first.token, first.ca]);
    expect((await after.get(`${secrets}/kept`)).json).toEqual(made);
    const watch = await after.watch(`${secrets}?watch=true&resourceVersion=${made.metadata.resourceVersion}`);
    await after.post(secrets, { metadata: { name: 'later' } });
    await watch.until((events) => events.some((event) => event.object.metadata.name === 'later'));
    after.close();
    await second.stop();
    rmSync(folder, { recursive: true });
  });
});

test('stops although a client never finishes its handshake', async () => {
  const other = await startSandbox();
  const socket = connect(Number(new URL(other.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  await other.stop();
  await closed;
});

describe('faults', () => {
  test('a status with Retry-After', async () => {
    sandbox.intercept((request) => (request.path === secrets ? { status: 429, retryAfter: 7 } : undefined));
    const answer = await api.get(secrets);
    expect([answer.status, answer.headers['retry-after'], answer.json.reason]).toEqual([429, '7', 'TooManyRequests']);
    expect((await api.get('/version')).status).toBe(200);
    sandbox.intercept();
    expect((await api.get(secrets)).status).toBe(200);
  });

  test('reset: nothing is done; reset-after: all is done, nobody is told', async () => {
    sandbox.intercept(({ method }) => (method === 'POST' ? 'reset' : undefined));
    await expect(api.post(secrets, { metadata: { name: 'not-done' } })).rejects.toThrow(/ECONNRESET|hang up/);
    sandbox.intercept(({ method }) => (method === 'POST' ? 'reset-after' : undefined));
    await expect(api.post(secrets, { metadata: { name: 'done' } })).rejects.toThrow(/ECONNRESET|hang up/);
    sandbox.intercept();
    expect((await api.get(`${secrets}/not-done`)).status).toBe(404);
    expect((await api.get(`${secrets}/done`)).status).toBe(200);
  });

  test('a half-open watch is accepted and silent', async () => {
    sandbox.intercept((request) => (request.query.has('watch') ? 'half-open' : undefined));
    const silent = await api.watch(`${secrets}?watch=true`);
    sandbox.intercept();
    const live = await api.watch(`${secrets}?watch=true`);
    await api.post(secrets, { metadata: { name: 'told' } });
    await live.until((events) => events.some((event) => event.object.metadata.name === 'told'));
    expect(silent.events).toEqual([]);
    silent.close();
    live.close();
  });

  test('a delay lets the request through', async () => {
    sandbox.intercept(() => ({ delayMs: 1 }));
    expect((await api.get(secrets)).status).toBe(200);
    sandbox.intercept();
  });

  test('cut connections end watches; new ones are accepted', async () => {
    const watch = await api.watch(`${secrets}?watch=true`);
    sandbox.dropConnections();
    await watch.ended;
    const again = await api.watch(`${secrets}?watch=true`);
    again.close();
  });
});

describe('service accounts', () => {
  const token = '/api/v1/namespaces/default/serviceaccounts/default/token';

  test('get tokens that are good for their audience', async () => {
    const made = await api.post(token, { spec: {} });
    expect(made.status).toBe(201);
    const bearer = made.json.status.token as string;
    const who = await api.send('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { body: {}, token: bearer });
    expect(who.json.status.userInfo.username).toBe('system:serviceaccount:default:default');
    const other = (await api.post(token, { spec: { audiences: ['vault'] } })).json.status.token as string;
    expect((await api.send('GET', secrets, { token: other })).status).toBe(401);
    const review = (spec: object): Promise<Json> =>
      api.post('/apis/authentication.k8s.io/v1/tokenreviews', { spec }).then((answer) => answer.json.status);
    expect(await review({ token: other, audiences: ['vault'] })).toMatchObject({ authenticated: true, audiences: ['vault'] });
    expect((await review({ token: other })).authenticated).toBeUndefined();
  });

  test('ask for ten minutes at least', async () => {
    const answer = await api.post(token, { spec: { expirationSeconds: 599 } });
    expect(answer.json).toMatchObject({ code: 422, details: { causes: [{ field: 'spec.expirationSeconds' }] } });
  });
});

test('the service proxy reaches the process behind an Endpoints object', async () => {
  const backend = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { authorization, 'x-forwarded-uri': uri } = request.headers;
      response.writeHead(207, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ method: request.method, url: request.url, body, authorization, uri }));
    });
  });
  await new Promise<void>((done) => backend.listen(0, '127.0.0.1', () => done()));
  const { port } = backend.address() as AddressInfo;
  const services = '/api/v1/namespaces/default/services';
  await api.post(services, { metadata: { name: 'web' }, spec: { ports: [{ name: 'http', port: 8080 }] } });
  for (const target of ['web:http', 'http:web:http', 'web:8080']) {
    expect((await api.get(`${services}/${target}/proxy/x`)).json).toMatchObject({
      code: 404,
      message: 'endpoints "web" not found',
    });
  }
  await api.post('/api/v1/namespaces/default/endpoints', {
    metadata: { name: 'web' },
    subsets: [{ addresses: [{ ip: '127.0.0.1' }], ports: [{ name: 'http', port }] }],
  });
  for (const target of ['web:http', 'http:web:http', 'web:8080', 'web']) {
    const answer = await api.send('POST', `${services}/${target}/proxy/v1/verify?x=1`, { body: 'hello', type: 'text/plain' });
    expect([target, answer.status]).toEqual([target, 207]);
    expect(answer.json).toEqual({
      method: 'POST',
      url: '/v1/verify?x=1',
      body: 'hello',
      uri: `${services}/${target}/proxy/v1/verify`,
    });
  }
  await api.merge('/api/v1/namespaces/default/endpoints/web', {
    subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ name: 'http', port }] }],
  });
  expect((await api.get(`${services}/web:http/proxy/`)).status).toBe(503);
  await new Promise((done) => backend.close(done));
});
