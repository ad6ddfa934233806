import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { page, serve } from './server.ts';
import type { Listening } from './server.ts';

let server: Listening;
const observed: string[] = [];
const ended: string[] = [];
beforeAll(async () => {
  server = await serve({
    address: '127.0.0.1:0',
    readTimeoutMs: 5000,
    writeTimeoutMs: 5000,
    routes: {
      '/ok': page(() => ({ status: 200, body: 'ok\n' })),
      '/broken': page(() => {
        throw new Error('the inside');
      }),
      '/echo': {
        method: 'POST',
        answer: async ({ body, client }) => ({ status: 200, body: `${client}: ${(await body()).toString()}` }),
      },
      '/waits': {
        method: 'POST',
        answer: async ({ body, signal }) => {
          await body();
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
          ended.push('nobody waits any more');
          throw signal.reason;
        },
      },
    },
    observe: ({ path, method, code }) => observed.push(`${method} ${path} ${code}`),
  });
});
afterAll(async () => server.close());

async function ask(path: string, init?: RequestInit): Promise<string> {
  const answer = await fetch(`${server.url}${path}`, init);
  return `${answer.status} ${await answer.text()}`;
}

describe('a small server', () => {
  test.each([
    ['/ok', {}, '200 ok\n'],
    ['/ok?x=1', {}, '200 ok\n'],
    ['/ok', { method: 'HEAD' }, '200 '],
    ['/ok', { method: 'POST', body: 'x' }, '405 method not allowed\n'],
    ['/echo', { method: 'POST', body: 'x', headers: { 'x-forwarded-for': '192.0.2.1' } }, '200 192.0.2.1: x'],
    ['/echo', { method: 'POST', body: 'x' }, '200 127.0.0.1: x'],
    ['/echo', {}, '405 method not allowed\n'],
    ['/constructor', {}, '404 not found\n'],
    ['/broken', {}, '500 internal error\n'],
  ])('%s %j -> %j', async (path, init, expected) => {
    expect(await ask(path, init)).toBe(expected);
  });

  test('labels of metrics cannot be made up by clients', async () => {
    observed.length = 0;
    await ask('/secret/web/db', { method: 'PURGE' });
    expect(observed).toEqual(['other unknown 404']);
  });

  test('a body without end is cut off', async () => {
    const { port } = new URL(server.url);
    const closed = new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write('POST /ok HTTP/1.1\r\nhost: x\r\ncontent-length: 100000000\r\n\r\n');
        const flood = (): void => {
          while (!socket.destroyed && socket.write(Buffer.alloc(16_384)));
        };
        socket.on('drain', flood);
        flood();
      });
      socket.on('error', () => undefined);
      socket.on('data', () => undefined);
      socket.on('close', () => resolve());
    });
    await closed;
  });

  test.each([
    [3 * 1024 * 1024, 200],
    [3 * 1024 * 1024 + 1, 413],
  ])('a body of %i bytes: %i', async (size, status) => {
    const answer = await fetch(`${server.url}/echo`, { method: 'POST', body: 'x'.repeat(size) });
    expect(answer.status).toBe(status);
  });

  test('work for a client that has gone is told to stop, and counted as such', async () => {
    observed.length = 0;
    const gone = new AbortController();
    const asking = fetch(`${server.url}/waits`, { method: 'POST', body: 'x', signal: gone.signal });
    await new Promise((resolve) => setTimeout(resolve, 50));
    gone.abort();
    await expect(asking).rejects.toThrow('abort');
    await vi.waitFor(() => expect(observed).toEqual(['POST /waits 499']), 5000);
    expect(ended).toEqual(['nobody waits any more']);
  });

  test('bodies that are sent slowly cannot use up the memory: beyond 24 MiB others are told to come back', async () => {
    const { port } = new URL(server.url);
    const sockets = Array.from({ length: 9 }, () => connect(Number(port), '127.0.0.1'));
    const most = 3 * 1024 * 1024;
    const heads: string[] = [];
    for (const socket of sockets) {
      socket.on('error', () => undefined);
      socket.on('data', (data) => heads.push(data.toString().split('\r\n')[0] ?? ''));
      socket.write(`POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: ${most}\r\n\r\n`);
      socket.write(Buffer.alloc(most - 1));
    }
    await vi.waitFor(() => expect(heads).toContain('HTTP/1.1 503 Service Unavailable'), 5000);
    for (const socket of sockets) socket.destroy();
    await vi.waitFor(async () => expect(await ask('/echo', { method: 'POST', body: 'x' })).toBe('200 127.0.0.1: x'), 5000);
  });

  test('a taken address is told in one sentence', async () => {
    const { host } = new URL(server.url);
    const again = serve({ address: host, routes: {}, readTimeoutMs: 1000, writeTimeoutMs: 1000 });
    await expect(again).rejects.toMatchObject({ code: 'SIGNET_CONTROLLER_LISTEN', message: expect.stringContaining(host) });
  });
});
