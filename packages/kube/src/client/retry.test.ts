import { isSignetError } from '@signet/errors';
import { describe, expect, test } from 'vitest';
import { impatientClock } from '../testing/impatient-clock.ts';
import { get, object, post, scriptedClients } from '../testing/scripted-client.ts';
import type { Reply, Script, Seen } from '../testing/scripted-server.ts';
import type { Client, RawRequest } from './client.ts';
import { configMaps } from './resource.ts';

const { connect, serve } = scriptedClients();

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

const put = (client: Client): Promise<unknown> => client.replace(configMaps, object);
const { resourceVersion: _, ...unversioned } = object.metadata;
const blindPut = (client: Client): Promise<unknown> => client.replace(configMaps, { ...object, metadata: unversioned });
const patch = (client: Client): Promise<unknown> => client.patch(configMaps, object.metadata, {}, { type: 'merge' });
const del = (client: Client): Promise<unknown> => client.delete(configMaps, object.metadata, { uid: 'u' });
const blindDelete = (client: Client): Promise<unknown> => client.delete(configMaps, object.metadata);
const raw = (method: RawRequest['method']) => (client: Client) =>
  client.request({ method, path: '/x', body: method === 'POST' ? 'b' : undefined });

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
