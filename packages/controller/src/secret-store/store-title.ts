import { SignetError } from '@signet/errors';
import type { StoreRef } from '@signet/api';
import { comeBack, retryAfterOf, troubleOf } from '@signet/provider';

/** `SecretStore "vault-prod"`, for messages. */
export function storeTitle({ kind, name }: StoreRef): string {
  return `${kind} "${name}"`;
}

/**
 * The same error, its message begun with the name of the store: ready for a status. What it means stays the same. What keeps the store as
 * a whole from working reads as it does once the store is not asked any more: what is told of once is not told of again in other words.
 */
export function naming(title: string, error: unknown): Error {
  if (!(error instanceof SignetError) || error.message.startsWith(title)) return error instanceof Error ? error : new Error(title);
  const named = new SignetError(error, `${title}${isOfWhole(error) ? ' is not ready' : ''}: ${error.message}`, { cause: error });
  const afterMs = retryAfterOf(error);
  return afterMs === undefined ? named : comeBack(named, afterMs);
}

/** A message without the name of the store in front. */
export function withoutTitle(title: string, message: string): string {
  const begin = [`${title}: `, `${title} is not ready: `].find((begin) => message.startsWith(begin));
  return begin === undefined ? message : message.slice(begin.length);
}

function isOfWhole(error: SignetError): boolean {
  const trouble = troubleOf(error);
  return trouble === 'unavailable' || trouble === 'throttled' || error.code === 'SIGNET_PROVIDER_CREDENTIALS_MISSING';
}
