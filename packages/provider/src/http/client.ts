import type { SecureContext } from 'node:tls';
import { createSecureContext, getCACertificates, rootCertificates } from 'node:tls';
import type { Dispatcher } from 'undici';
import { Agent, ProxyAgent } from 'undici';
import { providerErrors } from '../errors.ts';
import type { Clock } from '../surroundings.ts';
import { causeOf } from './fault.ts';
import { proxyOf } from './proxy.ts';

/** What a client is made of. Certificates and keys are PEM. */
export interface HttpClientOptions {
  /** `https://vault:8200`, with or without a path that all calls begin with. */
  readonly baseUrl: string;
  /** Authorities to trust instead of the system's. */
  readonly ca?: string | undefined;
  readonly clientCert?: string | undefined;
  readonly clientKey?: string | undefined;
  /** The name to expect in the server's certificate, if it is not the host's. */
  readonly serverName?: string | undefined;
  /** Headers of every call. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sockets at most. */
  readonly sockets: number;
  /** From the first byte sent to the last one read. */
  readonly callTimeoutMs: number;
  readonly maxAnswerBytes: number;
  readonly clock: Clock;
  /** Where HTTPS_PROXY, HTTP_PROXY and NO_PROXY are read. Without it no proxy is used. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** One call. */
export interface HttpCall {
  readonly method: string;
  /** Below the base, from `/` on, escaped as it shall be sent. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: Uint8Array | string | undefined;
  /** Shorter or longer than the client's. */
  readonly callTimeoutMs?: number | undefined;
  readonly signal: AbortSignal;
}

/** What came back, whatever its status; redirects are not followed. */
export interface Answer {
  readonly status: number;
  /** By lower-case name; several of one name joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A client of one backend: one pool of connections. */
export interface HttpClient {
  /**
   * Makes one call, once. Redirects are answers like others.
   *
   * @throws UNAVAILABLE: no connection, no whole answer, not in time. BAD_ANSWER: the answer is too long. The signal's reason, at once,
   * when it is aborted
   */
  call(call: HttpCall): Promise<Answer>;
  /** Ends all connections; calls under way reject with UNAVAILABLE. */
  close(): Promise<void>;
}

/** Go's servers and most load balancers keep idle connections longer; a connection that the server closes first costs a failed call. */
const keepAliveMs = 10_000;

/**
 * Opens no connection yet.
 *
 * @throws INVALID_CONFIG: the address or a certificate cannot be read
 */
export function httpClient(options: HttpClientOptions): HttpClient {
  return new PooledClient(options);
}

class PooledClient implements HttpClient {
  readonly #options: HttpClientOptions;
  readonly #base: URL;
  readonly #pool: Dispatcher;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#base = baseOf(options.baseUrl);
    this.#pool = poolOf(this.#base, options);
  }

  async call(call: HttpCall): Promise<Answer> {
    call.signal.throwIfAborted();
    const { clock, callTimeoutMs } = this.#options;
    const giveUp = new AbortController();
    const allowedMs = call.callTimeoutMs ?? callTimeoutMs;
    const late = providerErrors.UNAVAILABLE({ because: `no answer within ${allowedMs} ms` });
    const cancelTimer = clock.setTimeout(() => giveUp.abort(late), allowedMs);
    const onAbort = (): void => giveUp.abort(call.signal.reason);
    call.signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await this.#exchange(call, giveUp.signal);
    } catch (error) {
      call.signal.throwIfAborted();
      if (giveUp.signal.aborted) throw late;
      if (error instanceof TooLong) {
        throw providerErrors.BAD_ANSWER({ because: `longer than ${this.#options.maxAnswerBytes} bytes` });
      }
      // The cause is not kept: messages of the HTTP client name addresses and headers.
      throw providerErrors.UNAVAILABLE({ because: causeOf(error) });
    } finally {
      cancelTimer();
      call.signal.removeEventListener('abort', onAbort);
    }
  }

  async close(): Promise<void> {
    await this.#pool.destroy().catch(() => {});
  }

  async #exchange(call: HttpCall, signal: AbortSignal): Promise<Answer> {
    const answer = await this.#pool.request({
      origin: this.#base.origin,
      path: `${this.#base.pathname.replace(/\/$/, '')}${call.path}${queryOf(call.query)}`,
      method: call.method,
      headers: { ...this.#options.headers, ...call.headers },
      body: call.body ?? null,
      signal,
    });
    return { status: answer.statusCode, headers: headersOf(answer.headers), body: await this.#read(answer.body) };
  }

  async #read(body: Dispatcher.ResponseData['body']): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > this.#options.maxAnswerBytes) throw new TooLong();
      chunks.push(chunk);
    }
    return new Uint8Array(Buffer.concat(chunks, length));
  }
}

/** The answer is longer than allowed. */
class TooLong extends Error {}

function baseOf(baseUrl: string): URL {
  const base = URL.parse(baseUrl);
  const field = 'server address';
  if (!base) throw providerErrors.INVALID_CONFIG({ field, because: 'it is not a URL' });
  if (base.protocol !== 'https:' && base.protocol !== 'http:') {
    throw providerErrors.INVALID_CONFIG({ field, because: 'it begins neither with https:// nor with http://' });
  }
  return base;
}

function poolOf(base: URL, options: HttpClientOptions): Dispatcher {
  const secureContext = base.protocol === 'https:' ? secureContextOf(options) : undefined;
  const tls = {
    ...(secureContext && { secureContext }),
    ...(options.serverName !== undefined && { servername: options.serverName }),
    timeout: options.callTimeoutMs,
  };
  const pool = {
    allowH2: false,
    connections: options.sockets,
    pipelining: 1,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    headersTimeout: 0, // the deadline is the call's own
    bodyTimeout: 0,
  };
  const proxy = options.env && proxyOf(base, options.env);
  if (proxy === undefined) return new Agent({ ...pool, connect: tls });
  if (!URL.canParse(proxy)) throw providerErrors.INVALID_CONFIG({ field: 'HTTPS_PROXY', because: 'it is not a URL' });
  return new ProxyAgent({ ...pool, uri: proxy, requestTls: { ...tls, allowH2: false }, proxyTunnel: base.protocol === 'https:' });
}

/** One context for all connections of a pool: parsing a bundle of authorities takes longer than a handshake. */
function secureContextOf({ ca, clientCert, clientKey }: HttpClientOptions): SecureContext {
  try {
    return createSecureContext({
      ca: ca ?? [...rootCertificates, ...getCACertificates('system')],
      ...(clientCert !== undefined && clientKey !== undefined && { cert: clientCert, key: clientKey }),
    });
  } catch (error) {
    throw providerErrors.INVALID_CONFIG({ field: 'TLS certificates', because: `they cannot be read (${causeOf(error)})` });
  }
}

function queryOf(query: HttpCall['query']): string {
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : (value ?? [])).map((each): [string, string] => [name, each]),
  );
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
}

function headersOf(headers: Readonly<Record<string, string | string[] | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}
