import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  clusterSecretStoreCrd,
  externalSecretCrd,
  externalSecretKind,
  sealedSecretCrd,
  secretStoreCrd,
  secretStoreKind,
} from '@signet/api';
import { parseConfig, startController } from '@signet/controller';
import type { RunningController } from '@signet/controller';
import { createClient, customResourceDefinitions, isConflict, isNotFound, silentLogger } from '@signet/kube/client';
import type { Client, KubeObject, Resource } from '@signet/kube/client';
import { startSandbox } from '@signet/kube-sandbox';
import type { Sandbox } from '@signet/kube-sandbox';
import { setTimeout as sleep } from 'node:timers/promises';
import { runMain } from '../../keys/testing/key-cluster.ts';
import type { Ran } from '../../keys/testing/key-cluster.ts';

/** A sandbox with the kinds of external-secrets and a controller, a kubeconfig in a folder, and the command line. Ended by `stop`. */
export interface ExternalRoom {
  readonly sandbox: Sandbox;
  readonly client: Client;
  startController(): Promise<void>;
  stopController(): Promise<void>;
  /** Creates an object, or replaces it. */
  put(resource: Resource, object: KubeObject): Promise<KubeObject>;
  /** A SecretStore of the fake provider in namespace `web`. */
  store(name: string, values: Readonly<Record<string, string>>): Promise<KubeObject>;
  /** An ExternalSecret in namespace `web`, from the store `fake` unless it says so. */
  external(name: string, spec: object, metadata?: object): Promise<KubeObject>;
  /** Waits until the Ready condition is what is wanted. @param namespace `web` unless given */
  ready(name: string, status: 'True' | 'False', namespace?: string): Promise<void>;
  signet(...args: readonly string[]): Promise<Ran>;
  stop(): Promise<void>;
}

const flags = ['--key-size=2048', '--listen-addr=127.0.0.1:0', '--listen-metrics-addr=127.0.0.1:0', '--leader-elect=false'];
const patienceMs = 20_000;

/** Starts it all, the controller included. */
export async function startExternalRoom(): Promise<ExternalRoom> {
  const folder = mkdtempSync(join(tmpdir(), 'signet-external-'));
  const sandbox = await startSandbox({ namespaces: ['web', 'shop'] });
  const client = createClient(sandbox.connection());
  for (const crd of [sealedSecretCrd(), externalSecretCrd(), secretStoreCrd(), clusterSecretStoreCrd()])
    await client.create(customResourceDefinitions, crd as unknown as KubeObject);
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, sandbox.kubeconfig(), { mode: 0o600 });
  let running: RunningController | undefined;
  const room: ExternalRoom = {
    sandbox,
    client,
    async startController() {
      running = await startController(parseConfig(flags, { POD_NAMESPACE: 'kube-system' }), { client, logger: silentLogger });
      await running.ready();
    },
    async stopController() {
      await running?.stop();
      running = undefined;
    },
    async put(resource, object) {
      const { namespace, name = '' } = object.metadata;
      for (;;) {
        try {
          const live = await client.get(resource, { namespace, name });
          return await client.replace(resource, { ...live, ...object, metadata: { ...live.metadata, ...object.metadata } });
        } catch (error) {
          if (isNotFound(error)) return client.create(resource, object);
          if (!isConflict(error)) throw error; // the controller wrote the status meanwhile
        }
      }
    },
    store: async (name, values) =>
      room.put(secretStoreKind, {
        apiVersion: 'external-secrets.io/v1',
        kind: 'SecretStore',
        metadata: { name, namespace: 'web' },
        spec: { provider: { fake: { data: Object.entries(values).map(([key, value]) => ({ key, value })) } } },
      }),
    external: async (name, spec, metadata = {}) =>
      room.put(externalSecretKind, {
        apiVersion: 'external-secrets.io/v1',
        kind: 'ExternalSecret',
        metadata: { name, namespace: 'web', ...metadata },
        spec: { secretStoreRef: { name: 'fake' }, ...spec },
      }),
    async ready(name, wanted, namespace = 'web') {
      const until = Date.now() + patienceMs;
      for (;;) {
        const { status } = await client.get<KubeObject>(externalSecretKind, { namespace, name });
        const { conditions = [] } = (status ?? {}) as { conditions?: { type: string; status: string }[] };
        if (conditions.some((one) => one.type === 'Ready' && one.status === wanted)) return;
        if (Date.now() > until) throw new Error(`promised: ${name} becomes Ready ${wanted}; seen: ${JSON.stringify(conditions)}`);
        await sleep(30);
      }
    },
    signet: async (...args) => runMain('signet', args, { KUBECONFIG: kubeconfig }),
    async stop() {
      await room.stopController();
      await client.close();
      await sandbox.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await room.startController();
  return room;
}
