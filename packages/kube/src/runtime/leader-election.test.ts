import { afterEach, describe, expect, test } from 'vitest';
import type { Lease } from '../client/index.ts';
import { manualClock } from '../client/index.ts';
import type { LeaderElectorOptions } from './leader-election.ts';
import { LeaderElector } from './leader-election.ts';
import type { Weather } from './testing/lease-server.ts';
import { LeaseServer } from './testing/lease-server.ts';
import type { Span } from './testing/town.ts';
import { dead, fine, Town } from './testing/town.ts';

const towns: Town[] = [];
function town(): Town {
  const made = new Town();
  towns.push(made);
  return made;
}
afterEach(async () => {
  for (const made of towns.splice(0)) {
    await made.close();
    expect(made.clock.pending).toBe(0);
  }
});

describe('one candidate', () => {
  // the read before the first write takes 2 ms
  test('creates the lease, and writes what client-go would', async () => {
    const t = town();
    t.candidate('a');
    await t.clock.advance(10);
    expect(t.leaders).toEqual(['a']);
    expect(t.server.lease).toMatchObject({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace: 'kube-system', name: 'signet' },
      spec: {
        holderIdentity: 'a',
        leaseDurationSeconds: 15,
        acquireTime: '2026-01-01T00:00:00.002000Z',
        renewTime: '2026-01-01T00:00:00.002000Z',
        leaseTransitions: 0,
      },
    } satisfies Lease);
  });

  test('renews every two seconds and keeps its acquire time', async () => {
    const t = town();
    t.candidate('a');
    await t.clock.advance(8500);
    expect(t.server.lease?.spec).toMatchObject({ acquireTime: '2026-01-01T00:00:00.002000Z', leaseTransitions: 0 });
    expect(t.server.lease?.spec?.renewTime).toMatch(/^2026-01-01T00:00:08\.0\d{5}Z$/);
  });

  test('counts its term from when it asked, not from when the answer came', async () => {
    const t = town();
    const began = t.clock.now();
    const a = t.candidate('a', { weather: () => (t.clock.now() - began < 2500 ? { thereMs: 1, backMs: 2000 } : dead) });
    await t.clock.advance(20_000);
    expect(t.spans.map(({ from, until }) => [from - began, until - began])).toEqual([[4002, 10_000]]);
    a.stop.abort();
  });

  test('keeps fields that it does not know', async () => {
    const t = town();
    t.server.write({ metadata: { name: 'signet', annotations: { note: 'kept' } }, spec: { strategy: 'OldestEmulationVersion' } });
    t.candidate('a');
    await t.clock.advance(5000);
    expect(t.server.lease).toMatchObject({
      metadata: { annotations: { note: 'kept' } },
      spec: { strategy: 'OldestEmulationVersion' },
    });
  });

  test('goes on when somebody edits its lease or deletes it', async () => {
    const t = town();
    t.candidate('a');
    await t.clock.advance(1000);
    t.server.write({ ...(t.server.lease as Lease), metadata: { name: 'signet', labels: { edited: 'yes' } } });
    await t.clock.advance(3000);
    t.server.lease = undefined;
    await t.clock.advance(20_000);
    expect(t.spans).toHaveLength(1);
    expect(t.leaders).toEqual(['a']);
    expect(t.server.lease).toMatchObject({ spec: { holderIdentity: 'a' } });
  });

  test('gives the lease back at the end, after its work has stopped', async () => {
    const t = town();
    const a = t.candidate('a', { stopsInMs: 3000 });
    await t.clock.advance(1000);
    a.stop.abort();
    await t.clock.advance(2900);
    expect(a.elector.isLeader).toBe(false);
    expect(t.server.lease?.spec?.holderIdentity).toBe('a');
    await t.clock.advance(200);
    expect(t.server.lease?.spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    await a.run;
  });

  test('keeps the lease while its work is stopping, however long that takes', async () => {
    const t = town();
    const a = t.candidate('a', { stopsInMs: 40_000 });
    t.candidate('b');
    await t.clock.advance(1000);
    a.stop.abort();
    await t.clock.advance(39_000);
    expect(t.leaders).toEqual([]);
    await t.clock.advance(5000);
    expect(t.leaders).toEqual(['b']);
  });

  test('keeps the lease at the end when told to', async () => {
    const t = town();
    const a = t.candidate('a', { releaseOnCancel: false });
    await t.clock.advance(1000);
    a.stop.abort();
    await t.clock.advance(1000);
    await a.run;
    expect(t.server.lease?.spec?.holderIdentity).toBe('a');
  });

  test('the run ends as its work ends of its own accord, and the lease is given back', async () => {
    const t = town();
    const elector = (): LeaderElector =>
      new LeaderElector({ client: t.server.client(), namespace: 'ns', name: 'l', identity: 'x', clock: t.clock, random: () => 0 });
    const done = elector().run(new AbortController().signal, async () => {});
    await t.clock.advance(10);
    await done;
    expect(t.server.lease?.spec?.holderIdentity).toBe('');
    const failed = elector().run(new AbortController().signal, () => {
      throw new Error('broken');
    });
    const caught = failed.catch((error: unknown) => error);
    await t.clock.advance(10);
    expect(await caught).toMatchObject({ message: 'broken' });
    expect(t.server.lease?.spec?.holderIdentity).toBe('');
  });

  test('times that cannot be safe are refused', () => {
    const make = (times: Partial<LeaderElectorOptions>) => () =>
      new LeaderElector({ client: new LeaseServer(manualClock()).client(), namespace: 'ns', name: 'l', identity: 'x', ...times });
    for (const times of [
      { leaseDurationMs: 10_000, renewDeadlineMs: 10_000 },
      { leaseDurationMs: 10_500, renewDeadlineMs: 10_000 },
      { renewDeadlineMs: 2400, retryPeriodMs: 2000 },
      { retryPeriodMs: 0 },
    ]) {
      expect(make(times)).toThrow(expect.objectContaining({ code: 'SIGNET_RUNTIME_LEASE_TIMES' }) as Error);
    }
  });
});

