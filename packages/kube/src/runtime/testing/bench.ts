import type { ObjectKey } from '../../cache/index.ts';
import type { Logger, ManualClock } from '../../client/index.ts';
import { manualClock } from '../../client/index.ts';
import type { ControllerOptions, Outcome } from '../controller.ts';
import { Controller } from '../controller.ts';
import type { Reconciler } from '../reconciler.ts';

/** One line of the log. */
export interface Line {
  readonly level: string;
  readonly fields: Record<string, unknown>;
  readonly message: string;
}

/** A controller on a bench: its clock, what it logged, how its attempts ended. */
export interface Bench {
  readonly clock: ManualClock;
  readonly controller: Controller;
  readonly lines: Line[];
  readonly outcomes: Outcome[];
  readonly stop: AbortController;
  /** Starts the run; `ended` says whether it ended. */
  start(): { promise: Promise<void>; ended: boolean };
}

/** Puts a controller with this reconciler on a bench. */
export function bench(reconcile: Reconciler['reconcile'], options: Partial<ControllerOptions> = {}): Bench {
  const clock = manualClock();
  const lines: Line[] = [];
  const outcomes: Outcome[] = [];
  const write =
    (level: string) =>
    (fields: object, message: string): void =>
      void lines.push({ level, fields: fields as Record<string, unknown>, message });
  const logger: Logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  const controller = new Controller({
    name: 'test',
    reconciler: { reconcile },
    clock,
    logger,
    random: () => 0.5,
    observer: { reconciled: (outcome) => void outcomes.push(outcome) },
    ...options,
  });
  const stop = new AbortController();
  return {
    clock,
    controller,
    lines,
    outcomes,
    stop,
    start() {
      const run = { promise: controller.run(stop.signal), ended: false };
      void run.promise.then(() => (run.ended = true));
      return run;
    },
  };
}

/** A key in the namespace `ns`. */
export const key = (name: string): ObjectKey => ({ namespace: 'ns', name });

/** Stops the controller and waits for its run to end. */
export async function end(b: Bench, run: { promise: Promise<void> }): Promise<void> {
  b.stop.abort();
  await b.clock.advance(0);
  await run.promise;
}
