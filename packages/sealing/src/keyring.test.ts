import { createCipheriv, publicEncrypt } from 'node:crypto';
import { format, inspect } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { entry, keyPair, keyring } from '../test/key-pairs.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { labelOf } from './binding.ts';
import type { Binding } from './binding.ts';
import { joinItem } from './format.ts';
import { Keyring } from './keyring.ts';
import type { KeyringEntry } from './keyring.ts';
import type { OpeningKey } from './opening-key.ts';
import { seal } from './seal.ts';

const place: Binding = { scope: 'strict', namespace: 'web', name: 'db' };
const value = new TextEncoder().encode('hunter2');

async function sealedFor(name: string, binding = place): Promise<string> {
  return seal(value, (await keyPair(name)).certificate, binding);
}

/** The entry with a key that notes each use under its name. */
function noted({ key, ...rest }: KeyringEntry, name: string, log: string[]): KeyringEntry {
  const noting: OpeningKey = {
    id: key.id,
    unwrap: (wrapped, label) => {
      log.push(name);
      return key.unwrap(wrapped, label);
    },
  };
  return { ...rest, key: noting };
}

async function notedRing(names: readonly string[], options?: { maxHints: number }): Promise<{ ring: Keyring; log: string[] }> {
  const log: string[] = [];
  const entries = await Promise.all(names.map(async (name, index) => noted(await entry(name, `2026-01-${28 - index}`), name, log)));
  return { ring: new Keyring(entries.toReversed(), options), log };
}

describe('which key is tried', () => {
  test('acceptance 18: the newest first, whatever the order they were given in', async () => {
    const { ring, log } = await notedRing(['a', 'b', 'c']);
    expect(ring.newest?.certificate.fingerprint).toBe((await keyPair('a')).id);
    expect((await ring.open(await sealedFor('c'), place)).keyId).toBe((await keyPair('c')).id);
    expect(log).toEqual(['a', 'b', 'c']);
    expect(ring.privateOperations).toBe(3);
  });

  test('of two of the same age the one given first', async () => {
    const [a, b] = [await entry('a'), await entry('b')];
    expect(new Keyring([a, b]).newest).toBe(a);
    expect(new Keyring([b, a]).newest).toBe(b);
  });

  test('the one that opened the object before', async () => {
    const { ring, log } = await notedRing(['a', 'b', 'c']);
    await ring.open(await sealedFor('c'), place, 'web/db');
    log.length = 0;
    await ring.open(await sealedFor('c'), place, 'web/db');
    await ring.open(await sealedFor('b'), place, 'web/db'); // sealed again for another key: remembered anew
    await ring.open(await sealedFor('b'), place, 'web/db');
    await ring.open(await sealedFor('a'), place, 'web/other');
    expect(log).toEqual(['c', 'c', 'a', 'b', 'b', 'a']);
  });

  test('a caller may say which key to try first; nothing is remembered of it', async () => {
    const ring = await keyring('a', 'b', 'c');
    const { id } = await keyPair('c');
    const operations = async (hint?: string | { tryFirst: string | undefined }): Promise<number> => {
      const before = ring.privateOperations;
      await ring.open(await sealedFor('c'), place, hint);
      return ring.privateOperations - before;
    };
    const usual = await operations();
    expect(usual).toBeGreaterThan(1);
    expect(await operations({ tryFirst: id })).toBe(1);
    expect(await operations({ tryFirst: undefined })).toBe(usual);
    expect(await operations({ tryFirst: 'SHA256:unknown' })).toBe(usual);
    expect(await operations('web/fresh')).toBe(usual);
  });

  test('what is remembered survives an exchange of keys, and a key that is gone is not missed', async () => {
    const { ring, log } = await notedRing(['a', 'b']);
    await ring.open(await sealedFor('b'), place, 'web/db');
    ring.update([...ring.entries, noted(await entry('c', '2026-02-01'), 'c', log)]);
    log.length = 0;
    await ring.open(await sealedFor('b'), place, 'web/db');
    expect(log).toEqual(['b']);
    ring.update(ring.entries.filter(({ key }) => key.id !== ring.entries.at(-1)?.key.id));
    await expect(ring.open(await sealedFor('b'), place, 'web/db')).rejects.toThrow('no key could decrypt secret');
  });

  test('memory of objects is bounded: the longest unused is forgotten', async () => {
    const { ring, log } = await notedRing(['a', 'b'], { maxHints: 2 });
    const item = await sealedFor('b');
    for (const hint of ['one', 'two', 'one', 'three']) await ring.open(item, place, hint);
    log.length = 0;
    await ring.open(item, place, 'one');
    expect(log).toEqual(['b']);
    await ring.open(item, place, 'two');
    expect(log).toEqual(['b', 'a', 'b']);
  });

  test('an opening under way keeps the keys it began with', async () => {
    const ring = await keyring('a', 'b');
    const opening = ring.open(await sealedFor('b'), place);
    ring.update([]);
    expect((await opening).plaintext).toEqual(value);
    await expect(ring.open(await sealedFor('b'), place)).rejects.toThrow('no key could decrypt secret');
  });
});

