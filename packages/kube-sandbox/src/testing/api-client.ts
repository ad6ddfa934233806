import { Agent, request } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import type { KubeObject } from '../kinds/object.ts';
import type { Sandbox } from '../sandbox.ts';

/** An answer as a test wants it. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The parsed body; fails for text that is no JSON. */
  readonly json: Json;
}

/** Any JSON, read without ceremony. */
// oxlint-disable-next-line typescript/no-explicit-any -- tests reach deep into answers whose shape is what they check
export type Json = any;

/** One event of a watch. */
export interface SeenEvent {
  readonly type: string;
  readonly object: KubeObject;
}

/** A watch in progress. */
export interface OpenWatch {
  /** Events so far. */
  readonly events: readonly SeenEvent[];
  /** Resolves when the server ends the watch. */
  readonly ended: Promise<void>;
  /** Resolves when `done` holds of the events so far; fails after ten seconds. */
  until(done: (events: readonly SeenEvent[]) => boolean): Promise<readonly SeenEvent[]>;
  close(): void;
}

/** The little HTTP client of this package's tests: no retries, no interpretation. */
export class ApiClient {
  readonly #sandbox: Sandbox;
  readonly #agent: Agent;

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
    this.#agent = new Agent({ ca: sandbox.ca, keepAlive: true });
  }

  /** @param options.type content type of the body; JSON when absent */
  send(
    method: string,
    path: string,
    options: { body?: unknown; type?: string; headers?: Record<string, string>; token?: string | undefined } = {},
  ): Promise<ApiAnswer> {
    const body =
      options.body === undefined ? undefined : typeof options.body === 'string' ? options.body : JSON.stringify(options.body);
    const token = 'token' in options ? options.token : this.#sandbox.token;
    return new Promise((done, fail) => {
      const outgoing = request(
        `${this.#sandbox.url}${path}`,
        {
          method,
          agent: this.#agent,
          headers: {
            'user-agent': 'tester/1',
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            ...(body === undefined
              ? {}
              : { 'content-type': options.type ?? 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
            ...options.headers,
          },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.once('error', fail);
          incoming.once('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            done({
              status: incoming.statusCode ?? 0,
              headers: incoming.headers,
              text,
              get json(): Json {
                return JSON.parse(text);
              },
            });
          });
        },
      );
      outgoing.once('error', fail);
      outgoing.end(body);
    });
  }

  get(path: string, headers: Record<string, string> = {}): Promise<ApiAnswer> {
    return this.send('GET', path, { headers });
  }

  post(path: string, body: unknown): Promise<ApiAnswer> {
    return this.send('POST', path, { body });
  }

  put(path: string, body: unknown): Promise<ApiAnswer> {
    return this.send('PUT', path, { body });
  }

  merge(path: string, body: unknown): Promise<ApiAnswer> {
    return this.send('PATCH', path, { body, type: 'application/merge-patch+json' });
  }

  delete(path: string, body?: unknown): Promise<ApiAnswer> {
    return this.send('DELETE', path, body === undefined ? {} : { body });
  }

  /** Opens a watch; fails when the answer is not 200. */
  watch(path: string, headers: Record<string, string> = {}): Promise<OpenWatch> {
    return new Promise((opened, fail) => {
      const outgoing = request(
        `${this.#sandbox.url}${path}`,
        { agent: false, ca: this.#sandbox.ca, headers: { authorization: `Bearer ${this.#sandbox.token}`, ...headers } },
        (incoming) => {
          if (incoming.statusCode !== 200) {
            fail(new Error(`watch answered ${incoming.statusCode}`));
            return;
          }
          const events: SeenEvent[] = [];
          let rest = '';
          incoming.setEncoding('utf8');
          incoming.on('data', (chunk: string) => {
            const lines = (rest + chunk).split('\n');
            rest = lines.pop() ?? '';
            for (const line of lines) events.push(JSON.parse(line) as SeenEvent);
          });
          incoming.on('error', () => {});
          const ended = new Promise<void>((done) => incoming.once('close', () => done()));
          opened({
            events,
            ended,
            until: async (done) => {
              await eventually(
                () => done(events),
                () => `events so far: ${JSON.stringify(events.map((event) => [event.type, event.object.metadata?.name]))}`,
              );
              return events;
            },
            close: () => outgoing.destroy(),
          });
        },
      );
      outgoing.once('error', fail);
      outgoing.end();
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Waits until something holds, looking every few milliseconds; fails after ten seconds. */
export async function eventually(holds: () => boolean | Promise<boolean>, describe: () => string = () => ''): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`did not come true within ten seconds. ${describe()}`);
    await new Promise((done) => setTimeout(done, 5));
  }
}
