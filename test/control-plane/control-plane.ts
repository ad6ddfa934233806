import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client, Connection } from '@signet/kube/client';
import { createClient, serviceAccounts } from '@signet/kube/client';
import type { Authority } from './authority.ts';
import { createAuthority, newKeyPair } from './authority.ts';
import type { Layout } from './components.ts';
import { apiServer, controllerManager, etcd } from './components.ts';
import { makeDataDirectory } from './data-directory.ts';
import type { ExtraAddress } from './extra-address.ts';
import { acquireExtraAddress } from './extra-address.ts';
import { freePort } from './free-port.ts';
import { kubeconfigOf } from './kubeconfig.ts';
import type { KubernetesVersion } from './programs.ts';
import { chosenVersion, controlPlanePrograms } from './programs.ts';
import type { Supervised } from './supervised.ts';
import type { TokenOptions } from './tokens.ts';
import { requestToken, signedToken } from './tokens.ts';
import { until } from './until.ts';

/** Options of {@link startControlPlane}. */
export interface ControlPlaneOptions {
  /** Default: what `SIGNET_TEST_KUBERNETES` says, else 1.36. */
  readonly version?: KubernetesVersion;
  /** Garbage collection, namespace deletion, default service accounts. Default true. */
  readonly controllerManager?: boolean;
  /** Take an address of its own on `lo`, so that the service proxy can reach a process on this machine. Default false. */
  readonly extraAddress?: boolean;
  /** Further flags of kube-apiserver, as `--name=value`. */
  readonly apiServerFlags?: readonly string[];
}

/** A user of the cluster, authenticated with a client certificate. */
export interface User {
  readonly name: string;
  readonly groups?: readonly string[];
}

/** The parts that can be paused, killed and restarted by tests of faults. */
export type ComponentName = 'etcd' | 'kube-apiserver' | 'kube-controller-manager';

/** A running control plane: kube-apiserver, etcd and kube-controller-manager, on 127.0.0.1. */
export interface ControlPlane extends AsyncDisposable {
  readonly version: KubernetesVersion;
  /** `https://127.0.0.1:port`. */
  readonly server: string;
  /** Of the API server, PEM. It is another one after a rotation. */
  readonly ca: string;
  /** File with `ca`, for clients that shall live through a rotation. */
  readonly caFile: string;
  /** An address on `lo` for processes that the service proxy shall reach; there when it was asked for. */
  readonly extraAddress: string | undefined;
  /** A client with the rights of `system:masters`, closed by `stop`. */
  readonly admin: Client;
  adminConnection(): Connection;
  /** A connection as any user; what the user may do is a matter of RBAC. */
  connectionFor(user: User): Promise<Connection>;
  /** A connection with a service account's token. */
  connectionWith(token: string): Connection;
  /** YAML for kubectl and Helm. Default: the administrator's. */
  kubeconfig(connection?: Connection): string;
  /** A token of a service account (TokenRequest). */
  tokenFor(options: TokenOptions): Promise<string>;
  /**
   * A token of a service account, signed here: the API server issues none that lives less than 10 minutes. It accepts an expired
   * one for a minute of leeway, and for up to 10 s from its cache.
   */
  tokenUntil(options: Pick<TokenOptions, 'namespace' | 'name'> & { readonly notAfter: Date }): Promise<string>;
  /** The running process, for signals. It is another one after a restart. */
  component(name: ComponentName): Supervised;
  /** Kills one part with SIGKILL and starts it again with the same data and port; resolves when it is ready. */
  restart(name: ComponentName): Promise<void>;
  /**
   * Gives the API server a certificate of a new authority and restarts it. Who trusts only the former `ca` is locked out; our own
   * client and kube-controller-manager are told. Certificates of clients stay valid.
   */
  rotateAuthority(): Promise<void>;
  /** What etcd stores under a key (`/registry/secrets/web/db`), byte for byte; nothing when there is no such key. */
  stored(key: string): Promise<Uint8Array | undefined>;
  /** Removes etcd's history up to now: older resource versions are gone, as after 5 to 10 minutes of a real cluster. */
  compact(): Promise<void>;
  /** The last `lines` log lines of each component. Default 100. */
  logs(lines?: number): string;
  /** What a person needs when a test failed: logs and the state of the readiness checks. */
  diagnostics(): Promise<string>;
  /** Kills everything, removes the data, gives the address back. */
  stop(): Promise<void>;
}

const addressInUse = /address already in use/i;

