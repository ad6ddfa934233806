import { Buffer } from 'node:buffer';
import { readExternalSecret } from '@signet/api';
import { describe, expect, test } from 'vitest';
import { gather } from './gather.ts';
import type { Gathered } from './gather.ts';
import { ScriptedSources } from './testing/scripted-sources.ts';
import type { Stored } from './testing/scripted-sources.ts';

const demand = { notBefore: 0, urgent: true };
const signal = new AbortController().signal;

interface Given {
  readonly spec: object;
  readonly values?: Readonly<Record<string, Stored>>;
  readonly sources?: ScriptedSources;
}

async function gathered({ spec, values = {}, sources = new ScriptedSources({ vault: { values } }) }: Given): Promise<Gathered> {
  const es = readExternalSecret({
    metadata: { name: 'db', namespace: 'web' },
    spec: { secretStoreRef: { name: 'vault' }, ...spec },
  });
  return gather(es, sources, demand, signal);
}

const textsOf = ({ data }: Gathered): Readonly<Record<string, string>> =>
  Object.fromEntries([...data].map(([key, value]) => [key, Buffer.from(value).toString()]));
const textsFrom = async (given: Given): Promise<Readonly<Record<string, string>>> => textsOf(await gathered(given));

const item = (secretKey: string, remoteRef: object, rest: object = {}): object => ({ secretKey, remoteRef, ...rest });
const db = { user: 'ann', port: 5432, nested: { list: ['x', { y: 'z' }] } };

// Source: external-secrets v2.9 data[].
describe('external acceptance 15: data', () => {
  test.each<[name: string, data: readonly object[], expected: object]>([
    ['one', [item('a', { key: 'plain' })], { a: 'hunter2' }],
    ['several', [item('a', { key: 'plain' }), item('b', { key: 'db', property: 'user' })], { a: 'hunter2', b: 'ann' }],
    ['the whole of a JSON value', [item('a', { key: 'small' })], { a: '{"k":"v"}' }],
    ['a property', [item('a', { key: 'db', property: 'port' })], { a: '5432' }],
    ['keys inside of keys', [item('a', { key: 'db', property: 'nested.list.1.y' })], { a: 'z' }],
    ['a version', [item('a', { key: 'plain', version: '1' }), item('b', { key: 'plain' })], { a: 'old', b: 'hunter2' }],
    ['metadata', [item('a', { key: 'plain', metadataPolicy: 'Fetch', property: 'owner' })], { a: 'ops' }],
    ['the same key twice: the last', [item('a', { key: 'plain' }), item('a', { key: 'plain', version: '1' })], { a: 'old' }],
  ])('%s', async (_, data, expected) => {
    const values = { plain: 'hunter2', 'plain@1': 'old', 'plain#metadata': { owner: 'ops' }, db, small: { k: 'v' } };
    expect(await textsFrom({ spec: { data }, values })).toEqual(expected);
  });

  test('binary values arrive as they are', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const { data } = await gathered({ spec: { data: [item('a', { key: 'bin' })] }, values: { bin: bytes } });
    expect(data.get('a')).toEqual(bytes);
  });
});

// Source: external-secrets v2.9 dataFrom[].extract.
describe('external acceptance 16: extract', () => {
  const values = { one: { a: '1', b: '1' }, two: { b: '2', c: '2', in: { x: 'y' } } };
  test.each<[name: string, spec: object, expected: object]>([
    ['all keys', { dataFrom: [{ extract: { key: 'one' } }] }, { a: '1', b: '1' }],
    ['of a property', { dataFrom: [{ extract: { key: 'two', property: 'in' } }] }, { x: 'y' }],
    [
      'later ones win',
      { dataFrom: [{ extract: { key: 'one' } }, { extract: { key: 'two' } }] },
      { a: '1', b: '2', c: '2', in: '{"x":"y"}' },
    ],
    [
      'the other way round',
      { dataFrom: [{ extract: { key: 'two' } }, { extract: { key: 'one' } }] },
      { a: '1', b: '1', c: '2', in: '{"x":"y"}' },
    ],
    [
      'data wins',
      { dataFrom: [{ extract: { key: 'one' } }], data: [item('a', { key: 'two', property: 'c' })] },
      { a: '2', b: '1' },
    ],
  ])('%s', async (_, spec, expected) => {
    expect(await textsFrom({ spec, values })).toEqual(expected);
  });
});

