// npm start [-- --once] [--show-values]: an embedded cluster and a controller on this machine, the examples sealed and applied,
// and a look at what came out. Stays until Ctrl-C on a terminal; ends by itself elsewhere, or with --once.
import {
  clusterSecretStoreCrd,
  externalSecretCrd,
  externalSecretKind,
  sealedSecretCrd,
  sealedSecretKind,
  secretStoreCrd,
  secretStoreKind,
} from '@signet/api';
import { endingSignal, main, report } from '@signet/cli';
import type { Io } from '@signet/cli';
import { parseConfig, startController } from '@signet/controller';
import { createClient, customResourceDefinitions, endpoints, secrets, services, silentLogger } from '@signet/kube/client';
import type { Client, KubeObject, Resource, Secret } from '@signet/kube/client';
import { startSandbox } from '@signet/kube-sandbox';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, styleText } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { root } from './run-step.ts';

/** How long any one step may take. */
const patienceMs = 60_000;
const serviceName = 'sealed-secrets-controller';
const controllerNamespace = 'kube-system';

interface Look {
  readonly showValues: boolean;
  readonly stay: boolean;
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}

/** A step that did not come out as told; the message is for the person. */
class StoryError extends Error {}

/** Everything that must be undone, in the order it was done. */
type Undo = (() => Promise<void> | void)[];

async function story({ showValues, stay }: Look, signal: AbortSignal, undo: Undo): Promise<void> {
  say(`${paint('bold', 'Signet')}: secrets sealed in git or kept in a store, opened only inside the cluster\n`);

  const sandbox = await startSandbox();
  undo.push(() => sandbox.stop());
  const client = createClient(sandbox.connection(), { userAgent: 'signet-start' });
  undo.push(() => client.close());
  const kubeconfig = kubeconfigFile(sandbox.kubeconfig(), undo);
  step('cluster', `embedded API server at ${sandbox.url}`);

  for (const crd of [sealedSecretCrd(), externalSecretCrd(), secretStoreCrd(), clusterSecretStoreCrd()])
    await client.create(customResourceDefinitions, crd as unknown as KubeObject, { signal });
  const config = parseConfig(['--listen-addr=127.0.0.1:0', '--listen-metrics-addr=127.0.0.1:0', '--leader-elect=false'], {
    POD_NAMESPACE: controllerNamespace,
  });
  const controller = await startController(config, { client, logger: silentLogger, signal });
  undo.push(() => controller.stop().catch(() => undefined));
  await inTime(controller.ready(), 'the controller', signal);
  await publish(client, new URL(controller.url), signal);
  step('controller', 'running, with a fresh RSA 4096 sealing key kept in a Secret of kube-system');

  const plain = await sealWithCli(['seal', join(root, 'examples/plain')], kubeconfig, signal);
  const objects = manifests(plain);
  const sealed = objects.filter(isSealedSecret);
  step('sealed', `${sealed.length} Secrets of examples/plain, with the certificate fetched through the API server`);

  for (const object of objects) await apply(client, object, signal);
  step(
    'applied',
    `${objects.length} documents; ${objects.length - sealed.length} of them were no Secrets and passed through untouched`,
  );

  for (const file of ['fake-store.yaml', 'payments.yaml'])
    for (const object of manifests(readFileSync(join(root, 'examples/external', file), 'utf8')))
      await apply(client, object, signal);
  step('fetched', 'an ExternalSecret of examples/external, from a store that holds made-up values itself');

  say(`\n  ${paint('dim', 'SECRET'.padEnd(26) + 'FROM'.padEnd(18) + 'READY'.padEnd(8) + 'KEYS')}`);
  for (const object of sealed) say(`  ${await produced(client, object, showValues, signal)}`);
  const payments = await client.get(externalSecretKind, { namespace: 'shop', name: 'payments' }, { signal });
  say(`  ${await produced(client, payments, showValues, signal)}`);

  const refusal = await wrongScope(client, kubeconfig, signal);
  say(`\n  ${paint('dim', 'Refused, as it should be: sealed strictly, then marked cluster-wide by hand')}`);
  say(`  ${paint('yellow', 'shop/wrong-scope'.padEnd(26))}${refusal}`);

  say(`\n${paint('green', 'Done.')}${showValues ? '' : ' Values are masked; npm start -- --show-values shows them.'}`);
  if (!stay) return;
  say(`\nThe cluster is yours until Ctrl-C. In another terminal:\n`);
  say(`  ${paint('bold', `export KUBECONFIG=${kubeconfig}`)}`);
  say('  kubectl get sealedsecrets,externalsecrets,secretstores,secrets -A');
  say(
    '  kubectl create secret generic mine --from-literal=k=v --dry-run=client -o yaml | node_modules/.bin/signet seal | kubectl apply -f -',
  );
  await aborted(signal);
  say('\nStopping.');
}

