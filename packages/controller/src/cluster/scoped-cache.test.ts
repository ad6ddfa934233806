import { secrets } from '@signet/kube/client';
import type { KubeObject, Page, WatchEvent } from '@signet/kube/client';
import { expect, test } from 'vitest';
import { ScopedCache } from './scoped-cache.ts';

/** Namespaces with one Secret each, and a watch that tells nothing. Lists which watches are open. */
function clusterOf(open: Set<string>): ConstructorParameters<typeof ScopedCache<KubeObject>>[0]['client'] {
  return {
    list: async function* (_resource, { namespace = '' } = {}) {
      await Promise.resolve();
      const object = { metadata: { namespace, name: 'db', uid: `uid-${namespace}`, resourceVersion: '1' } };
      yield { items: [object], resourceVersion: '1' } as unknown as Page<never>;
    },
    watch: async function* (_resource, { namespace = '', signal }) {
      open.add(namespace);
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      open.delete(namespace);
      yield* [] as WatchEvent<never>[];
    },
  };
}

async function until(isDone: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 5000; !isDone();) {
    if (Date.now() > deadline) throw new Error('not within five seconds');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

test('namespaces come and go: what a new one has is told as initial, what one had that is left is told as removed', async () => {
  const open = new Set<string>();
  const cache = new ScopedCache<KubeObject>({ client: clusterOf(open), resource: secrets, watchList: false }, ['own']);
  const told: string[] = [];
  cache.subscribe({
    changed: ({ metadata }, _, initial) => told.push(`${metadata.namespace} ${initial ? 'initial' : 'live'}`),
    // Whoever is told looks it up, and must not find it.
    removed: ({ metadata: { namespace = '', name = '' } }) =>
      told.push(`${namespace} gone${cache.get({ namespace, name }) ? ', but found' : ''}`),
  });
  const stop = new AbortController();
  const running = cache.run(stop.signal);
  await until(() => cache.hasSynced('own'));
  expect(cache.serves('team')).toBe(false);

  cache.serve(['own', 'team']);
  await until(() => cache.hasSynced('team'));
  expect([...cache.values()].map(({ metadata }) => metadata.namespace)).toEqual(['own', 'team']);
  cache.serve(['own', 'team']); // nothing new
  await until(() => open.size === 2);

  cache.serve(['own']);
  expect(cache.serves('team')).toBe(false);
  expect(cache.get({ namespace: 'team', name: 'db' })).toBeUndefined();
  await until(() => open.size === 1);
  cache.serve(['own', 'team']);
  await until(() => cache.hasSynced('team'));
  expect(told).toEqual(['own initial', 'team initial', 'team gone', 'team initial']);

  stop.abort();
  await running;
  expect([...open]).toEqual([]);
});

test('all namespaces: each is served', () => {
  const cache = new ScopedCache<KubeObject>({ client: clusterOf(new Set()), resource: secrets }, undefined);
  expect(cache.serves('any')).toBe(true);
});