// Source: external-secrets v2.9 dataFrom[].find; matching itself is the store's.
describe('external acceptance 17: find', () => {
  test('hands on path, name and tags, and takes what is found', async () => {
    const sources = new ScriptedSources({ vault: { values: { 'prod/a': '1', 'prod/b': '2', 'test/c': '3' } } });
    const find = { path: 'prod/', name: { regexp: '.*' }, tags: { team: 'web' } };
    expect(await textsFrom({ spec: { dataFrom: [{ find }] }, sources })).toEqual({ prod_a: '1', prod_b: '2' });
    expect(sources.finds).toEqual([{ path: 'prod/', name: '.*', tags: { team: 'web' } }]);
  });

  test('with rewrite', async () => {
    const dataFrom = [{ find: { name: { regexp: '.*' } }, rewrite: [{ regexp: { source: '^prod/', target: '' } }] }];
    expect(await textsFrom({ spec: { dataFrom }, values: { 'prod/a': '1' } })).toEqual({ a: '1' });
  });

  test('what finds nothing gives nothing', async () => {
    expect(await textsFrom({ spec: { dataFrom: [{ find: { path: 'x' } }] }, values: { a: '1' } })).toEqual({});
  });
});

// Source: external-secrets v2.9: key conversion only where nothing rewrites.
describe('external acceptance 18: keys', () => {
  const values = { one: { 'a/b': '1', 'a c': '2' } };
  const from = (extract: object, rest: object = {}): object => ({ dataFrom: [{ extract: { key: 'one', ...extract }, ...rest }] });
  test('are converted', async () => {
    expect(await textsFrom({ spec: from({}), values })).toEqual({ a_b: '1', a_c: '2' });
    expect(await textsFrom({ spec: from({ conversionStrategy: 'Unicode' }), values })).toEqual({ a_U002f_b: '1', a_U0020_c: '2' });
  });

  test('that were rewritten are not: an invalid one is an error', async () => {
    const spec = from({ conversionStrategy: 'Unicode' }, { rewrite: [{ regexp: { source: ' ', target: '_' } }] });
    await expect(gathered({ spec, values })).rejects.toThrow(
      'spec.dataFrom[0] (key "one"): "a/b" is no key of a Secret: only letters, digits, "-", "." and "_" are allowed',
    );
  });

  test('that become the same are an error', async () => {
    await expect(gathered({ spec: from({}), values: { one: { 'a/b': '1', 'a b': '2' } } })).rejects.toThrow(
      'the keys "a b" and "a/b" both become "a_b"',
    );
  });

  test('that a rewrite makes the same are told, and the last one is kept', async () => {
    const spec = from({}, { rewrite: [{ regexp: { source: '.*', target: 'x' } }] });
    const result = await gathered({ spec, values });
    expect(textsOf(result)).toEqual({ x: '1' });
    expect(result.warnings).toEqual(['spec.dataFrom[0].rewrite[0] gives "a c" and "a/b" the same key "x": the last one is kept']);
  });

  test('that a rewrite empties are dropped', async () => {
    const spec = from({}, { rewrite: [{ transform: { template: '{{ if hasPrefix "a/" .value }}b{{ end }}' } }] });
    expect(await textsFrom({ spec, values })).toEqual({ b: '1' });
  });

  test('a merge takes them out of values', async () => {
    const dataFrom = [{ find: { path: 'cfg' }, rewrite: [{ merge: {} }, { regexp: { source: '^', target: 'my-' } }] }];
    expect(await textsFrom({ spec: { dataFrom }, values: { cfg1: { a: '1' }, cfg2: { b: '2' } } })).toEqual({
      'my-a': '1',
      'my-b': '2',
    });
  });
});

