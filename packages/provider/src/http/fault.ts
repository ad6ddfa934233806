import type { SignetError } from '@signet/errors';
import { comeBack, providerErrors } from '../errors.ts';
import type { Answer } from './client.ts';

/** Longest wait that a backend may ask for: one hour. */
const maxWaitMs = 3_600_000;

/**
 * When a backend wants to be asked again, of `Retry-After` (RFC 9110 section 10.2.3): seconds, or a date.
 *
 * @param now milliseconds since the epoch
 * @returns milliseconds from now, at most an hour
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  const wait = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), maxWaitMs) : undefined;
}

/**
 * What the status of an answer means, where all backends mean the same. 404 is left to the caller (secret, path or engine?), and so is all
 * that is no fault: below 400.
 *
 * 401, 403: ACCESS_DENIED. 429: THROTTLED. 408 and from 500 on: UNAVAILABLE. Others from 400 on: INVALID_CONFIG. `Retry-After` is kept for
 * `retryAfterOf`. The body is never looked at: it may hold a secret.
 *
 * @param now milliseconds since the epoch, for a `Retry-After` that is a date
 * @param field what is wrong when it is INVALID_CONFIG. Default `request`
 */
export function faultOf(
  { status, headers }: Pick<Answer, 'status' | 'headers'>,
  now: number,
  field = 'request',
): SignetError | undefined {
  if (status < 400 || status === 404) return undefined;
  const because = `HTTP ${status}`;
  const wait = retryAfterMs(headers['retry-after'], now);
  const later = (error: SignetError): SignetError => (wait === undefined ? error : comeBack(error, wait));
  if (status === 401 || status === 403) return providerErrors.ACCESS_DENIED({ because });
  if (status === 429) return later(providerErrors.THROTTLED({ because }));
  if (status === 408 || status >= 500) return later(providerErrors.UNAVAILABLE({ because }));
  return providerErrors.INVALID_CONFIG({ field, because: `the backend answered ${because}` });
}

const unknownSigner = (code: string): string => `its certificate is not signed by an authority this store trusts (${code})`;

/** Words for what goes wrong below HTTP. Nothing of a message is taken over: it can hold an address with credentials. */
const words: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known (ENOTFOUND)',
  EAI_AGAIN: 'its name cannot be looked up now (EAI_AGAIN)',
  ECONNREFUSED: 'it refuses connections (ECONNREFUSED)',
  ECONNRESET: 'it closed the connection (ECONNRESET)',
  EPIPE: 'it closed the connection (EPIPE)',
  EHOSTUNREACH: 'no way leads to it (EHOSTUNREACH)',
  ENETUNREACH: 'no way leads to it (ENETUNREACH)',
  ETIMEDOUT: 'no connection in time (ETIMEDOUT)',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownSigner('DEPTH_ZERO_SELF_SIGNED_CERT'),
  SELF_SIGNED_CERT_IN_CHAIN: unknownSigner('SELF_SIGNED_CERT_IN_CHAIN'),
  UNABLE_TO_GET_ISSUER_CERT: unknownSigner('UNABLE_TO_GET_ISSUER_CERT'),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownSigner('UNABLE_TO_GET_ISSUER_CERT_LOCALLY'),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownSigner('UNABLE_TO_VERIFY_LEAF_SIGNATURE'),
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name (ERR_TLS_CERT_ALTNAME_INVALID)',
  EPROTO: 'it does not speak TLS as expected (EPROTO)',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS (ERR_SSL_WRONG_VERSION_NUMBER)',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  UND_ERR_SOCKET: 'it closed the connection',
  UND_ERR_CLOSED: 'the store is closed',
  UND_ERR_DESTROYED: 'the store is closed',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer was cut',
  UND_ERR_HEADERS_OVERFLOW: 'the head of the answer is too long',
};

/** The short cause of a failed call: the code of the system, of TLS, or of the HTTP client. */
export function causeOf(error: unknown): string {
  for (let each: unknown = error, depth = 0; each instanceof Error && depth < 5; each = each.cause, depth++) {
    const code = 'code' in each && typeof each.code === 'string' ? each.code : '';
    if (words[code] !== undefined) return words[code];
    if (/^[A-Z][A-Z0-9_]{2,50}$/.test(code)) return code;
    if (each instanceof AggregateError && each.errors.length > 0) return causeOf(each.errors[0]);
  }
  return 'the call failed';
}
