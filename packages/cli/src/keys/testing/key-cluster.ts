import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sealedSecretCrd } from '@signet/api';
import { parseConfig, startController } from '@signet/controller';
import type { RunningController } from '@signet/controller';
import { createClient, customResourceDefinitions, endpoints, secrets, services, silentLogger } from '@signet/kube/client';
import type { Client, Secret } from '@signet/kube/client';
import { startSandbox } from '@signet/kube-sandbox';
import type { Io } from '../../console/io.ts';
import { main } from '../../main.ts';

/** What a command did. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

/** How a command is run. */
export interface Outside {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
}

/** A sandbox with a controller behind its Service, a folder with a kubeconfig, and the command line. */
export interface KeyCluster {
  readonly client: Client;
  readonly controller: RunningController;
  readonly folder: string;
  path(name: string): string;
  signet(args: readonly string[], outside?: Outside): Promise<Ran>;
  /** Secrets of the controller's namespace. */
  secrets(): Promise<Secret[]>;
  stop(): Promise<void>;
}

/** Starts it all, with a key of 2048 bits. */
export async function startKeyCluster(): Promise<KeyCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'signet-keys-'));
  const sandbox = await startSandbox({ namespaces: ['spare'] });
  const client = createClient(sandbox.connection());
  await client.create(customResourceDefinitions, sealedSecretCrd() as unknown as Parameters<typeof client.create>[1]);
  const flags = ['--key-size=2048', '--listen-addr=127.0.0.1:0', '--listen-metrics-addr=127.0.0.1:0', '--leader-elect=false'];
  const config = parseConfig(flags, { POD_NAMESPACE: 'kube-system' });
  const controller = await startController(config, { client, logger: silentLogger });
  await controller.ready();
  const metadata = { name: 'sealed-secrets-controller', namespace: 'kube-system' };
  await client.create(services, { metadata, spec: { ports: [{ name: 'http', port: 8080 }] } });
  const port = Number(new URL(controller.url).port);
  await client.create(endpoints, { metadata, subsets: [{ addresses: [{ ip: '127.0.0.1' }], ports: [{ name: 'http', port }] }] });
  writeFileSync(join(folder, 'kubeconfig'), sandbox.kubeconfig(), { mode: 0o600 });
  return {
    client,
    controller,
    folder,
    path: (name) => join(folder, name),
    signet: async (args, outside) => runMain('signet', args, { KUBECONFIG: join(folder, 'kubeconfig') }, outside),
    secrets: async () => {
      const found: Secret[] = [];
      for await (const page of client.list<Secret>(secrets, { namespace: 'kube-system' })) found.push(...page.items);
      return found;
    },
    stop: async () => {
      await controller.stop();
      await client.close();
      await sandbox.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs a program of the package in this process, without a terminal. */
export async function runMain(
  name: 'signet' | 'kubeseal',
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  outside: Outside = {},
): Promise<Ran> {
  const [out, said]: [string[], string[]] = [[], []];
  const io: Io = {
    env: { ...env, ...outside.env },
    signal: new AbortController().signal,
    stdinIsTty: false,
    stderrIsTty: false,
    columns: 0,
    readStdin: async () => Buffer.from(outside.input ?? ''),
    out: async (text) => void out.push(Buffer.from(text).toString()),
    say: (text) => void said.push(text),
    now: () => new Date(),
  };
  const code = await main(name, args, io);
  return { code, out: out.join(''), said: said.join('') };
}
