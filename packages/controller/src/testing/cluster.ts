import { sealedSecretCrd, sealedSecretKind } from '@signet/api';
import type { SealedSecretStatus } from '@signet/api';
import { createClient, customResourceDefinitions, events, isConflict, secrets } from '@signet/kube/client';
import type { Client, KubeObject, Logger, Secret } from '@signet/kube/client';
import { startSandbox } from '@signet/kube-sandbox';
import type { Sandbox } from '@signet/kube-sandbox';
import { readCertificate, scopeAnnotations, seal } from '@signet/sealing';
import type { Scope, SealingCertificate } from '@signet/sealing';
import { absentAs404 } from '../cluster/absent.ts';
import { parseConfig } from '../config.ts';
import { startController } from '../controller.ts';
import type { RunningController } from '../controller.ts';

/** What a SealedSecret of a test is made of. */
export interface Draft {
  readonly name: string;
  readonly namespace?: string;
  readonly values: Readonly<Record<string, string>>;
  readonly scope?: Scope;
  /** Seal for this name or namespace instead, to make it fail. */
  readonly sealedFor?: { readonly name?: string; readonly namespace?: string; readonly scope?: Scope };
  readonly template?: Readonly<Record<string, unknown>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly certificate?: SealingCertificate;
}

/** A list or a watch that a controller asked for. */
export interface Mirrored {
  readonly plural: string;
  readonly namespace?: string | undefined;
  readonly metadataOnly?: boolean | undefined;
}

/** A sandbox with a controller, and the few verbs the tests speak. Everything is stopped by `stop`. */
export interface TestCluster {
  readonly sandbox: Sandbox;
  readonly client: Client;
  /** Every line that any controller logged. */
  readonly log: readonly string[];
  /** What any controller asked to list or to watch. */
  readonly mirrored: readonly Mirrored[];
  readonly controller: RunningController;
  /** Asks the controllers for a new sealing key, as SIGUSR1 does. */
  renewKey(): void;
  start(...flags: string[]): Promise<RunningController>;
  stopController(): Promise<void>;
  certificate(): Promise<SealingCertificate>;
  draft(draft: Draft): Promise<KubeObject>;
  apply(draft: Draft): Promise<KubeObject>;
  sealed(name: string, namespace?: string): Promise<KubeObject>;
  secret(name: string, namespace?: string): Promise<Secret | undefined>;
  /** Data as text. */
  data(name: string, namespace?: string): Promise<Record<string, string> | undefined>;
  status(name: string, namespace?: string): Promise<SealedSecretStatus | undefined>;
  eventsOf(name: string): Promise<{ type: string; reason: string; message: string }[]>;
  stop(): Promise<void>;
}

