import type { Connection } from '@signet/kube/client';
import { Agent, request } from 'undici';
import type { Json } from './normalize.ts';
import { Normalizer } from './normalize.ts';
import { openWatch } from './watching.ts';
import type { Watching } from './watching.ts';

/** A raw answer: for reading what the next request needs. What is compared was recorded already. */
export interface Answer {
  readonly status: number;
  // Cases reach into objects whose shape the request itself decides.
  // oxlint-disable-next-line typescript/no-explicit-any -- a test script reads answers freely
  readonly body: any;
}

/** Query parameters; absent ones are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** What a request may carry besides its body. */
export interface RequestOptions {
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  /** Authenticate with this token instead of the administrator's credentials; empty: with nothing. */
  readonly token?: string;
  /** Record only these: for answers whose prose is the parser's own, or whose size says nothing. Default everything. */
  readonly compare?: 'all' | 'status' | 'reason' | 'nothing';
}

/** Acts on one server for one case, in a namespace of its own, and records every answer in comparable form. */
export interface Session {
  /** The same name on both servers. */
  readonly namespace: string;
  /** An API group of its own for custom resources. */
  readonly group: string;
  /**
   * Targets: `configmaps/a` is core/v1 in the case's namespace, `@apps/v1/deployments/a` another group's there, and
   * `/api/v1/namespaces` a path as it is.
   */
  get(target: string, query?: Query, options?: RequestOptions): Promise<Answer>;
  post(target: string, body: unknown, query?: Query, options?: RequestOptions): Promise<Answer>;
  put(target: string, body: unknown, query?: Query, options?: RequestOptions): Promise<Answer>;
  delete(target: string, body?: unknown, query?: Query, options?: RequestOptions): Promise<Answer>;
  mergePatch(target: string, body: unknown, query?: Query, options?: RequestOptions): Promise<Answer>;
  jsonPatch(target: string, body: unknown, query?: Query, options?: RequestOptions): Promise<Answer>;
  strategicPatch(target: string, body: unknown, query?: Query, options?: RequestOptions): Promise<Answer>;
  /** Server-side apply with the field manager `manager`. */
  apply(target: string, manager: string, body: unknown, query?: Query, options?: RequestOptions): Promise<Answer>;
  /** Any request; `body` is sent as it is when it is a string. */
  send(method: string, target: string, body: unknown, options?: RequestOptions): Promise<Answer>;
  /** Opens a watch and resolves when its headers came. */
  watch(target: string, query?: Query, options?: RequestOptions): Promise<Watching>;
  /** Asks without recording until `is` holds, then records nothing: for what happens in its own time. */
  eventually(target: string, is: (answer: Answer) => boolean): Promise<Answer>;
  /** Forgets the history of the store: older resourceVersions are gone. */
  compact(): Promise<void>;
  /** Records something of the case's own making. */
  note(what: string, value: unknown): void;
}

/** What was recorded: one property per step, named by its number and request. */
export type Outcome = Readonly<Record<string, Json>>;

const json = 'application/json';

/** Opens the connections to one server. */
export function dispatcherFor(connection: Connection): Agent {
  // One request per connection at a time: a server that says farewell to a connection interrupts nobody else.
  return new Agent({
    allowH2: false,
    connect: { ca: connection.ca, cert: connection.clientCert, key: connection.clientKey },
    bodyTimeout: 60_000,
  });
}

/** One of the two servers. */
export interface Server {
  readonly connection: Connection;
  readonly agent: Agent;
  /** Without a client certificate. */
  readonly strangers: Agent;
  readonly compact: () => Promise<void>;
}

/** The session of one case on one server, and what it recorded. */
export class RecordingSession implements Session {
  readonly namespace: string;
  readonly group: string;
  readonly #server: Server;
  readonly #normalizer = new Normalizer();
  readonly #outcome: Record<string, Json> = {};
  readonly #watches: Watching[] = [];
  #steps = 0;

  constructor(server: Server, namespace: string) {
    this.namespace = namespace;
    this.group = `${namespace}.example.com`;
    this.#server = server;
  }

  get outcome(): Outcome {
    return this.#outcome;
  }