/**
 * Starts a control plane. Ready in about 4 seconds once the programs are built; the first call on a machine builds them, which
 * takes about 5 minutes.
 *
 * Nothing outlives this process, however it ends: see {@link Supervised}.
 *
 * @throws MissingPrerequisite when the programs must be built and there is no Go; Error with the logs when a part does not start
 * @example
 * await using plane = await startControlPlane();
 * await plane.admin.create(namespaces, { metadata: { name: 'web' } });
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const programs = await controlPlanePrograms(options.version);
  for (let attempt = 1; ; attempt++) {
    const [etcdPort, apiServerPort] = await Promise.all([freePort(), freePort()]);
    const directory = await makeDataDirectory();
    const layout: Layout = { programs, data: join(directory, 'etcd'), pki: join(directory, 'pki'), etcdPort, apiServerPort };
    const parts = new Parts(layout, directory, options);
    try {
      return await parts.start();
    } catch (error) {
      const logs = parts.logs(100);
      await parts.stop();
      // Another process was faster to take the port.
      if (addressInUse.test(logs) && attempt < 5) continue;
      throw new Error(`the control plane did not start: ${(error as Error).message}\n${logs}`, { cause: error });
    }
  }
}

/** As much of etcd's answers as is read. */
interface EtcdAnswer {
  readonly header: { readonly revision: string };
  readonly kvs?: readonly { readonly value: string }[];
}

/** The parts of one control plane, from the first process to the last. */
class Parts {
  readonly #layout: Layout;
  readonly #directory: string;
  readonly #options: ControlPlaneOptions;
  /** In the order of their start. */
  readonly #running = new Map<ComponentName, Supervised>();
  #address: ExtraAddress | undefined;
  #admin: Client | undefined;
  /** Certificate of the authority that the API server's certificate is of. */
  #trusted = '';
  #manager: Connection | undefined;

  constructor(layout: Layout, directory: string, options: ControlPlaneOptions) {
    this.#layout = layout;
    this.#directory = directory;
    this.#options = options;
  }

