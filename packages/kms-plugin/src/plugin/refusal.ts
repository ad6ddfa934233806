import { troubleOf } from '@signet/provider';

/** Why a call is refused: the names of gRPC's status codes. */
export type RefusalCode =
  | 'CANCELLED'
  | 'INVALID_ARGUMENT'
  | 'DEADLINE_EXCEEDED'
  | 'PERMISSION_DENIED'
  | 'RESOURCE_EXHAUSTED'
  | 'FAILED_PRECONDITION'
  | 'INTERNAL'
  | 'UNAVAILABLE';

/** A call that is not answered. The message goes to the API server, its log and its health page: it names no host, path or account. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string, options?: { readonly cause: unknown }) {
    super(message, options);
    this.code = code;
  }
}

const codes: Readonly<Record<string, readonly [RefusalCode, string]>> = {
  SIGNET_PROVIDER_KEY_DISABLED: ['FAILED_PRECONDITION', 'the key may not be used'],
  SIGNET_PROVIDER_ACCESS_DENIED: ['PERMISSION_DENIED', 'the key service denies access to the key'],
  SIGNET_PROVIDER_NOT_FOUND: ['FAILED_PRECONDITION', 'the key service has no such key or version'],
  SIGNET_PROVIDER_BAD_CIPHERTEXT: ['INVALID_ARGUMENT', 'the ciphertext does not open: it was changed, or made by or for another'],
  SIGNET_PROVIDER_CREDENTIALS_MISSING: ['FAILED_PRECONDITION', 'the credentials for the key service are missing'],
  SIGNET_PROVIDER_INVALID_CONFIG: ['FAILED_PRECONDITION', 'the key is not configured as the key service wants it'],
};

/** What to say to the API server about an error. The error itself stays the cause, for the log. */
export function refusalOf(error: unknown, signal: AbortSignal): Refusal {
  if (error instanceof Refusal) return error;
  if (signal.aborted) {
    return isTimeout(signal.reason)
      ? new Refusal('DEADLINE_EXCEEDED', 'the key service did not answer in time', { cause: error })
      : new Refusal('CANCELLED', 'nobody waits for the answer any more', { cause: error });
  }
  const known = codes[error instanceof Error && 'code' in error ? String(error.code) : ''];
  if (known) return new Refusal(...known, { cause: error });
  const isFault = error instanceof Error && error.name === 'SignetError';
  if (!isFault) return new Refusal('INTERNAL', 'signet-kms has failed; its log says more', { cause: error });
  const waits = troubleOf(error) === 'throttled' ? 'asks to slow down' : 'cannot be reached';
  return new Refusal('UNAVAILABLE', `the key service ${waits}`, { cause: error });
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === 'TimeoutError';
}
