import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { controllerErrors } from '../errors.ts';

/** What a route answers. */
export interface Answer {
  readonly status: number;
  /** Default `text/plain; charset=utf-8`. */
  readonly contentType?: string;
  readonly body: string;
}

/** Answers a GET of one path. */
export type Route = () => Answer | Promise<Answer>;

/** How to serve. */
export interface HttpOptions {
  /** `host:port`, `:port` for all addresses. Port 0 lets the system choose. */
  readonly address: string;
  /** By exact path. */
  readonly routes: Readonly<Record<string, Route>>;
  /** For a whole request to arrive. */
  readonly readTimeoutMs: number;
  /** For a connection that makes no progress. */
  readonly writeTimeoutMs: number;
  /** Told of each answer. `path` is that of a route, or `unknown`: clients cannot make up label values. */
  readonly observe?: (request: { path: string; method: string; code: number; seconds: number }) => void;
}

/** A server that listens. */
export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/** No route reads a body; one that is sent all the same may not go on for ever. */
const maxBodyBytes = 64 * 1024;
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Serves a few small pages over plain HTTP: GET and HEAD of known paths, 404 and 405 for everything else, and limits on what
 * a client may send and how long it may take.
 *
 * @throws SIGNET_CONTROLLER_LISTEN
 */
export async function serve(options: HttpOptions): Promise<Listening> {
  const { address, readTimeoutMs, writeTimeoutMs } = options;
  const server = createServer(
    {
      requestTimeout: readTimeoutMs,
      headersTimeout: Math.min(readTimeoutMs, 10_000),
      keepAliveTimeout: 30_000,
      maxHeaderSize: 16 * 1024,
    },
    (request, response) => void handle(request, response, options),
  );
  server.setTimeout(writeTimeoutMs);
  await listen(server, address);
  return { url: urlOf(server), close: async () => close(server) };
}

async function handle(request: IncomingMessage, response: ServerResponse, { routes, observe }: HttpOptions): Promise<void> {
  const startedAt = performance.now();
  limitBody(request, response);
  const [path = '/'] = (request.url ?? '/').split('?');
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  const method = request.method ?? 'GET';
  const { status, contentType = 'text/plain; charset=utf-8', body } = await answer(route, method);
  if (!response.destroyed && !response.headersSent) {
    const length = Buffer.byteLength(body);
    response.writeHead(status, { 'content-type': contentType, 'content-length': length, 'x-content-type-options': 'nosniff' });
    response.end(method === 'HEAD' ? undefined : body);
  }
  observe?.({
    path: route ? path : 'unknown',
    method: methods.has(method) ? method : 'other',
    code: response.statusCode,
    seconds: (performance.now() - startedAt) / 1000,
  });
}

async function answer(route: Route | undefined, method: string): Promise<Answer> {
  if (!route) return { status: 404, body: 'not found\n' };
  if (!methods.has(method)) return { status: 405, body: 'method not allowed\n' };
  try {
    return await route();
  } catch {
    return { status: 500, body: 'internal error\n' };
  }
}

function limitBody(request: IncomingMessage, response: ServerResponse): void {
  let received = 0;
  request.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received <= maxBodyBytes) return;
    if (!response.headersSent) response.writeHead(413, { connection: 'close' }).end();
    request.destroy();
  });
  request.on('error', () => undefined);
}

async function listen(server: Server, address: string): Promise<void> {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(controllerErrors.LISTEN({ address, because: error.message }, { cause: error })));
    server.listen({ port: Number(address.slice(colon + 1)), ...(host !== '' && { host }) }, resolve);
  });
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  const host = address === '::' || address === '0.0.0.0' ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${host}:${port}`;
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 1000).unref();
  });
}
