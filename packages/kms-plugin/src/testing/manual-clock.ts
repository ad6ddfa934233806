import type { Clock } from '@signet/provider';

interface Timer {
  readonly at: number;
  readonly ring: () => void;
}

/** A clock that stands still until it is put forward. */
export class ManualClock implements Clock {
  #now = Date.UTC(2026, 2, 1);
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, ms: number): () => void {
    const timer = { at: this.#now + ms, ring: callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const cancel = this.setTimeout(resolve, ms);
    signal?.addEventListener(
      'abort',
      () => {
        cancel();
        reject(signal.reason as Error);
      },
      { once: true },
    );
    return promise;
  }

  /** Puts the clock forward, timer by timer, and lets what they set off come to rest. */
  async forward(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
      if (!next) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.ring();
      await settled();
    }
    this.#now = end;
  }
}

/** All that is ready to run has run. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
