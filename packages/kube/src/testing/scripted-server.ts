import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttp } from 'node:http';
import type { ServerOptions } from 'node:https';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** A request as the script sees it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What a script does with one request. */
export interface Reply {
  json(status: number, body: unknown, headers?: Record<string, string>): void;
  /** A `v1` Status that refuses. */
  refuse(status: number, reason: string, message?: string, headers?: Record<string, string>): void;
  /** Opens a watch; lines are written by hand. */
  stream(): { write(data: string | Uint8Array): void; event(type: string, object: unknown): void; end(): void; reset(): void };
  /** Cuts the connection without an answer. */
  reset(): void;
  readonly response: ServerResponse;
  /** Resolves when the client has gone or the answer is complete. */
  readonly closed: Promise<void>;
}

/** Decides what to answer; replaceable while the server runs. */
export type Script = (seen: Seen, reply: Reply) => void;

/** A server on 127.0.0.1 that does what its script says, and remembers. */
export interface ScriptedServer {
  readonly url: string;
  readonly seen: readonly Seen[];
  /** Connections accepted (TLS handshakes, for https) since the start. */
  readonly accepted: number;
  readonly open: number;
  script: Script;
  /** Cuts every connection. */
  cut(): void;
  stop(): Promise<void>;
}

function replyOn(response: ServerResponse): Reply {
  const json: Reply['json'] = (status, body, headers = {}) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
  return {
    response,
    json,
    refuse: (status, reason, message = `refused: ${reason}`, headers) =>
      json(status, { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, code: status }, headers),
    stream() {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      const write = (data: string | Uint8Array): void => void response.write(data);
      return {
        write,
        event: (type, object) => write(`${JSON.stringify({ type, object })}\n`),
        end: () => void response.end(),
        reset: () => void response.socket?.resetAndDestroy(),
      };
    },
    reset: () => void response.socket?.resetAndDestroy(),
    closed: new Promise((resolve) => response.once('close', resolve)),
  };
}

/** Starts a scripted server; https when a certificate is given. */
export async function startScripted(script: Script, tls?: ServerOptions, port: number = 0): Promise<ScriptedServer> {
  const sockets = new Set<Socket>();
  const seen: Seen[] = [];
  let accepted = 0;
  const holder = { script };

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('error', () => {});
    response.on('error', () => {});
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://scripted');
      const entry: Seen = {
        method: request.method ?? '',
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      seen.push(entry);
      holder.script(entry, replyOn(response));
    });
  };
  const server = tls ? createHttps(tls, onRequest) : createHttp(onRequest);
  server.keepAliveTimeout = 60_000;
  server.on(tls ? 'secureConnection' : 'connection', () => (accepted += 1));
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    get accepted() {
      return accepted;
    },
    get open() {
      return sockets.size;
    },
    get script() {
      return holder.script;
    },
    set script(next) {
      holder.script = next;
    },
    cut,
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      cut();
      await closed;
    },
  };
}
