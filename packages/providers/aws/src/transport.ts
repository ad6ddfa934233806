import type { StoreRoom } from '@signet/provider';
import { httpClient } from '@signet/provider/http';
import type { HttpClient } from '@signet/provider/http';

/** A request as the SDK signs it. */
interface SignedRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | string[] | null>> | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string | undefined;
}

interface SdkAnswer {
  readonly response: { statusCode: number; headers: Record<string, string>; body: Uint8Array };
}

/** What the SDK's clients take as their `requestHandler`. */
export interface RequestHandler {
  readonly metadata: { readonly handlerProtocol: 'http/1.1' };
  handle(request: SignedRequest, options?: { readonly abortSignal?: AbortSignal }): Promise<SdkAnswer>;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): Record<string, never>;
  readonly [other: string]: unknown;
}

/**
 * The store's own connections under the SDK's clients: bounded, through the environment's proxy, with limits on time and length of
 * an answer. Clients come and go with the credentials; the connections stay.
 */
export class Transport {
  readonly #room: StoreRoom;
  readonly #ca: () => Promise<string | undefined>;
  readonly #clients = new Map<string, HttpClient>();
  /** For all clients of this store. */
  readonly handler: RequestHandler;

  /** @param ca the authorities to trust instead of the system's, if any */
  constructor(room: StoreRoom, ca: () => Promise<string | undefined>) {
    this.#room = room;
    this.#ca = ca;
    this.handler = {
      metadata: { handlerProtocol: 'http/1.1' },
      handle: (request, options) => this.#handle(request, options?.abortSignal),
      updateHttpClientConfig: () => {},
      httpHandlerConfigs: () => ({}),
    };
  }

  /** Ends the connections; calls under way reject. */
  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
  }

  async #handle(request: SignedRequest, signal: AbortSignal | undefined): Promise<SdkAnswer> {
    const { protocol, hostname, port, method, path, query, headers, body } = request;
    const client = await this.#client(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`);
    const {
      status,
      headers: answered,
      body: bytes,
    } = await client.call({
      method,
      path,
      query: Object.fromEntries(Object.entries(query ?? {}).map(([name, value]) => [name, value ?? ''])),
      headers,
      ...(body !== undefined && { body }),
      signal: signal ?? new AbortController().signal,
    });
    return { response: { statusCode: status, headers: { ...answered }, body: bytes } };
  }

  async #client(baseUrl: string): Promise<HttpClient> {
    const ca = await this.#ca();
    const { limits, clock, env } = this.#room;
    const known = this.#clients.get(baseUrl);
    if (known) return known;
    const client = httpClient({ baseUrl, ca, ...limits, clock, env });
    this.#clients.set(baseUrl, client);
    return client;
  }
}