  async start(): Promise<ControlPlane> {
    if (this.#options.extraAddress) this.#address = await acquireExtraAddress();
    const [authority] = await Promise.all([this.#writePki(), this.#launch('etcd')]);
    const server = `https://127.0.0.1:${this.#layout.apiServerPort}`;
    const trusted = (): string => this.#trusted;
    const connectionFor = async ({ name, groups }: User): Promise<Connection> => {
      const identity = await authority.issue({ commonName: name, ...(groups ? { organizations: groups } : {}) });
      return { server, ca: trusted(), clientCert: identity.cert, clientKey: identity.key, namespace: 'default' };
    };
    const [adminConnection, manager] = await Promise.all([
      connectionFor({ name: 'admin', groups: ['system:masters'] }),
      connectionFor({ name: 'system:kube-controller-manager' }),
    ]);
    this.#manager = manager;
    await this.#trust(this.#trusted);
    const { ca: _, ...identity } = adminConnection;
    const admin = createClient({ ...identity, caFile: this.#pki('trusted.crt') }, { userAgent: 'signet-test-harness' });
    this.#admin = admin;
    await this.#launch('kube-apiserver');
    if (this.#options.controllerManager ?? true) await this.#launch('kube-controller-manager');

    const stop = (): Promise<void> => this.stop();
    return {
      version: this.#options.version ?? chosenVersion(),
      server,
      get ca() {
        return trusted();
      },
      caFile: this.#pki('trusted.crt'),
      extraAddress: this.#address?.address,
      admin,
      adminConnection: () => ({ ...adminConnection, ca: trusted() }),
      connectionFor,
      connectionWith: (token) => ({ server, ca: trusted(), token, namespace: 'default' }),
      kubeconfig: (connection = { ...adminConnection, ca: trusted() }) => kubeconfigOf(connection),
      tokenFor: (wanted) => requestToken(admin, wanted),
      tokenUntil: async ({ namespace, name, notAfter }) => {
        const { metadata } = await admin.get(serviceAccounts, { namespace, name });
        const key = await readFile(this.#pki('service-account.key'), 'utf8');
        return signedToken({ key, namespace, name, uid: metadata.uid ?? '', notAfter });
      },
      component: (name) => this.#component(name),
      restart: async (name) => this.#restart(name),
      rotateAuthority: async () => this.#rotateAuthority(),
      stored: (key) => this.#stored(key),
      compact: () => this.#compact(),
      logs: (lines = 100) => this.logs(lines),
      diagnostics: async () => `${this.logs(100)}\n--- /readyz?verbose\n${await this.#readyz(admin)}`,
      stop,
      [Symbol.asyncDispose]: stop,
    };
  }

  async stop(): Promise<void> {
    await this.#admin?.close();
    for (const component of [...this.#running.values()].reverse()) await component.stop({ graceMs: 0 });
    await this.#address?.release();
    await rm(this.#directory, { recursive: true, force: true });
  }

  logs(lines: number): string {
    return [...this.#running.values()]
      .map((component) => {
        const ending = component.ending;
        const state = ending ? `ended with ${ending.signal ?? `code ${ending.code}`}` : `running as ${component.pid}`;
        return `--- ${component.name} (${state})\n${component.logs(lines)}`;
      })
      .join('\n');
  }

  #component(name: ComponentName): Supervised {
    const component = this.#running.get(name);
    if (!component) throw new Error(`${name} was not started`);
    return component;
  }

  /** Starts one part and resolves when it does its work. Ends early when the part ends. */
  async #launch(name: ComponentName): Promise<void> {
    const component = await this.#create(name).started();
    this.#running.set(name, component);
    await until(`${name} becomes ready`, async () => {
      const ending = component.ending;
      return ending ? 'ended' : (await this.#isReady(name)) && 'ready';
    });
    if (component.ending) throw new Error(`${name} ended at once`);
  }

  #create(name: ComponentName): Supervised {
    switch (name) {
      case 'etcd':
        return etcd(this.#layout);
      case 'kube-apiserver':
        return apiServer(this.#layout, this.#options.apiServerFlags ?? []);
      case 'kube-controller-manager':
        return controllerManager(this.#layout);
    }
  }

  async #isReady(name: ComponentName): Promise<boolean> {
    switch (name) {
      case 'etcd':
        return (await fetch(`${this.#etcdUrl}/health`)).ok;
      case 'kube-apiserver':
        return (await this.#admin?.request({ method: 'GET', path: '/readyz', retries: 0, timeoutMs: 5000 }))?.status === 200;
      case 'kube-controller-manager':
        // The first thing it does that can be seen.
        return (
          (await this.#admin?.request({ method: 'GET', path: '/api/v1/namespaces/default/serviceaccounts/default', raw: true }))
            ?.status === 200
        );
    }
  }

  async #restart(name: ComponentName): Promise<void> {
    await this.#component(name).stop({ graceMs: 0 });
    await this.#launch(name);
  }

  async #rotateAuthority(): Promise<void> {
    const authority = await createAuthority('another authority of the signet test control plane');
    await this.#writeServerCertificate(authority);
    await this.#trust(authority.certificate);
    await this.#restart('kube-apiserver');
    if (this.#running.has('kube-controller-manager')) await this.#restart('kube-controller-manager');
  }

  /** Tells those who are ours whom to trust. */
  async #trust(certificate: string): Promise<void> {
    this.#trusted = certificate;
    await writeFile(this.#pki('trusted.crt'), certificate);
    if (!this.#manager) return;
    const kubeconfig = kubeconfigOf({ ...this.#manager, ca: certificate });
    await writeFile(this.#pki('controller-manager.kubeconfig'), kubeconfig, { mode: 0o600 });
  }

  async #writePki(): Promise<Authority> {
    const [authority, serviceAccounts] = await Promise.all([createAuthority('signet test control plane'), newKeyPair()]);
    this.#trusted = authority.certificate;
    const files = {
      'ca.crt': authority.certificate,
      'service-account.key': serviceAccounts.privateKey,
      'service-account.pub': serviceAccounts.publicKey,
    };
    await Promise.all(Object.entries(files).map(([file, text]) => writeFile(this.#pki(file), text, { mode: 0o600 })));
    await this.#writeServerCertificate(authority);
    return authority;
  }

  async #writeServerCertificate(authority: Authority): Promise<void> {
    const hosts = ['', '.default', '.default.svc', '.default.svc.cluster.local'].map((suffix) => `kubernetes${suffix}`);
    const server = await authority.issue({
      commonName: 'kube-apiserver',
      hosts: ['localhost', ...hosts, '127.0.0.1', '10.96.0.1'],
    });
    await writeFile(this.#pki('server.crt'), server.cert, { mode: 0o600 });
    await writeFile(this.#pki('server.key'), server.key, { mode: 0o600 });
  }

  #pki(file: string): string {
    return join(this.#layout.pki, file);
  }

  get #etcdUrl(): string {
    return `http://127.0.0.1:${this.#layout.etcdPort}`;
  }

  async #etcd(call: string, body: object): Promise<EtcdAnswer> {
    const response = await fetch(`${this.#etcdUrl}/v3/kv/${call}`, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`etcd answered ${call} with ${response.status}: ${await response.text()}`);
    return (await response.json()) as EtcdAnswer;
  }

  async #stored(key: string): Promise<Uint8Array | undefined> {
    const { kvs = [] } = await this.#etcd('range', { key: Buffer.from(key).toString('base64') });
    return kvs[0] && Buffer.from(kvs[0].value, 'base64');
  }

  async #compact(): Promise<void> {
    const { header } = await this.#etcd('range', { key: Buffer.from('/').toString('base64') });
    await this.#etcd('compaction', { revision: header.revision, physical: true });
  }

  async #readyz(admin: Client): Promise<string> {
    try {
      const { body } = await admin.request({
        method: 'GET',
        path: '/readyz',
        query: { verbose: '' },
        raw: true,
        retries: 0,
        timeoutMs: 5000,
      });
      return Buffer.from(body).toString('utf8');
    } catch (error) {
      return `no answer: ${(error as Error).message}`;
    }
  }
}
