import { homedir } from 'node:os';
import path from 'node:path';
import type { Connection } from '../client/index.ts';
import { kubeErrors } from '../errors.ts';
import { durationMs } from './duration.ts';
import { proxyFromEnvironment } from './environment-proxy.ts';
import { externalAuth } from './external-auth.ts';
import { inClusterConnection } from './in-cluster.ts';
import type { Entry, Kubeconfig } from './kubeconfig-file.ts';
import { pathOf, pemOf, readKubeconfig, textOf } from './kubeconfig-file.ts';

/** Where to look, and what a command line says otherwise. Names follow kubectl's flags. */
export interface LoadOptions {
  /** `--kubeconfig`: this file and no other. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly cluster?: string | undefined;
  readonly user?: string | undefined;
  /** A `ns/`, `namespace/` or `namespaces/` prefix is taken off. */
  readonly namespace?: string | undefined;
  readonly server?: string | undefined;
  /** File. */
  readonly certificateAuthority?: string | undefined;
  readonly insecureSkipTlsVerify?: boolean | undefined;
  readonly tlsServerName?: string | undefined;
  readonly proxyUrl?: string | undefined;
  /** File. */
  readonly clientCertificate?: string | undefined;
  /** File. */
  readonly clientKey?: string | undefined;
  readonly token?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly as?: string | undefined;
  readonly asUid?: string | undefined;
  readonly asGroups?: readonly string[] | undefined;
  /** `30s`, `2m`, or whole seconds; `0` for none. */
  readonly requestTimeout?: string | undefined;
  /** Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Folder that `.kube/config` is in. Default the user's home. */
  readonly home?: string | undefined;
  /** Folder of the pod's service account. Default kubelet's. */
  readonly serviceAccountFolder?: string | undefined;
}

function named(
  kind: string,
  name: string | undefined,
  entries: ReadonlyMap<string, Entry>,
  files: readonly string[],
): Entry | undefined {
  if (name === undefined) return undefined;
  const entry = entries.get(name);
  if (!entry) throw kubeErrors.KUBECONFIG_NO_ENTRY({ kind, name, files });
  return entry;
}

/** Connection as a kubeconfig describes it, before overrides. Undefined: it names no server. */
export function fromKubeconfig(config: Kubeconfig, o: LoadOptions = {}): Connection | undefined {
  const { files } = config;
  const context = named('context', o.context ?? config.currentContext, config.contexts, files);
  const cluster = named('cluster', o.cluster ?? textOf(context, 'cluster'), config.clusters, files);
  const user = named('user', o.user ?? textOf(context, 'user'), config.users, files);
  const server = o.server ?? textOf(cluster, 'server');
  if (server === undefined) return undefined;

  const groups = user?.fields['as-groups'];
  const impersonated = textOf(user, 'as');
  const external = user && !o.token && !o.username ? externalAuth(user, cluster ?? { ...user, fields: {} }, server) : undefined;
  const connection: Record<keyof Connection, unknown> = {
    server,
    ca: pemOf(cluster, 'certificate-authority-data'),
    caFile: pathOf(cluster, 'certificate-authority'),
    insecureSkipTlsVerify: cluster?.fields['insecure-skip-tls-verify'] === true ? true : undefined,
    tlsServerName: textOf(cluster, 'tls-server-name'),
    proxyUrl: textOf(cluster, 'proxy-url'),
    clientCert: pemOf(user, 'client-certificate-data'),
    clientCertFile: pathOf(user, 'client-certificate'),
    clientKey: pemOf(user, 'client-key-data'),
    clientKeyFile: pathOf(user, 'client-key'),
    token: textOf(user, 'token'),
    tokenFile: pathOf(user, 'tokenFile'),
    username: textOf(user, 'username'),
    password: textOf(user, 'password'),
    namespace: textOf(context, 'namespace'),
    impersonate: impersonated && {
      user: impersonated,
      uid: textOf(user, 'as-uid'),
      groups: Array.isArray(groups) ? groups.map(String) : undefined,
    },
    requestTimeoutMs: undefined,
    sockets: undefined,
    maxAnswerBytes: undefined,
    headers: external?.headers,
    identity: external?.identity,
  };
  // Data wins over the file beside it, as in kubectl.
  if (connection.ca) connection.caFile = undefined;
  if (connection.clientCert) connection.clientCertFile = undefined;
  if (connection.clientKey) connection.clientKeyFile = undefined;
  return withoutUndefined(connection) as unknown as Connection;
}

