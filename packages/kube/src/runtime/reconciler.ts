import type { ObjectKey } from '../cache/index.ts';
import type { Logger } from '../client/index.ts';

/** What a reconcile wants next. Nothing: wait for the next event. */
export interface Result {
  /** Come back after this many milliseconds, unless an event comes first. 0 or less means no wish. */
  readonly requeueAfterMs?: number | undefined;
}

/** One attempt at one object. */
export interface Attempt {
  /** The same in all log lines of the attempt. */
  readonly reconcileId: string;
  /** Failed attempts at this object since it last worked. */
  readonly failures: number;
  /** Adds controller, key and reconcileId to every line. */
  readonly logger: Logger;
}

/**
 * Brings the world into agreement with one object. Level-based: it gets the key only and reads what is true now. Never
 * called for the same key twice at a time.
 *
 * What it answers, first match wins:
 * 1. it fails after its signal was aborted by the end of the run: the key waits for the next run;
 * 2. it throws a {@link TerminalError}: logged, forgotten until the next event;
 * 3. it throws a conflict (409): tried again with back-off, not an error: the cache was behind;
 * 4. it throws anything else: logged, tried again with back-off, for ever;
 * 5. it returns `requeueAfterMs`: back-off forgotten, tried again then, at low priority;
 * 6. it returns nothing: back-off forgotten, waits for the next event.
 */
export interface Reconciler {
  reconcile(key: ObjectKey, signal: AbortSignal, attempt: Attempt): Promise<Result | void>;
}

/** A failure that trying again cannot mend: the key is left alone until its next event. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}
