import type { Clock } from '../client/index.ts';

/** How long to wait after failures that follow each other. */
export interface BackOff {
  /** The next wait in milliseconds, at least what the server asked for. */
  next(retryAfterMs?: number): number;
}

const firstMs = 800;
const lastMs = 30_000;
const forgetAfterMs = 120_000;

/**
 * 0.8 s doubling to 30 s, times a jitter of 1 to 2 (client-go's reflector), back to the first after two minutes without a
 * failure. The jitter keeps the clients of a restarted API server from returning together.
 */
export function createBackOff(clock: Clock, random: () => number): BackOff {
  let failures = 0;
  let failedAt = -Infinity;
  return {
    next(retryAfterMs = 0) {
      const now = clock.now();
      if (now - failedAt > forgetAfterMs) failures = 0;
      const ms = Math.min(lastMs, firstMs * 2 ** failures) * (1 + random());
      failures += 1;
      failedAt = now;
      return Math.max(Math.min(ms, lastMs), retryAfterMs);
    },
  };
}