describe('generation', () => {
  test('depends on the set of keys and on nothing else', async () => {
    const [a, b, c] = [await entry('a'), await entry('b', '2026-03-01'), await entry('c')];
    const { generation } = new Keyring([a, b]);
    expect(new Keyring([b, a]).generation).toBe(generation);
    expect(new Keyring([a, b, a]).generation).toBe(generation);
    expect(new Keyring([await entry('a', '2020-01-01'), b]).generation).toBe(generation);
    const others = [[], [a], [b], [a, c], [a, b, c]].map((entries) => new Keyring(entries).generation);
    expect(new Set([generation, ...others]).size).toBe(6);
  });

  test('is the same after a restart', () => {
    const ids = ['SHA256:b', 'SHA256:a'];
    const entries = ids.map(
      (id) => ({ key: { id, unwrap: () => Promise.reject(new Error('no')) }, orderedAt: new Date(0) }) as unknown as KeyringEntry,
    );
    // printf 'SHA256:a\nSHA256:b' | sha256sum | xxd -r -p | head -c 12 | base64 | tr '+/' '-_'
    expect(new Keyring(entries).generation).toBe('AJ18rft6AJqz7m4S');
  });
});

describe('session keys of every length AES takes', () => {
  test.each([16, 24, 32])('%i bytes', async (length) => {
    const { certificate, certificatePem } = await keyPair('a');
    const sessionKey = Buffer.alloc(length, 9);
    const cipher = createCipheriv(`aes-${length * 8}-gcm` as 'aes-256-gcm', sessionKey, Buffer.alloc(12));
    const ciphertext = Buffer.concat([cipher.update(value), cipher.final(), cipher.getAuthTag()]);
    const wrappedKey = publicEncrypt({ key: certificatePem, oaepHash: 'sha256', oaepLabel: labelOf(place) }, sessionKey);
    const { plaintext, keyId } = await (await keyring('a')).open(toBase64(joinItem({ wrappedKey, ciphertext })), place);
    expect([plaintext, keyId]).toEqual([value, certificate.fingerprint]);
  });

  test('and no other', async () => {
    const { certificatePem } = await keyPair('a');
    const wrappedKey = publicEncrypt({ key: certificatePem, oaepHash: 'sha256', oaepLabel: labelOf(place) }, Buffer.alloc(17));
    const sealed = toBase64(joinItem({ wrappedKey, ciphertext: new Uint8Array(32) }));
    await expect((await keyring('a')).open(sealed, place)).rejects.toThrow('no key could decrypt secret');
  });
});

