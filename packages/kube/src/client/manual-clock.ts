import type { Clock } from './clock.ts';
import { sleepOn } from './clock.ts';

/** A clock that moves only when told to: the fake of {@link Clock} for tests of everything that waits. */
export interface ManualClock extends Clock {
  /**
   * Moves time forward and fires what falls due, in order of due time. Between two timers pending promises get a turn, so
   * that a loop which sleeps again is seen sleeping again.
   */
  advance(ms: number): Promise<void>;
  /** Timers that wait now. */
  readonly pending: number;
  /** Milliseconds until the next timer is due, or undefined when none waits. */
  readonly nextDueMs: number | undefined;
}

interface Waiting {
  readonly due: number;
  readonly order: number;
  readonly callback: () => void;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Makes a manual clock.
 *
 * @param start milliseconds since the epoch, default 2026-01-01T00:00:00Z
 * @example
 * const clock = manualClock();
 * const slept = clock.sleep(1000);
 * await clock.advance(1000);
 * await slept;
 */
export function manualClock(start: number = Date.UTC(2026, 0, 1)): ManualClock {
  let now = start;
  let orders = 0;
  const waiting = new Set<Waiting>();

  const next = (): Waiting | undefined => {
    let first: Waiting | undefined;
    for (const timer of waiting) {
      if (!first || timer.due < first.due || (timer.due === first.due && timer.order < first.order)) first = timer;
    }
    return first;
  };

  const clock: ManualClock = {
    now: () => now,
    setTimeout(callback, ms) {
      const timer: Waiting = { due: now + Math.max(ms, 0), order: orders++, callback };
      waiting.add(timer);
      return () => void waiting.delete(timer);
    },
    sleep: (ms, signal) => sleepOn(clock, ms, signal),
    async advance(ms) {
      const until = now + ms;
      await turn();
      for (let timer = next(); timer && timer.due <= until; timer = next()) {
        waiting.delete(timer);
        now = timer.due;
        timer.callback();
        await turn();
      }
      now = until;
    },
    get pending() {
      return waiting.size;
    },
    get nextDueMs() {
      const timer = next();
      return timer && timer.due - now;
    },
  };
  return clock;
}
