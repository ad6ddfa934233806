import { afterEach, expect, test } from 'vitest';
import { leases } from '@signet/kube/client';
import type { Replica } from './replica.ts';
import { leaderOf, startReplica } from './replica.ts';
import { SealedWorld } from './sealed-world.ts';
import { eventually, home } from './world.ts';

const quick = ['--lease-duration=2s', '--lease-renew-deadline=1300ms', '--lease-retry-period=250ms'];
const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

async function twoReplicas(): Promise<{ world: SealedWorld; leader: Replica; standby: Replica }> {
  const world = await SealedWorld.start();
  cleanUp.push(async () => world.stop());
  const start = async (name: string): Promise<Replica> => {
    const replica = await startReplica(world, { name, flags: quick });
    cleanUp.push(async () => replica.stop());
    await replica.controller.ready();
    return replica;
  };
  const leader = await start('first');
  const standby = await start('second');
  expect(leaderOf(world) ?? 'first').toBe('first');
  await world.trust(leader.controller.url);
  await world.write('db', { password: 'one' });
  await world.settles();
  return { world, leader, standby };
}

/** User agents of the writes to Secrets and SealedSecrets since the last reset. */
function writers(world: SealedWorld): Set<string> {
  const writes = world.sandbox.requests.filter(({ method, path }) => method !== 'GET' && /secrets/.test(path));
  return new Set(writes.map(({ userAgent }) => userAgent).filter((name) => name !== 'person'));
}

test('only the leader writes; a standby has warm caches and a key to serve', async () => {
  const { world, standby } = await twoReplicas();
  await world.write('db', { password: 'two' });
  await world.settles();
  expect(writers(world)).toEqual(new Set(['first']));
  expect((await fetch(`${standby.controller.url}/v1/cert.pem`)).status).toBe(200);
});

test('a leader that stops hands over at once: the lease is given back, no Secret is written again', async () => {
  const { world, leader } = await twoReplicas();
  world.sandbox.resetRequests();
  await leader.controller.stop();
  await eventually(
    async () => leaderOf(world),
    (name) => name === 'second',
    'the standby takes the lease',
  );
  await world.write('db', { password: 'two' });
  await world.settles();
  expect(writers(world)).toEqual(new Set(['second']));
  const secretWrites = world.sandbox.requests.filter(({ method, path }) => method !== 'GET' && path.endsWith('/secrets/db'));
  expect(secretWrites).toHaveLength(1);
  expect(world.promised.violations).toEqual([]);
});

test('a leader that is cut off stops before another leads, and the standby takes over', async () => {
  const { world, leader } = await twoReplicas();
  leader.link.cut();
  await world.write('db', { password: 'two' });
  await world.settles();
  expect(leaderOf(world)).toBe('second');
  const lease = await world.client.get(leases, { namespace: home, name: 'signet-controller' });
  expect(lease.spec?.leaseTransitions).toBe(1);
  expect(leader.log.join('\n')).toMatch(/lost the lease .*no renewal succeeded/);
  expect(world.promised.violations).toEqual([]);
});
