import type { ManualClock } from '../../client/index.ts';
import type { WorkQueueOptions } from '../work-queue.ts';
import { WorkQueue } from '../work-queue.ts';

/** A queue of plain texts. */
export function queueOn(clock: ManualClock, options: Partial<WorkQueueOptions<string>> = {}): WorkQueue<string> {
  return new WorkQueue<string>({ identify: (key) => key, clock, ...options });
}

/** The next key if there is one now; never waits. */
export async function next(queue: WorkQueue<string>): Promise<string | undefined> {
  const impatience = new AbortController();
  const got = queue.get(impatience.signal);
  impatience.abort();
  return got;
}

/** All keys there are now, in the order they come out. */
export async function drain(queue: WorkQueue<string>): Promise<string[]> {
  const keys: string[] = [];
  for (let key = await next(queue); key !== undefined; key = await next(queue)) {
    keys.push(key);
    queue.done(key);
  }
  return keys;
}
