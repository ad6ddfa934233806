import type { Clock } from '../client/index.ts';

/** How long a call may take, and what else ends it. */
export interface Deadline {
  readonly clock: Clock;
  readonly ms: number;
  readonly parent?: AbortSignal | undefined;
}

/**
 * Makes a call that ends in time: it is told through its signal, and given up when it does not listen. Leaves no listener
 * behind on a long-lived parent.
 *
 * @throws a TimeoutError, or the parent's reason
 */
export async function withDeadline<T>({ clock, ms, parent }: Deadline, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  parent?.throwIfAborted();
  const abort = new AbortController();
  const ended = new Promise<never>((_resolve, reject) => {
    abort.signal.addEventListener('abort', () => reject(abort.signal.reason as Error), { once: true });
  });
  const onParent = (): void => abort.abort(parent?.reason);
  parent?.addEventListener('abort', onParent, { once: true });
  const cancel = clock.setTimeout(() => abort.abort(new DOMException(`no answer within ${ms} ms`, 'TimeoutError')), ms);
  try {
    return await Promise.race([call(abort.signal), ended]);
  } finally {
    cancel();
    parent?.removeEventListener('abort', onParent);
  }
}
