import type { Clock } from '../client/index.ts';

/** Barks once when nothing was heard for too long. */
export interface Watchdog {
  /** Something was heard. Cheap: called for every chunk of a stream. */
  heard(): void;
  /** Allows another silence from now on. */
  allow(silenceMs: number): void;
  stop(): void;
}

/** Starts a watchdog. One timer, set again only when it fires. */
export function startWatchdog(clock: Clock, silenceMs: number, bark: (silentMs: number) => void): Watchdog {
  let allowed = silenceMs;
  let heardAt = clock.now();
  let cancel = (): void => {};
  const arm = (): void => {
    cancel = clock.setTimeout(
      () => {
        if (clock.now() - heardAt >= allowed) bark(allowed);
        else arm();
      },
      heardAt + allowed - clock.now(),
    );
  };
  arm();
  return {
    heard: () => {
      heardAt = clock.now();
    },
    allow(silence) {
      allowed = silence;
      cancel();
      arm();
    },
    stop: () => cancel(),
  };
}
