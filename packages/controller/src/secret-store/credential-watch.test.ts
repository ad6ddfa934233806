import { ApiError } from '@signet/kube/client';
import type { Client } from '@signet/kube/client';
import { expect, test } from 'vitest';
import { CredentialWatch } from './credential-watch.ts';
import { MemoryCache } from './testing/memory-cache.ts';

const key = { namespace: 'web', name: 'login' };
const login = { metadata: { ...key } };
const turn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setting(): { cache: MemoryCache; watch: CredentialWatch; asked: () => number; broken: { state: 'no' | 'yes' } } {
  const cache = new MemoryCache();
  const broken: { state: 'no' | 'yes' } = { state: 'no' };
  let asked = 0;
  const get = async (): Promise<unknown> => {
    asked += 1;
    const found = cache.get(key);
    if (broken.state === 'yes') throw new ApiError({ status: 503, reason: 'ServiceUnavailable', message: 'down' });
    if (!found) throw new ApiError({ status: 404, reason: 'NotFound', message: 'gone' });
    return found;
  };
  const client = { get } as unknown as Pick<Client, 'get'>;
  const sources = [{ kind: 'Secret', source: cache }] as const;
  return {
    cache,
    watch: new CredentialWatch({ client, sources, signal: new AbortController().signal }),
    asked: () => asked,
    broken,
  };
}

const version = (object: { metadata: { uid?: string; resourceVersion?: string } }): string =>
  `${object.metadata.uid}/${object.metadata.resourceVersion}`;

test('a change is told once to each who has read it, and to nobody else', async () => {
  const { cache, watch } = setting();
  const read = version(cache.put(login));
  const told: string[] = [];
  const [a, b, c] = ['a', 'b', 'c'].map((name) => watch.reader(() => told.push(name)));
  a?.onRead({ kind: 'Secret', key, version: read });
  b?.onRead({ kind: 'Secret', key, version: read });
  c?.onRead({ kind: 'ConfigMap', key, version: read });
  b?.forget();
  cache.put(login);
  cache.put(login);
  await turn();
  expect(told).toEqual(['a']);
});

test('what comes, and what goes, is a change', async () => {
  const { cache, watch } = setting();
  const told: string[] = [];
  watch.reader(() => told.push('comes')).onRead({ kind: 'Secret', key, version: undefined });
  const read = version(cache.put(login));
  await turn();
  watch.reader(() => told.push('goes')).onRead({ kind: 'Secret', key, version: read });
  cache.remove(key);
  await turn();
  expect(told).toEqual(['comes', 'goes']);
});

test('a late word of an older version is looked into, and told to nobody', async () => {
  const { cache, watch, asked } = setting();
  const older = cache.put(login);
  const told: string[] = [];
  watch.reader(() => told.push('a')).onRead({ kind: 'Secret', key, version: version(cache.put(login)) });
  cache.tell(older);
  await turn();
  expect([told, asked()]).toEqual([[], 1]);
});

test('when the API server cannot be asked, a change counts', async () => {
  const { cache, watch, broken } = setting();
  const told: string[] = [];
  watch.reader(() => told.push('a')).onRead({ kind: 'Secret', key, version: version(cache.put(login)) });
  broken.state = 'yes';
  cache.put(login);
  await turn();
  expect(told).toEqual(['a']);
});

test('who reads one thing twice in two states is told', () => {
  const { watch } = setting();
  const told: string[] = [];
  const reader = watch.reader(() => told.push('a'));
  reader.onRead({ kind: 'Secret', key, version: 'u/1' });
  reader.onRead({ kind: 'Secret', key, version: 'u/1' });
  expect(told).toEqual([]);
  reader.onRead({ kind: 'Secret', key, version: 'u/2' });
  expect(told).toEqual(['a']);
});

test('what is read while it is closed is watched for nobody', async () => {
  const { cache, watch, asked } = setting();
  const told: string[] = [];
  const reader = watch.reader(() => told.push('a'));
  reader.forget();
  reader.onRead({ kind: 'Secret', key, version: version(cache.put(login)) });
  cache.put(login);
  await turn();
  expect([told, asked()]).toEqual([[], 0]);
});
