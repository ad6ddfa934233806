import { describe, expect, test } from 'vitest';
import type { Fault, SeenRequest } from '@signet/kube-sandbox';
import { fastClock } from './fast-clock.ts';
import { startReplica } from './replica.ts';
import { World } from './world.ts';

/** Every request that a reconcile makes, first of a new object, then of a changed one. */
const points = {
  'new: create the Secret': ['POST', /^\/api\/v1\/namespaces\/web\/secrets$/],
  'new: write the status': ['PUT', /\/sealedsecrets\/[^/]+\/status$/],
  'changed: read the Secret': ['GET', /^\/api\/v1\/namespaces\/web\/secrets\/[^/]+$/],
  'changed: replace the Secret': ['PUT', /^\/api\/v1\/namespaces\/web\/secrets\/[^/]+$/],
  'changed: write the status': ['PUT', /\/sealedsecrets\/[^/]+\/status$/],
} as const satisfies Readonly<Record<string, readonly [string, RegExp]>>;

const faults: readonly Fault[] = [
  'reset',
  'reset-after',
  'hang',
  { delayMs: 200 },
  { status: 409 },
  { status: 429, retryAfter: 1 },
  { status: 500 },
  { status: 503 },
];

type Point = keyof typeof points;

describe('a fault at any point of a reconcile leaves the old or the new Secret, and is got over', () => {
  test.concurrent.each(Object.keys(points) as Point[])('%s', async (point) => {
    const world = await World.start();
    const replica = await startReplica(world, { name: 'controller', clock: fastClock(60), flags: ['--leader-elect=false'] });
    try {
      await replica.controller.ready();
      await world.trust(replica.controller.url);
      for (const [index, fault] of faults.entries()) await suffer(world, point, fault, `case-${index}`);
    } finally {
      await replica.stop();
      await world.stop();
    }
  });
});

async function suffer(world: World, point: Point, fault: Fault, name: string): Promise<void> {
  if (point.startsWith('changed')) {
    await world.write(name, { user: 'one', password: 'one' });
    await world.settles();
  }
  const hits = strikeOnce(world, point, fault);
  await world.write(name, { password: 'two', token: 'two' });
  await world.settles();
  const says = `${point} suffers ${JSON.stringify(fault)}`;
  expect(hits(), `${says}: it has struck`).toBe(1);
  expect(world.promised.violations, `${says}: old or new, never back`).toEqual([]);
  world.disturb();
}

/** Only the first request at that point suffers. */
function strikeOnce(world: World, point: Point, fault: Fault): () => number {
  const [method, path] = points[point];
  let hits = 0;
  world.disturb((request: SeenRequest) => {
    if (hits > 0 || request.method !== method || !path.test(request.path)) return undefined;
    hits++;
    return fault;
  });
  return () => hits;
}
