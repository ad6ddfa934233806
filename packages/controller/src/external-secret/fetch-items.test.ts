import { readExternalSecret } from '@signet/api';
import { describe, expect, test } from 'vitest';
import type { OpenedStore, Sources } from '../secret-store/store-access.ts';
import { fetchItems } from './fetch-items.ts';
import { itemsOf } from './source.ts';

const demand = { notBefore: 0, urgent: false };
const signal = new AbortController().signal;
const nothing = { store: () => Promise.reject(new Error('no store')), generate: () => Promise.reject(new Error('no generator')) };

const es = readExternalSecret({
  metadata: { name: 'db', namespace: 'web' },
  spec: {
    secretStoreRef: { name: 'slow' },
    data: [
      { secretKey: 'a', remoteRef: { key: 'a' } },
      { secretKey: 'b', remoteRef: { key: 'b' } },
      { secretKey: 'c', remoteRef: { key: 'c' }, sourceRef: { storeRef: { name: 'fast' } } },
    ],
    dataFrom: [{ find: {} }, { sourceRef: { generatorRef: { kind: 'UUID', name: 'id' } } }],
  },
});

/** How each item ended, under its place in the spec. */
async function endsWith(sources: Partial<Sources>): Promise<Readonly<Record<string, unknown>>> {
  const outcomes = await fetchItems(itemsOf(es), { es, sources: { ...nothing, ...sources }, demand, signal });
  return Object.fromEntries(
    [...outcomes].map(([{ source }, outcome]) => [
      source,
      'error' in outcome ? [outcome.from, outcome.isWide, String(outcome.error)] : outcome.from,
    ]),
  );
}

describe('reading the items of an ExternalSecret', () => {
  test('promise 7: stores and generators are asked side by side, each store by one call and one for each find', async () => {
    const asked: string[] = [];
    const all = Promise.withResolvers<void>();
    const meet = async (name: string): Promise<void> => {
      asked.push(name);
      if (asked.length === 4) all.resolve();
      await all.promise; // nobody gets an answer before everybody has asked
    };
    const opened = (name: string): OpenedStore => ({
      title: name,
      fetch: async (refs) => {
        await meet(`${name}: ${refs.map(({ key }) => key).join(' ')}`);
        return refs.map(() => ({ value: () => new Uint8Array(), values: () => new Map() }));
      },
      find: async () => {
        await meet(`${name}: find`);
        return new Map();
      },
    });
    const ends = await endsWith({
      store: async ({ name }) => opened(name),
      generate: async ({ name }) => {
        await meet(name);
        return { values: new Map() };
      },
    });
    expect(asked.toSorted()).toEqual(['fast: c', 'id', 'slow: a b', 'slow: find']);
    expect(ends).toEqual({
      'spec.dataFrom[0]': 'slow',
      'spec.dataFrom[1]': 'UUID "id"',
      'spec.data[0]': 'slow',
      'spec.data[1]': 'slow',
      'spec.data[2]': 'fast',
    });
  });

  test('a store that cannot be opened fails all its items, and a generator its own', async () => {
    const slow = ['SecretStore "slow"', true, 'Error: no store'];
    expect(await endsWith({})).toEqual({
      'spec.dataFrom[0]': slow,
      'spec.dataFrom[1]': ['UUID "id"', false, 'Error: no generator'],
      'spec.data[0]': slow,
      'spec.data[1]': slow,
      'spec.data[2]': ['SecretStore "fast"', true, 'Error: no store'],
    });
  });

  test('a store that gives fewer answers than it was asked for is found out', async () => {
    const store = async ({ name }: { name: string }): Promise<OpenedStore> => ({
      title: name,
      fetch: async () => [{ value: () => new Uint8Array(), values: () => new Map() }],
      find: async () => new Map(),
    });
    const ends = await endsWith({ store });
    expect(ends['spec.data[0]']).toBe('slow');
    expect(ends['spec.data[1]']).toEqual(['slow', false, expect.stringContaining('fewer answers')]);
  });
});
