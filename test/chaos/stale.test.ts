import { afterEach, expect, test } from 'vitest';
import { fastClock } from './fast-clock.ts';
import type { Replica } from './replica.ts';
import { startReplica } from './replica.ts';
import { SealedWorld } from './sealed-world.ts';
import { eventually, pause } from './world.ts';

const sealedWatches = '/apis/bitnami.com/v1alpha1/sealedsecrets';
const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

test('a writer whose watch has gone silent does not put an old Secret in the place of a newer one', async () => {
  const world = await SealedWorld.start();
  cleanUp.push(async () => world.stop());
  const start = async (name: string): Promise<Replica> => {
    const replica = await startReplica(world, { name, clock: fastClock(20), flags: ['--leader-elect=false'] });
    cleanUp.push(async () => replica.stop());
    await replica.controller.ready();
    return replica;
  };
  const stale = await start('stale');
  await world.trust(stale.controller.url);
  await world.write('db', { password: 'old' });
  await world.settles();

  // its watch of SealedSecrets is open and silent from here on; its watch of Secrets works
  let silenced = 0;
  world.disturb(({ path, query }) => {
    if (path !== sealedWatches || query.get('watch') === null) return undefined;
    silenced++;
    return 'half-open';
  });
  world.sandbox.dropConnections();
  await eventually(
    () => silenced,
    (count) => count > 0,
    'the watch was opened again',
  );
  world.disturb();

  // another writes meanwhile, as the next leader would
  await start('fresh');
  await world.write('db', { password: 'new' });
  await world.settles();
  await pause(2000);
  await world.settles();
  expect(world.promised.violations).toEqual([]);
  const writesOf = (name: string): number =>
    world.sandbox.requests.filter(
      ({ method, path, userAgent }) => userAgent === name && method === 'PUT' && path.endsWith('/secrets/db'),
    ).length;
  expect({ stale: writesOf('stale'), fresh: writesOf('fresh') }).toEqual({ stale: 0, fresh: 1 });
});
