import type { Clock } from '../client/clock.ts';
import { sleepOn, systemClock } from '../client/clock.ts';

/** The machine's clock, except that sleeping takes a moment, counts as if it took its time, and is written down. */
export interface ImpatientClock extends Clock {
  /** What was slept, in milliseconds, in order. */
  readonly slept: number[];
}

/** For tests of waiting that must not wait. Timers (deadlines, watchdogs) stay real. */
export function impatientClock(): ImpatientClock {
  const slept: number[] = [];
  let skipped = 0;
  return {
    slept,
    now: () => Date.now() + skipped,
    setTimeout: systemClock.setTimeout,
    async sleep(ms, signal) {
      slept.push(ms);
      await sleepOn(systemClock, Math.min(ms, 2), signal);
      skipped += ms;
    },
  };
}
