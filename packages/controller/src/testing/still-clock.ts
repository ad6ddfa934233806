import type { Clock } from '@signet/kube/client';
import { sleepOn } from '@signet/kube/client';

/** A clock that stands still until it is put forward, so that what takes long on a busy machine takes no time. */
export interface StillClock extends Clock {
  /** It is later by so many milliseconds: timers that are due by then fire. */
  leap(ms: number): void;
}

/** Makes one. Its timers fire after the machine's time too, so that whoever polls by them goes on. */
export function stillClock(): StillClock {
  let now = Date.now();
  const pending = new Set<{ readonly at: number; readonly fire: () => void }>();
  const clock: StillClock = {
    now: () => now,
    leap(ms) {
      now += ms;
      for (const { at, fire } of pending) if (at <= now) fire();
    },
    setTimeout(callback, ms) {
      const cancel = (): void => {
        clearTimeout(timer);
        pending.delete(entry);
      };
      const fire = (): void => {
        cancel();
        setImmediate(callback);
      };
      const entry = { at: now + ms, fire };
      const timer = setTimeout(fire, Math.min(Math.max(ms, 1), 2 ** 31 - 1));
      pending.add(entry);
      return cancel;
    },
    sleep: async (ms, signal) => sleepOn(clock, ms, signal),
  };
  return clock;
}
