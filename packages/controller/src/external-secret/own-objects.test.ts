import type { Client, KubeObject } from '@signet/kube/client';
import { manualClock } from '@signet/kube/client';
import { describe, expect, test } from 'vitest';
import { RecentWrites } from '../cluster/recent-writes.ts';
import type { ScopedCache } from '../cluster/scoped-cache.ts';
import { ExternalSecrets } from './own-objects.ts';

const key = { namespace: 'web', name: 'app' };
const noon = Date.UTC(2026, 10, 21, 12);

function setting(): { clock: ReturnType<typeof manualClock>; objects: ExternalSecrets } {
  const clock = manualClock(noon);
  const cache = { get: () => undefined } as unknown as ScopedCache<KubeObject>;
  return { clock, objects: new ExternalSecrets({} as Client, cache, new RecentWrites(), clock) };
}

/** @param refreshedAt milliseconds since 1970 */
const object = (refreshedAt: number): KubeObject => ({
  metadata: { ...key, uid: 'u', generation: 1 },
  status: { refreshTime: new Date(refreshedAt).toISOString() },
});

describe('what was asked for', () => {
  test('promise 4: is not done once more by a new leader when the former one has done it', () => {
    const { clock, objects } = setting();
    objects.outdate(key);
    expect(objects.toKeys(object(noon + 2000), object(noon - 1000), 'changed', false)).toEqual([]);
    expect([objects.outdated(key), objects.askedAt(key)]).toEqual([undefined, 0]);
    expect(clock.now()).toBe(noon);
  });

  test('stays asked for while the last refresh is older', () => {
    const { objects } = setting();
    objects.outdate(key);
    objects.toKeys(object(noon - 500), object(noon - 1000), 'changed', false);
    expect(objects.outdated(key)).toBeDefined();
  });

  test('is forgotten with its object, by a standby too', () => {
    const { objects } = setting();
    objects.outdate(key);
    expect(objects.toKeys(object(noon), object(noon), 'removed', false)).toEqual([key]);
    expect([objects.outdated(key), objects.askedAt(key)]).toEqual([undefined, 0]);
  });
});