/** Asks until the answer is wanted, and gives it. @throws with the last answer after ten seconds */
export async function eventually<T>(ask: () => Promise<T> | T, isWanted: (answer: T) => boolean, promise: string): Promise<T> {
  const until = Date.now() + 10_000;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (Date.now() > until) throw new Error(`promised: ${promise}; seen: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

/** Logs into a list, errors with everything they carry. */
export function listLogger(lines: string[]): Logger {
  const say = (fields: object, message: string): void => {
    const plain = (_: string, value: unknown): unknown =>
      value instanceof Error ? { fields: Object.entries(value), stack: value.stack, cause: value.cause } : value;
    lines.push(`${message} ${JSON.stringify(fields, plain)}`);
  };
  return { debug: say, info: say, warn: say, error: say };
}

const quickFlags = ['--key-size=2048', '--listen-addr=127.0.0.1:0', '--listen-metrics-addr=127.0.0.1:0', '--leader-elect=false'];

/** Starts a sandbox with our CustomResourceDefinition (or `crd`), and a controller in namespace `kube-system`. */
export async function startCluster(
  options: { readonly flags?: readonly string[]; readonly crd?: object } = {},
): Promise<TestCluster> {
  const sandbox = await startSandbox({ namespaces: ['web', 'other'] });
  const client = createClient(sandbox.connection(), { userAgent: 'test' });
  const own = createClient(sandbox.connection(), { userAgent: 'controller', retries: 0 });
  const mirrored: Mirrored[] = [];
  const spied: Client = {
    ...own,
    list: (resource, options = {}) => (mirrored.push({ plural: resource.plural, ...options }), own.list(resource, options)),
    watch: (resource, options) => (mirrored.push({ plural: resource.plural, ...options }), own.watch(resource, options)),
  };
  await client.create(customResourceDefinitions, (options.crd ?? sealedSecretCrd()) as unknown as KubeObject);
  const log: string[] = [];
  const wishes = new EventTarget();
  let running: RunningController | undefined;

  const cluster: TestCluster = {
    sandbox,
    client,
    log,
    mirrored,
    get controller() {
      if (!running) throw new Error('no controller runs');
      return running;
    },
    renewKey: () => void wishes.dispatchEvent(new Event('renew')),
    async start(...flags) {
      const config = parseConfig([...quickFlags, ...(options.flags ?? []), ...flags], { POD_NAMESPACE: 'kube-system' });
      running = await startController(config, { client: spied, logger: listLogger(log), renewKey: wishes });
      await running.ready();
      return running;
    },
    async stopController() {
      await running?.stop();
      running = undefined;
    },
    async certificate() {
      return readCertificate(await (await fetch(`${cluster.controller.url}/v1/cert.pem`)).text());
    },
    async draft({ name, namespace = 'web', values, scope = 'strict', sealedFor, template, labels, certificate }) {
      const binding = { scope, namespace, name, ...sealedFor };
      const using = certificate ?? (await cluster.certificate());
      const items = await Promise.all(
        Object.entries(values).map(async ([key, value]) => [key, await seal(new TextEncoder().encode(value), using, binding)]),
      );
      return {
        apiVersion: 'bitnami.com/v1alpha1',
        kind: 'SealedSecret',
        metadata: { name, namespace, annotations: scopeAnnotations(scope), ...(labels && { labels: { ...labels } }) },
        spec: { encryptedData: Object.fromEntries(items) as Record<string, string>, ...(template && { template }) },
      };
    },
    async apply(draft) {
      const wanted = await cluster.draft(draft);
      for (;;) {
        const live = await absentAs404(cluster.sealed(draft.name, draft.namespace));
        if (!live) return client.create(sealedSecretKind, wanted);
        try {
          return await client.replace(sealedSecretKind, { ...live, ...wanted, metadata: { ...live.metadata, ...wanted.metadata } });
        } catch (error) {
          if (!isConflict(error)) throw error; // the controller wrote the status meanwhile
        }
      }
    },
    sealed: async (name, namespace = 'web') => client.get<KubeObject>(sealedSecretKind, { name, namespace }),
    secret: async (name, namespace = 'web') => absentAs404(client.get(secrets, { name, namespace })),
    async data(name, namespace) {
      const secret = await cluster.secret(name, namespace);
      if (!secret) return undefined;
      return Object.fromEntries(
        Object.entries(secret.data ?? {}).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]),
      );
    },
    status: async (name, namespace) => (await cluster.sealed(name, namespace))['status'] as SealedSecretStatus | undefined,
    async eventsOf(name) {
      const found: { type: string; reason: string; message: string }[] = [];
      for await (const page of client.list(events)) {
        for (const event of page.items) {
          const about = event['involvedObject'] as { name?: string } | undefined;
          if (about?.name === name) found.push(event as unknown as { type: string; reason: string; message: string });
        }
      }
      return found;
    },
    async stop() {
      await cluster.stopController();
      await Promise.all([client.close(), own.close()]);
      await sandbox.stop();
    },
  };
  await cluster.start();
  return cluster;
}