// Source: external-secrets v2.9 decodingStrategy and nullBytePolicy.
describe('external acceptance 20: decoding', () => {
  const values = { one: { a: 'Zm9v', b: 'hunter2!' }, a: 'Zm9v', b: 'hunter2!' };
  test.each<[name: string, spec: object, expected: object]>([
    ['data', { data: [item('x', { key: 'a', decodingStrategy: 'Base64' })] }, { x: 'foo' }],
    ['data, Auto falls back', { data: [item('x', { key: 'b', decodingStrategy: 'Auto' })] }, { x: 'hunter2!' }],
    ['extract', { dataFrom: [{ extract: { key: 'one', decodingStrategy: 'Auto' } }] }, { a: 'foo', b: 'hunter2!' }],
    ['find', { dataFrom: [{ find: { path: 'a', decodingStrategy: 'Base64' } }] }, { a: 'foo' }],
  ])('%s', async (_, spec, expected) => {
    expect(await textsFrom({ spec, values })).toEqual(expected);
  });

  test.each<[name: string, spec: object, message: string]>([
    ['data', { data: [item('x', { key: 'b', decodingStrategy: 'Base64' })] }, 'spec.data[0] (key "b"): the value is not Base64'],
    ['extract', { dataFrom: [{ extract: { key: 'one', decodingStrategy: 'Base64URL' } }] }, 'the value of "b" is not Base64URL'],
  ])('%s that is something else is an error without the value', async (_, spec, message) => {
    await expect(gathered({ spec, values })).rejects.toThrow(message);
    await expect(gathered({ spec, values })).rejects.toThrow(/^(?!.*hunter2)/s);
  });
});

describe('external acceptance 21: null bytes', () => {
  const values = { one: { a: 'x\0y' }, bin: 'x\0y', encoded: 'eAB5' };
  test.each<[name: string, spec: (nullBytePolicy: string) => object, what: string]>([
    ['data', (nullBytePolicy) => ({ data: [item('a', { key: 'bin', nullBytePolicy })] }), 'the value'],
    [
      'data after decoding',
      (nullBytePolicy) => ({ data: [item('a', { key: 'encoded', decodingStrategy: 'Base64', nullBytePolicy })] }),
      'the value',
    ],
    ['extract', (nullBytePolicy) => ({ dataFrom: [{ extract: { key: 'one', nullBytePolicy } }] }), 'the value of "a"'],
    ['find', (nullBytePolicy) => ({ dataFrom: [{ find: { path: 'bin', nullBytePolicy } }] }), 'the value of "bin"'],
  ])('%s: Fail refuses, Ignore does not', async (_, spec, what) => {
    await expect(gathered({ spec: spec('Fail'), values })).rejects.toThrow(`${what} has a null byte`);
    expect(Object.values(await textsFrom({ spec: spec('Ignore'), values }))).toEqual(['x\0y']);
  });
});

// Source: external-secrets v2.9 sourceRef.
describe('external acceptance 22: sources of items', () => {
  const aws = { sourceRef: { storeRef: { name: 'aws', kind: 'ClusterSecretStore' } } };
  const password = (rest: object = {}): object => ({ sourceRef: { generatorRef: { kind: 'Password', name: 'pw' } }, ...rest });
  const generators = {
    pw: { values: { password: 's3cret', 'with space': 'x' }, expiresAt: 5000 },
    soon: { values: {}, expiresAt: 3000 },
  };

  test('several stores in one ExternalSecret', async () => {
    const sources = new ScriptedSources({ vault: { values: { a: 'v' } }, aws: { values: { a: 'w' } } });
    const spec = { data: [item('x', { key: 'a' }), item('y', { key: 'a' }, aws)], dataFrom: [{ find: {}, ...aws }] };
    expect(await textsFrom({ spec, sources })).toEqual({ a: 'w', x: 'v', y: 'w' });
    expect(sources.opened.toSorted()).toEqual(['ClusterSecretStore aws for web', 'SecretStore vault for web']);
  });

  test('a generator: no conversion, rewrite and validation only', async () => {
    const sources = new ScriptedSources({}, generators);
    await expect(gathered({ spec: { dataFrom: [password()] }, sources })).rejects.toThrow('"with space" is no key of a Secret');
    const rewrite = [{ transform: { template: '{{ .value | replace " " "-" }}' } }];
    expect(await textsFrom({ spec: { dataFrom: [password({ rewrite })] }, sources })).toEqual({
      password: 's3cret',
      'with-space': 'x',
    });
  });

  test('the earliest end of what generators made is told', async () => {
    const soon = { sourceRef: { generatorRef: { kind: 'VaultDynamicSecret', name: 'soon' } } };
    const rewrite = [{ transform: { template: '{{ .value | nospace }}' } }];
    const { expiresAt } = await gathered({
      spec: { dataFrom: [password({ rewrite }), soon] },
      sources: new ScriptedSources({}, generators),
    });
    expect(expiresAt).toBe(3000);
  });

  test.each<[name: string, spec: object, message: string]>([
    [
      'no store anywhere',
      { secretStoreRef: undefined, data: [item('a', { key: 'k' })] },
      'neither the item nor the ExternalSecret names a store',
    ],
    ['a generator in data', { data: [item('a', { key: 'k' }, password())] }, 'generators are for dataFrom'],
    ['a generator with extract', { dataFrom: [password({ extract: { key: 'k' } })] }, 'a generator stands alone'],
    ['nothing at all', { dataFrom: [{}] }, 'it has neither extract nor find nor sourceRef.generatorRef'],
  ])('%s is an error', async (_, spec, message) => {
    await expect(gathered({ spec, values: { k: 'v' } })).rejects.toThrow(message);
  });
});

