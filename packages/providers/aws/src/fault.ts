import type { SignetError } from '@signet/errors';
import { isSignetError } from '@signet/errors';
import { comeBack, providerErrors } from '@signet/provider';
import { faultOf, retryAfterMs } from '@signet/provider/http';

/** What a failed call means, and whether something can be done about it at once. */
export interface Fault {
  readonly error: SignetError;
  /** `login`: other credentials may help. `clock`: the SDK has learned how far the clocks are apart; the same call works now. */
  readonly mend?: 'login' | 'clock' | undefined;
}

/** What was tried. */
export interface Attempt {
  /** `GetSecretValue`. */
  readonly call: string;
  /** What it was about, as the user wrote it. */
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The parts of an SDK error that are looked at. Never its text: it can hold account numbers, or a piece of an answer. */
interface SdkError {
  readonly name: string;
  readonly message: string;
  readonly $fault?: 'client' | 'server';
  readonly $metadata?: { readonly httpStatusCode?: number; readonly clockSkewCorrected?: boolean };
  readonly $response?: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, string>> };
}

const list = (names: string): ReadonlySet<string> => new Set(names.split(/\s+/));

// Common errors of AWS (API reference, "Common error types"), of Secrets Manager, Systems Manager and STS; with and without "Exception".
const missing = list('ResourceNotFound ParameterNotFound ParameterVersionNotFound InvalidResourceId');
const throttled = list(
  'Throttling Throttled ThrottledException TooManyRequests RequestLimitExceeded RequestThrottled ProvisionedThroughputExceeded LimitExceeded SlowDown TooManyUpdates PriorRequestNotComplete TransactionInProgress BandwidthLimitExceeded',
);
/** The credentials themselves are not accepted: new ones may be. */
const refused = list(
  'UnrecognizedClient ExpiredToken TokenRefreshRequired InvalidClientTokenId InvalidSignature SignatureDoesNotMatch RequestExpired RequestTimeTooSkewed RequestInTheFuture InvalidAccessKeyId IncompleteSignature MissingAuthenticationToken AuthFailure InvalidToken',
);
/** What clocks that are apart look like. */
const untimely = list('RequestTimeTooSkewed RequestInTheFuture RequestExpired InvalidSignature SignatureDoesNotMatch AuthFailure');
const denied = list(
  'AccessDenied NotAuthorized OptInRequired DecryptionFailure InvalidKeyId KMSAccessDenied InvalidIdentityToken IDPRejectedClaim UnauthorizedOperation',
);
const unavailable = list(
  'ServiceUnavailable InternalFailure InternalServiceError InternalServerError InternalError IDPCommunicationError RequestTimeout Unavailable',
);
const keyDisabled = list('KMSDisabled KMSInvalidState');

/** What an error that the SDK threw means. */
export function faultOfSdk(thrown: unknown, attempt: Attempt): Fault {
  // Ours come from the transport. The SDK hangs its bookkeeping on them: a copy is clean.
  if (isSignetError(thrown)) return { error: thrown.within({}) };
  const { name, message, $fault, $metadata, $response } = (thrown instanceof Error ? thrown : new Error()) as SdkError;
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  // Without `$fault` the SDK could not read the answer: the error's name is that of a parser.
  const word = $fault === undefined ? `HTTP ${status ?? 'error'}` : wordOf(name);
  const fault = faultOfWord(word, message, status, attempt);
  const afterMs = retryAfterMs($response?.headers?.['retry-after'], attempt.now);
  if (afterMs !== undefined && fault.mend === undefined) comeBack(fault.error, afterMs);
  return $metadata?.clockSkewCorrected && untimely.has(word) ? { ...fault, mend: 'clock' } : fault;
}

/** What an error inside of an answer means: `ErrorCode` and `Message` of one item of a batch. */
export function faultOfItem(item: { readonly code: string; readonly message: string }, attempt: Attempt): Fault {
  return faultOfWord(wordOf(item.code), item.message, 400, attempt);
}

function faultOfWord(word: string, message: string, status: number | undefined, attempt: Attempt): Fault {
  const { call, key, now } = attempt;
  const because = `${word} at ${call}${key ? ` of ${key}` : ''}`;
  if (missing.has(word)) return { error: providerErrors.NOT_FOUND({ key }) };
  if (/InvalidRequest|InvalidParameter/.test(word) && /(?:marked|scheduled) (?:for deletion|deleted)/.test(message)) {
    return { error: providerErrors.NOT_FOUND({ key, because: 'it is marked for deletion' }) };
  }
  if (throttled.has(word)) return { error: providerErrors.THROTTLED({ because }) };
  if (refused.has(word)) return { error: providerErrors.ACCESS_DENIED({ because }), mend: 'login' };
  if (denied.has(word)) return { error: providerErrors.ACCESS_DENIED({ because }) };
  if (keyDisabled.has(word)) return { error: providerErrors.KEY_DISABLED({ key: `of ${key}`, because: word }) };
  if (unavailable.has(word)) return { error: providerErrors.UNAVAILABLE({ because }) };
  if (status === undefined || status < 400) {
    return { error: providerErrors.BAD_ANSWER({ because: `${call}: not what this API answers` }) };
  }
  const byStatus = faultOf({ status, headers: {} }, now, key || call);
  if (byStatus && status !== 400) return { error: byStatus };
  return { error: providerErrors.INVALID_CONFIG({ field: key || call, because }) };
}

/** The code without `Exception`, if it is one: names of other errors (`SyntaxError`) say nothing to a user. */
function wordOf(name: string): string {
  const word = name.replace(/^.*[#:]/, '').replace(/Exception$/, '');
  return /^[A-Za-z]{3,60}$/.test(word) ? word : 'error';
}