/** The command line's word over the file's. A credential given by hand replaces the other kinds of credentials. */
function overridden(base: Connection, o: LoadOptions): Connection {
  const namespace = o.namespace?.replace(/^(?:ns|namespaces?)\//, '');
  const { token: _token, tokenFile: _file, headers: _headers, identity: _identity, ...withoutToken } = base;
  const merged: Connection = {
    ...(o.token || o.username ? withoutToken : base),
    ...withoutUndefined({
      server: o.server,
      tlsServerName: o.tlsServerName,
      proxyUrl: o.proxyUrl,
      token: o.token,
      username: o.username,
      password: o.password,
      namespace: namespace || undefined,
      insecureSkipTlsVerify: o.insecureSkipTlsVerify,
      requestTimeoutMs: o.requestTimeout === undefined ? undefined : durationMs(o.requestTimeout),
      impersonate: o.as ? { user: o.as, uid: o.asUid, groups: o.asGroups } : undefined,
    }),
    ...(o.certificateAuthority ? { ca: undefined, caFile: path.resolve(o.certificateAuthority) } : {}),
    ...(o.clientCertificate ? { clientCert: undefined, clientCertFile: path.resolve(o.clientCertificate) } : {}),
    ...(o.clientKey ? { clientKey: undefined, clientKeyFile: path.resolve(o.clientKey) } : {}),
  };
  const insecure = merged.insecureSkipTlsVerify ? { ca: undefined, caFile: undefined } : {};
  return withoutUndefined({ ...merged, ...insecure }) as unknown as Connection;
}

function withoutUndefined(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''));
}

/**
 * Finds the API server and how to authenticate, in kubectl's order: the explicit file; the files of KUBECONFIG, merged;
 * `~/.kube/config`; the pod's service account. Overrides of the command line apply to each. A namespace is always set.
 *
 * @throws SIGNET_KUBE_NO_CLUSTER when nothing is configured; coded errors with file and key for what is broken
 * @example const client = createClient(await loadConnection({ context: 'staging' }));
 */
export async function loadConnection(o: LoadOptions = {}): Promise<Connection> {
  const env = o.env ?? process.env;
  const listed = (env['KUBECONFIG'] ?? '').split(path.delimiter).filter((file) => file !== '');
  const files = o.kubeconfig ? [o.kubeconfig] : listed.length > 0 ? listed : defaultFiles(o.home);
  const config = await readKubeconfig(
    files.map((file) => path.resolve(file)),
    { required: Boolean(o.kubeconfig) },
  );

  const configured = fromKubeconfig(config, o);
  const base = configured ?? (o.kubeconfig ? undefined : await inClusterConnection(env, o.serviceAccountFolder));
  if (!base) throw kubeErrors.NO_CLUSTER({ files });

  const connection = overridden(base, o);
  checkServer(connection.server);
  const proxyUrl = connection.proxyUrl ?? proxyFromEnvironment(connection.server, env);
  return { ...connection, namespace: connection.namespace ?? 'default', ...(proxyUrl ? { proxyUrl } : {}) };
}

/** `~/.kube/config`. In a container the user is often one that no file knows, and has no home to look into. */
function defaultFiles(home: string | undefined): string[] {
  try {
    return [path.join(home ?? homedir(), '.kube', 'config')];
  } catch {
    return [];
  }
}

/** @throws BAD_SERVER for what is not a http or https URL */
export function checkServer(server: string): void {
  const protocol = URL.canParse(server) ? new URL(server).protocol : '';
  if (protocol !== 'https:' && protocol !== 'http:') throw kubeErrors.BAD_SERVER({ server });
}