// Promise 8: a caller cannot tell a wrong key from tampered data.
describe('no oracle', () => {
  const flip = (sealed: string, at: number): string => {
    const item = fromBase64(sealed);
    item[at < 0 ? item.length + at : at] = (item.at(at) ?? 0) ^ 1;
    return toBase64(item);
  };
  const bytes = async (from: number, to?: number): Promise<string> => toBase64(fromBase64(await sealedFor('a')).subarray(from, to));

  const rows: [string, () => Promise<string>, Binding, number][] = [
    ['another key', () => sealedFor('elsewhere'), place, 3],
    ['another name', () => sealedFor('a', { ...place, name: 'other' }), place, 3],
    ['another scope', () => sealedFor('a', { ...place, scope: 'cluster-wide' }), place, 3],
    ['tampered wrapped key', async () => flip(await sealedFor('a'), 100), place, 3],
    ['tampered ciphertext', async () => flip(await sealedFor('a'), 2 + 256), place, 3],
    ['tampered tag', async () => flip(await sealedFor('a'), -1), place, 3],
    ['tampered for the last key of the ring', async () => flip(await sealedFor('c'), -1), place, 3],
    ['nothing', () => Promise.resolve(''), place, 0],
    ['too short for its length', () => bytes(0, 100), place, 0],
    ['too short for a tag', () => bytes(0, 2 + 256 + 5), place, 0],
    ['a format to come', async () => flip(`CA${(await sealedFor('a')).slice(2)}`, 0), place, 0],
  ];

  async function failure(sealed: string, binding: Binding): Promise<{ error: Error; operations: number }> {
    const ring = await keyring('a', 'b', 'c');
    try {
      await ring.open(sealed, binding, 'web/db');
    } catch (error) {
      if (error instanceof Error) return { error, operations: ring.privateOperations };
    }
    throw new Error('it opened');
  }

  /** Everything of an error that a program can see. Where it was thrown is not for callers, and the same line anyway. */
  function visible(error: Error): unknown {
    const own = Object.getOwnPropertyNames(error).filter((property) => property !== 'stack');
    return {
      type: error.constructor,
      own: own.map((property) => [property, Reflect.get(error, property)]),
      text: String(error),
      json: JSON.stringify(error),
      thrownAt: error.stack?.split('\n').slice(0, 3),
    };
  }

  test.each(rows)('%s', async (_, sealed, binding, operations) => {
    const reference = await failure(await sealedFor('elsewhere'), place);
    const seen = await failure(await sealed(), binding);
    expect(visible(seen.error)).toEqual(visible(reference.error));
    expect(seen.operations).toBe(operations); // the work done depends on what anyone can see: whether it has all its parts
  });

  test('a key that rejects and one that gives rubbish make the same path: each is followed by one AES decryption', async () => {
    const { openWith } = await import('./open.ts');
    const item = { wrappedKey: new Uint8Array(256), ciphertext: new Uint8Array(32) };
    const rejecting = { id: 'k', unwrap: () => Promise.reject(new Error('wrong label, first byte 7')) };
    const rubbish = { id: 'k', unwrap: () => Promise.resolve(new Uint8Array(32)) };
    const decrypt = vi.spyOn(crypto.subtle, 'decrypt');
    try {
      for (const key of [rejecting, rubbish]) {
        decrypt.mockClear();
        expect(await openWith(key, item, new Uint8Array())).toBeUndefined();
        expect(decrypt.mock.calls.map(([algorithm]) => algorithm)).toEqual([expect.objectContaining({ name: 'AES-GCM' })]);
      }
    } finally {
      decrypt.mockRestore();
    }
  });

  test('bad base64 is told as such: anyone can see it', async () => {
    await expect((await keyring('a')).open('AQA!', place)).rejects.toThrow(
      expect.objectContaining({ code: 'SIGNET_SEAL_BASE64', message: 'illegal base64 data at input byte 3' }),
    );
  });

  test('a key whose session key fits but whose tag does not is no reason to stop', async () => {
    const item = fromBase64(await sealedFor('b'));
    const liar: KeyringEntry = {
      ...(await entry('a', '2026-05-01')),
      key: { id: 'liar', unwrap: () => Promise.resolve(new Uint8Array(32)) },
    };
    const ring = new Keyring([liar, await entry('b')]);
    expect((await ring.open(toBase64(item), place)).plaintext).toEqual(value);
  });
});

test('an opened value shows itself nowhere but in its property', async () => {
  const opened = await (await keyring('a')).open(await sealedFor('a'), place);
  const shown = [
    JSON.stringify({ opened }),
    inspect(opened, { depth: 9, showHidden: true }),
    JSON.stringify(Object.entries(opened)),
    format('%s %o %j', opened, opened, opened),
  ].join();
  expect(shown).toContain(opened.keyId);
  expect(shown).not.toMatch(/hunter2|104,117,110|68756e74/);
  expect(Object.keys(opened)).toEqual(['keyId']);
  expect(opened.plaintext).toEqual(value);
});
