import { availableParallelism } from 'node:os';
import { inspect } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { keyPair } from '../test/key-pairs.ts';
import { openingKey } from './opening-key.ts';

const { privateKeyPem, certificate, id } = await keyPair('a');
const label = new TextEncoder().encode('web/db');

async function wrap(sessionKey: Uint8Array): Promise<Uint8Array> {
  const publicKey = await certificate.publicKey;
  return new Uint8Array(await crypto.subtle.encrypt({ name: 'RSA-OAEP', label }, publicKey, sessionKey));
}

/** Runs `body` and counts how many private-key operations were under way at once, and on how many imported keys. */
async function watchDecrypt(body: () => Promise<unknown>): Promise<{ most: number; keys: number }> {
  const subtle = crypto.subtle;
  const original = subtle.decrypt.bind(subtle);
  const keys = new Set<unknown>();
  let running = 0;
  let most = 0;
  const spy = vi.spyOn(subtle, 'decrypt').mockImplementation(async (algorithm, key, data) => {
    keys.add(key);
    most = Math.max(most, ++running);
    try {
      return await original(algorithm, key, data);
    } finally {
      running--;
    }
  });
  try {
    await body();
  } finally {
    spy.mockRestore();
  }
  return { most, keys: keys.size };
}

test('it unwraps what the certificate wrapped, under the same label only', async () => {
  const key = await openingKey(privateKeyPem);
  const sessionKey = crypto.getRandomValues(new Uint8Array(32));
  expect(await key.unwrap(await wrap(sessionKey), label)).toEqual(sessionKey);
  await expect(key.unwrap(await wrap(sessionKey), new TextEncoder().encode('web/other'))).rejects.toThrow(Error);
  await expect(key.unwrap(await wrap(sessionKey), new Uint8Array())).rejects.toThrow(Error);
});

test('a wrapped key that lost its leading zeros is still opened, as by other readers', async () => {
  const key = await openingKey(privateKeyPem);
  const sessionKey = new Uint8Array(32).fill(7);
  let wrapped = await wrap(sessionKey);
  while (wrapped[0] !== 0) wrapped = await wrap(sessionKey);
  const decrypt = vi.spyOn(crypto.subtle, 'decrypt');
  try {
    expect(await key.unwrap(wrapped.subarray(1), label)).toEqual(sessionKey);
    expect(decrypt.mock.lastCall?.[2].byteLength).toBe(256); // Node does without, other WebCryptos need not
  } finally {
    decrypt.mockRestore();
  }
});

describe('as many operations at once as asked for, each on its own copy of the key', () => {
  test.each([1, 3])('%i', async (parallel) => {
    const key = await openingKey(privateKeyPem, { parallel });
    const wrapped = await wrap(new Uint8Array(32));
    const seen = await watchDecrypt(() => Promise.all(Array.from({ length: 12 }, () => key.unwrap(wrapped, label))));
    expect(seen).toEqual({ most: parallel, keys: parallel });
  });

  test('twice the cores by default', async () => {
    const key = await openingKey(privateKeyPem);
    const wrapped = await wrap(new Uint8Array(32));
    const count = 4 * availableParallelism();
    const { most } = await watchDecrypt(() => Promise.all(Array.from({ length: count }, () => key.unwrap(wrapped, label))));
    expect(most).toBe(2 * availableParallelism());
  });
});

test('those who wait are served in order, also when others fail', async () => {
  const key = await openingKey(privateKeyPem, { parallel: 1 });
  const good = await wrap(new Uint8Array(32));
  const order: number[] = [];
  const operations = Array.from({ length: 9 }, async (_, index) => {
    const wrapped = index % 3 === 0 ? new Uint8Array(256) : good;
    await key.unwrap(wrapped, label).catch(() => undefined);
    order.push(index);
  });
  await Promise.all(operations);
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test('it shows its fingerprint and nothing else', async () => {
  const key = await openingKey(privateKeyPem);
  expect(key.id).toBe(id);
  expect(JSON.stringify({ key })).toBe(JSON.stringify({ key: { id } }));
  expect(inspect(key, { depth: 9, showHidden: true })).toBe(`OpeningKey(${id})`);
});
