import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * What an intercepted request suffers:
 * - a status: the answer is that Status, nothing is done
 * - `reset`: the connection is cut, nothing is done
 * - `delayMs`: the request is handled later
 * - `hang`: no answer, ever; nothing is done
 * - `reset-after`: the request is handled, then the connection is cut without an answer
 * - `half-open`: a watch is accepted and stays silent for ever; another request hangs
 */
export type Fault =
  | { readonly status: number; readonly retryAfter?: number; readonly reason?: string; readonly message?: string }
  | { readonly delayMs: number }
  | 'reset'
  | 'hang'
  | 'reset-after'
  | 'half-open';

/** What a hook sees of a request. */
export interface SeenRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Empty when none was sent. */
  readonly userAgent: string;
}

/** Decides about each request; undefined lets it pass. */
export type FaultHook = (request: SeenRequest) => Fault | undefined;

/** Cuts the connection of a request without an answer. */
export function cut(request: IncomingMessage): void {
  request.socket.destroy();
}

/** Makes `response` do everything but reach the client: the connection is cut where the answer would end. */
export function cutInsteadOfAnswering(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead = () => response;
  response.write = (() => {
    cut(request);
    return true;
  }) as typeof response.write;
  response.end = (() => {
    cut(request);
    return response;
  }) as typeof response.end;
}

/** Reason of a Status by its code, as client-go knows them. */
export function reasonOf(status: number): string {
  const reasons: Readonly<Record<number, string>> = {
    400: 'BadRequest',
    401: 'Unauthorized',
    403: 'Forbidden',
    404: 'NotFound',
    409: 'Conflict',
    410: 'Expired',
    422: 'Invalid',
    429: 'TooManyRequests',
    500: 'InternalError',
    503: 'ServiceUnavailable',
    504: 'Timeout',
  };
  return reasons[status] ?? 'Unknown';
}
