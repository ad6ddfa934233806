import { describe, expect, test } from 'vitest';
import type { Fault } from '@signet/kube-sandbox';
import { everyFault, strikeOnce } from '../every-fault.ts';
import type { Point } from '../every-fault.ts';
import { fastClock } from '../fast-clock.ts';
import { startReplica } from '../replica.ts';
import type { Mood } from './backend.ts';
import { ExternalWorld } from './external-world.ts';

/** Every request that a reconcile makes, first of a new object, then of a changed one. */
const points = {
  'new: create the Secret': ['POST', /^\/api\/v1\/namespaces\/web\/secrets$/],
  'new: write the status': ['PUT', /\/externalsecrets\/[^/]+\/status$/],
  'changed: read the Secret': ['GET', /^\/api\/v1\/namespaces\/web\/secrets\/[^/]+$/],
  'changed: a fresh look at the ExternalSecret': ['GET', /\/namespaces\/web\/externalsecrets\/[^/]+$/],
  'changed: replace the Secret': ['PUT', /^\/api\/v1\/namespaces\/web\/secrets\/[^/]+$/],
  'changed: write the status': ['PUT', /\/externalsecrets\/[^/]+\/status$/],
} as const satisfies Readonly<Record<string, Point>>;

type Name = keyof typeof points;

describe('a fault at any point of a reconcile leaves the old or the new Secret, and is got over', () => {
  test.concurrent.each(Object.keys(points) as Name[])('%s', async (point) => {
    await inWorld(async (world) => {
      for (const [index, fault] of everyFault.entries()) await suffer(world, point, fault, `case-${index}`);
    });
  });
});

async function suffer(world: ExternalWorld, point: Name, fault: Fault, name: string): Promise<void> {
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

/** What may befall a question to the backend. */
const moods: readonly Mood[] = [
  'hang',
  'reset',
  'cut',
  'garbage',
  { delayMs: 200 },
  { status: 401 },
  { status: 404 },
  { status: 429, retryAfterS: 1 },
  { status: 429 },
  { status: 500 },
  { status: 503, retryAfterS: 1 },
];

describe('a fault of any question to the backend leaves the old or the new Secret, and is got over', () => {
  test.concurrent.each([1, 2, 3])('question %i of three', async (ordinal) => {
    await inWorld(async (world) => {
      for (const [index, mood] of moods.entries()) await fail(world, mood, ordinal, `case-${index}`);
    });
  });
});

async function fail(world: ExternalWorld, mood: Mood, ordinal: number, name: string): Promise<void> {
  await world.write(name, { user: 'one', password: 'one' });
  await world.settles();
  let asked = 0;
  world.backend.moodOf = () => (++asked === ordinal ? mood : undefined);
  await world.write(name, { password: 'two', token: 'two', url: 'two' });
  await world.settles();
  const says = `question ${ordinal} meets ${JSON.stringify(mood)}`;
  expect(asked, `${says}: it was asked`).toBeGreaterThanOrEqual(ordinal);
  expect(world.promised.violations, `${says}: old or new, never back`).toEqual([]);
  world.backend.heal();
}

async function inWorld(work: (world: ExternalWorld) => Promise<void>): Promise<void> {
  const world = await ExternalWorld.start();
  const replica = await startReplica(world, { name: 'controller', clock: fastClock(60), flags: ['--leader-elect=false'] });
  try {
    await replica.controller.ready();
    await work(world);
  } finally {
    await replica.stop();
    await world.stop();
  }
}
