import type { StatusCause, StatusDetails } from './api-error.ts';
import { ApiError } from './api-error.ts';

/** What is known of an answer that refuses. */
export interface RefusedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly verb: string;
  readonly path: string;
  /** The request carried a body, which a stray answer might echo. */
  readonly sentBody: boolean;
}

const maxQuotedText = 256;
const redacted = '[redacted]';

/** True for the paths of core Secrets, their collections included. */
function isSecretPath(path: string): boolean {
  return /\/api\/v1\/(?:namespaces\/[^/]+\/)?secrets(?:\/|$)/.test(path);
}

/**
 * Takes quoted values out of a message about a Secret. Field errors read `data[key]: Invalid value: "...": why` (also
 * Unsupported, Duplicate); an unquoted value has no visible end, so the rest of the message goes with it. Decoding errors of older servers quote the body as `...|bytes|...`.
 */
export function redactValues(message: string): string {
  return message
    .replace(/((?:Invalid|Unsupported|Duplicate) value: )("(?:[^"\\]|\\.)*"|.*$)/gs, `$1${redacted}`)
    .replace(/\.\.\.\|.*\|\.\.\./gs, redacted);
}

/** Milliseconds that a `Retry-After` header asks to wait: whole seconds or an HTTP date (RFC 9110 section 10.2.3). */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function redactDetails(details: StatusDetails, clean: (message: string) => string): StatusDetails {
  if (!Array.isArray(details.causes)) return details;
  const causes = (details.causes as readonly StatusCause[]).map((cause) =>
    typeof cause?.message === 'string' ? { ...cause, message: clean(cause.message) } : cause,
  );
  return { ...details, causes };
}

/** The error that a `v1` Status object stands for, or undefined when it is not a Status. */
export function errorOfStatus(
  object: unknown,
  about: { readonly verb: string; readonly path: string; readonly status?: number; readonly retryAfterMs?: number | undefined },
): ApiError | undefined {
  const status = record(object);
  if (!status || status['kind'] !== 'Status') return undefined;
  const clean = isSecretPath(about.path) ? redactValues : (message: string): string => message;
  const code = typeof status['code'] === 'number' ? status['code'] : undefined;
  const details = record(status['details']) as StatusDetails | undefined;
  const seconds = details?.retryAfterSeconds;
  return new ApiError({
    status: about.status ?? code ?? 500,
    reason: text(status['reason']) ?? '',
    message: clean(text(status['message']) ?? 'no message'),
    details: details && redactDetails(details, clean),
    retryAfterMs: about.retryAfterMs ?? (typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : undefined),
    verb: about.verb,
    path: about.path,
  });
}

function statusObject(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Text of an answer that is no Status, only where it cannot echo what was sent and is no Secret's. */
function plainText(answer: RefusedAnswer): string {
  const silent = answer.sentBody || isSecretPath(answer.path) || !(answer.headers['content-type'] ?? '').startsWith('text/plain');
  const words = silent ? '' : Buffer.from(answer.body.subarray(0, maxQuotedText)).toString('utf8').replace(/\s+/g, ' ').trim();
  return words === '' ? `the server answered ${answer.status}` : `the server answered ${answer.status}: ${words}`;
}

/** The error for an answer of 400 and above. */
export function errorOfAnswer(answer: RefusedAnswer, now: number): ApiError {
  const { status, verb, path } = answer;
  const wait = retryAfterMs(answer.headers['retry-after'], now);
  return (
    errorOfStatus(statusObject(answer.body), { status, verb, path, retryAfterMs: wait }) ??
    new ApiError({ status, verb, path, reason: '', message: plainText(answer), retryAfterMs: wait })
  );
}
