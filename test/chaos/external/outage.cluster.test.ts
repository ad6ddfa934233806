import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { secrets } from '@signet/kube/client';
import { fastClock } from '../fast-clock.ts';
import type { Replica } from '../replica.ts';
import { startReplica } from '../replica.ts';
import { eventually, namespace, pause } from '../world.ts';
import type { Backend } from './backend.ts';
import { ExternalWorld } from './external-world.ts';
import { busiest, inParallel, metric } from './scrape.ts';

/**
 * The controller lives this much faster than the machine. All times below are the controller's.
 * `OUTAGE_SPEED=1 OUTAGE_S=600 OUTAGE_INTERVAL_S=60` is ten real minutes; figures are printed then.
 */
const speed = Number(process.env['OUTAGE_SPEED'] ?? 5);
const outageS = Number(process.env['OUTAGE_S'] ?? 90);
const intervalS = Number(process.env['OUTAGE_INTERVAL_S'] ?? 60);
const objects = Number(process.env['OUTAGE_OBJECTS'] ?? 1000);
const rate = { perSecond: 200, burst: 50, atOnce: 8 };
/** Probes come after 1, 2, 4 and then every 5 s, up to a quarter sooner by chance. */
const probesIn = (seconds: number): number => 4 + seconds / 3.75;
/** Calls that were under way, or about to be made, when it began. */
const underWay = 4 * rate.atOnce;

const clock = fastClock(speed);
const nameOf = (index: number): string => `s${String(index).padStart(4, '0')}`;
const all = Array.from({ length: objects }, (_, index) => nameOf(index));
const patience = { withinMs: Math.max(60_000, 120_000 / speed), everyMs: 250 };
const testMs = 120_000 + (2 * outageS * 1000) / speed;

let world: ExternalWorld;
let replica: Replica;

beforeAll(async () => {
  world = await ExternalWorld.start();
  replica = await startReplica(world, { name: 'controller', clock, flags: ['--leader-elect=false'] });
  await replica.controller.ready();
  const spec = { refreshInterval: `${intervalS}s` };
  await inParallel(all, 16, async (name) => world.write(name, { password: `first of ${name}` }, spec));
  await eventually(unready, (lines) => lines.length === 0, 'all are synced', patience);
}, testMs);

afterAll(async () => {
  await replica.stop();
  await world.stop();
});

const countReady = async (): Promise<number> => (await readyNow()).length;

/** What those say that are not Ready. */
async function unready(): Promise<string[]> {
  const statuses = await world.statuses();
  return all.flatMap((name) => {
    const ready = statuses.get(name)?.conditions?.find(({ type }) => type === 'Ready');
    return ready?.status === 'True' ? [] : [`${name}: ${ready?.message}`];
  });
}

/** Those that say Ready, and when they are due next. */
async function readyNow(): Promise<{ name: string; dueAt: number }[]> {
  const found: { name: string; dueAt: number }[] = [];
  for (const [name, status] of await world.statuses())
    if (status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'))
      found.push({ name, dueAt: Date.parse(status.nextRefreshTime ?? '') });
  return found;
}

async function versions(): Promise<ReadonlyMap<string, string | undefined>> {
  const found = new Map<string, string | undefined>();
  for await (const page of world.client.list(secrets, { namespace, metadataOnly: true }))
    for (const { metadata } of page.items) found.set(String(metadata.name), metadata.resourceVersion);
  return found;
}

async function calls(): Promise<number> {
  return metric(replica, 'externalsecret_provider_api_calls_count', 'provider="Webhook"');
}

interface Outage {
  readonly is: string;
  begin(backend: Backend): Promise<void> | void;
  end(backend: Backend): Promise<void> | void;
}

const outages: readonly Outage[] = [
  { is: 'answers 503', begin: (backend) => void (backend.mood = { status: 503 }), end: (backend) => backend.heal() },
  { is: 'refuses connections', begin: async (backend) => backend.goAway(), end: async (backend) => backend.comeBack() },
  { is: 'hangs', begin: (backend) => void (backend.mood = 'hang'), end: (backend) => backend.heal() },
];
const wanted = outages.filter(({ is }) => is.includes(process.env['OUTAGE_MOOD'] ?? ''));

describe(`external acceptance: a store with ${objects} ExternalSecrets is out of order for ${outageS} s, refreshed every ${intervalS} s`, () => {
  test.each(wanted)(
    'it $is',
    async ({ is, begin, end }) => {
      const { backend } = world;
      const before = { versions: await versions(), calls: await calls() };
      const beganAt = clock.now();
      await begin(backend);

      // the latest that one said Ready after it was due, and when nobody said so any more
      let latestMs = 0;
      let toldS: number | undefined;
      const deadline = Date.now() + patience.withinMs + (outageS * 1000) / speed;
      while (clock.now() < beganAt + outageS * 1000 || (toldS === undefined && Date.now() < deadline)) {
        const now = clock.now();
        const ready = await readyNow();
        latestMs = Math.max(latestMs, ...ready.map(({ dueAt }) => now - dueAt));
        if (ready.length === 0) toldS ??= (clock.now() - beganAt) / 1000;
        await pause(Math.min(2000, 5000 / speed));
      }
      const lastedS = (clock.now() - beganAt) / 1000;
      const during = (await calls()) - before.calls;
      expect(await countReady(), 'objects that say Ready although they are due').toBe(0);
      expect(await versions(), 'no Secret was touched').toEqual(before.versions);
      expect(during, 'calls to the dead store: probes only').toBeLessThan(probesIn(lastedS) + underWay);

      // some values are other ones when it is back
      const rotated = all.slice(0, 10);
      for (const name of rotated) {
        world.promised.asks(name, { password: `after it ${is}` });
        backend.values.set(`${name}/1/password`, `after it ${is}`);
      }
      backend.calls.length = 0;
      const backAt = clock.now();
      const cpu = process.cpuUsage();
      await end(backend);
      await eventually(unready, (lines) => lines.length === 0, 'all are settled', patience);
      const settledS = (clock.now() - backAt) / 1000;
      const { user, system } = process.cpuUsage(cpu);
      const mostInOneSecond = busiest(
        backend.calls.map(({ at }) => at),
        1000 / speed,
      );
      const after = backend.calls.length;
      await world.settles(patience);
      const changed = [...(await versions())].filter(([name, version]) => before.versions.get(name) !== version);
      expect(changed.map(([name]) => name).toSorted(), 'only what is new was written').toEqual(rotated);
      expect(mostInOneSecond, 'no stampede').toBeLessThanOrEqual(rate.perSecond + rate.burst + rate.atOnce);
      expect(after, 'nothing is asked again and again').toBeLessThan((2 + settledS / intervalS) * objects);
      expect(world.promised.violations).toEqual([]);
      if (process.env['OUTAGE_SPEED'] !== undefined)
        console.log(
          JSON.stringify({
            is,
            outageS,
            intervalS,
            during,
            toldS,
            latestS: latestMs / 1000,
            settledS,
            mostInOneSecond,
            after,
            cpuS: (user + system) / 1e6,
          }),
        );
    },
    testMs,
  );
});
