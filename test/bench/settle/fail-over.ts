import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../control-plane/until.ts';
import type { Latency } from './audience.ts';
import { Audience } from './audience.ts';
import { versionsOf } from './list-all.ts';
import type { Stage } from './stage.ts';
import type { Launch } from './subject.ts';
import { Subject } from './subject.ts';

/** What happened when the leading one of two replicas ended. */
export interface FailOver {
  /** The longest that an object waited that came after the leader began to end. */
  readonly seconds: number;
  /** Of all objects that came: before, during, and after. */
  readonly latency: Latency;
  /** What the new leader did to objects that were settled: all zero. */
  readonly settled: { readonly changed: number; readonly privateKeyOperations: number };
}

/** What Kubernetes does to a Pod that is to go, and what a node does that is lost. */
export type Ending = 'graceful' | 'kill -9';

const patienceMs = 120_000;
const arrivalEveryMs = 100;

/** Two fail-overs with three replicas in turn: the first ends in order, the second is killed, the third is left. */
export async function failedOver(stage: Stage, launch: Launch): Promise<Record<Ending, FailOver>> {
  await using first = await Subject.start(stage, launch);
  await first.controller.ready();
  await using second = await Subject.start(stage, launch);
  await second.controller.ready();
  const graceful = await failOver(stage, first, second, async () => {
    await first.controller.stop();
  });
  await using third = await Subject.start(stage, launch);
  await third.controller.ready();
  const killed = await failOver(stage, second, third, async () => second.kill());
  return { graceful, 'kill -9': killed };
}

async function failOver(stage: Stage, leader: Subject, standby: Subject, end: () => Promise<void>): Promise<FailOver> {
  await using audience = await Audience.of(stage);
  await lookedAtAll(leader, audience.present);
  const before = await versionsOf(stage);
  const opened = (await standby.deeds()).privateKeyOperations;
  const enough = new AbortController();
  const arriving = audience.arrivals(arrivalEveryMs, enough.signal);
  // Long enough for the leader to be at its daily work.
  await until('new objects are served', () => audience.servedFrom(0) >= 10, { withinMs: patienceMs });
  const endedAt = performance.now();
  const ending = end();
  await until('the other replica serves', () => audience.servedFrom(endedAt, endedAt) >= 10, { withinMs: patienceMs });
  await ending;
  await lookedAtAll(standby, audience.present);
  await sleep(1000);
  enough.abort();
  const latency = await arriving;
  const after = await versionsOf(stage);
  const operations = (await standby.deeds()).privateKeyOperations - opened;
  return {
    seconds: audience.longestWait(endedAt) / 1000,
    latency,
    settled: {
      changed: [...after].filter(([name, version]) => before.get(name) !== version).length,
      // A new object costs one; the leader may still have opened some of those that were under way.
      privateKeyOperations: Math.max(0, operations - audience.servedFrom(endedAt)),
    },
  };
}

async function lookedAtAll(subject: Subject, count: number): Promise<void> {
  const hasLooked = async (): Promise<boolean> => (await subject.reconciles()) >= count;
  await until('the leader has looked at everything', hasLooked, { withinMs: patienceMs, everyMs: 200 });
}