/** A kubeconfig that only this user can read, gone when the story ends. */
function kubeconfigFile(text: string, undo: Undo): string {
  const folder = mkdtempSync(join(tmpdir(), 'signet-start-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'kubeconfig.yaml');
  writeFileSync(file, text, { mode: 0o600 });
  chmodSync(file, 0o600);
  return file;
}

/** Service and Endpoints of the controller, as its installation would make them: `kubeseal` and `signet` find it by these. */
async function publish(client: Client, url: URL, signal: AbortSignal): Promise<void> {
  const metadata = { namespace: controllerNamespace, name: serviceName };
  const port = Number(url.port);
  const ports = [{ name: 'http', port: 8080, protocol: 'TCP', targetPort: port }];
  await client.create(services, { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports } }, { signal });
  const subsets = [{ addresses: [{ ip: url.hostname }], ports: [{ name: 'http', port, protocol: 'TCP' }] }];
  await client.create(endpoints, { apiVersion: 'v1', kind: 'Endpoints', metadata, subsets }, { signal });
}

/** Runs the command line as a person would, and gives what it printed. */
async function sealWithCli(args: readonly string[], kubeconfig: string, signal: AbortSignal): Promise<string> {
  const printed: string[] = [];
  const said: string[] = [];
  const io: Io = {
    ...reportIo(),
    signal,
    out: async (text) => {
      printed.push(typeof text === 'string' ? text : new TextDecoder().decode(text));
    },
    say: (text) => {
      said.push(text);
    },
  };
  const code = await main('signet', [...args, '--kubeconfig', kubeconfig], io);
  if (code !== 0) throw new StoryError(`signet ${args.join(' ')} ended with ${code}\n${said.join('')}`);
  return printed.join('');
}

function reportIo(): Io {
  return {
    env: process.env,
    signal: ending,
    stdinIsTty: false,
    stderrIsTty: process.stderr.isTTY,
    columns: process.stderr.columns ?? 0,
    readStdin: async () => new Uint8Array(),
    out: async () => {},
    say: (text) => {
      process.stderr.write(text);
    },
    now: () => new Date(),
  };
}

function manifests(text: string): KubeObject[] {
  const documents = parseAllDocuments(text, { version: '1.1' });
  if (!Array.isArray(documents)) return [];
  return documents.map((one) => one.toJS() as KubeObject | null).filter((one) => one !== null);
}

function isSealedSecret(object: KubeObject): boolean {
  return object.kind === sealedSecretKind.kind;
}

const kinds: Readonly<Record<string, Resource>> = {
  Namespace: { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', namespaced: false },
  ConfigMap: { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap', namespaced: true },
  SealedSecret: sealedSecretKind,
  SecretStore: secretStoreKind,
  ExternalSecret: externalSecretKind,
};

async function apply(client: Client, object: KubeObject, signal: AbortSignal): Promise<void> {
  const kind = kinds[object.kind ?? ''];
  if (!kind) throw new StoryError(`an example is of kind ${object.kind}, which npm start does not apply`);
  await client.apply(kind, object, { fieldManager: 'signet-start', force: true, signal });
}

/** Waits for the Secret of an object and tells about it in one line. */
async function produced(client: Client, object: KubeObject, showValues: boolean, signal: AbortSignal): Promise<string> {
  const { namespace = '', name = '' } = object.metadata;
  const condition = await ready(client, object, signal);
  if (condition.status !== 'True') throw new StoryError(`${namespace}/${name} was refused: ${condition.message}`);
  const secret = await client.get(secrets, { namespace, name }, { signal });
  const keys = Object.keys(secret.data ?? {}).map((key) => (showValues ? `${key}=${shown(secret, key)}` : `${key}=••••`));
  const scope = Object.keys(object.metadata.annotations ?? {}).find((key) => key.startsWith('sealedsecrets.'));
  const from = isSealedSecret(object) ? (scope?.split('/')[1] ?? 'strict') : 'SecretStore';
  return `${paint('green', `${namespace}/${name}`.padEnd(26))}${from.padEnd(18)}${condition.status.padEnd(8)}${keys.join('  ')}`;
}

function shown(secret: Secret, key: string): string {
  return JSON.stringify(Buffer.from(secret.data?.[key] ?? '', 'base64').toString());
}

/** The Ready condition of the newest generation, once the controller has written it. */
async function ready(client: Client, { kind, metadata }: KubeObject, signal: AbortSignal): Promise<Condition> {
  const { namespace = '', name = '' } = metadata;
  const resource = kinds[kind ?? ''] ?? sealedSecretKind;
  const until = Date.now() + patienceMs;
  while (Date.now() < until) {
    const object = await client.get(resource, { namespace, name }, { signal });
    const status = object['status'] as { observedGeneration?: number; conditions?: Condition[] } | undefined;
    const condition = status?.conditions?.find(({ type }) => type === 'Ready');
    if (condition && status?.observedGeneration === object.metadata.generation) return condition;
    await sleep(50, undefined, { signal });
  }
  throw new StoryError(`${namespace}/${name} has no status after ${patienceMs / 1000} s`);
}

/** Seals strictly, marks cluster-wide, applies, and gives what the controller says about it. */
async function wrongScope(client: Client, kubeconfig: string, signal: AbortSignal): Promise<string> {
  const [object] = manifests(await sealWithCli(['seal', join(root, 'examples/refused/wrong-scope.yaml')], kubeconfig, signal));
  if (!object) throw new StoryError('examples/refused/wrong-scope.yaml gave no document');
  const annotations = { 'sealedsecrets.bitnami.com/cluster-wide': 'true' };
  await apply(client, { ...object, metadata: { ...object.metadata, annotations } }, signal);
  const { namespace = '', name = '' } = object.metadata;
  const condition = await ready(client, object, signal);
  if (condition.status !== 'False')
    throw new StoryError(`${namespace}/${name} should have been refused, but is Ready=${condition.status}`);
  return condition.message ?? '';
}

async function inTime<T>(work: Promise<T>, what: string, signal: AbortSignal): Promise<T> {
  const timer = new AbortController();
  const late = sleep(patienceMs, undefined, { signal: AbortSignal.any([signal, timer.signal]) }).then(() => {
    throw new StoryError(`${what} was not ready after ${patienceMs / 1000} s`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await sleep(3_600_000, undefined, { signal }).catch(() => undefined);
}

function step(name: string, text: string): void {
  say(`  ${paint('cyan', name.padEnd(12))}${text}`);
}

function say(text: string): void {
  console.log(text);
}

function paint(style: 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

function flagsOf(args: readonly string[]): { readonly once?: boolean; readonly 'show-values'?: boolean } {
  try {
    return parseArgs({ args: [...args], options: { once: { type: 'boolean' }, 'show-values': { type: 'boolean' } } }).values;
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}\n  fix npm start -- [--once] [--show-values]`);
    process.exit(2);
  }
}

const flags = flagsOf(process.argv.slice(2));
const look: Look = { showValues: flags['show-values'] ?? false, stay: process.stdout.isTTY && !flags.once };
const ending = endingSignal();
const undo: Undo = [];
try {
  await story(look, ending, undo);
} catch (error) {
  if (ending.aborted) process.exitCode = 130;
  else {
    say(`\n${paint('red', 'The story stopped here.')}`);
    if (error instanceof StoryError) console.error(error.message);
    process.exitCode = error instanceof StoryError ? 1 : report(error, reportIo());
  }
} finally {
  for (const step of undo.toReversed()) await step();
}
