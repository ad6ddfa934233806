import type { Replica } from '../replica.ts';

/** The sum of all series of a metric whose labels contain a text. */
export async function metric(replica: Replica, name: string, labels = ''): Promise<number> {
  const text = await (await fetch(`${replica.controller.metricsUrl}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) && line.includes(labels));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** The most that happened within any `windowMs`, and in how many of the windows that begin with something. */
export function busiest(moments: readonly number[], windowMs: number): number {
  const sorted = moments.toSorted((a, b) => a - b);
  let most = 0;
  let first = 0;
  for (const [index, at] of sorted.entries()) {
    while (at - (sorted[first] ?? at) >= windowMs) first++;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

/** Does the same with many, so many at a time. */
export async function inParallel<T>(items: readonly T[], limit: number, work: (item: T) => Promise<unknown>): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: limit }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}
