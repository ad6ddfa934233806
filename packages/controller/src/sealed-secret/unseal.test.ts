import { readSealedSecret } from '@signet/api';
import { generateSealingKey, Keyring, openingKey, readCertificate, seal } from '@signet/sealing';
import type { Binding, KeyringEntry, SealingCertificate } from '@signet/sealing';
import { beforeAll, describe, expect, test } from 'vitest';
import { describeFailures, unsealAll } from './unseal.ts';

const day = 86_400_000;
const place: Binding = { scope: 'strict', namespace: 'web', name: 'db' };
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

let newest: KeyringEntry;
let oldest: KeyringEntry;
beforeAll(async () => {
  [newest, oldest] = await Promise.all([entryOf(new Date(60 * day)), entryOf(new Date(0))]);
});

async function entryOf(orderedAt: Date): Promise<KeyringEntry> {
  const { privateKeyPem, certificatePem } = await generateSealingKey({ bits: 2048 });
  return { key: await openingKey(privateKeyPem), certificate: readCertificate(certificatePem), orderedAt };
}

/** Sixty keys, a month apart: the newest and the oldest are real, those between open nothing. */
function sixtyKeys(): Keyring {
  const between = Array.from({ length: 58 }, (_, at) => ({
    key: { id: `SHA256:between-${at}`, unwrap: () => Promise.reject(new Error('not mine')) },
    certificate: newest.certificate,
    orderedAt: new Date((at + 1) * day),
  }));
  return new Keyring([oldest, ...between, newest]);
}

async function sealed(
  items: Readonly<Record<string, SealingCertificate | string | number | null>>,
  { status, template, at = place }: { status?: object; template?: object; at?: Binding } = {},
): Promise<object> {
  const encrypted = await Promise.all(
    Object.entries(items).map(async ([key, by]) => [key, isCertificate(by) ? await seal(utf8(key), by, at) : by] as const),
  );
  const spec = { encryptedData: Object.fromEntries(encrypted), template };
  return { metadata: { namespace: place.namespace, name: place.name, generation: 1 }, spec, status };
}
const isCertificate = (by: unknown): by is SealingCertificate => typeof by === 'object' && by !== null;
const remembers = (...keys: KeyringEntry[]): object => ({
  produced: { uid: 'u', resourceVersion: '1', scope: 'strict', keys: keys.map(({ key }) => key.id) },
});

// Promise of speed: sixty old keys cost a new object one private-key operation for each item, and an old one too.
describe('private-key operations with sixty keys', () => {
  test('a new object: one for each item', async () => {
    const keyring = sixtyKeys();
    const raw = await sealed({ a: newest.certificate, b: newest.certificate, c: newest.certificate });
    const { values, keys } = await unsealAll(raw, readSealedSecret(raw), keyring);
    expect([values.size, keyring.privateOperations]).toEqual([3, 3]);
    expect(keys).toEqual([newest.key.id]);
  });

  test('an object of the oldest key, whose status remembers it: one for each item, also with no other memory', async () => {
    const raw = await sealed({ a: oldest.certificate, b: oldest.certificate }, { status: remembers(oldest) });
    const keyring = sixtyKeys();
    const { values } = await unsealAll(raw, readSealedSecret(raw), keyring);
    expect([values.size, keyring.privateOperations]).toEqual([2, 2]);
  });

  test('the same object as nobody remembers it: every key for the first item', async () => {
    const raw = await sealed({ a: oldest.certificate });
    const keyring = sixtyKeys();
    const { keys } = await unsealAll(raw, readSealedSecret(raw), keyring);
    expect(keyring.privateOperations).toBe(60);
    expect(keys).toEqual([oldest.key.id]);
  });

  test('an object sealed again with the newest: at most one wasted for each item', async () => {
    const raw = await sealed({ a: newest.certificate, b: newest.certificate }, { status: remembers(oldest) });
    const keyring = sixtyKeys();
    await unsealAll(raw, readSealedSecret(raw), keyring);
    expect(keyring.privateOperations).toBeLessThanOrEqual(4);
  });

  test('a key that is remembered and gone is not missed', async () => {
    const gone = { ...oldest, key: { ...oldest.key, id: 'SHA256:gone' } };
    const raw = await sealed({ a: newest.certificate }, { status: remembers(gone) });
    const keyring = sixtyKeys();
    expect((await unsealAll(raw, readSealedSecret(raw), keyring)).failures).toEqual([]);
    expect(keyring.privateOperations).toBe(1);
  });
});

