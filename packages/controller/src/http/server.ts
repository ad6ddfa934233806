import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { controllerErrors } from '../errors.ts';

/** What a route answers. */
export interface Answer {
  readonly status: number;
  /** Default `text/plain; charset=utf-8`. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a route is asked with. */
export interface Asked {
  /** Empty for GET and HEAD. */
  readonly body: Buffer;
  /** Whom the client says it speaks for, or else its address. Anybody can say anything. */
  readonly client: string;
}

/** Answers one path. */
export interface Route {
  /** GET answers HEAD too. */
  readonly method: 'GET' | 'POST';
  readonly answer: (asked: Asked) => Answer | Promise<Answer>;
}

/** A page that is read. */
export function page(answer: () => Answer | Promise<Answer>): Route {
  return { method: 'GET', answer };
}

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

/** Of a GET, where it means nothing. */
const maxIdleBodyBytes = 64 * 1024;
/** Of a POST: an object of the API server may have 3 MiB as JSON. */
const maxBodyBytes = 3 * 1024 * 1024;
const known: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST']);

/**
 * Serves a few small routes over plain HTTP: 404 and 405 for everything that is not known, and limits on what a client may send
 * and how long it may take.
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
  const [path = '/'] = (request.url ?? '/').split('?');
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  const method = request.method ?? 'GET';
  const { status, headers, contentType = 'text/plain; charset=utf-8', body } = await answer(route, method, request);
  if (!response.destroyed && !response.headersSent) {
    const length = Buffer.byteLength(body);
    response.writeHead(status, {
      'content-type': contentType,
      'content-length': length,
      'x-content-type-options': 'nosniff',
      ...headers,
    });
    response.end(method === 'HEAD' ? undefined : body, () => status === 413 && request.destroy());
  }
  observe?.({
    path: route ? path : 'unknown',
    method: known.has(method) ? method : 'other',
    code: response.statusCode,
    seconds: (performance.now() - startedAt) / 1000,
  });
}

async function answer(route: Route | undefined, method: string, request: IncomingMessage): Promise<Answer> {
  const asksFor = method === 'HEAD' ? 'GET' : method;
  const body = await bodyOf(request, asksFor === 'POST' ? maxBodyBytes : maxIdleBodyBytes);
  if (body === 'too large') return { status: 413, headers: { connection: 'close' }, body: 'the body is too large\n' };
  if (!route) return { status: 404, body: 'not found\n' };
  if (asksFor !== route.method) return { status: 405, body: 'method not allowed\n' };
  try {
    return await route.answer({ body, client: clientOf(request) });
  } catch {
    return { status: 500, body: 'internal error\n' };
  }
}

/** Everything that was sent; a client that goes away sent what it sent, and is not there to be answered. */
async function bodyOf(request: IncomingMessage, atMost: number): Promise<Buffer | 'too large'> {
  const chunks: Buffer[] = [];
  let received = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      received += chunk.length;
      if (received > atMost) return 'too large';
      chunks.push(chunk);
    }
  } catch {
    // the connection is gone
  }
  return Buffer.concat(chunks);
}

function clientOf({ headers, socket }: IncomingMessage): string {
  const said = headers['x-forwarded-for'];
  return (Array.isArray(said) ? said.join(',') : said) ?? socket.remoteAddress ?? '';
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
