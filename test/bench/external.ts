import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBackends, storeNames } from './external/backends.ts';
import { externalScene } from './external/external-scene.ts';
import { refreshed } from './external/refreshed.ts';
import type { Refreshed } from './external/refreshed.ts';
import { externalTableOf } from './external/table.ts';
import { aims, verdictsOf } from './external/verdicts.ts';
import { Audience } from './settle/audience.ts';
import { floorOf } from './settle/floor.ts';
import type { Floor } from './settle/floor.ts';
import { fromNothing, restarted } from './settle/phases.ts';
import type { Phase, Restart } from './settle/phases.ts';
import { makePairs } from './settle/sealed-scene.ts';
import { setStage } from './settle/stage.ts';
import type { Launch } from './settle/subject.ts';
import { Subject } from './settle/subject.ts';

/** Everything that was seen in one run. Seconds, milliseconds and MiB as the names say. */
export interface ExternalFigures {
  readonly cores: number;
  readonly objects: number;
  readonly stores: number;
  /** Connections of the bare client. */
  readonly connections: number;
  readonly floor: Floor | undefined;
  readonly firstSync: Phase;
  readonly restart: Restart;
  readonly refresh: Refreshed | undefined;
}

/**
 * A real control plane with many ExternalSecrets over ten stores (four of a real OpenBao, three of moto's Secrets Manager, three fake), and a
 * controller with default settings that syncs them for the first time, is started again with everything current, and goes through one
 * refresh of each. Before it, on a control plane of its own, the floor: the same writes sent by a bare client.
 *
 * Options: `objects` (10000), `refresh` (300: seconds between two refreshes of an object; 0: an hour, and that phase is left out), `connections` (16, of
 * the bare client), `floor` (1; 0 leaves it out, and the aim that depends on it), `profile` (a folder for CPU profiles of the controller).
 */
export const bench: {
  name: 'external';
  target: string;
  run(options: Readonly<Record<string, string>>): Promise<{ table: string; figures: object; met: boolean }>;
} = {
  name: 'external',
  target: `first sync <= ${aims.overFloor}x floor; restart with everything current < ${aims.restartSeconds} s without a Secret write; new objects p99 < ${aims.arrivalMs} ms meanwhile; p99 lag of refreshes < ${aims.lagMs} ms; RSS < ${aims.rssMiB} MiB; one login per store; reads <= distinct keys per refresh; sockets bounded`,
  async run(options) {
    const objects = Number(options['objects'] ?? 10_000);
    const refreshSeconds = Number(options['refresh'] ?? 300);
    const connections = Number(options['connections'] ?? 16);
    const profile = options['profile'];
    const folder = await mkdtemp(join(tmpdir(), 'signet-bench-'));
    try {
      say('starting the stores');
      // New objects take the keys of objects that are there, in turn.
      await using backends = await startBackends(Math.max(100, Math.ceil(objects / storeNames.length)));
      const [sealingKey] = await makePairs(4096, 1);
      const scene = externalScene({ backends, sealingKey, refreshInterval: refreshSeconds > 0 ? `${refreshSeconds}s` : '1h' });
      const launch: Launch = {
        program: await Subject.build(folder),
        env: backends.env,
        ...(profile !== undefined && { nodeFlags: ['--cpu-prof', `--cpu-prof-dir=${profile}`] }),
      };
      let floor: Floor | undefined;
      if (options['floor'] !== '0') {
        say('floor');
        await using stage = await setStage(scene, objects);
        // The same onlooker as later: what it costs is no fault of the controller.
        await using _onlooker = await Audience.of(stage);
        floor = await floorOf(stage, connections);
        say(`  ${floor.seconds.toFixed(1)} s`);
      }
      say('setting the stage');
      await using stage = await setStage(scene, objects);
      say('first sync');
      const firstSync = await fromNothing(stage, launch);
      say(`  ${firstSync.seconds.toFixed(1)} s, new objects p99 ${firstSync.latency.p99} ms`);
      say('restart');
      const restart = await restarted(stage, launch);
      say(`  ${restart.seconds.toFixed(1)} s, new objects p99 ${restart.latency.p99} ms`);
      let refresh: Refreshed | undefined;
      if (refreshSeconds > 0) {
        say('one refresh of each');
        refresh = await refreshed(stage, launch, refreshSeconds * 1000);
        say(`  lag p99 ${refresh.lag.p99} ms, new objects p99 ${refresh.latency.p99} ms`);
      }
      const stores = storeNames.length;
      const figures: ExternalFigures = {
        cores: availableParallelism(),
        objects,
        stores,
        connections,
        floor,
        firstSync,
        restart,
        refresh,
      };
      const verdicts = verdictsOf(figures);
      return {
        table: externalTableOf(figures, verdicts),
        figures: { ...figures, verdicts },
        met: Object.values(verdicts).every(Boolean),
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** So that a person sees where a run of some minutes is. */
function say(phase: string): void {
  console.error(`external: ${phase}`);
}
