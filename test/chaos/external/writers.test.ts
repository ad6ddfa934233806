import { afterEach, expect, test } from 'vitest';
import { fastClock } from '../fast-clock.ts';
import type { Replica } from '../replica.ts';
import { startReplica } from '../replica.ts';
import { eventually, pause } from '../world.ts';
import { ExternalWorld } from './external-world.ts';

const watched = '/apis/external-secrets.io/v1/externalsecrets';
const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

async function worldWith(
  ...names: readonly string[]
): Promise<{ world: ExternalWorld; start: (name: string) => Promise<Replica> }> {
  const world = await ExternalWorld.start();
  cleanUp.push(async () => world.stop());
  const start = async (name: string): Promise<Replica> => {
    const replica = await startReplica(world, { name, clock: fastClock(20), flags: ['--leader-elect=false'] });
    cleanUp.push(async () => replica.stop());
    await replica.controller.ready();
    return replica;
  };
  for (const name of names) await start(name);
  return { world, start };
}

function writesOf(world: ExternalWorld, name: string): number {
  return world.sandbox.requests.filter(
    ({ method, path, userAgent }) => userAgent === name && method === 'PUT' && path.endsWith('/secrets/db'),
  ).length;
}

test('a writer whose watch has gone silent does not put an old Secret in the place of a newer one', async () => {
  const { world, start } = await worldWith('stale');
  await world.write('db', { password: 'old' }, { refreshInterval: '20s' });
  await world.settles();

  // its watch of ExternalSecrets is open and silent from here on; its watch of Secrets works, and it refreshes by the old spec
  let silenced = 0;
  world.disturb(({ path, query }) => {
    if (path !== watched || query.get('watch') === null) return undefined;
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

  await start('fresh');
  await world.write('db', { password: 'new' }, { refreshInterval: '20s' });
  await world.settles();
  await pause(2500); // two refreshes of both
  await world.settles();
  expect(world.promised.violations).toEqual([]);
  expect({ stale: writesOf(world, 'stale'), fresh: writesOf(world, 'fresh') }).toEqual({ stale: 0, fresh: 1 });
});

test('two writers at the same time do each other no harm', async () => {
  const { world } = await worldWith('one', 'other');
  for (let generation = 0; generation < 10; generation++) {
    await Promise.all(
      ['db', 'api', 'mail'].map(async (name) => world.write(name, { [`key-${generation % 3}`]: `${name} ${generation}` })),
    );
    if (generation % 3 === 0) await world.settles();
  }
  await world.settles();
  await pause(500);
  await world.settles();
  expect(world.promised.violations).toEqual([]);
  // each generation is written once, whoever does it
  expect(writesOf(world, 'one') + writesOf(world, 'other')).toBeLessThanOrEqual(2 * 10);
});
