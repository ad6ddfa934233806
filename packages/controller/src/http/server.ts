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
  /**
   * Receives the body. To be called once, and not before the client is known to be welcome.
   *
   * @throws Unanswerable when it is too large, does not come to its end, or when too much of others' is being received
   */
  readonly body: () => Promise<Buffer>;
  /** Whom the client says it speaks for, or else its address. Anybody can say anything. */
  readonly client: string;
  /** Aborts when nobody waits for the answer any more, or has waited too long. */
  readonly signal: AbortSignal;
}

/** Ends a request with an answer of its own. */
class Unanswerable extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(answer.body);
    this.answer = answer;
  }
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

/** An object of the API server may have 3 MiB as JSON. */
const maxBodyBytes = 3 * 1024 * 1024;
/** Of all bodies that are being received: clients that send slowly cannot use up the memory. */
const maxReceivingBytes = 24 * 1024 * 1024;
/** Each costs memory, also when it says nothing. */
const maxConnections = 1024;
const known: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST']);

/**
 * Serves a few small routes over plain HTTP: 404 and 405 for everything that is not known, and limits on what clients may send
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
  server.maxConnections = maxConnections;
  server.setTimeout(writeTimeoutMs);
  await listen(server, address);
  return { url: urlOf(server), close: async () => close(server) };
}

async function handle(request: IncomingMessage, response: ServerResponse, options: HttpOptions): Promise<void> {
  const { routes, observe } = options;
  const startedAt = performance.now();
  const [path = '/'] = (request.url ?? '/').split('?');
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  const method = request.method ?? 'GET';
  const over = new AbortController();
  response.once('close', () => over.abort());
  const timer = setTimeout(() => over.abort(), options.readTimeoutMs + options.writeTimeoutMs);
  const { status, headers, contentType = 'text/plain; charset=utf-8', body } = await answer(route, method, request, over.signal);
  clearTimeout(timer);
  const isThere = !response.destroyed && !response.headersSent;
  if (isThere) {
    const isTooLong = status === 413 || Number(request.headers['content-length'] ?? 0) > maxBodyBytes;
    response.writeHead(status, {
      'content-type': contentType,
      'content-length': Buffer.byteLength(body),
      'x-content-type-options': 'nosniff',
      ...headers,
      ...(isTooLong && { connection: 'close' }),
    });
    response.end(method === 'HEAD' ? undefined : body, () => isTooLong && request.destroy());
  }
  observe?.({
    path: route ? path : 'unknown',
    method: known.has(method) ? method : 'other',
    code: isThere ? status : clientGone,
    seconds: (performance.now() - startedAt) / 1000,
  });
}

/** In metrics, as nginx counts it: nobody was there to be answered. */
const clientGone = 499;

async function answer(route: Route | undefined, method: string, request: IncomingMessage, signal: AbortSignal): Promise<Answer> {
  const asksFor = method === 'HEAD' ? 'GET' : method;
  if (!route) return { status: 404, body: 'not found\n' };
  if (asksFor !== route.method) return { status: 405, body: 'method not allowed\n' };
  try {
    return await route.answer({ body: async () => bodyOf(request), client: clientOf(request), signal });
  } catch (error) {
    if (error instanceof Unanswerable) return error.answer;
    if (signal.aborted) return { status: 503, body: 'this takes too long\n' };
    return { status: 500, body: 'internal error\n' };
  }
}

let receivingBytes = 0;

/** Everything that was sent. Received bytes count until the whole is there: from then on its route limits how many there are. */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let received = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      received += chunk.length;
      receivingBytes += chunk.length;
      if (received > maxBodyBytes) throw new Unanswerable({ status: 413, body: 'the body is too large\n' });
      if (receivingBytes > maxReceivingBytes) throw new Unanswerable(busy);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof Unanswerable) throw error;
    throw new Unanswerable({ status: 400, body: 'the body does not come to its end\n' });
  } finally {
    receivingBytes -= received;
  }
  return Buffer.concat(chunks);
}

const busy: Answer = { status: 503, headers: { 'retry-after': '1', connection: 'close' }, body: 'too busy\n' };

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
