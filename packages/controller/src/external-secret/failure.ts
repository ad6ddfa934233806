import { isSignetError } from '@signet/errors';
import { isApiError } from '@signet/kube/client';
import { CannotGather } from './cannot-gather.ts';
import { Refused } from './target-room.ts';

/** Why an ExternalSecret was not brought into agreement, as its status tells it. */
export interface Failure {
  readonly reason: string;
  /** The words of external-secrets v2.9, and behind them the cause. Names items, keys and stores, never values. */
  readonly message: string;
  /** True: only a change of the object, of its templates or of its values can mend it. */
  readonly permanent: boolean;
  /** Who is in trouble: the store as a whole, or this object. */
  readonly trouble: 'store' | 'object';
  /** What the backend or the API server asked for. */
  readonly retryAfterMs?: number | undefined;
}

const failed = 'SecretSyncedError';

/** Says why a reconcile failed. What is not foreseen is told by its name only: its message may hold anything. */
export function explain(error: unknown): Failure {
  if (error instanceof Refused)
    return { reason: error.reason, message: error.message, permanent: error.permanent, trouble: 'object' };
  if (error instanceof CannotGather) {
    const isStore = error.trouble === 'unavailable' || error.trouble === 'throttled';
    const message = `could not get secret data from provider: ${error.message}`;
    return { reason: failed, message, permanent: false, trouble: isStore ? 'store' : 'object', retryAfterMs: error.retryAfterMs };
  }
  if (isApiError(error)) {
    const message = `could not update secret: ${error.serverMessage}`;
    return { reason: failed, message, permanent: error.status === 422, trouble: 'object', retryAfterMs: error.retryAfterMs };
  }
  if (isSignetError(error)) {
    const isTemplate = error.code.startsWith('SIGNET_TEMPLATE_');
    const message = `could not update secret: ${isTemplate ? 'could not apply template: ' : ''}${error.message}`;
    return { reason: failed, message, permanent: isTemplate, trouble: 'object' };
  }
  const name = error instanceof Error ? error.name : typeof error;
  return { reason: failed, message: `could not update secret: unforeseen ${name}`, permanent: false, trouble: 'object' };
}