describe('two candidates', () => {
  test('the second waits while the first leads, and knows who leads', async () => {
    const t = town();
    t.candidate('a');
    await t.clock.advance(100);
    const b = t.candidate('b');
    await t.clock.advance(300_000);
    expect(t.leaders).toEqual(['a']);
    expect(b.elector.isLeader).toBe(false);
    expect(b.elector.leader).toBe('a');
  });

  test.each([0, 0.999])('a lease that was given back is taken within half a retry period (chance %d)', async (chance) => {
    const t = town();
    const a = t.candidate('a');
    await t.clock.advance(100);
    t.candidate('b', { random: () => chance });
    await t.clock.advance(10_000);
    a.stop.abort();
    await t.clock.advance(1010);
    expect(t.leaders).toEqual(['b']);
    expect(t.server.lease?.spec).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
  });

  const cuts: readonly [string, Weather][] = [
    ['the API server hangs', dead],
    ['answers are lost', { thereMs: undefined, backMs: 1 }],
    ['the API server answers 500', { thereMs: 1, backMs: 1, status: 500 }],
    ['each call takes 6 s', { thereMs: 6000, backMs: 1 }],
  ];
  test.each(cuts)(
    'when %s for the leader, it is stopped at the deadline and the other takes over later',
    async (_says, weather) => {
      const t = town();
      const a = t.candidate('a');
      await t.clock.advance(100);
      t.candidate('b');
      await t.clock.advance(9000);
      a.network.weather = weather;
      const lastRenewal = Date.parse(t.server.lease?.spec?.renewTime as string);
      await t.clock.advance(30_000);
      const [first, second] = t.spans as [Span, Span];
      expect(first.until - lastRenewal).toBe(10_000);
      expect(second.who).toBe('b');
      expect(second.from).toBeGreaterThan(lastRenewal + 15_000 - 1);
    },
  );

  test('renewals whose answers are lost keep the lease from the other, and the leader stops all the same', async () => {
    const t = town();
    const a = t.candidate('a');
    await t.clock.advance(100);
    t.candidate('b');
    await t.clock.advance(1000);
    a.network.weather = { thereMs: 1, backMs: undefined };
    await t.clock.advance(11_000);
    expect(t.leaders).toEqual([]);
    a.network.weather = fine;
    await t.clock.advance(8000);
    expect(t.leaders).toHaveLength(1);
  });

  test('wrong dates do no harm, whoever is ahead', async () => {
    for (const [aheadOfA, aheadOfB] of [
      [-3_600_000, 3_600_000],
      [3_600_000, -3_600_000],
    ] as const) {
      const t = town();
      t.candidate('a', { skew: { offsetMs: aheadOfA, speed: 1 } });
      await t.clock.advance(100);
      t.candidate('b', { skew: { offsetMs: aheadOfB, speed: 1 } });
      await t.clock.advance(60_000);
      expect(t.spans).toHaveLength(1);
    }
  });

  test('a holder who promised a longer lease is waited for that long', async () => {
    const t = town();
    t.server.write({
      metadata: { name: 'signet' },
      spec: { holderIdentity: 'gone', leaseDurationSeconds: 60, leaseTransitions: 7 },
    });
    t.candidate('b');
    await t.clock.advance(59_900);
    expect(t.leaders).toEqual([]);
    await t.clock.advance(3000);
    expect(t.leaders).toEqual(['b']);
    expect(t.server.lease?.spec?.leaseTransitions).toBe(8);
  });

  test('a leader that sees another holder stops at once and competes again only when its work has ended', async () => {
    const t = town();
    t.candidate('a', { stopsInMs: 30_000 });
    await t.clock.advance(1000);
    t.server.write({ ...(t.server.lease as Lease), spec: { holderIdentity: 'usurper', leaseDurationSeconds: 15 } });
    await t.clock.advance(2000);
    expect(t.leaders).toEqual([]);
    await t.clock.advance(29_000);
    expect(t.spans).toHaveLength(1);
    await t.clock.advance(60_000);
    expect(t.leaders).toEqual(['a']);
  });
});
