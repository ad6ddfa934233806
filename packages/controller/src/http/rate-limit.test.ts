import { describe, expect, test } from 'vitest';
import { limited, RateLimit } from './rate-limit.ts';
import type { Route } from './server.ts';

// Two a second, two more at once: one request costs 500 ms of an allowance of 1500 ms. By hand.
describe('a client', () => {
  test('has three at once, then one each half second', () => {
    const limit = new RateLimit({ perSecond: 2, burst: 2 });
    const ask = (now: number): string => {
      const { allowed, limit: most, remaining, resetSeconds, retryAfterSeconds } = limit.ask('a', now);
      return `${allowed ? 'yes' : 'no'} ${remaining}/${most} reset ${resetSeconds} retry ${retryAfterSeconds}`;
    };
    expect(ask(0)).toBe('yes 2/3 reset 1 retry 0');
    expect(ask(0)).toBe('yes 1/3 reset 1 retry 0');
    expect(ask(0)).toBe('yes 0/3 reset 2 retry 0');
    expect(ask(0)).toBe('no 0/3 reset 2 retry 1');
    expect(ask(499)).toBe('no 0/3 reset 2 retry 1');
    expect(ask(500)).toBe('yes 0/3 reset 2 retry 0');
    expect(ask(10_000)).toBe('yes 2/3 reset 1 retry 0');
  });

  test('does not use up what others have; what it says of itself is bounded', () => {
    const limit = new RateLimit({ perSecond: 1, burst: 0 });
    expect(limit.ask('a', 0).allowed).toBe(true);
    expect(limit.ask('b', 0).allowed).toBe(true);
    expect(limit.ask('a', 0).allowed).toBe(false);
    for (let i = 0; i < 70_000; i++) limit.ask(`made up ${i}`, 0);
    expect(limit.ask('a', 0).allowed).toBe(true); // forgotten: memory does not grow with names
  });
});

test('a clock that is set back by a year locks nobody out', () => {
  const limit = new RateLimit({ perSecond: 2, burst: 0 });
  const year = 365 * 24 * 3_600_000;
  expect(limit.ask('a', year).allowed).toBe(true);
  expect(limit.ask('a', 0).allowed).toBe(true);
  expect(limit.ask('a', 499)).toMatchObject({ allowed: false, retryAfterSeconds: 1 });
  expect(limit.ask('a', 500).allowed).toBe(true);
});

test('a body is not received for a client that is denied', async () => {
  let received = 0;
  const route: Route = { method: 'POST', answer: async ({ body }) => ({ status: 200, body: String(await body()) }) };
  const { answer } = limited(route, { rate: { perSecond: 1, burst: 0 }, atOnce: 1, now: () => 0 });
  const asked = { body: async () => Buffer.from(String(++received)), client: 'a', signal: new AbortController().signal };
  expect(await answer(asked)).toMatchObject({ status: 200, body: '1' });
  expect(await answer(asked)).toMatchObject({ status: 429 });
  expect(received).toBe(1);
});

test('of all clients together only some are served at once; the others are told when to come back', async () => {
  let finish = (): void => undefined;
  const slow: Route = {
    method: 'POST',
    answer: () => new Promise((resolve) => (finish = () => resolve({ status: 200, body: '', headers: { own: 'kept' } }))),
  };
  const { answer } = limited(slow, { rate: { perSecond: 2, burst: 2 }, atOnce: 1, now: () => 0 });
  const asked = (client: string): ReturnType<typeof answer> =>
    answer({ body: async () => Buffer.alloc(0), client, signal: new AbortController().signal });
  const first = asked('a');
  expect(await asked('b')).toMatchObject({ status: 429, headers: { 'retry-after': '1' }, body: 'limit exceeded\n' });
  finish();
  expect(await first).toMatchObject({
    status: 200,
    headers: { own: 'kept', 'x-ratelimit-limit': '3', 'x-ratelimit-remaining': '2' },
  });
  const second = asked('c');
  await new Promise((resolve) => setImmediate(resolve)); // its body is received first
  finish();
  expect(await second).toMatchObject({ status: 200 });
});
