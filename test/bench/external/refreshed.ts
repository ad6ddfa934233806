import { performance } from 'node:perf_hooks';
import { until } from '../../control-plane/until.ts';
import type { Latency } from '../settle/audience.ts';
import { Audience } from '../settle/audience.ts';
import { live } from '../settle/phases.ts';
import type { Phase } from '../settle/phases.ts';
import type { Stage } from '../settle/stage.ts';
import type { Launch } from '../settle/subject.ts';
import { Punctuality } from './punctuality.ts';

/** The life of a controller in which each object is refreshed once. */
export interface Refreshed extends Phase {
  readonly refreshes: number;
  /** How late they were. */
  readonly lag: Latency;
}

const arrivalEveryMs = 500;

/** Starts a controller while everything is current, and waits until everything that is there was refreshed once. */
export async function refreshed(stage: Stage, launch: Launch, intervalMs: number): Promise<Refreshed> {
  await using audience = await Audience.of(stage);
  await using punctuality = await Punctuality.of(stage);
  const { present } = audience;
  const phase = await live(stage, launch, audience, arrivalEveryMs, async () => {
    const isDone = (): boolean => punctuality.refreshes >= present;
    await until('everything is refreshed once', isDone, { withinMs: 2 * intervalMs, everyMs: 100 });
    return performance.now();
  });
  return { ...phase, refreshes: punctuality.refreshes, lag: punctuality.late };
}
