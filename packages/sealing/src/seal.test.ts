import type { SignetError } from '@signet/errors';
import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { keyPair, keyring } from '../test/key-pairs.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { scopes } from './binding.ts';
import type { Binding } from './binding.ts';
import { openWith } from './open.ts';
import { seal } from './seal.ts';

const { certificate } = await keyPair('a');
const ring = await keyring('a');
const value = new TextEncoder().encode('correct horse battery staple');
const cannotOpen = expect.objectContaining({ code: 'SIGNET_SEAL_CANNOT_OPEN', message: 'no key could decrypt secret' });

const name = fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?$/);
const binding: fc.Arbitrary<Binding> = fc.record({ scope: fc.constantFrom(...scopes), namespace: name, name });

describe('acceptance 3: what is sealed opens again, byte for byte', () => {
  test('any bytes, any place', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 4096 }), binding, async (plaintext, place) => {
        const before = plaintext.slice();
        const opened = await ring.open(await seal(plaintext, certificate, place), place);
        expect(opened.plaintext).toEqual(before);
        expect(plaintext).toEqual(before);
        expect(opened.keyId).toBe(certificate.fingerprint);
      }),
    );
  });

  test('any size up to 1 MiB', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 4096, max: 2 ** 20 }), fc.nat(255), binding, async (size, byte, place) => {
        const plaintext = new Uint8Array(size).fill(byte);
        const opened = await ring.open(await seal(plaintext, certificate, place), place);
        expect(Buffer.compare(opened.plaintext, plaintext)).toBe(0);
      }),
      { numRuns: 12 },
    );
  });

  // 1 MiB is the most a Secret can hold.
  test.each(scopes)('1 MiB, %s', async (scope) => {
    const plaintext = new Uint8Array(2 ** 20);
    for (let at = 0; at < plaintext.length; at += 65_536) crypto.getRandomValues(plaintext.subarray(at, at + 65_536));
    const place = { scope, namespace: 'web', name: 'db' };
    const { plaintext: opened } = await ring.open(await seal(plaintext, certificate, place), place);
    expect(Buffer.compare(opened, plaintext)).toBe(0);
  });
});

test('two items of one value have nothing in common but their length', async () => {
  const place: Binding = { scope: 'cluster-wide', namespace: '', name: '' };
  const [one = '', other = ''] = await Promise.all([1, 2].map(() => seal(new Uint8Array(64), certificate, place)));
  const [a, b] = [fromBase64(one), fromBase64(other)];
  expect(a.length).toBe(2 + 256 + 64 + 16);
  expect([...a.subarray(0, 2)]).toEqual([1, 0]);
  const equalBytes = a.subarray(2).filter((byte, at) => byte === b[2 + at]).length;
  expect(equalBytes).toBeLessThan(20); // of 336, about 1.3 by chance
});

describe('an item opens nowhere else', () => {
  const home = { namespace: 'web', name: 'db' } as const;
  const elsewhere = [
    { namespace: 'web', name: 'other' },
    { namespace: 'prod', name: 'db' },
    { namespace: 'prod', name: 'other' },
    { namespace: 'web/db', name: '' },
    { namespace: '', name: 'web/db' },
    { namespace: 'WEB', name: 'db' },
  ];
  // Which part of the place a scope binds to: the rest may change.
  const bound = {
    strict: ({ namespace, name }: Omit<Binding, 'scope'>) => `${namespace}/${name}`,
    'namespace-wide': ({ namespace }: Omit<Binding, 'scope'>) => namespace,
    'cluster-wide': () => '',
  };
  const rows = scopes.flatMap((sealed) =>
    scopes.flatMap((asked) =>
      [home, ...elsewhere].map((place) => ({ sealed, asked, ...place, opens: bound[sealed](home) === bound[asked](place) })),
    ),
  );

  test('the table has both outcomes in each scope, and crosses scopes only where labels are equal', () => {
    for (const scope of scopes) {
      expect(new Set(rows.filter(({ sealed }) => sealed === scope).map(({ opens }) => opens))).toEqual(new Set([true, false]));
    }
  });

  test.each(rows)('sealed $sealed, opened $asked in "$namespace"/"$name": $opens', async ({ sealed, asked, opens, ...place }) => {
    const item = await seal(Uint8Array.of(1), certificate, { scope: sealed, ...home });
    const outcome = ring.open(item, { scope: asked, ...place }).then(
      ({ plaintext }) => [...plaintext],
      ({ code }: SignetError) => code,
    );
    expect(await outcome).toEqual(opens ? [1] : 'SIGNET_SEAL_CANNOT_OPEN');
  });

  test('any other name or namespace', async () => {
    await fc.assert(
      fc.asyncProperty(binding, binding, async (sealedFor, askedFor) => {
        const place = { ...askedFor, scope: sealedFor.scope };
        fc.pre(bound[place.scope](place) !== bound[place.scope](sealedFor));
        const item = await seal(Uint8Array.of(1), certificate, sealedFor);
        await expect(ring.open(item, place)).rejects.toThrow(cannotOpen);
      }),
    );
  });
});

