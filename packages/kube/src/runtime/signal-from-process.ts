/** As much of `process` as is needed, so that a test can be one. */
export interface ProcessLike {
  on(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
  exit(code: number): void;
}

/**
 * Turns SIGTERM and SIGINT into an AbortSignal. The first asks for an orderly stop; a second of either kind ends the process
 * at once with code 1, for a person who does not want to wait.
 *
 * @example await manager.run(signalFromProcess());
 */
export function signalFromProcess(of: ProcessLike = process): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    of.on(name, () => {
      if (stop.signal.aborted) of.exit(1);
      else stop.abort(new DOMException(name, 'AbortError'));
    });
  }
  return stop.signal;
}
