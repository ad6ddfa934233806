import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** How a backend treats those who ask. */
export type Mood =
  | 'good'
  /** Never answers. */
  | 'hang'
  /** Cuts the connection. */
  | 'reset'
  /** Sends half of the answer, then cuts. */
  | 'cut'
  /** Answers with a page of something else. */
  | 'garbage'
  | { readonly delayMs: number }
  | { readonly status: number; readonly retryAfterS?: number; readonly body?: string };

/** One question that was asked. */
export interface Call {
  /** By the machine's clock, milliseconds since 1970. */
  readonly at: number;
  readonly key: string;
  /** The header `authorization`. */
  readonly authorization: string | undefined;
}

/**
 * A keeper of secrets, over HTTP: `GET /v/KEY` gives `{"value": "..."}`, 404 for what it does not have. It has moods, can go away and come
 * back at the same address, and remembers every question.
 */
export class Backend {
  readonly values = new Map<string, string>();
  readonly calls: Call[] = [];
  mood: Mood = 'good';
  /** Before the mood of the whole. */
  moodOf: (call: Call) => Mood | undefined = () => undefined;
  /** The newest answer to each key that was sent whole, by the machine's clock. */
  readonly answered = new Map<string, number>();
  #server: Server | undefined;
  #port = 0;
  readonly #sockets = new Set<Socket>();
  readonly #hanging = new Set<ServerResponse>();

  static async start(): Promise<Backend> {
    const backend = new Backend();
    await backend.comeBack();
    return backend;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Questions that wait for an answer which does not come. */
  get hanging(): number {
    return this.#hanging.size;
  }

  /** Connections are refused from now on, and those that are open are cut. */
  async goAway(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async comeBack(): Promise<void> {
    const server = createServer((request, response) => this.#serve(request, response));
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Answers everything well from now on; what hangs stays so, as with a process that lost its memory of it. */
  heal(): void {
    this.mood = 'good';
    this.moodOf = () => undefined;
  }

  async stop(): Promise<void> {
    await this.goAway();
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(request.url ?? '', 'http://backend');
    const key = decodeURIComponent(pathname.slice('/v/'.length));
    const call = { at: Date.now(), key, authorization: request.headers.authorization };
    this.calls.push(call);
    request.resume();
    response.on('error', () => {});
    this.#answer(call, response, this.moodOf(call) ?? this.mood);
  }

  #answer(call: Call, response: ServerResponse, mood: Mood): void {
    if (mood === 'hang') {
      this.#hanging.add(response);
      response.once('close', () => this.#hanging.delete(response));
    } else if (mood === 'reset') response.socket?.resetAndDestroy();
    else if (mood === 'garbage') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome elsewhere</html>');
    else if (typeof mood === 'object' && 'status' in mood) {
      const wait = mood.retryAfterS === undefined ? {} : { 'retry-after': String(mood.retryAfterS) };
      response.writeHead(mood.status, wait).end(mood.body ?? '');
    } else if (typeof mood === 'object') setTimeout(() => this.#answer(call, response, 'good'), mood.delayMs);
    else this.#give(call.key, response, mood === 'cut');
  }

  #give(key: string, response: ServerResponse, isCut: boolean): void {
    const value = this.values.get(key);
    if (value === undefined) return void response.writeHead(404).end();
    const body = JSON.stringify({ value });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    if (isCut) return void response.write(body.slice(0, body.length / 2), () => response.socket?.destroy());
    response.end(body);
    this.answered.set(key, Date.now());
  }
}
