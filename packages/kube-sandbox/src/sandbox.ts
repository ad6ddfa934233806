import { randomBytes, randomUUID } from 'node:crypto';
import { stringify } from 'yaml';
import { startControllers } from './controllers/controllers.ts';
import { KindRegistry } from './kinds/registry.ts';
import type { Cluster } from './server/cluster.ts';
import type { FaultHook } from './server/faults.ts';
import type { LoggedRequest } from './server/handler.ts';
import { listen } from './server/listen.ts';
import { createObject } from './server/verbs/create.ts';
import { Journal } from './storage/journal.ts';
import { Store } from './storage/store.ts';
import { createIdentity } from './tls/identity.ts';
import type { Identity } from './tls/identity.ts';

/** Options of {@link startSandbox}. */
export interface SandboxOptions {
  /** Address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Keeps the cluster in this file over restarts; in memory only when absent. */
  readonly dataFile?: string;
  /** Milliseconds since 1970. Default the system's clock. */
  readonly clock?: { now(): number };
  /** Namespaces to make besides the standard four. */
  readonly namespaces?: readonly string[];
  /** Collects objects whose owners are gone. Default true. */
  readonly gc?: boolean;
  /** How many writes can be watched from the past. Default 10,000. */
  readonly historyLimit?: number;
}

/** How a client reaches the sandbox. */
export interface SandboxConnection {
  readonly server: string;
  readonly ca: string;
  readonly token: string;
  readonly namespace: string;
}

/** A running sandbox. */
export interface Sandbox {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  /** PEM certificate of the authority behind the server's certificate. */
  readonly ca: string;
  /** Bearer token of an administrator. */
  readonly token: string;
  /** A kubeconfig file for this server, as YAML. */
  kubeconfig(): string;
  connection(): SandboxConnection;
  /** Forgets the history: older resourceVersions answer 410 from now on. */
  compact(): void;
  /** Cuts every open connection. */
  dropConnections(): void;
  /** Sets the hook that decides which requests fail; without one all pass. */
  intercept(hook?: FaultHook): void;
  /** Every request since the start or the last reset, oldest first. */
  readonly requests: readonly LoggedRequest[];
  resetRequests(): void;
  /** Cuts every connection and stops. Idempotent. */
  stop(): Promise<void>;
}

const standardNamespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/**
 * Starts a Kubernetes API server in this process.
 *
 * @example
 * const sandbox = await startSandbox();
 * await writeFile('kubeconfig', sandbox.kubeconfig());   // KUBECONFIG=kubeconfig kubectl get namespaces
 * await sandbox.stop();
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const host = options.host ?? '127.0.0.1';
  const clock = options.clock ?? { now: (): number => Date.now() };
  const makeIdentity = (): Identity => createIdentity({ host, now: new Date(clock.now()) });
  const journal = options.dataFile === undefined ? undefined : new Journal(options.dataFile, makeIdentity);
  const identity = journal ? (journal.identity as Identity) : makeIdentity();
  const store = new Store({ historyLimit: options.historyLimit ?? 10_000, ...(journal ? { journal } : {}) });
  const cluster: Cluster = {
    store,
    kinds: new KindRegistry(),
    identity,
    now: () => new Date(clock.now()),
    uid: randomUUID,
    suffix,
  };
  const stopControllers = startControllers(cluster, { gc: options.gc ?? true });
  for (const name of [...standardNamespaces, ...(options.namespaces ?? [])]) ensureNamespace(cluster, name);

  const log: LoggedRequest[] = [];
  let hook: FaultHook | undefined;
  const listener = await listen(cluster, { log, hook: () => hook }, { host, port: options.port ?? 0 });
  const url = `https://${host.includes(':') ? `[${host}]` : host}:${listener.port}`;
  let stopped: Promise<void> | undefined;
  return {
    url,
    ca: identity.ca,
    token: identity.token,
    requests: log,
    kubeconfig: () => kubeconfigText(url, identity),
    connection: () => ({ server: url, ca: identity.ca, token: identity.token, namespace: 'default' }),
    compact: () => store.compact(),
    dropConnections: () => listener.dropConnections(),
    intercept(wanted) {
      hook = wanted;
    },
    resetRequests() {
      log.length = 0;
    },
    stop() {
      stopped ??= (async (): Promise<void> => {
        stopControllers();
        await listener.close();
        journal?.close();
      })();
      return stopped;
    },
  };
}

function ensureNamespace(cluster: Cluster, name: string): void {
  if (cluster.store.get('/namespaces', name)) return;
  const kind = cluster.kinds.find('', 'v1', 'namespaces');
  if (!kind) return;
  createObject(cluster, {
    kind,
    namespace: undefined,
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
    options: { dryRun: false, fieldManager: 'kube-apiserver', fieldValidation: 'Ignore', force: false },
    warnings: [],
  });
}

/** Five characters without vowels and without look-alikes, as the API server's name generator draws them. */
function suffix(): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  return Array.from(randomBytes(5), (byte) => alphabet[byte % alphabet.length]).join('');
}

function kubeconfigText(server: string, identity: Identity): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'sandbox', cluster: { server, 'certificate-authority-data': Buffer.from(identity.ca).toString('base64') } }],
    users: [{ name: 'admin', user: { token: identity.token } }],
    contexts: [{ name: 'sandbox', context: { cluster: 'sandbox', user: 'admin', namespace: 'default' } }],
    'current-context': 'sandbox',
  });
}
