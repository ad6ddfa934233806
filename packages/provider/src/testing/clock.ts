import type { Clock } from '../surroundings.ts';

/** A clock that runs as the machine's does and can be put forward. Timers keep to the machine's time. */
export interface JumpingClock extends Clock {
  /** From now on it is later by so many milliseconds. */
  jump(ms: number): void;
}

/** Makes a clock that shows the machine's time. */
export function jumpingClock(): JumpingClock {
  let ahead = 0;
  const clock: JumpingClock = {
    now: () => Date.now() + ahead,
    jump(ms) {
      ahead += ms;
    },
    setTimeout(callback, ms) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const onAbort = (): void => {
          cancel();
          reject(signal?.reason as Error);
        };
        const cancel = clock.setTimeout(() => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        }, ms);
        signal?.addEventListener('abort', onAbort, { once: true });
      }),
  };
  return clock;
}
