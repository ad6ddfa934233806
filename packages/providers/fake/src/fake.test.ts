import type { RemoteRef, StoreIdentity } from '@signet/provider';
import { testRoom } from '@signet/provider/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fake } from './fake.ts';

// Source: external-secrets v2.9 behaviour of the fake provider.

const identity: StoreIdentity = { kind: 'SecretStore', name: 'try', namespace: 'default' };
const { signal } = new AbortController();

const open = (data: readonly object[], others: object = {}) => fake.configure({ data, ...others }, identity).open(testRoom());

/** The value, or the code of the error. */
async function read(data: readonly object[], ref: RemoteRef): Promise<string> {
  try {
    const [outcome] = await open(data).fetch([ref], signal);
    if (!outcome || outcome instanceof Error) throw outcome ?? new Error('nothing');
    return new TextDecoder().decode(outcome.value(ref.property));
  } catch (error) {
    return String((error as { code?: string }).code);
  }
}

describe('external acceptance 15: which value is read', () => {
  const versions = [
    { key: 'db', value: 'one', version: 'v1' },
    { key: 'db', value: 'two', version: 'v2' },
    { key: 'web', value: '{"user":"ann","a.b":1,"a":{"b":[2,3]}}' },
    { key: 'twice', value: 'first' },
    { key: 'twice', value: 'second' },
    { key: 'old', valueMap: { user: 'ann' } },
    { key: 'empty' },
  ];
  const rows: readonly (readonly [RemoteRef, string])[] = [
    [{ key: 'db', version: 'v1' }, 'one'],
    [{ key: 'db', version: 'v2' }, 'two'],
    [{ key: 'db' }, 'SIGNET_PROVIDER_NOT_FOUND'],
    [{ key: 'db', version: 'v3' }, 'SIGNET_PROVIDER_NOT_FOUND'],
    [{ key: 'web', version: 'v1' }, 'SIGNET_PROVIDER_NOT_FOUND'],
    [{ key: 'web', version: '', property: 'user' }, 'ann'],
    [{ key: 'web', property: 'a.b' }, '1'],
    [{ key: 'web', property: 'a.b.1' }, '3'],
    [{ key: 'web', property: 'absent' }, 'SIGNET_PROVIDER_PROPERTY_MISSING'],
    [{ key: 'twice' }, 'second'],
    [{ key: 'twice', property: 'x' }, 'SIGNET_PROVIDER_NOT_AN_OBJECT'],
    [{ key: 'old', property: 'user' }, 'ann'],
    [{ key: 'empty' }, ''],
    [{ key: 'web', metadata: true }, 'SIGNET_PROVIDER_UNSUPPORTED'],
  ];
  test.each(rows)('%j is %s', async (ref, expected) => {
    expect(await read(versions, ref)).toBe(expected);
  });
});

test('external acceptance 16: keys of an object: strings as they are, anything else as it is written there', async () => {
  const value = '{"user":"a<b","none":null,"n":1.50,"deep":{"b":1, "a":[true]}}';
  const [found] = await open([{ key: 'db', value }]).fetch([{ key: 'db' }], signal);
  const values = found instanceof Error || !found ? new Map<string, Uint8Array>() : found.values(undefined);
  const texts = [...values].map(([key, bytes]) => [key, new TextDecoder().decode(bytes)]);
  expect(Object.fromEntries(texts)).toEqual({ user: 'a<b', none: '', n: '1.50', deep: '{"b":1, "a":[true]}' });
});

test('whatever is in the store is read back, by its key and version alone', async () => {
  const secret = fc.record({ key: fc.string({ minLength: 1 }), version: fc.string(), value: fc.string({ unit: 'grapheme' }) });
  const secrets = fc.uniqueArray(secret, { minLength: 1, selector: ({ key, version }) => JSON.stringify([key, version]) });
  await fc.assert(
    fc.asyncProperty(secrets, async (all) => {
      const values = await Promise.all(all.map(({ key, version }) => read(all, { key, version })));
      expect(values).toEqual(all.map(({ value }) => value));
    }),
  );
});

describe('find', () => {
  test('gives the latest version of each name', async () => {
    const store = open([
      { key: 'db', value: 'new', version: 'v2' },
      { key: 'db', value: 'old', version: 'v1' },
      { key: 'web', value: 'other' },
    ]);
    const found = await store.find({ name: '^d' }, signal);
    expect([...found].map(([name, value]) => [name, new TextDecoder().decode(value)])).toEqual([['db', 'new']]);
  });

  test.each([{ tags: { a: 'b' } }, { name: 'x', tags: { a: 'b' } }, { path: 'x' }])('cannot be by %j', async (query) => {
    await expect(open([]).find(query, signal)).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_UNSUPPORTED' });
  });
});

describe('validationResult', () => {
  test.each([
    [undefined, 'ready'],
    [0, 'ready'],
    [1, 'unknown'],
  ] as const)('%s is %s', async (validationResult, expected) => {
    expect(await open([], { validationResult }).validate(signal)).toBe(expected);
  });

  test('2 is an error', async () => {
    await expect(open([], { validationResult: 2 }).validate(signal)).rejects.toMatchObject({
      code: 'SIGNET_PROVIDER_INVALID_CONFIG',
    });
  });
});

describe('a configuration that is wrong names the field, and no value', () => {
  const rows: readonly (readonly [unknown, readonly string[]])[] = [
    [{ data: [] }, []],
    [{}, []],
    [null, []],
    [{ data: [{ key: '', value: 's3cret' }] }, ['fake.data[0].key']],
    [{ data: [{ value: 's3cret' }, { key: 'a', value: 5 }] }, ['fake.data[0].key', 'fake.data[1].value']],
    [{ data: 's3cret' }, ['fake.data']],
    [{ validationResult: 3 }, ['fake.validationResult']],
  ];
  test.each(rows)('%j: %j', (config, fields) => {
    const problems = fake.problems(config, identity);
    expect(problems.map(({ field }) => field)).toEqual(fields);
    expect(JSON.stringify(problems)).not.toContain('s3cret');
  });

  test('and is not taken', () => {
    expect(() => fake.configure({ data: 5 }, identity)).toThrow(/fake\.data/);
  });
});

test('a closed store gives nothing', async () => {
  const store = open([{ key: 'db', value: 'x' }]);
  await store.close();
  await expect(store.fetch([{ key: 'db' }], signal)).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_UNAVAILABLE' });
});