describe('an item with a flipped bit opens nowhere', () => {
  const place: Binding = { scope: 'strict', namespace: 'web', name: 'db' };

  test('any bit', async () => {
    const item = fromBase64(await seal(value, certificate, place));
    await fc.assert(
      fc.asyncProperty(fc.nat(item.length * 8 - 1), async (bit) => {
        const changed = item.slice();
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        await expect(ring.open(toBase64(changed), place)).rejects.toThrow(cannotOpen);
      }),
      { numRuns: 400 },
    );
  });

  test('each bit of the length, the tag, and one byte of each other part', async () => {
    const item = fromBase64(await seal(value, certificate, place));
    const tag = Array.from({ length: 16 }, (_, index) => item.length - 16 + index);
    for (const at of [0, 1, 2, 130, 257, 258, 270, ...tag]) {
      for (let bit = 0; bit < 8; bit++) {
        const changed = item.slice();
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        await expect(ring.open(toBase64(changed), place), `byte ${at}, bit ${bit}`).rejects.toThrow(cannotOpen);
      }
    }
  });

  test('any shorter or longer item', async () => {
    const item = fromBase64(await seal(value, certificate, place));
    for (let length = 0; length < item.length; length += 7) {
      await expect(ring.open(toBase64(item.subarray(0, length)), place)).rejects.toThrow(cannotOpen);
    }
    await expect(ring.open(toBase64(Uint8Array.of(...item, 0)), place)).rejects.toThrow(cannotOpen);
  });
});

test('whatever text is opened, the answer is a value or one of two errors', async () => {
  const place: Binding = { scope: 'strict', namespace: 'web', name: 'db' };
  const item = await seal(value, certificate, place);
  const cut = fc.tuple(fc.nat(item.length), fc.string({ maxLength: 3 }), fc.nat(item.length));
  const texts = fc.oneof(
    fc.string(),
    fc.base64String(),
    cut.map(([end, middle, start]) => item.slice(0, end) + middle + item.slice(start)),
  );
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      const outcome = await ring.open(text, place).then(
        () => 'opened',
        ({ code }: SignetError) => code,
      );
      expect(['opened', 'SIGNET_SEAL_BASE64', 'SIGNET_SEAL_CANNOT_OPEN']).toContain(outcome);
    }),
    { numRuns: 500 },
  );
});

test('an incomplete place is refused before anything is sealed', async () => {
  const place: Binding = { scope: 'namespace-wide', namespace: '', name: 'db' };
  await expect(seal(Uint8Array.of(1), certificate, place)).rejects.toThrow(
    expect.objectContaining({ code: 'SIGNET_SEAL_BINDING' }),
  );
});

describe('the session key is wiped', () => {
  test('after sealing', async () => {
    const random = vi.spyOn(crypto, 'getRandomValues');
    try {
      await seal(value, certificate, { scope: 'cluster-wide', namespace: '', name: '' });
      expect(random.mock.calls).toEqual([[new Uint8Array(32)]]);
      expect(random.mock.results.map((result) => result.value as Uint8Array)).toEqual([new Uint8Array(32)]);
    } finally {
      random.mockRestore();
    }
  });

  test('after opening, here without success', async () => {
    const sessionKey = new Uint8Array(32).fill(7);
    const key = { id: 'k', unwrap: (): Promise<Uint8Array> => Promise.resolve(sessionKey) };
    const item = { wrappedKey: new Uint8Array(5), ciphertext: new Uint8Array(20) };
    expect(await openWith(key, item, new Uint8Array())).toBeUndefined();
    expect(sessionKey).toEqual(new Uint8Array(32));
  });
});
