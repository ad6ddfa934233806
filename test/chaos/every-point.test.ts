import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault, SeenRequest } from '@signet/kube-sandbox';
import { fastClock } from './fast-clock.ts';
import type { Replica } from './replica.ts';
import { startReplica } from './replica.ts';
import { World } from './world.ts';

/** Every request that a reconcile makes, first of a new object, then of a changed one. */
const points = {
  'new: create the Secret': ['POST', /^\/api\/v1\/namespaces\/web\/secrets$/],
  'new: write the status': ['PUT', /\/sealedsecrets\/(?<name>[^/]+)\/status$/],
  'changed: read the Secret': ['GET', /^\/api\/v1\/namespaces\/web\/secrets\/(?<name>[^/]+)$/],
  'changed: replace the Secret': ['PUT', /^\/api\/v1\/namespaces\/web\/secrets\/(?<name>[^/]+)$/],
  'changed: write the status': ['PUT', /\/sealedsecrets\/(?<name>[^/]+)\/status$/],
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
const cases = (Object.keys(points) as Point[]).flatMap((point) => faults.map((fault): [Point, Fault] => [point, fault]));

let world: World;
let replica: Replica;

beforeAll(async () => {
  world = await World.start();
  replica = await startReplica(world, { name: 'controller', clock: fastClock(60), flags: ['--leader-elect=false'] });
  await replica.controller.ready();
  await world.trust(replica.controller.url);
});

afterAll(async () => {
  await replica.stop();
  await world.stop();
});

describe('a fault at any point of a reconcile leaves the old or the new Secret, and is got over', () => {
  test.each(cases)('%s suffers %j', async (point, fault) => {
    const name = `case-${cases.findIndex(([p, f]) => p === point && f === fault)}`;
    const isNew = point.startsWith('new');
    if (!isNew) {
      await world.write(name, { user: 'one', password: 'one' });
      await world.settles();
    }
    const hits = strikeOnce(point, fault);
    await world.write(name, { password: 'two', token: 'two' });
    await world.settles();
    expect(hits(), 'the fault has struck').toBe(1);
    expect(world.promised.violations).toEqual([]);
    world.disturb();
  });
});

/** Only the first request at that point suffers. */
function strikeOnce(point: Point, fault: Fault): () => number {
  const [method, path] = points[point];
  let hits = 0;
  world.disturb((request: SeenRequest) => {
    if (hits > 0 || request.method !== method || !path.test(request.path)) return undefined;
    hits++;
    return fault;
  });
  return () => hits;
}