test('the keys of an object are told with the one of most items first', async () => {
  const { certificate } = newest;
  const raw = await sealed({ a: oldest.certificate, b: certificate, c: certificate, d: oldest.certificate, e: oldest.certificate });
  const { keys } = await unsealAll(raw, readSealedSecret(raw), new Keyring([newest, oldest]));
  expect(keys).toEqual([oldest.key.id, newest.key.id]);
});

describe('why an item does not open', () => {
  async function told(raw: object, keyring: Keyring = new Keyring([newest])): Promise<string> {
    return describeFailures(await unsealAll(raw, readSealedSecret(raw), keyring));
  }
  const cannot = 'no key could decrypt secret (a)';
  const elsewhere = { ...place, namespace: 'prod' };

  test.each([
    [5, 'a number'],
    [null, 'null'],
  ] as const)('%j is not text', async (item, kind) => {
    expect(await told(await sealed({ a: item }))).toBe(`the item is not a text (a): it is ${kind}`);
  });

  test('nor is an object or a list', async () => {
    const raw = { metadata: place, spec: { encryptedData: { a: {}, b: [], c: true } } };
    expect(await told(raw)).toBe(
      'the item is not a text (a): it is an object\nthe item is not a text (b): it is a list\nthe item is not a text (c): it is a boolean',
    );
  });

  test('base64 with the offset; an item that was cut off with its lengths', async () => {
    expect(await told(await sealed({ a: 'AgA*' }))).toBe('illegal base64 data at input byte 3 (a)');
    const item = await seal(utf8('x'), newest.certificate, place);
    // 2 bytes of length, 256 of the wrapped key, 16 of the tag: the least that a 2048-bit key makes.
    expect(await told(await sealed({ a: item.slice(0, 200) }))).toBe(
      `${cannot}: a sealed item of 150 bytes is too short: its parts need 274`,
    );
  });

  test('of another scope or name of the same namespace: found by trying', async () => {
    const wide = await sealed({ a: newest.certificate }, { at: { ...place, scope: 'cluster-wide' } });
    expect(await told(wide)).toContain('it was sealed with scope "cluster-wide"');
    const renamed = await sealed(
      { a: newest.certificate },
      { at: { ...place, name: 'old' }, template: { metadata: { name: 'old' } } },
    );
    expect(await told(renamed)).toContain('it was sealed for the name "old" in namespace "web"');
  });

  // Promise 8: whoever holds a stranger's item could name namespaces in a template and read in the status which one fits.
  test.each(['prod', 'stage'])(
    'no oracle: a template that names namespace "%s" is told the same, whatever the item',
    async (named) => {
      const template = { metadata: { name: 'db', namespace: named } };
      const keyring = new Keyring([newest]);
      const stolen = await sealed({ a: newest.certificate }, { at: elsewhere, template });
      const wide = await sealed({ a: newest.certificate }, { at: { ...elsewhere, scope: 'namespace-wide' }, template });
      const changed = await sealed({ a: newest.certificate }, { at: { ...place, name: 'x' }, template });
      const words = await told(stolen, keyring);
      const operations = keyring.privateOperations;
      expect(words).toBe(
        `${cannot}: the template names namespace "${named}", this object is in "web": if it was sealed for the former, seal it again`,
      );
      for (const other of [wide, changed]) {
        const same = new Keyring([newest]);
        expect(await told(other, same)).toBe(words);
        expect(same.privateOperations).toBe(operations);
      }
    },
  );

  test('of a key of a length that no key here has; that costs no further key operation', async () => {
    const stranger = await generateSealingKey({ bits: 3072 });
    const keyring = new Keyring([newest]);
    expect(await told(await sealed({ a: readCertificate(stranger.certificatePem) }), keyring)).toBe(
      `${cannot}: it was sealed for an RSA key of 3072 bits, and the keys of this cluster have 2048: its certificate is of another cluster, or its key is gone`,
    );
    expect(keyring.privateOperations).toBe(1);
  });

  test('of a key that is gone and opened it before: the status remembers which', async () => {
    const raw = await sealed({ a: oldest.certificate }, { status: remembers(newest, oldest) });
    expect(await told(raw)).toBe(
      `${cannot}: the items opened before with the key ${oldest.key.id}, which is not loaded any more: restore it, or seal them again`,
    );
  });

  test('without any key', async () => {
    expect(await told(await sealed({ a: newest.certificate }), new Keyring([]))).toBe(`${cannot}: no sealing key is loaded`);
  });
});
