import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { jumpingClock, startFaultProxy } from '../testing/index.ts';
import type { Fault, FaultProxy } from '../testing/index.ts';
import { httpClient } from './client.ts';
import type { HttpClient, HttpClientOptions } from './client.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server: Server = createServer(handler);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function clientOf(baseUrl: string, others: Partial<HttpClientOptions> = {}): HttpClient {
  const options = { sockets: 2, callTimeoutMs: 10_000, maxAnswerBytes: 1000, clock: jumpingClock() };
  const client = httpClient({ ...options, baseUrl, ...others });
  closing.push(() => client.close());
  return client;
}

async function proxied(): Promise<FaultProxy> {
  const target = await serve((request, response) => {
    request.resume();
    response.end('x'.repeat(500));
  });
  const proxy = await startFaultProxy({ target });
  closing.push(() => proxy.stop());
  return proxy;
}

const forever = new AbortController().signal;
const get = { method: 'GET', path: '/v1/secret', query: { token: 'canary-in-query' }, headers: { 'x-token': 'canary-in-header' } };

test('a call sends method, path below the base, query, headers and body, and gives status, headers and bytes', async () => {
  const url = await serve((request, response) => {
    const chunks: Uint8Array[] = [];
    request.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url: path, headers } = request;
      response.writeHead(201, { 'X-Two': ['a', 'b'] });
      response.end(JSON.stringify([method, path, headers['x-own'], headers['x-all'], Buffer.concat(chunks).toString('hex')]));
    });
  });
  const client = clientOf(`${url}/base/`, { headers: { 'x-all': 'yes' } });
  const query = { a: 'b c', list: ['1', '2'], none: undefined };
  const body = Uint8Array.of(0, 255);
  const answer = await client.call({ method: 'POST', path: '/v1/x%2Fy', query, headers: { 'x-own': '1' }, body, signal: forever });
  expect(answer).toMatchObject({ status: 201, headers: { 'x-two': 'a, b' } });
  expect(JSON.parse(new TextDecoder().decode(answer.body))).toEqual([
    'POST',
    '/base/v1/x%2Fy?a=b+c&list=1&list=2',
    '1',
    'yes',
    '00ff',
  ]);
});

describe('what goes wrong is an error with a short cause', () => {
  const rows: readonly (readonly [Fault, string, RegExp])[] = [
    ['reset', 'UNAVAILABLE', /ECONNRESET|closed the connection/],
    ['cut', 'UNAVAILABLE', /cut|closed the connection/],
    ['hang', 'UNAVAILABLE', /no answer within 300 ms/],
    [{ status: 200, body: 'y'.repeat(1001) }, 'BAD_ANSWER', /longer than 1000 bytes/],
  ];
  test.each(rows)('%j: %s', async (fault, code, because) => {
    const proxy = await proxied();
    const client = clientOf(proxy.url, { callTimeoutMs: 300 });
    proxy.next(fault);
    const error: unknown = await client.call({ ...get, signal: forever }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: `SIGNET_PROVIDER_${code}` });
    expect(String(error)).toMatch(because);
    expect(JSON.stringify(error) + String(error) + String((error as Error).stack)).not.toContain('canary');
    expect((await client.call({ ...get, signal: forever })).body, 'the next call works').toHaveLength(500);
  });

  test('nobody listens', async () => {
    const proxy = await proxied();
    const { url } = proxy;
    await proxy.stop();
    closing.pop();
    await expect(clientOf(url).call({ ...get, signal: forever })).rejects.toThrow(
      /not available: it refuses connections \(ECONNREFUSED\)$/,
    );
  });

  test('the authority of the server is another', async () => {
    const proxy = await proxied();
    const https = proxy.url.replace('http:', 'https:');
    await expect(clientOf(https).call({ ...get, signal: forever })).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_UNAVAILABLE' });
  });

  test.each([
    ['not a url', {}],
    ['ftp://x', {}],
    ['https://x', { ca: 'no certificate', clientCert: 'x', clientKey: 'y' }],
    ['https://x', { env: { HTTPS_PROXY: 'http://[' } }],
  ])('%s %j is refused before any call', (baseUrl, others) => {
    expect(() => clientOf(baseUrl, others)).toThrow(expect.objectContaining({ code: 'SIGNET_PROVIDER_INVALID_CONFIG' }) as Error);
  });
});

test('a redirect is an answer: nothing goes to where it points', async () => {
  const proxy = await proxied();
  proxy.next({ status: 307, headers: { location: 'http://elsewhere.invalid/' } });
  const answer = await clientOf(proxy.url).call({ ...get, signal: forever });
  expect(answer).toMatchObject({ status: 307, headers: { location: 'http://elsewhere.invalid/' } });
});

test('a call that is aborted rejects with the reason and leaves no connection waiting', async () => {
  const proxy = await proxied();
  const client = clientOf(proxy.url);
  proxy.always('hang');
  const leaving = new AbortController();
  const calling = client.call({ ...get, signal: leaving.signal }).catch((error: unknown) => error);
  while (proxy.hanging === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  const reason = new Error('enough');
  leaving.abort(reason);
  expect(await calling).toBe(reason);
  while (proxy.hanging > 0) await new Promise((resolve) => setTimeout(resolve, 2));
  await expect(client.call({ ...get, signal: leaving.signal })).rejects.toBe(reason);
});

test('no more sockets than allowed are opened, and closing ends all of them and the calls on them', async () => {
  const proxy = await proxied();
  const client = clientOf(proxy.url, { sockets: 2 });
  await Promise.all(Array.from({ length: 20 }, () => client.call({ ...get, signal: forever })));
  expect(proxy.sockets).toBeLessThanOrEqual(2);
  proxy.always('hang');
  const waiting = client.call({ ...get, signal: forever });
  const outcome = waiting.catch((error: unknown) => error);
  while (proxy.hanging === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  await client.close();
  expect(await outcome).toMatchObject({ code: 'SIGNET_PROVIDER_UNAVAILABLE' });
  while (proxy.sockets > 0) await new Promise((resolve) => setTimeout(resolve, 2));
  await expect(client.call({ ...get, signal: forever })).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_UNAVAILABLE' });
});

test('calls go through the proxy of the environment', async () => {
  const seen: string[] = [];
  const proxy = await serve((request, response) => {
    seen.push(request.url ?? '');
    response.end('by proxy');
  });
  const client = clientOf('http://backend.invalid', { env: { HTTP_PROXY: proxy } });
  const answer = await client.call({ method: 'GET', path: '/x', signal: forever });
  expect(new TextDecoder().decode(answer.body)).toBe('by proxy');
  expect(seen).toEqual(['http://backend.invalid/x']);
});
