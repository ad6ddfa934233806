import { isApiError, isGone } from '../client/index.ts';

/**
 * What a reflector does after a failure, as pure rules. Taken from the Kubernetes API concepts ("410 Gone responses",
 * "resource versions", "streaming lists") and from what client-go's reflector does.
 */

function retryAfterOf(error: unknown): number | undefined {
  return isApiError(error) ? error.retryAfterMs : undefined;
}

/** The API server's cache has not come as far as the version asked for. */
function isTooNew(error: unknown): boolean {
  return isApiError(error) && (error.details?.causes ?? []).some((cause) => cause.reason === 'ResourceVersionTooLarge');
}

/** After a list that failed. */
export interface ListRecovery {
  /** The next list must be a consistent read (no resourceVersion), not one from the API server's cache. */
  readonly consistent: boolean;
  readonly wait: boolean;
  readonly retryAfterMs: number | undefined;
}

/** A version problem of a cached read is mended by a consistent read at once; everything else waits. */
export function afterListFailure(error: unknown, list: { readonly consistent: boolean }): ListRecovery {
  const stale = isGone(error) || isTooNew(error);
  return { consistent: list.consistent || stale, wait: list.consistent || !stale, retryAfterMs: retryAfterOf(error) };
}

/** After a streaming list that did not complete. */
export interface StreamRecovery {
  /** Worth trying again; otherwise the server does not offer it. */
  readonly offered: boolean;
  readonly retryAfterMs: number | undefined;
}

/**
 * Overload and an unreachable server say nothing about what the server offers. A refusal, an end without the mark, a silence
 * or nonsense do: older servers refuse `resourceVersionMatch` on a watch (400, 422) or ignore what they do not know.
 */
export function afterStreamFailure(error: unknown): StreamRecovery {
  const passing = isApiError(error)
    ? error.status === 429 || error.status >= 500 || isGone(error)
    : isCoded(error, 'SIGNET_KUBE_UNREACHABLE') || isCoded(error, 'SIGNET_KUBE_TIMEOUT');
  return { offered: passing, retryAfterMs: retryAfterOf(error) };
}

/** After a watch that failed. */
export interface WatchRecovery {
  /** Its place is lost: list again. */
  readonly relist: boolean;
  /** Part of normal life: no warning. */
  readonly quiet: boolean;
  readonly retryAfterMs: number | undefined;
}

const resumable = new Set([
  'SIGNET_KUBE_UNREACHABLE',
  'SIGNET_KUBE_UNTRUSTED',
  'SIGNET_KUBE_TIMEOUT',
  'SIGNET_KUBE_FILE_UNREADABLE',
  'SIGNET_KUBE_WATCH_CUT',
  'SIGNET_KUBE_WATCH_SILENT',
  'SIGNET_KUBE_WATCH_TOO_SHORT',
]);

/**
 * A lost connection or a busy server: resume where it was. A refusal of any other kind (410 above all), a line that made no
 * sense: list again, because an event may have been lost or the same answer would come again.
 */
export function afterWatchFailure(error: unknown): WatchRecovery {
  if (isApiError(error)) {
    const passing = error.status === 401 || error.status === 429 || error.status >= 500;
    return { relist: !passing, quiet: isGone(error), retryAfterMs: error.retryAfterMs };
  }
  const quiet = isCoded(error, 'SIGNET_KUBE_WATCH_CUT');
  const resume = error instanceof Error && 'code' in error && resumable.has(String(error.code));
  return { relist: !resume, quiet, retryAfterMs: undefined };
}

function isCoded(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
