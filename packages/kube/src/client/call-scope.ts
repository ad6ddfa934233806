import { kubeErrors } from '../errors.ts';
import type { Clock } from './clock.ts';

/** Made once: an error captures a stack, and every call ends. */
const over = new Error('the call is over');

/** One call's lifetime: ends by its caller's signal, by its deadline, or by the client's closing, whichever comes first. */
export interface CallScope {
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch, or Infinity. */
  readonly deadline: number;
  /** Lifts the deadline: the answer has begun, and it is a stream. */
  withoutDeadline(): void;
  /** Aborts what is left and forgets the listeners. Harmless when repeated. */
  end(): void;
}

/** The promise's outcome, unless the signal is aborted first: then its reason. For work that cannot be aborted itself. */
export async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Opens a scope. `timeoutMs` of 0 means no deadline. */
export function callScope(o: {
  readonly caller: AbortSignal | undefined;
  readonly closing: AbortSignal;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly verb: string;
  readonly path: string;
}): CallScope {
  const { caller, closing, timeoutMs, clock, verb, path } = o;
  const controller = new AbortController();
  const onCaller = (): void => controller.abort(caller?.reason);
  const onClosing = (): void => controller.abort(closing.reason);
  const cancelDeadline =
    timeoutMs > 0 ? clock.setTimeout(() => controller.abort(kubeErrors.TIMEOUT({ verb, path, timeoutMs })), timeoutMs) : () => {};
  caller?.addEventListener('abort', onCaller, { once: true });
  closing.addEventListener('abort', onClosing, { once: true });
  if (caller?.aborted) onCaller();
  if (closing.aborted) onClosing();
  return {
    signal: controller.signal,
    deadline: timeoutMs > 0 ? clock.now() + timeoutMs : Infinity,
    withoutDeadline: cancelDeadline,
    end() {
      cancelDeadline();
      caller?.removeEventListener('abort', onCaller);
      closing.removeEventListener('abort', onClosing);
      if (!controller.signal.aborted) controller.abort(over);
    },
  };
}
