import { isApiError } from './api-error.ts';

/**
 * When a failed attempt may be made again.
 *
 * - The server said "later" (429, or 503 with Retry-After): it did nothing, so every verb may be repeated.
 * - The connection was never made: nothing was sent, so every verb may be repeated.
 * - 500, 502, 503, 504, or a connection that broke under way: the request may have been carried out. Repeated only when doing
 *   it twice is doing it once: reads; PUT with a resourceVersion and DELETE with a precondition. For those two a lost answer
 *   shows as 409 or 404 the second time, and nobody else's change is overwritten. POST and PATCH are never repeated here.
 */
export interface Failure {
  readonly error: unknown;
  /** Nothing of the request was acted on. */
  readonly harmless: boolean;
  /** Trying again may help. */
  readonly transient: boolean;
  readonly retryAfterMs?: number | undefined;
}

const neverSent = new Set(['ECONNREFUSED', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);
const brokenUnderWay = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'UND_ERR_SOCKET']);
const transientStatus = new Set([429, 500, 502, 503, 504]);

/** `code` of a system or undici error, also when it hides in a cause. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause === undefined ? '' : codeOf(error.cause);
}

/** Judges a failed attempt. */
export function judge(error: unknown): Failure {
  if (isApiError(error)) {
    const later = error.status === 429 || (error.status === 503 && error.retryAfterMs !== undefined);
    return { error, harmless: later, transient: transientStatus.has(error.status), retryAfterMs: error.retryAfterMs };
  }
  const code = codeOf(error);
  return { error, harmless: neverSent.has(code), transient: neverSent.has(code) || brokenUnderWay.has(code) };
}

const baseMs = 250;
const capMs = 10_000;

/** How long to wait before attempt `attempt + 1` (0 is the first): what the server asked, or exponential with jitter. */
export function waitBefore(attempt: number, failure: Failure, random: () => number): number {
  const jitter = 0.5 + random() / 2;
  // Not earlier than asked; spread a little, so that clients told the same number do not return together.
  if (failure.retryAfterMs !== undefined) return failure.retryAfterMs + random() * 100;
  return Math.min(capMs, baseMs * 2 ** attempt) * jitter;
}
