import { afterEach, describe, expect, test } from 'vitest';
import { externalSecretKind } from '@signet/api';
import { secrets } from '@signet/kube/client';
import type { KubeObject } from '@signet/kube/client';
import type { Replica } from '../replica.ts';
import { startReplica } from '../replica.ts';
import { eventually, namespace } from '../world.ts';
import { Backend } from './backend.ts';
import { ExternalWorld } from './external-world.ts';
import { inParallel } from './scrape.ts';

const overdue = 5000;
const hanging = 1000;
const apiVersion = 'external-secrets.io/v1';
const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

async function start(): Promise<ExternalWorld> {
  const world = await ExternalWorld.start();
  cleanUp.push(async () => world.stop());
  return world;
}

async function startController(world: ExternalWorld): Promise<Replica> {
  const replica = await startReplica(world, { name: 'controller', flags: ['--leader-elect=false'] });
  cleanUp.push(async () => replica.stop());
  return replica;
}

const names = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(4, '0')}`);

/** Secrets there are, and in which order they were made. */
async function made(world: ExternalWorld): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for await (const page of world.client.list(secrets, { namespace, metadataOnly: true }))
    for (const { metadata } of page.items) found.set(String(metadata.name), Number(metadata.resourceVersion));
  return found;
}

const specOf = (store: string, key: string): object => ({
  secretStoreRef: { name: store },
  refreshInterval: '1h',
  data: [{ secretKey: 'password', remoteRef: { key } }],
});

describe('promise 7: a slow store delays only itself', () => {
  test(`a new object on a healthy store is served while ${hanging} wait for one that hangs`, { timeout: 120_000 }, async () => {
    const world = await start();
    const slow = await Backend.start();
    cleanUp.push(async () => slow.stop());
    slow.mood = 'hang';
    await world.store('slow', slow);
    const controller = await startController(world);
    await controller.controller.ready();
    await inParallel(names('slow', hanging), 16, async (name) => world.create(name, specOf('slow', name)));
    await eventually(
      () => slow.hanging,
      (count) => count > 0,
      'the store hangs',
    );
    await world.write('new', { password: 'new' });
    await world.settles();
    slow.heal();
    for (const name of names('slow', hanging)) slow.values.set(name, name);
    await eventually(
      async () => (await made(world)).size,
      (count) => count === hanging + 1,
      'all are served when it is back',
      {
        withinMs: 90_000,
        everyMs: 300,
      },
    );
    const order = await made(world);
    const before = names('slow', hanging).filter((name) => (order.get(name) ?? 0) < (order.get('new') ?? 0));
    expect(before, 'objects of the store that hangs which were served before').toEqual([]);
  });

  test(`a new object is served before most of ${overdue} that are overdue`, { timeout: 150_000 }, async () => {
    const world = await start();
    const late = names('late', overdue);
    const refreshTime = new Date(Date.now() - 86_400_000).toISOString();
    const status = {
      refreshTime,
      syncedResourceVersion: '1-x',
      conditions: [{ type: 'Ready', status: 'True', reason: 'SecretSynced' }],
    };
    await inParallel(late, 32, async (name) => {
      const metadata = { name, namespace };
      world.backend.values.set(name, name);
      const object: KubeObject = { apiVersion, kind: 'ExternalSecret', metadata, spec: specOf('backend', name) };
      await world.client.replaceStatus(externalSecretKind, { ...(await world.client.create(externalSecretKind, object)), status });
    });
    world.backend.mood = { delayMs: 20 };
    let arrived: Promise<void> | undefined;
    world.backend.moodOf = () => {
      arrived ??= world.write('new', { password: 'new' });
      return undefined;
    };
    await startController(world);
    await eventually(
      async () => (await world.status('new'))?.conditions?.[0]?.status,
      (ready) => ready === 'True',
      'the new one is served',
      { withinMs: 60_000 },
    );
    await arrived;
    const order = await made(world);
    const before = late.filter((name) => (order.get(name) ?? Infinity) < (order.get('new') ?? 0));
    expect(before.length, 'overdue objects that were served before').toBeLessThan(overdue / 10);
  });
});
