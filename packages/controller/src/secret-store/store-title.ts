import { SignetError } from '@signet/errors';
import type { StoreRef } from '@signet/api';
import { retryAfterOf, comeBack } from '@signet/provider';

/** `SecretStore "vault-prod"`, for messages. */
export function storeTitle({ kind, name }: StoreRef): string {
  return `${kind} "${name}"`;
}

/** The same error, its message begun with the name of the store: ready for a status. What it means stays the same. */
export function naming(title: string, error: unknown): Error {
  if (!(error instanceof SignetError) || error.message.startsWith(title)) return error instanceof Error ? error : new Error(title);
  const named = new SignetError(error, `${title}: ${error.message}`, { cause: error });
  const afterMs = retryAfterOf(error);
  return afterMs === undefined ? named : comeBack(named, afterMs);
}
