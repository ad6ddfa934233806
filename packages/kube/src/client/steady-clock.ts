import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';

/** The machine's clock for durations: its `now` counts from the start of the process and does not jump when the date is set. */
const steadyClock: Clock = { ...systemClock, now: () => performance.now() };

/**
 * The clock to measure durations with. The machine's date may be set back and forth, so the system clock is exchanged for
 * its monotonic twin; an injected clock is its own.
 */
export function steady(clock: Clock): Clock {
  return clock === systemClock ? steadyClock : clock;
}
