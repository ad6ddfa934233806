import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer, request as httpRequest } from 'node:http';
import { createServer as createTlsServer, request as httpsRequest } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** What becomes of a request instead of being passed on. */
export type Fault =
  /** Answered by the proxy. */
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string | Uint8Array }
  /** Passed on after so many milliseconds. */
  | { readonly delayMs: number }
  /** `hang`: never answered. `reset`: the connection is cut at once. `cut`: after half of the answer's body. `garbage`: an HTML page. */
  | 'hang'
  | 'reset'
  | 'cut'
  | 'garbage';

/** A request as it came. */
export interface ProxiedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** Which requests a fault is for. */
export type Matching = (request: ProxiedRequest) => boolean;

/** Stands between a store and its backend, and does harm when told to. */
export interface FaultProxy {
  /** Where it listens: `http://127.0.0.1:40000`. */
  readonly url: string;
  /** All requests so far, faults included. */
  readonly requests: readonly ProxiedRequest[];
  /** Connections open now. */
  readonly sockets: number;
  /** Requests that wait for an answer that never comes. */
  readonly hanging: number;
  /** Harms the next request that matches. Several are taken in order. */
  next(fault: Fault, matching?: Matching): void;
  /** Harms every request that matches, until `heal`. */
  always(fault: Fault, matching?: Matching): void;
  /** Passes everything on again; forgets the requests. Connections that hang are cut. */
  heal(): void;
  stop(): Promise<void>;
}

/** Where a proxy passes requests on to. Certificates and keys are PEM. */
export interface FaultProxyOptions {
  /** `http://127.0.0.1:8200` */
  readonly target: string;
  /** The authority of the target. */
  readonly ca?: string;
  /** What the proxy shows to the target. */
  readonly clientCert?: string;
  readonly clientKey?: string;
  /** What the proxy shows to the store; without it, it speaks plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** Starts a proxy on a free port of the loopback address. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const proxy = new Proxy(options);
  await proxy.listen();
  return proxy;
}

const everything: Matching = () => true;

class Proxy implements FaultProxy {
  readonly requests: ProxiedRequest[] = [];
  readonly #options: FaultProxyOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #hanging = new Set<Socket>();
  #once: { readonly fault: Fault; readonly matching: Matching }[] = [];
  #always: { readonly fault: Fault; readonly matching: Matching }[] = [];

  constructor(options: FaultProxyOptions) {
    this.#options = options;
    const onRequest = (request: IncomingMessage, response: ServerResponse): void => void this.#serve(request, response);
    this.#server = options.tls ? createTlsServer(options.tls, onRequest) : createServer(onRequest);
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => {
        this.#sockets.delete(socket);
        this.#hanging.delete(socket);
      });
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `${this.#options.tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  }

  get sockets(): number {
    return this.#sockets.size;
  }

  get hanging(): number {
    return this.#hanging.size;
  }

  next(fault: Fault, matching: Matching = everything): void {
    this.#once.push({ fault, matching });
  }

  always(fault: Fault, matching: Matching = everything): void {
    this.#always.push({ fault, matching });
  }

  heal(): void {
    this.#once = [];
    this.#always = [];
    this.requests.length = 0;
    for (const socket of this.#hanging) socket.destroy();
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #faultFor(request: ProxiedRequest): Fault | undefined {
    const index = this.#once.findIndex(({ matching }) => matching(request));
    if (index >= 0) return this.#once.splice(index, 1)[0]?.fault;
    return this.#always.find(({ matching }) => matching(request))?.fault;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const seen = { method: request.method ?? '', path: request.url ?? '', headers: request.headers };
    this.requests.push(seen);
    const fault = this.#faultFor(seen);
    if (fault === 'hang') {
      this.#hanging.add(request.socket);
      request.resume();
    } else if (fault === 'reset') {
      request.socket.resetAndDestroy();
    } else if (fault === 'garbage') {
      request.resume();
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Welcome to another place</body></html>');
    } else if (typeof fault === 'object' && 'status' in fault) {
      request.resume();
      response.writeHead(fault.status, fault.headers ?? {}).end(fault.body ?? '');
    } else {
      if (typeof fault === 'object') await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
      this.#passOn(request, response, fault === 'cut');
    }
  }

  #passOn(request: IncomingMessage, response: ServerResponse, cut: boolean): void {
    const { target, ca, clientCert, clientKey } = this.#options;
    const url = new URL(request.url ?? '/', target);
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const onward = send(url, {
      method: request.method,
      headers: { ...request.headers, host: url.host },
      agent: false,
      ...(ca !== undefined && { ca }),
      ...(clientCert !== undefined && { cert: clientCert }),
      ...(clientKey !== undefined && { key: clientKey }),
    });
    onward.on('error', () => request.socket.destroy());
    response.once('close', () => onward.destroy());
    onward.on('response', (answer) => void deliver(answer, response, cut).catch(() => request.socket.destroy()));
    request.pipe(onward);
  }
}

async function deliver(answer: IncomingMessage, response: ServerResponse, cut: boolean): Promise<void> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer as AsyncIterable<Uint8Array>) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const { 'transfer-encoding': _, connection: __, ...headers } = answer.headers;
  response.writeHead(answer.statusCode ?? 502, { ...headers, 'content-length': String(body.length) });
  if (!cut) {
    response.end(body);
    return;
  }
  // The head promises the whole body.
  response.flushHeaders();
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroy());
}
