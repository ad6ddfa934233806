import { setTimeout as wait } from 'node:timers/promises';
import type { ControllerAnswer, ControllerRequest, ControllerService } from './controller-service.ts';

/** How patience is measured; tests make it short. */
export interface Patience {
  readonly signal: AbortSignal;
  /** How often one request is repeated at most. */
  readonly attempts?: number | undefined;
  readonly sleep?: ((ms: number, signal: AbortSignal) => Promise<unknown>) | undefined;
}

const defaultAttempts = 120;
const longestWaitMs = 30_000;

/**
 * The controller, asked again as long as it says that there were too many requests (429), after the time it names. All requests of
 * a run wait together: one that came too often means that the next would, too.
 */
export function patientController(service: ControllerService, patience: Patience): ControllerService {
  const { signal, attempts = defaultAttempts } = patience;
  const sleep = patience.sleep ?? ((ms: number) => wait(ms, undefined, { signal }));
  const pause: { until?: Promise<unknown> | undefined } = {};
  const ask = async (request: ControllerRequest): Promise<ControllerAnswer> => {
    for (let attempt = 1; ; attempt += 1) {
      await pause.until;
      signal.throwIfAborted();
      const answer = await service.ask(request);
      if (answer.status !== 429 || attempt >= attempts) return answer;
      pause.until ??= sleep(retryAfterMs(answer), signal).finally(() => (pause.until = undefined));
    }
  };
  return { source: service.source, ask };
}

/** The seconds of Retry-After; a date or nothing is a second. */
function retryAfterMs({ headers }: ControllerAnswer): number {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, longestWaitMs) : 1000;
}