// Source: external-secrets v2.9 on refresh.
test('external acceptance 23: a value that changed is there at the next refresh', async () => {
  const spec = { data: [item('a', { key: 'k' })], dataFrom: [{ extract: { key: 'o' } }] };
  expect(await textsFrom({ spec, values: { k: '1', o: { b: '1' } } })).toEqual({ a: '1', b: '1' });
  expect(await textsFrom({ spec, values: { k: '2', o: { b: '2', c: '3' } } })).toEqual({ a: '2', b: '2', c: '3' });
});

// Promise 7: providers are not hammered.
describe('calls', () => {
  test('20 properties of one secret are one call, and it says how new a read has to be', async () => {
    const sources = new ScriptedSources({ vault: { values: { db } } });
    const data = Array.from({ length: 20 }, (_, index) => item(`k${index}`, { key: 'db', property: 'user' }));
    await gathered({ spec: { data, dataFrom: [{ extract: { key: 'db' } }] }, sources });
    expect(sources.fetches.map(({ refs }) => refs.length)).toEqual([21]);
    expect(sources.fetches[0]?.demand).toBe(demand);
  });

  test('nothing to read asks nobody', async () => {
    const sources = new ScriptedSources({});
    expect(await textsFrom({ spec: {}, sources })).toEqual({});
    expect(sources.opened).toEqual([]);
  });
});

test('origins name where each key comes from, and no values', async () => {
  const spec = {
    data: [item('a', { key: 'db', property: 'user', version: '3' })],
    dataFrom: [
      { extract: { key: 'db' }, rewrite: [{ regexp: { source: '^', target: 'db-' } }] },
      { find: { path: 'prod/' } },
      { find: { path: 'cfg' }, rewrite: [{ merge: { strategy: 'JSON', into: 'all' } }] },
    ],
  };
  const { origins } = await gathered({ spec, values: { db: { user: 'u' }, 'db@3': { user: 'v' }, 'prod/x': '1', cfg: { a: 1 } } });
  const store = 'SecretStore "vault"';
  expect(Object.fromEntries(origins)).toEqual({
    'db-user': { source: 'spec.dataFrom[0]', store, key: 'db', from: 'user' },
    prod_x: { source: 'spec.dataFrom[1]', store, key: 'prod/x', from: 'prod/x' },
    cfg: { source: 'spec.dataFrom[2]', store, key: 'cfg', from: 'cfg' },
    all: { source: 'spec.dataFrom[2]', store },
    a: { source: 'spec.data[0]', store, key: 'db', property: 'user', version: '3' },
  });
});

test('promise 10: one large value asked for again and again is refused before it takes the memory of all', async () => {
  const data = Array.from({ length: 20 }, (_, index) => item(`k${index}`, { key: 'large', property: 'a' }));
  const given = { spec: { data }, values: { large: JSON.stringify({ a: 'x'.repeat(2 ** 20) }) } };
  await expect(gathered(given)).rejects.toThrow(/^spec\.data\[17\].*its items take more than 16 MiB/);
});