  /** Closes what the case left open. */
  async close(): Promise<void> {
    await Promise.all(this.#watches.map((watching) => watching.close()));
  }

  get(target: string, query?: Query, options?: RequestOptions): Promise<Answer> {
    return this.send('GET', target, undefined, { ...options, query: query ?? {} });
  }

  post(target: string, body: unknown, query?: Query, options?: RequestOptions): Promise<Answer> {
    return this.send('POST', target, body, { ...options, query: query ?? {} });
  }

  put(target: string, body: unknown, query?: Query, options?: RequestOptions): Promise<Answer> {
    return this.send('PUT', target, body, { ...options, query: query ?? {} });
  }

  delete(target: string, body?: unknown, query?: Query, options?: RequestOptions): Promise<Answer> {
    return this.send('DELETE', target, body, { ...options, query: query ?? {} });
  }

  mergePatch(target: string, body: unknown, query?: Query, options?: RequestOptions): Promise<Answer> {
    return this.#patch('application/merge-patch+json', target, body, query, options);
  }

  jsonPatch(target: string, body: unknown, query?: Query, options?: RequestOptions): Promise<Answer> {
    return this.#patch('application/json-patch+json', target, body, query, options);
  }

  strategicPatch(target: string, body: unknown, query?: Query, options?: RequestOptions): Promise<Answer> {
    return this.#patch('application/strategic-merge-patch+json', target, body, query, options);
  }

  apply(target: string, manager: string, body: unknown, query?: Query, options?: RequestOptions): Promise<Answer> {
    return this.#patch('application/apply-patch+yaml', target, body, { fieldManager: manager, ...query }, options);
  }

  async send(method: string, target: string, body: unknown, options: RequestOptions = {}): Promise<Answer> {
    const step = this.#step(`${method} ${target}`);
    const { answer, warnings } = await this.#ask(method, target, body, options);
    const compare = options.compare ?? 'all';
    if (compare === 'nothing') return answer;
    this.#outcome[step] = {
      status: answer.status,
      ...(compare === 'all' ? { body: this.#normalizer.normalize(answer.body as Json), warnings } : {}),
      ...(compare === 'reason' ? { reason: (answer.body as { reason?: string }).reason ?? null } : {}),
    };
    return answer;
  }

  async watch(target: string, query: Query = {}, options: RequestOptions = {}): Promise<Watching> {
    const step = this.#step(`WATCH ${target}`);
    const watching = await openWatch({
      url: this.#url(target, { watch: true, ...query }),
      agent: this.#server.agent,
      headers: this.#headers({ accept: json, ...options.headers }),
      record: (events) => {
        this.#outcome[step] = this.#normalizer.normalize(events);
      },
    });
    this.#watches.push(watching);
    return watching;
  }

  async eventually(target: string, is: (answer: Answer) => boolean): Promise<Answer> {
    // The garbage collector looks for new kinds every 30 seconds.
    const deadline = performance.now() + 75_000;
    for (;;) {
      const { answer } = await this.#ask('GET', target, undefined, {});
      if (is(answer)) return answer;
      if (performance.now() > deadline)
        throw new Error(`${target} never became what was promised; last: ${JSON.stringify(answer)}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  compact(): Promise<void> {
    return this.#server.compact();
  }

  note(what: string, value: unknown): void {
    this.#outcome[this.#step(what)] = this.#normalizer.normalize(JSON.parse(JSON.stringify(value ?? null)) as Json);
  }

  #patch(type: string, target: string, body: unknown, query: Query | undefined, options: RequestOptions = {}): Promise<Answer> {
    return this.send('PATCH', target, body, {
      ...options,
      query: query ?? {},
      headers: { 'content-type': type, ...options.headers },
    });
  }

  #step(what: string): string {
    this.#steps += 1;
    return `${String(this.#steps).padStart(2, '0')} ${what}`;
  }

  #url(target: string, query: Query): string {
    const url = new URL(this.#server.connection.server + this.#path(target));
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
    return url.href;
  }

  #path(target: string): string {
    if (target.startsWith('/')) return target;
    if (!target.startsWith('@')) return `/api/v1/namespaces/${this.namespace}/${target}`;
    const [group, version, ...rest] = target.slice(1).split('/');
    return `/apis/${group}/${version}/namespaces/${this.namespace}/${rest.join('/')}`;
  }

  #headers(headers: Readonly<Record<string, string>>, stranger?: string): Record<string, string> {
    const token = stranger ?? this.#server.connection.token;
    return {
      'user-agent': 'conformance/1.0',
      accept: json,
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    };
  }

  async #ask(
    method: string,
    target: string,
    body: unknown,
    { query = {}, headers, token }: RequestOptions,
  ): Promise<{ answer: Answer; warnings: Json }> {
    const response = await request(this.#url(target, query), {
      method: method as 'GET',
      dispatcher: token === undefined ? this.#server.agent : this.#server.strangers,
      headers: this.#headers({ ...(body === undefined ? {} : { 'content-type': json }), ...headers }, token),
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.body.text();
    const warning = response.headers['warning'] ?? [];
    return { answer: { status: response.statusCode, body: parsed(text) }, warnings: [warning].flat() };
  }
}

/** JSON where it is JSON; else the text itself. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
