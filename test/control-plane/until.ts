import { setTimeout as sleep } from 'node:timers/promises';

/** How long {@link until} asks, and how often. */
export interface UntilOptions {
  /** Default 30 000. */
  readonly withinMs?: number;
  /** Default 25. */
  readonly everyMs?: number;
}

/**
 * Asks again until the answer is something other than nothing or false, and returns that answer.
 *
 * @throws Error that names what was promised, with the last error as its cause, when the time is over
 */
export async function until<T>(
  promised: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  { withinMs = 30_000, everyMs = 25 }: UntilOptions = {},
): Promise<T> {
  const deadline = performance.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`${promised}: not within ${withinMs} ms${last instanceof Error ? ` (last: ${last.message})` : ''}`, {
        cause: last,
      });
    }
    await sleep(everyMs);
  }
}
