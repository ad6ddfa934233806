/** Something others wait for: opens once, or fails once. */
export interface Gate {
  open(): void;
  fail(error: Error): void;
  /** Resolves when open; rejects when it failed, or with the signal's reason when aborted first. */
  passed(signal?: AbortSignal): Promise<void>;
  readonly isOpen: boolean;
}

/** A closed gate. */
export function createGate(): Gate {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  promise.catch(() => {}); // nobody has to wait
  let isOpen = false;
  return {
    open() {
      isOpen = true;
      resolve();
    },
    fail: reject,
    get isOpen() {
      return isOpen;
    },
    passed(signal) {
      if (!signal) return promise;
      return new Promise<void>((pass, refuse) => {
        const onAbort = (): void => refuse(signal.reason as Error);
        signal.addEventListener('abort', onAbort, { once: true });
        if (signal.aborted) onAbort();
        promise.then(pass, refuse).finally(() => signal.removeEventListener('abort', onAbort));
      });
    },
  };
}
