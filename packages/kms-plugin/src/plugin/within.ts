import { retryAfterOf, troubleOf } from '@signet/provider';
import type { Clock } from '@signet/provider';

/** Rejects with the signal's reason as soon as it is aborted, whether the work listens to it or not. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** A signal that aborts with a TimeoutError after `ms`, or with `outer`. `end` stops the timer. */
export function deadline(ms: number, outer: AbortSignal, clock: Clock): { readonly signal: AbortSignal; end(): void } {
  const timer = new AbortController();
  const end = clock.setTimeout(() => timer.abort(new DOMException('too late', 'TimeoutError')), ms);
  return { signal: AbortSignal.any([outer, timer.signal]), end };
}

const attempts = 3;
const firstWaitMs = 50;

/**
 * Calls a backend, and again when it is unavailable or throttled: three times at most, with jittered waits that double, all before the signal's
 * deadline. A backend that asks for a longer wait than there is time for is not asked again.
 *
 * @param options leftMs: until the deadline, at the start
 */
export async function withRetries<T>(
  call: () => Promise<T>,
  options: { readonly signal: AbortSignal; readonly clock: Clock; readonly random: () => number; readonly leftMs: number },
): Promise<T> {
  const { signal, clock, random, leftMs } = options;
  const endsAt = clock.now() + leftMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return await unlessAborted(call(), signal);
    } catch (error) {
      const trouble = troubleOf(error);
      const isPassing = trouble === 'unavailable' || trouble === 'throttled';
      const isKnown = error instanceof Error && error.name === 'SignetError';
      const waitMs = retryAfterOf(error) ?? firstWaitMs * 2 ** (attempt - 1) * (0.5 + random());
      if (signal.aborted || !isPassing || !isKnown || attempt === attempts || clock.now() + waitMs >= endsAt) throw error;
      await clock.sleep(waitMs, signal);
    }
  }
}
