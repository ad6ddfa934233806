import type { SecureContext } from 'node:tls';
import { createSecureContext, getCACertificates, rootCertificates } from 'node:tls';
import type { Dispatcher } from 'undici';
import { Agent, ProxyAgent } from 'undici';
import { kubeErrors } from '../errors.ts';
import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import type { RotatingFile } from './rotating-file.ts';
import { rotatingFile } from './rotating-file.ts';

/** One connection pool at a time, made anew when the certificates it was made from change. */
export interface Dispatchers {
  /** The pool to use now. */
  current(): Promise<Dispatcher>;
  /** Reads the certificate files now. True when they are others than `used` was made from, so that a new connection may fare better. */
  reload(used: Dispatcher | undefined): Promise<boolean>;
  /** Cuts every connection, drained pools included. */
  destroy(reason: Error): Promise<void>;
}

interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Kubernetes API servers close idle connections after 90 s (Go's http.Server of kube-apiserver); be first. */
const keepAliveMs = 60_000;
const maxConnections = 256;

/** One context for all connections of a pool: parsing a bundle of authorities takes longer than a handshake. */
function secureContext(connection: Connection, material: TlsMaterial): SecureContext | undefined {
  if (new URL(connection.server).protocol !== 'https:') return undefined;
  // Without an authority of its own a cluster is trusted as kubectl trusts it: by the system's roots.
  const ca = material.ca ?? (connection.insecureSkipTlsVerify ? [] : [...rootCertificates, ...getCACertificates('system')]);
  try {
    return createSecureContext({ ...material, ca });
  } catch (error) {
    const problem = error instanceof Error && 'code' in error ? String(error.code) : 'malformed';
    throw kubeErrors.BAD_CERTIFICATES({ server: connection.server, problem });
  }
}

function makePool(connection: Connection, material: TlsMaterial): Dispatcher {
  const context = secureContext(connection, material);
  const tls = {
    ...(context ? { secureContext: context } : {}),
    ...(connection.insecureSkipTlsVerify ? { rejectUnauthorized: false } : {}),
    ...(connection.tlsServerName ? { servername: connection.tlsServerName } : {}),
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
    timeout: 10_000,
  };
  const pool = {
    // Each watch has its own socket: no head-of-line blocking, and no GOAWAY that ends all of them together.
    allowH2: false,
    connections: connection.sockets ?? maxConnections,
    ...(connection.maxAnswerBytes === undefined ? {} : { maxResponseSize: connection.maxAnswerBytes }),
    pipelining: 1,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    headersTimeout: 0, // deadlines are the call's own
    bodyTimeout: 0,
  };
  return connection.proxyUrl
    ? new ProxyAgent({ ...pool, uri: connection.proxyUrl, requestTls: { ...tls, allowH2: false }, proxyTunnel: true })
    : new Agent({ ...pool, connect: tls });
}

/** The pools of one connection. */
export function dispatchersOf(connection: Connection, clock: Clock): Dispatchers {
  const source = (text: string | undefined, file: string | undefined, what: string): RotatingFile | undefined =>
    file ? rotatingFile(file, what, clock) : text === undefined ? undefined : { text: async () => text };
  const ca = source(connection.ca, connection.caFile, 'CA file');
  const cert = source(connection.clientCert, connection.clientCertFile, 'client certificate');
  const key = source(connection.clientKey, connection.clientKeyFile, 'client key');

  const material = async (fresh: boolean): Promise<TlsMaterial> => {
    const identity = await connection.identity?.();
    const [caText, certText, keyText] = await Promise.all([ca?.text({ fresh }), cert?.text({ fresh }), key?.text({ fresh })]);
    return {
      ...(caText === undefined ? {} : { ca: caText }),
      ...(certText === undefined || keyText === undefined ? {} : { cert: certText, key: keyText }),
      ...identity,
    };
  };

  const draining = new Set<Dispatcher>();
  let pool: Dispatcher | undefined;
  let made = '';

  const refresh = async (fresh: boolean): Promise<boolean> => {
    const now = await material(fresh);
    const text = JSON.stringify(now);
    if (pool && text === made) return false;
    const next = makePool(connection, now);
    const old = pool;
    pool = next;
    made = text;
    if (old) {
      draining.add(old);
      // Requests and watches under way finish on the connections they have.
      const forget = (): void => void draining.delete(old);
      old.close().then(forget, forget);
    }
    return true;
  };

  return {
    async current() {
      await refresh(false);
      return pool as Dispatcher;
    },
    reload: async (used) => (pool ? (await refresh(true)) || used !== pool : false),
    async destroy(reason) {
      const all = [...draining, ...(pool ? [pool] : [])];
      await Promise.all(all.map((each) => each.destroy(reason).catch(() => {})));
    },
  };
}
