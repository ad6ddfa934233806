import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Audience } from './settle/audience.ts';
import { floorOf } from './settle/floor.ts';
import type { Floor } from './settle/floor.ts';
import { listAll } from './settle/list-all.ts';
import { fromNothing, restarted } from './settle/phases.ts';
import type { Phase, Restart } from './settle/phases.ts';
import { operationsPerSecond } from './settle/private-key.ts';
import { makePair, setStage } from './settle/stage.ts';
import { Subject } from './settle/subject.ts';
import { tableOf } from './settle/table.ts';

/** Everything that was seen in one run. Seconds, milliseconds and MiB as the names say. */
export interface SettleFigures {
  readonly cores: number;
  readonly objects: number;
  readonly keyBits: number;
  readonly connections: number;
  readonly floor: Floor & { readonly privateKeySeconds: number };
  readonly fromNothing: Phase;
  readonly restart: Restart;
  readonly withForeign: Restart;
  readonly verdicts: Readonly<Record<string, boolean>>;
}

const aims = { overFloor: 1.5, restartSeconds: 10, arrivalMs: 2000, rssMiB: 300, foreignRss: 1.1 } as const;

/**
 * A real control plane with many SealedSecrets and a controller that must settle them: from nothing, after a restart, and after
 * a restart beside 3,000 foreign Secrets of 32 KiB. Before it, on a control plane of its own, the floor: the same writes sent by
 * a bare client.
 *
 * Options: `objects` (10000), `key-bits` (4096), `concurrency` (16, the controller's default), `foreign` (3000).
 */
export const bench: {
  name: 'settle';
  target: string;
  run(options: Readonly<Record<string, string>>): Promise<{ table: string; figures: object; met: boolean }>;
} = {
  name: 'settle',
  target: `from nothing <= ${aims.overFloor}x floor + private-key time; restart < ${aims.restartSeconds} s without a write, an event or a key operation; new objects p99 < ${aims.arrivalMs} ms meanwhile; RSS < ${aims.rssMiB} MiB, < ${aims.foreignRss}x with foreign Secrets`,
  async run(options) {
    const objects = Number(options['objects'] ?? 10_000);
    const keyBits = Number(options['key-bits'] ?? 4096);
    const connections = Number(options['concurrency'] ?? 16);
    const foreign = Number(options['foreign'] ?? 3000);
    const folder = await mkdtemp(join(tmpdir(), 'signet-bench-'));
    try {
      const [program, pair] = await Promise.all([Subject.build(folder), makePair(keyBits)]);
      say('floor');
      let floor: Floor;
      {
        await using stage = await setStage(pair, objects);
        // The same onlooker as later: what it costs is no fault of the controller.
        await using _onlooker = await Audience.of(stage);
        floor = await floorOf(stage, await listAll(stage), connections);
      }
      const speeds = [await operationsPerSecond(pair, connections)];
      say('setting the stage');
      await using stage = await setStage(pair, objects);
      say('from nothing');
      const nothing = await fromNothing(stage, program, connections);
      speeds.push(await operationsPerSecond(pair, connections));
      say('restart');
      const restart = await restarted(stage, program, connections);
      say('restart beside foreign Secrets');
      await stage.addForeign(foreign);
      const withForeign = await restarted(stage, program, connections);

      const perSecond = speeds.reduce((sum, speed) => sum + speed, 0) / speeds.length;
      const privateKeySeconds = objects / perSecond;
      const allowed = aims.overFloor * floor.seconds + privateKeySeconds;
      const quiet = ({ settled }: Restart): boolean =>
        settled.changed === 0 && settled.writes === 0 && settled.events === 0 && settled.privateKeyOperations === 0;
      const peak = Math.max(nothing.process.peakRssMiB, restart.process.peakRssMiB);
      const verdicts = {
        [`from nothing within ${allowed.toFixed(1)} s`]: nothing.seconds <= allowed,
        [`restart within ${aims.restartSeconds} s`]: restart.seconds < aims.restartSeconds,
        [`restart beside foreign Secrets within ${aims.restartSeconds} s`]: withForeign.seconds < aims.restartSeconds,
        'a restart writes, tells and opens nothing of what is settled': quiet(restart) && quiet(withForeign),
        [`new objects wait less than ${aims.arrivalMs} ms (p99)`]: [nothing, restart, withForeign].every(
          ({ latency }) => latency.p99 < aims.arrivalMs,
        ),
        [`RSS below ${aims.rssMiB} MiB at its peak`]: peak < aims.rssMiB,
        [`RSS below ${aims.foreignRss}x with foreign Secrets`]:
          withForeign.process.peakRssMiB < aims.foreignRss * restart.process.peakRssMiB,
      };
      const figures: SettleFigures = {
        cores: availableParallelism(),
        objects,
        keyBits,
        connections,
        floor: { ...floor, privateKeySeconds },
        fromNothing: nothing,
        restart,
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
