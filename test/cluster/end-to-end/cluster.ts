import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import manifest from '../../../packages/controller/package.json' with { type: 'json' };
import { bundle, programs } from '../../../scripts/bundle.ts';
import { root } from '../../../scripts/run-step.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { startControlPlane } from '../../control-plane/control-plane.ts';
import { makeOwnedDirectory } from '../../control-plane/data-directory.ts';
import { obtainTools } from '../../kubectl/obtain.ts';
import type { Audited, AuditLog } from '../node/audit.ts';
import { auditLog } from '../node/audit.ts';
import type { CommandOptions, Outcome } from '../node/command.ts';
import { command } from '../node/command.ts';
import type { Image } from '../node/image.ts';
import { makeImage } from '../node/image.ts';
import type { LocalNode } from '../node/local-node.ts';
import { startLocalNode } from '../node/local-node.ts';
import type { Verbs } from './verbs.ts';
import { verbsOf } from './verbs.ts';

/** Where the chart is installed, under the names that clients look for by themselves. */
export const release = { name: 'signet', namespace: 'kube-system', fullname: 'sealed-secrets-controller' } as const;

/** The controller, as RBAC and the audit log call it. */
export const controllerUser: string = `system:serviceaccount:${release.namespace}:${release.fullname}`;

/** The reference that the chart's Deployment names. */
const imageReference = `signet-controller:${manifest.version}`;

/** Commands, by the name a person types. */
export type Program = 'kubectl' | 'helm' | 'signet' | 'kubeseal';

/** Runs a command with the administrator's kubeconfig, a HOME of its own and nothing else in its environment. */
export type Attempt = (program: Program, args: readonly string[], options?: CommandOptions) => Promise<Outcome>;

/** A real cluster with the chart installed, and what people do with it. */
export interface Cluster extends Verbs {
  readonly plane: ControlPlane;
  readonly node: LocalNode;
  readonly audit: AuditLog;
  /** A folder for files of tests; HOME of every command. */
  readonly home: string;
  readonly kubeconfig: string;
  readonly attempt: Attempt;
  /** What the controller asked for and may not do. */
  forbidden(): Promise<Audited[]>;
  /** Looks away: refusals up to now were wanted by a test. */
  forgive(): Promise<void>;
  /** Installs the chart and waits until every replica is Ready. @param values further `--set` values */
  install(values?: readonly string[]): Promise<void>;
  remove(): Promise<void>;
}

/** How a file's cluster differs. */
export interface ClusterOptions {
  /** `--set` values of the chart. Keys have 2048 bits, which are made in no time, unless `extraArgs` says otherwise. */
  readonly values?: readonly string[];
  /** Further images that the node can run, by reference; made before it starts, removed with the cluster. */
  readonly images?: () => Promise<Readonly<Record<string, Image>>>;
  /** False: the chart is not installed yet. Default true. */
  readonly installs?: boolean;
}

/** The first start may have to build what {@link ClusterOptions.images} asks for. */
const startMs = 10 * 60_000;

/**
 * One cluster for the tests of a file: control plane, a local node with the controller's image, and the chart installed by the real
 * Helm, both replicas Ready.
 *
 * After each test: RBAC refused nothing that the controller asked for, and no container ended by itself.
 */
export function useCluster(options: ClusterOptions = {}): () => Cluster {
  let cluster: Cluster | undefined;
  beforeAll(async () => {
    cluster = await startCluster(options);
  }, startMs);
  afterAll(() => cluster?.remove());
  afterEach(async ({ task }) => {
    if (!cluster) return;
    if (task.result?.state === 'fail') console.error(cluster.node.logs(60), cluster.plane.logs(20));
    expect(await cluster.forbidden(), 'least privilege: what the controller tried and may not do').toEqual([]);
    expect(cluster.node.crashes, 'containers that ended by themselves').toEqual([]);
  });
  return () => {
    if (!cluster) throw new Error('the cluster is there once the tests run, not while they are collected');
    return cluster;
  };
}

async function startCluster({ values = [], images, installs = true }: ClusterOptions): Promise<Cluster> {
  const [audit, home, tools] = await Promise.all([auditLog(), makeOwnedDirectory('signet-home-'), obtainTools()]);
  const cli = join(home, 'cli');
  const others = (await images?.()) ?? {};
  const [plane, image] = await Promise.all([
    startControlPlane({ extraAddress: true, apiServerFlags: audit.flags }),
    makeImage(),
    bundleCommands(cli),
  ]);
  const node = await startLocalNode({
    plane,
    images: { ...others, [imageReference]: image },
    environment: (ip) => ({ SEALED_SECRETS_LISTEN_ADDR: `${ip}:8080`, SEALED_SECRETS_LISTEN_METRICS_ADDR: `${ip}:8081` }),
  });
  const kubeconfig = join(home, 'kubeconfig');
  await writeFile(kubeconfig, plane.kubeconfig(), { mode: 0o600 });
  const attempt: Attempt = (program, args, options = {}) => {
    const env = { HOME: home, KUBECONFIG: kubeconfig, ...options.env };
    if (program === 'kubectl' || program === 'helm') return command(tools[program], args, { ...options, env });
    return command(process.execPath, [join(cli, 'bin', `${program}.js`), ...args], { ...options, env });
  };
  let forgiven = 0;
  const refusals = async (): Promise<Audited[]> =>
    (await audit.read()).filter(({ user, allowed }) => user === controllerUser && !allowed);
  const cluster: Cluster = {
    ...verbsOf({ plane, home, attempt }),
    plane,
    node,
    audit,
    home,
    kubeconfig,
    attempt,
    forbidden: async () => (await refusals()).slice(forgiven),
    forgive: async () => {
      forgiven = (await refusals()).length;
    },
    install: (more = []) => install(cluster, [...values, ...more]),
    remove: async () => {
      await node.stop();
      await plane.stop();
      await Promise.all([image, ...Object.values(others)].map((one) => one.remove()));
      await Promise.all([audit.remove(), rm(home, { recursive: true, force: true })]);
    },
  };
  try {
    if (installs) await cluster.install();
  } catch (error) {
    const logs = node.logs();
    await cluster.remove();
    throw new Error(`the chart was not installed: ${(error as Error).message}\n${logs}`, { cause: error });
  }
  return cluster;
}

async function install(cluster: Cluster, values: readonly string[]): Promise<void> {
  const defaults = [`fullnameOverride=${release.fullname}`, 'extraArgs={--key-size=2048}'];
  const sets = [...defaults, ...values].flatMap((value) => ['--set', value]);
  await cluster.run('helm', ['install', release.name, chartFolder, '-n', release.namespace, ...sets, '--wait', '--timeout=110s']);
}

/** The chart's folder. */
export const chartFolder: string = join(root, 'charts', 'signet');

async function bundleCommands(folder: string): Promise<void> {
  const cli = programs.find(({ packageName }) => packageName === 'cli');
  if (!cli) throw new Error('there is no command line to bundle');
  await bundle(cli, folder);
}
