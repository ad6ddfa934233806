import { setImmediate } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { kubeErrors } from '../errors.ts';
import type { CallScope } from './call-scope.ts';
import { callScope, unlessAborted } from './call-scope.ts';
import type { RawResponse } from './client.ts';
import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import type { Sent } from './credentials.ts';
import { credentialsOf } from './credentials.ts';
import { dispatchersOf } from './dispatchers.ts';
import type { Logger } from './logger.ts';
import { queryText } from './path.ts';
import { rateLimit } from './rate-limit.ts';
import type { Failure } from './retry.ts';
import { codeOf, judge, waitBefore } from './retry.ts';
import { errorOfAnswer } from './status.ts';

/** One request as the transport sees it. */
export interface Outgoing {
  readonly method: Dispatcher.HttpMethod;
  /** Encoded, without the query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array | undefined;
  /** Doing it twice is doing it once (see {@link judge}). */
  readonly repeatable: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  /** Further attempts; default the transport's. */
  readonly retries?: number | undefined;
  /** Answers of 400 and above are answers. */
  readonly raw?: boolean | undefined;
}

/** An answer whose body still flows. */
export interface OpenAnswer {
  readonly body: AsyncIterable<Uint8Array>;
  /** Aborted when the caller's signal is, or the client closes. */
  readonly signal: AbortSignal;
  /** Cuts the connection if the body has not ended. */
  end(): void;
}

/** Sends requests over one pool, repeats what may be repeated, and makes errors of refusals. */
export interface Transport {
  send(outgoing: Outgoing): Promise<RawResponse>;
  open(outgoing: Outgoing): Promise<OpenAnswer>;
  close(): Promise<void>;
}

/** What a transport needs. */
export interface TransportOptions {
  readonly connection: Connection;
  readonly userAgent: string;
  readonly qps: number;
  readonly burst: number;
  readonly retries: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

const defaultTimeoutMs = 60_000;
const distrust = /^(?:CERT_|ERR_TLS_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_CA|HOSTNAME_MISMATCH)/;

type Answer = Dispatcher.ResponseData;

/** What an attempt went out with: when it is refused, something newer may be there already. */
interface Used {
  pool?: Dispatcher;
  credentials?: Sent;
}

/** Makes a transport. Nothing is connected before the first request. */
export function createTransport(options: TransportOptions): Transport {
  const { connection, clock, logger, random } = options;
  const server = new URL(connection.server);
  const prefix = server.pathname.replace(/\/+$/, '');
  const credentials = credentialsOf(connection, clock);
  const dispatchers = dispatchersOf(connection, clock);
  const limit = rateLimit(options.qps, options.burst, clock);
  const closing = new AbortController();

  const dispatch = async (outgoing: Outgoing, scope: CallScope, used: Used): Promise<Answer> => {
    await limit.take(scope.signal);
    // Files, exec plugins, identity providers.
    const [pool, authorization] = await unlessAborted(scope.signal, Promise.all([dispatchers.current(), credentials.headers()]));
    used.pool = pool;
    used.credentials = authorization;
    return pool.request({
      origin: server.origin,
      path: prefix + outgoing.path + queryText(outgoing.query),
      method: outgoing.method,
      headers: {
        accept: 'application/json',
        'user-agent': options.userAgent,
        ...outgoing.headers,
        ...authorization,
      },
      body: outgoing.body ?? null,
      signal: scope.signal,
    });
  };

  /** One attempt: the answer's worth, or an error that says why not. */
  const attempt = async <R>(outgoing: Outgoing, scope: CallScope, used: Used, read: (answer: Answer) => Promise<R>): Promise<R> => {
    const answer = await dispatch(outgoing, scope, used);
    if (answer.statusCode < 400) return read(answer);
    const { method: verb, path, body } = outgoing;
    const response = await readWhole(answer);
    const error = errorOfAnswer({ ...response, verb, path, sentBody: body !== undefined }, clock.now());
    throw outgoing.raw ? new Answered(error, response) : error;
  };

  const exchange = async <R>(outgoing: Outgoing, scope: CallScope, read: (answer: Answer) => Promise<R>): Promise<R> => {
    const used: Used = {};
    let renewed = false;
    let reloaded = false;
    for (let attempts = 0; ;) {
      let failure: Failure;
      try {
        return await attempt(outgoing, scope, used, read);
      } catch (error) {
        if (scope.signal.aborted) throw scope.signal.reason;
        const cause = error instanceof Answered ? error.refusal : error;
        if (!renewed && codeOf(cause) === 'SIGNET_KUBE_API_UNAUTHORIZED') {
          renewed = true;
          if (await credentials.renew(used.credentials)) continue;
        }
        if (!reloaded && distrust.test(codeOf(cause))) {
          reloaded = true;
          if (await dispatchers.reload(used.pool)) continue;
        }
        failure = { ...judge(cause), error };
      }
      const waitMs = waitBefore(attempts, failure, random);
      const exhausted = attempts >= (outgoing.retries ?? options.retries) || clock.now() + waitMs > scope.deadline;
      if (exhausted || !failure.transient || !(failure.harmless || outgoing.repeatable))
        throw named(failure.error, server.origin + prefix);
      attempts += 1;
      logger.debug(
        { verb: outgoing.method, path: outgoing.path, attempt: attempts, waitMs, code: codeOf(failure.error) },
        'trying again',
      );
      await clock.sleep(waitMs, scope.signal);
    }
  };

  const scopeFor = (outgoing: Outgoing): CallScope =>
    callScope({
      caller: outgoing.signal,
      closing: closing.signal,
      timeoutMs: outgoing.timeoutMs ?? connection.requestTimeoutMs ?? defaultTimeoutMs,
      clock,
      verb: outgoing.method,
      path: outgoing.path,
    });

  return {
    async send(outgoing) {
      const scope = scopeFor(outgoing);
      try {
        const response = await exchange(outgoing, scope, readWhole);
        // undici frees a connection a tick after its answer ended; a caller that asks again at once would open a second one.
        await setImmediate();
        return response;
      } catch (error) {
        if (error instanceof Answered) return error.response;
        throw error;
      } finally {
        scope.end();
      }
    },
    async open(outgoing) {
      const scope = scopeFor(outgoing);
      try {
        const answer = await exchange(outgoing, scope, async (open) => open);
        scope.withoutDeadline();
        return { body: answer.body, signal: scope.signal, end: () => scope.end() };
      } catch (error) {
        scope.end();
        throw error;
      }
    },
    async close() {
      const reason = kubeErrors.CLOSED({});
      closing.abort(reason);
      await dispatchers.destroy(reason);
    },
  };
}

/** A refusal that the caller wants to see as an answer, should it stay. */
class Answered extends Error {
  readonly refusal: Error;
  readonly response: RawResponse;
  constructor(refusal: Error, response: RawResponse) {
    super(refusal.message);
    this.refusal = refusal;
    this.response = response;
  }
}

async function readWhole(answer: Answer): Promise<RawResponse> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { status: answer.statusCode, headers, body: await answer.body.bytes() };
}

/** Gives errors of sockets and TLS a code and a name; ours pass as they are. */
function named(error: unknown, server: string): unknown {
  const code = codeOf(error);
  if (code.startsWith('SIGNET_') || error instanceof Answered) return error;
  const problem = code || (error instanceof Error ? error.message : String(error));
  return distrust.test(code)
    ? kubeErrors.UNTRUSTED({ server, problem }, { cause: error })
    : kubeErrors.UNREACHABLE({ server, problem }, { cause: error });
}
