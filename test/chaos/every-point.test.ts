import { describe, expect, test } from 'vitest';
import type { Fault } from '@signet/kube-sandbox';
import { everyFault, strikeOnce } from './every-fault.ts';
import type { Point } from './every-fault.ts';
import { fastClock } from './fast-clock.ts';
import { startReplica } from './replica.ts';
import { SealedWorld } from './sealed-world.ts';

/** Every request that a reconcile makes, first of a new object, then of a changed one. */
const points = {
  'new: create the Secret': ['POST', /^\/api\/v1\/namespaces\/web\/secrets$/],
  'new: write the status': ['PUT', /\/sealedsecrets\/[^/]+\/status$/],
  'changed: read the Secret': ['GET', /^\/api\/v1\/namespaces\/web\/secrets\/[^/]+$/],
  'changed: replace the Secret': ['PUT', /^\/api\/v1\/namespaces\/web\/secrets\/[^/]+$/],
  'changed: write the status': ['PUT', /\/sealedsecrets\/[^/]+\/status$/],
} as const satisfies Readonly<Record<string, Point>>;

type Name = keyof typeof points;

describe('a fault at any point of a reconcile leaves the old or the new Secret, and is got over', () => {
  test.concurrent.each(Object.keys(points) as Name[])('%s', async (point) => {
    const world = await SealedWorld.start();
    const replica = await startReplica(world, { name: 'controller', clock: fastClock(60), flags: ['--leader-elect=false'] });
    try {
      await replica.controller.ready();
      await world.trust(replica.controller.url);
      for (const [index, fault] of everyFault.entries()) await suffer(world, point, fault, `case-${index}`);
    } finally {
      await replica.stop();
      await world.stop();
    }
  });
});

async function suffer(world: SealedWorld, point: Name, fault: Fault, name: string): Promise<void> {
  if (point.startsWith('changed')) {
    await world.write(name, { user: 'one', password: 'one' });
    await world.settles();
  }
  const hits = strikeOnce(world, points[point], fault);
  await world.write(name, { password: 'two', token: 'two' });
  await world.settles();
  const says = `${point} suffers ${JSON.stringify(fault)}`;
  expect(hits(), `${says}: it has struck`).toBe(1);
  expect(world.promised.violations, `${says}: old or new, never back`).toEqual([]);
  world.disturb();
}
