import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Audience } from './settle/audience.ts';
import type { Ending, FailOver } from './settle/fail-over.ts';
import { failedOver } from './settle/fail-over.ts';
import { floorOf } from './settle/floor.ts';
import type { Floor } from './settle/floor.ts';
import { fromNothing, restarted } from './settle/phases.ts';
import type { Phase, Restart } from './settle/phases.ts';
import { operationsPerSecond } from './settle/private-key.ts';
import { makePairs, sealedScene } from './settle/sealed-scene.ts';
import { setStage } from './settle/stage.ts';
import type { Launch } from './settle/subject.ts';
import { Subject } from './settle/subject.ts';
import { tableOf } from './settle/table.ts';

/** Everything that was seen in one run. Seconds, milliseconds and MiB as the names say. */
export interface SettleFigures {
  readonly cores: number;
  readonly objects: number;
  readonly keyBits: number;
  readonly connections: number;
  /** In the ring; everything is sealed for the newest. */
  readonly keys: number;
  readonly floor: (Floor & { readonly privateKeySeconds: number }) | undefined;
  readonly fromNothing: Phase;
  readonly restart: Restart;
  readonly failOver: Readonly<Record<Ending, FailOver>>;
  readonly withForeign: Restart | undefined;
  readonly verdicts: Readonly<Record<string, boolean>>;
}

const aims = {
  overFloor: 1.5,
  restartSeconds: 10,
  /** The lease runs out after 15 s; 5 s more to notice and to take over. */
  failOverSeconds: { graceful: 3, 'kill -9': 20 },
  arrivalMs: 2000,
  rssMiB: 300,
  foreignRss: 1.1,
} as const;

/**
 * A real control plane with many SealedSecrets and a controller that must settle them: from nothing, after a restart, when the leader of
 * two replicas ends in order and when it is killed, and after a restart beside 3,000 foreign Secrets of 32 KiB. Before it, on a control
 * plane of its own, the floor: the same writes sent by a bare client.
 *
 * Options: `objects` (10000), `keys` (1; 60 stands for five years of monthly renewal), `key-bits` (4096), `concurrency` (16, the
 * controller's default), `foreign` (3000; 0 leaves that phase out), `floor` (1; 0 leaves it out, and the aim that depends on it).
 */
