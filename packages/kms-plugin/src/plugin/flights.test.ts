import { describe, expect, test } from 'vitest';
import { DecryptCache } from './decrypt-cache.ts';
import { Flights } from './flights.ts';

const { signal } = new AbortController();

describe('calls that are shared', () => {
  test('one call for those who ask at once, another one afterwards', async () => {
    const flights = new Flights<number>();
    let calls = 0;
    const start = async (): Promise<number> => Promise.resolve((calls += 1));
    expect(await Promise.all([flights.join('a', start, signal), flights.join('a', start, signal)])).toEqual([1, 1]);
    expect(await flights.join('a', start, signal)).toBe(2);
    expect(flights.size).toBe(0);
  });

  test('all who wait hear of a failure, and it is not kept', async () => {
    const flights = new Flights<number>();
    const fail = async (): Promise<number> => Promise.reject(new Error('no'));
    const outcomes = await Promise.allSettled([flights.join('a', fail, signal), flights.join('a', fail, signal)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await flights.join('a', async () => Promise.resolve(1), signal)).toBe(1);
  });
});

describe('plaintexts in memory', () => {
  test('are at most so many: the one that was not used for longest leaves', () => {
    const cache = new DecryptCache(2);
    cache.set('a', Buffer.of(1));
    cache.set('b', Buffer.of(2));
    cache.get('a');
    cache.set('c', Buffer.of(3));
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([Uint8Array.of(1), undefined, Uint8Array.of(3)]);
    expect(cache.size).toBe(2);
  });

  test('are copies: who was given one may overwrite it', () => {
    const cache = new DecryptCache(2);
    const own = Buffer.of(1);
    cache.set('a', own);
    own.fill(0);
    cache.get('a')?.fill(0);
    expect(cache.get('a')).toEqual(Uint8Array.of(1));
  });

  test('none are kept when none may be', () => {
    const cache = new DecryptCache(0);
    cache.set('a', Buffer.of(1));
    expect(cache.size).toBe(0);
  });
});
