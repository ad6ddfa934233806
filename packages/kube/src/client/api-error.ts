import type { Page } from '@signet/errors';
import { isSignetError, pagesOf, SignetError } from '@signet/errors';
import { kubeErrors } from '../errors.ts';

/** One cause of a refusal: the field it is about, and what is wrong with it. */
export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** `details` of a Kubernetes Status. */
export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** What an {@link ApiError} is made of. */
export interface ApiRefusal {
  /** HTTP status, or the code of a Status object inside a watch. */
  readonly status: number;
  /** Machine-readable: `NotFound`, `Conflict`, `Expired`; empty when the server sent no Status. */
  readonly reason: string;
  readonly message: string;
  readonly details?: StatusDetails | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly verb?: string | undefined;
  readonly path?: string | undefined;
}

const pageByCode = new Map(pagesOf(kubeErrors).map((page) => [page.code, page]));

const nameByStatus: Readonly<Record<number, string>> = {
  400: 'API_BAD_REQUEST',
  401: 'API_UNAUTHORIZED',
  403: 'API_FORBIDDEN',
  404: 'API_NOT_FOUND',
  409: 'API_CONFLICT',
  410: 'API_GONE',
  422: 'API_INVALID',
  429: 'API_TOO_MANY_REQUESTS',
};

function pageOf({ status, reason }: ApiRefusal): Page {
  const name =
    reason === 'AlreadyExists'
      ? 'API_ALREADY_EXISTS'
      : (nameByStatus[status] ?? (status >= 500 ? 'API_UNAVAILABLE' : 'API_REFUSED'));
  return pageByCode.get(`SIGNET_KUBE_${name}`) as Page;
}

/**
 * The API server refused. Carries the Status it sent; `message` is the server's own, prefixed with verb and path, and never
 * echoes what was sent.
 */
export class ApiError extends SignetError {
  readonly status: number;
  /** Reason of the Status (Kubernetes API conventions): `NotFound`, `Conflict`, `AlreadyExists`, `Expired`, `Invalid`, ... */
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  /** The server's words alone, without verb and path. */
  readonly serverMessage: string;
  /** What the server asked to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(refusal: ApiRefusal) {
    const { verb, path, message } = refusal;
    super(pageOf(refusal), verb && path ? `${verb} ${path}: ${message}` : message);
    this.status = refusal.status;
    this.reason = refusal.reason;
    this.details = refusal.details;
    this.serverMessage = message;
    this.retryAfterMs = refusal.retryAfterMs;
  }
}

/** True for refusals of an API server, also across two copies of this package. */
export function isApiError(error: unknown): error is ApiError {
  return isSignetError(error) && 'status' in error && 'reason' in error;
}

/** The object, namespace or kind is not there. */
export function isNotFound(error: unknown): error is ApiError {
  return isApiError(error) && error.status === 404;
}

/** The object changed since it was read (409, but not because it exists already). */
export function isConflict(error: unknown): error is ApiError {
  return isApiError(error) && error.status === 409 && error.reason !== 'AlreadyExists';
}

/** An object of this name exists already. */
export function isAlreadyExists(error: unknown): error is ApiError {
  return isApiError(error) && error.reason === 'AlreadyExists';
}

/** The resourceVersion or continue token is too old: list again. */
export function isGone(error: unknown): error is ApiError {
  return isApiError(error) && (error.status === 410 || error.reason === 'Expired' || error.reason === 'Gone');
}
