import {
  clusterSecretStoreCrd,
  externalSecretCrd,
  externalSecretKind,
  readExternalSecret,
  sealedSecretCrd,
  secretStoreCrd,
  secretStoreKind,
} from '@signet/api';
import type { ExternalSecretStatus, StatusCondition } from '@signet/api';
import { createClient, customResourceDefinitions, isConflict, secrets } from '@signet/kube/client';
import type { Client, KubeObject, Resource, Secret } from '@signet/kube/client';
import { startSandbox } from '@signet/kube-sandbox';
import type { Sandbox } from '@signet/kube-sandbox';
import { absentAs404 } from '../cluster/absent.ts';
import { parseConfig } from '../config.ts';
import { startController } from '../controller.ts';
import type { RunningController } from '../controller.ts';
import { eventually, listLogger } from './cluster.ts';

/** A sandbox with the kinds of external-secrets and a controller, and the few verbs the tests speak. Everything is stopped by `stop`. */
export interface ExternalCluster {
  readonly sandbox: Sandbox;
  readonly client: Client;
  /** Every line that any controller logged. */
  readonly log: readonly string[];
  readonly controller: RunningController;
  start(...flags: string[]): Promise<RunningController>;
  stopController(): Promise<void>;
  /** Creates or replaces a SecretStore of the fake provider in namespace `web`. */
  fakeStore(name: string, values: Readonly<Record<string, string>>): Promise<KubeObject>;
  /** Creates an ExternalSecret in namespace `web`, or replaces its spec. `secretStoreRef` is the fake store `fake` unless given. */
  external(name: string, spec: object, metadata?: object): Promise<KubeObject>;
  /** Creates or replaces any object. */
  put(resource: Resource, object: KubeObject): Promise<KubeObject>;
  secret(name: string): Promise<Secret | undefined>;
  /** Data as text. */
  data(name: string): Promise<Record<string, string> | undefined>;
  status(name: string): Promise<ExternalSecretStatus | undefined>;
  /** The Ready condition, once it is what is wanted. */
  ready(name: string, isWanted: (ready: StatusCondition | undefined) => boolean, promise: string): Promise<StatusCondition>;
  stop(): Promise<void>;
}

const quickFlags = ['--key-size=2048', '--listen-addr=127.0.0.1:0', '--listen-metrics-addr=127.0.0.1:0', '--leader-elect=false'];

/** Starts a sandbox with all kinds, and a controller in namespace `kube-system`. @param flags for every start */
export async function startExternalCluster(...flags: readonly string[]): Promise<ExternalCluster> {
  const sandbox = await startSandbox({ namespaces: ['web', 'other'] });
  const client = createClient(sandbox.connection(), { userAgent: 'test' });
  const own = createClient(sandbox.connection(), { userAgent: 'controller', retries: 0 });
  for (const crd of [sealedSecretCrd(), externalSecretCrd(), secretStoreCrd(), clusterSecretStoreCrd()])
    await client.create(customResourceDefinitions, crd as unknown as KubeObject);
  const log: string[] = [];
  let running: RunningController | undefined;

  const cluster: ExternalCluster = {
    sandbox,
    client,
    log,
    get controller() {
      if (!running) throw new Error('no controller runs');
      return running;
    },
    async start(...more) {
      const config = parseConfig([...quickFlags, ...flags, ...more], { POD_NAMESPACE: 'kube-system' });
      running = await startController(config, { client: own, logger: listLogger(log) });
      await running.ready();
      return running;
    },
    async stopController() {
      await running?.stop();
      running = undefined;
    },
    fakeStore: async (name, values) =>
      cluster.put(secretStoreKind, {
        apiVersion: 'external-secrets.io/v1',
        kind: 'SecretStore',
        metadata: { name, namespace: 'web' },
        spec: { provider: { fake: { data: Object.entries(values).map(([key, value]) => ({ key, value })) } } },
      }),
    external: async (name, spec, metadata = {}) =>
      cluster.put(externalSecretKind, {
        apiVersion: 'external-secrets.io/v1',
        kind: 'ExternalSecret',
        metadata: { name, namespace: 'web', ...metadata },
        spec: { secretStoreRef: { name: 'fake' }, ...spec },
      }),
    async put(resource, wanted) {
      const { namespace, name = '' } = wanted.metadata;
      const ref = namespace === undefined ? { name } : { namespace, name };
      for (;;) {
        const live = await absentAs404(client.get(resource, ref));
        if (!live) return client.create(resource, wanted);
        try {
          return await client.replace(resource, { ...live, ...wanted, metadata: { ...live.metadata, ...wanted.metadata } });
        } catch (error) {
          if (!isConflict(error)) throw error; // the controller wrote the status meanwhile
        }
      }
    },
    secret: async (name) => absentAs404(client.get(secrets, { name, namespace: 'web' })),
    async data(name) {
      const secret = await cluster.secret(name);
      if (!secret) return undefined;
      const entries = Object.entries(secret.data ?? {});
      return Object.fromEntries(entries.map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]));
    },
    async status(name) {
      const found = await absentAs404(client.get<KubeObject>(externalSecretKind, { name, namespace: 'web' }));
      return found && readExternalSecret(found).status;
    },
    async ready(name, isWanted, promise) {
      const ask = async (): Promise<StatusCondition | undefined> =>
        (await cluster.status(name))?.conditions?.find(({ type }) => type === 'Ready');
      const found = await eventually(ask, isWanted, promise);
      if (!found) throw new Error(`promised: ${promise}; there is no Ready condition`);
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
