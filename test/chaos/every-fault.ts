import type { Fault, SeenRequest } from '@signet/kube-sandbox';
import type { World } from './world.ts';

/** One kind of request: its method, and what its path looks like. */
export type Point = readonly [method: string, path: RegExp];

/** What may befall a request to the API server. */
export const everyFault: readonly Fault[] = [
  'reset',
  'reset-after',
  'hang',
  { delayMs: 200 },
  { status: 409 },
  { status: 429, retryAfter: 1 },
  { status: 500 },
  { status: 503 },
];

/** Only the first request at that point suffers. @returns how many have */
export function strikeOnce(world: World, [method, path]: Point, fault: Fault): () => number {
  let hits = 0;
  world.disturb((request: SeenRequest) => {
    if (hits > 0 || request.method !== method || !path.test(request.path)) return undefined;
    hits++;
    return fault;
  });
  return () => hits;
}