export const bench: {
  name: 'settle';
  target: string;
  run(options: Readonly<Record<string, string>>): Promise<{ table: string; figures: object; met: boolean }>;
} = {
  name: 'settle',
  target: `from nothing <= ${aims.overFloor}x floor + private-key time; restart < ${aims.restartSeconds} s without a write, an event or a key operation; fail-over < ${aims.failOverSeconds.graceful} s, after kill -9 < ${aims.failOverSeconds['kill -9']} s; new objects p99 < ${aims.arrivalMs} ms meanwhile; RSS < ${aims.rssMiB} MiB, < ${aims.foreignRss}x with foreign Secrets`,
  async run(options) {
    const objects = Number(options['objects'] ?? 10_000);
    const keyBits = Number(options['key-bits'] ?? 4096);
    const keys = Number(options['keys'] ?? 1);
    const connections = Number(options['concurrency'] ?? 16);
    const foreign = Number(options['foreign'] ?? 3000);
    const folder = await mkdtemp(join(tmpdir(), 'signet-bench-'));
    try {
      say(`making ${keys} keys`);
      const [program, pairs] = await Promise.all([Subject.build(folder), makePairs(keyBits, keys)]);
      const [pair] = pairs;
      const scene = sealedScene(pairs);
      const launch: Launch = { program, flags: [`--concurrency=${connections}`] };
      let floor: Floor | undefined;
      if (options['floor'] !== '0') {
        say('floor');
        await using stage = await setStage(scene, objects);
        // The same onlooker as later: what it costs is no fault of the controller.
        await using _onlooker = await Audience.of(stage);
        floor = await floorOf(stage, connections);
      }
      const speeds = [await operationsPerSecond(pair, connections)];
      say('setting the stage');
      await using stage = await setStage(scene, objects);
      say('from nothing');
      const nothing = await fromNothing(stage, launch);
      speeds.push(await operationsPerSecond(pair, connections));
      say(`  ${nothing.seconds.toFixed(1)} s, new objects p99 ${nothing.latency.p99} ms`);
      say('restart');
      const restart = await restarted(stage, launch);
      say(`  ${restart.seconds.toFixed(1)} s, new objects p99 ${restart.latency.p99} ms`);
      say('fail-over');
      const failOver = await failedOver(stage, launch);
      say(`  ${failOver.graceful.seconds.toFixed(1)} s in order, ${failOver['kill -9'].seconds.toFixed(1)} s after kill -9`);
      let withForeign: Restart | undefined;
      if (foreign > 0) {
        say('restart beside foreign Secrets');
        await stage.addForeign(foreign);
        withForeign = await restarted(stage, launch);
      }

      const perSecond = speeds.reduce((sum, speed) => sum + speed, 0) / speeds.length;
      const privateKeySeconds = objects / perSecond;
      const allowed = floor && aims.overFloor * floor.seconds + privateKeySeconds;
      const restarts = withForeign ? [restart, withForeign] : [restart];
      const quiet = ({ settled }: Restart): boolean =>
        settled.changed === 0 && settled.writes === 0 && settled.events === 0 && settled.privateKeyOperations === 0;
      const isUnharmed = ({ settled }: FailOver): boolean => settled.changed === 0 && settled.privateKeyOperations === 0;
      const peak = Math.max(nothing.process.peakRssMiB, restart.process.peakRssMiB);
      const verdicts = {
        ...(allowed !== undefined && { [`from nothing within ${allowed.toFixed(1)} s`]: nothing.seconds <= allowed }),
        [`restart within ${aims.restartSeconds} s`]: restart.seconds < aims.restartSeconds,
        ...(withForeign && {
          [`restart beside foreign Secrets within ${aims.restartSeconds} s`]: withForeign.seconds < aims.restartSeconds,
        }),
        'a restart writes, tells and opens nothing of what is settled': restarts.every(quiet),
        [`each object costs one private-key operation, whatever the number of keys (${keys})`]:
          nothing.privateKeyOperations <= objects + nothing.latency.count,
        [`fail-over within ${aims.failOverSeconds.graceful} s when the leader ends in order`]:
          failOver.graceful.seconds < aims.failOverSeconds.graceful,
        [`fail-over within ${aims.failOverSeconds['kill -9']} s when the leader is killed`]:
          failOver['kill -9'].seconds < aims.failOverSeconds['kill -9'],
        'a fail-over writes and opens nothing of what is settled': isUnharmed(failOver.graceful) && isUnharmed(failOver['kill -9']),
        [`new objects wait less than ${aims.arrivalMs} ms (p99)`]: [nothing, failOver.graceful, ...restarts].every(
          ({ latency }) => latency.p99 < aims.arrivalMs,
        ),
        [`RSS below ${aims.rssMiB} MiB at its peak`]: peak < aims.rssMiB,
        ...(withForeign && {
          [`RSS below ${aims.foreignRss}x with foreign Secrets`]:
            withForeign.process.peakRssMiB < aims.foreignRss * restart.process.peakRssMiB,
        }),
      };
      const figures: SettleFigures = {
        cores: availableParallelism(),
        objects,
        keyBits,
        connections,
        keys,
        floor: floor && { ...floor, privateKeySeconds },
        fromNothing: nothing,
        restart,
        failOver,
        withForeign,
        verdicts,
      };
      return { table: tableOf(figures), figures, met: Object.values(verdicts).every(Boolean) };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** So that a person sees where a run of some minutes is. */
function say(phase: string): void {
  console.error(`settle: ${phase}`);
}
