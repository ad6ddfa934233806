import { performance } from 'node:perf_hooks';
import { until } from '../../control-plane/until.ts';
import type { Latency } from './audience.ts';
import { Audience } from './audience.ts';
import { versionsOf } from './list-all.ts';
import { processFigures, watchSockets } from './process-figures.ts';
import type { ProcessFigures } from './process-figures.ts';
import type { Stage } from './stage.ts';
import type { Launch } from './subject.ts';
import { Subject } from './subject.ts';

/** One life of the controller. */
export interface Phase {
  /** From the start of the process until everything that was there is settled. */
  readonly seconds: number;
  /** Of it, until the process says that it is ready: caches read, a key loaded. */
  readonly readySeconds: number;
  /** Of objects that came meanwhile, from readiness on. */
  readonly latency: Latency;
  /** Up to the moment when the last new object was served. */
  readonly requests: Readonly<Record<string, number>>;
  /** Requests to others than the API server, by what they are. */
  readonly elsewhere: Readonly<Record<string, number>>;
  readonly connectionsMade: number;
  /** Sockets open at the same time, the listening ones included: the most that was seen, looking twice a second. */
  readonly sockets: number;
  readonly privateKeyOperations: number;
  readonly process: ProcessFigures;
  /** CPU of the parts in the time it took to settle. */
  readonly cpuSeconds: { readonly controller: number; readonly apiServer: number; readonly etcd: number };
}

/** The life of a controller that finds everything settled. */
export interface Restart extends Phase {
  /** What it did to the objects that were settled: all zero, or the restart was not cheap. */
  readonly settled: {
    /** Objects of the scene, Secrets and Events in another version than before, new ones included. */
    readonly changed: number;
    /** Requests beyond those for new objects. */
    readonly writes: number;
    readonly events: number;
    readonly privateKeyOperations: number;
  };
}

const patienceMs = 20 * 60_000;

/** Many objects and no Secret. */
export async function fromNothing(stage: Stage, launch: Launch): Promise<Phase> {
  await using audience = await Audience.of(stage);
  return await live(stage, launch, audience, 400, async () => audience.settled(patienceMs));
}

/** Everything is settled. */
export async function restarted(stage: Stage, launch: Launch): Promise<Restart> {
  await using audience = await Audience.of(stage);
  const { present } = audience;
  const before = await versionsOf(stage);
  const phase = await live(stage, launch, audience, 100, async (subject) => {
    await until('the controller has looked at everything', async () => (await subject.reconciles()) >= present, {
      withinMs: patienceMs,
      everyMs: 200,
    });
    return performance.now();
  });
  const after = await versionsOf(stage);
  const { requests, latency, privateKeyOperations } = phase;
  const written = (of: RegExp): number =>
    Object.entries(requests).reduce((sum, [name, count]) => sum + (of.test(name) ? count : 0), 0);
  return {
    ...phase,
    settled: {
      changed: [...after].filter(([name, version]) => before.get(name) !== version).length,
      // A new object costs a Secret, a status and an event. The lease is renewed in any case.
      writes: written(/^(?!get|list|watch)\S+ (?!leases|events)/) - 2 * latency.count,
      events: written(/^(?!get|list|watch)\S+ events/) - latency.count,
      privateKeyOperations: privateKeyOperations - stage.scene.privateKeyOperations * latency.count,
    },
  };
}

/**
 * One life of a controller, with new objects from its readiness on.
 *
 * @param settled resolves with the time when it has done what it is for
 */
export async function live(
  stage: Stage,
  launch: Launch,
  audience: Audience,
  arrivalEveryMs: number,
  settled: (subject: Subject) => Promise<number>,
): Promise<Phase> {
  const parts = { apiServer: stage.plane.component('kube-apiserver').pid, etcd: stage.plane.component('etcd').pid };
  const cpu = async (pid: number): Promise<number> => (await processFigures(pid)).cpuSeconds;
  const before = { apiServer: await cpu(parts.apiServer), etcd: await cpu(parts.etcd) };
  const startedAt = performance.now();
  await using subject = await Subject.start(stage, launch);
  using sockets = watchSockets(subject.controller.pid);
  await subject.controller.ready();
  const readySeconds = (performance.now() - startedAt) / 1000;
  const enough = new AbortController();
  const arriving = audience.arrivals(arrivalEveryMs, enough.signal);
  const settledAt = await settled(subject);
  const cpuSeconds = {
    controller: await cpu(subject.controller.pid),
    apiServer: (await cpu(parts.apiServer)) - before.apiServer,
    etcd: (await cpu(parts.etcd)) - before.etcd,
  };
  // A restart may be over before anything new has come.
  while (audience.arrived < 30) await new Promise((resolve) => setTimeout(resolve, 50));
  enough.abort();
  const latency = await arriving;
  await eventsWritten(subject);
  const { requests, elsewhere, connections, process, privateKeyOperations } = await subject.deeds();
  return {
    seconds: (settledAt - startedAt) / 1000,
    readySeconds,
    latency,
    requests,
    elsewhere,
    connectionsMade: connections,
    sockets: sockets.most,
    privateKeyOperations,
    process,
    cpuSeconds,
  };
}

/** Events are sent behind the work, one at a time: waits until no more come. */
async function eventsWritten(subject: Subject): Promise<void> {
  let last = -1;
  const isQuiet = async (): Promise<boolean> => {
    const { requests } = await subject.counted();
    const sent = (requests['create events'] ?? 0) + (requests['patch events'] ?? 0);
    const quiet = sent === last;
    last = sent;
    return quiet;
  };
  await until('all events are written', isQuiet, { withinMs: patienceMs, everyMs: 500 });
}
