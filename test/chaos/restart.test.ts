import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sealedSecretKind } from '@signet/api';
import { events, isNotFound, secrets } from '@signet/kube/client';
import type { KubeObject } from '@signet/kube/client';
import type { Replica } from './replica.ts';
import { startReplica } from './replica.ts';
import { SealedWorld } from './sealed-world.ts';
import { eventually, namespace } from './world.ts';

const settled = 2000;
const backlog = 300;
/** Counting costs a list of everything. */
const seldom = { withinMs: 60_000, everyMs: 300 };
const nameOf = (index: number): string => `s${String(index).padStart(4, '0')}`;

let world: SealedWorld;
let replica: Replica;

const start = async (): Promise<void> => {
  replica = await startReplica(world, { name: 'controller', flags: ['--leader-elect=false'] });
  await replica.controller.ready();
};

/** What the controller asked of the API server since the last reset, apart from reading. */
const writes = (): string[] =>
  world.sandbox.requests
    .filter(({ userAgent, method }) => userAgent === 'controller' && method !== 'GET')
    .map(({ method, path }) => `${method} ${path}`);

async function inParallel<T>(items: readonly T[], limit: number, work: (item: T) => Promise<unknown>): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: limit }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}

async function versions(): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for await (const page of world.client.list(secrets, { namespace, metadataOnly: true }))
    for (const { metadata } of page.items) found.set(metadata.name as string, Number(metadata.resourceVersion));
  return found;
}

async function versionOf(name: string): Promise<number | undefined> {
  try {
    return Number((await world.client.get(secrets, { namespace, name })).metadata.resourceVersion);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function countEvents(): Promise<number> {
  let count = 0;
  for await (const page of world.client.list(events)) count += page.items.length;
  return count;
}

const synced = async (): Promise<number> => {
  let count = 0;
  for await (const page of world.client.list<KubeObject>(sealedSecretKind, { namespace })) {
    for (const { metadata, status } of page.items as {
      metadata: { generation?: number };
      status?: { observedGeneration?: number };
    }[])
      if (status?.observedGeneration === metadata.generation) count++;
  }
  return count;
};

beforeAll(async () => {
  world = await SealedWorld.start();
  await start();
  await world.trust(replica.controller.url);
  const all = Array.from({ length: settled }, (_, index) => nameOf(index));
  await inParallel(all, 16, async (name) => world.create(name, { password: `first of ${name}` }));
  await eventually(synced, (count) => count === settled, `${settled} objects are settled`, seldom);
  await replica.stop();
}, 120_000);

afterAll(async () => {
  await replica.stop();
  await world.stop();
});

describe(`a restart with ${settled} settled objects`, () => {
  test('writes nothing, records no event and uses no private key', async () => {
    const before = { versions: await versions(), events: await countEvents() };
    expect(before.versions.size).toBe(settled);
    world.sandbox.resetRequests();
    await start();
    const handled = async (): Promise<number> => {
      const text = await (await fetch(`${replica.controller.metricsUrl}/metrics`)).text();
      return Number(/^workqueue_work_duration_seconds_count\{.*\} (\d+)$/m.exec(text)?.[1] ?? 0);
    };
    await eventually(handled, (count) => count >= settled, 'every object is looked at', { everyMs: 50 });
    expect(replica.controller.privateOperations()).toBe(0);
    expect(writes()).toEqual([]);
    expect({ versions: await versions(), events: await countEvents() }).toEqual(before);
    await replica.stop();
  });

  test(`a new object is served before a backlog of ${backlog}`, async () => {
    const late = Array.from({ length: backlog }, (_, index) => nameOf(index));
    await inParallel(late, 16, async (name) => world.write(name, { password: `second of ${name}` }));
    const newcomer = await world.sealed('newcomer', { password: 'first' });
    world.promised.asks('newcomer', { password: 'first' });
    world.sandbox.resetRequests();
    // each write of the backlog takes a while, and with the first of them the new object arrives
    let arrived: Promise<void> | undefined;
    world.disturb(({ method, path }) => {
      if (method !== 'PUT' || !path.startsWith(`/api/v1/namespaces/${namespace}/secrets/`)) return undefined;
      arrived ??= world.post('newcomer', newcomer);
      return { delayMs: 40 };
    });
    await start();
    const served = await eventually(
      async () => versionOf('newcomer'),
      (version) => version !== undefined,
      'the new object is served',
    );
    await arrived;
    await eventually(synced, (count) => count === settled + 1, 'the backlog is worked off', seldom);
    world.disturb();
    const now = await versions();
    const after = late.filter((name) => (now.get(name) as number) > (served as number));
    expect(after.length, 'objects of the backlog that were served after the new one').toBeGreaterThan(backlog / 2);
    expect(writes().filter((write) => /^P(OST|UT) \/api\/v1\/namespaces\/web\/secrets/.test(write))).toHaveLength(backlog + 1);
    expect(replica.controller.privateOperations()).toBe(backlog + 1);
    expect(world.promised.violations).toEqual([]);
  });
});
