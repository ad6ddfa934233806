import type { Clock } from './clock.ts';

/** Lets calls through at a steady rate, in the order they asked. */
export interface RateLimit {
  /** Resolves when it is this caller's turn; rejects with the signal's reason when aborted first. */
  take(signal: AbortSignal): Promise<void>;
}

/**
 * A token bucket.
 *
 * @param qps tokens per second; 0 or less lets everything through
 * @param burst tokens that may be saved up, at least 1
 */
export function rateLimit(qps: number, burst: number, clock: Clock): RateLimit {
  if (qps <= 0) return { take: async () => {} };
  const capacity = Math.max(1, burst);
  // The time at which the bucket would be full again: one number holds the level and every place in the queue.
  let fullAt = clock.now();
  return {
    async take(signal) {
      const costMs = 1000 / qps;
      const now = clock.now();
      fullAt = Math.max(fullAt, now) + costMs;
      const waitMs = fullAt - now - capacity * costMs;
      if (waitMs <= 0) return;
      try {
        await clock.sleep(waitMs, signal);
      } catch (error) {
        fullAt -= costMs; // the token was not used
        throw error;
      }
    },
  };
}
