import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serviceAccounts } from '@signet/kube/client';
import { freePort } from '../../control-plane/free-port.ts';
import { Supervised } from '../../control-plane/supervised.ts';
import { until } from '../../control-plane/until.ts';
import type { Cluster } from '../end-to-end/cluster.ts';
import { originalExternalSecrets } from './program.ts';

const account = { namespace: 'default', name: 'external-secrets' } as const;

/** The original at work. */
export interface RunningOriginal {
  /** Sum of a counter, of the controller of ExternalSecrets alone. */
  reconciles(): Promise<number>;
  logs(lines?: number): string;
  stop(): Promise<void>;
}

/** Its definitions, and a service account that may do everything: what rights it needs is not the question. */
export async function prepareOriginal(cluster: Cluster): Promise<void> {
  const { definitions } = await originalExternalSecrets();
  await cluster.kubectl('create', '-f', definitions);
  await cluster.kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s');
  await cluster.plane.admin.create(serviceAccounts, { metadata: account });
  const subject = `--serviceaccount=${account.namespace}:${account.name}`;
  await cluster.kubectl('create', 'clusterrolebinding', account.name, '--clusterrole=cluster-admin', subject);
}

/** Starts the original as a process of this machine, and waits until it serves. */
export async function startOriginal(cluster: Cluster): Promise<RunningOriginal> {
  const { controller } = await originalExternalSecrets();
  const kubeconfig = join(cluster.home, 'original-kubeconfig');
  const connection = cluster.plane.connectionWith(await cluster.plane.tokenFor(account));
  await writeFile(kubeconfig, cluster.plane.kubeconfig(connection), { mode: 0o600 });
  const [metrics, live] = await Promise.all([freePort(), freePort()]);
  const process = new Supervised({
    name: 'external-secrets',
    program: controller,
    args: [
      `--metrics-addr=127.0.0.1:${metrics}`,
      `--live-addr=127.0.0.1:${live}`,
      '--enable-leader-election=false',
      // With its defaults it does ten objects per second.
      '--enable-secrets-caching=true',
      '--enable-configmaps-caching=true',
      '--enable-push-secret-reconciler=false',
      '--enable-cluster-push-secret-reconciler=false',
      '--enable-cluster-external-secret-reconciler=false',
    ],
    env: { KUBECONFIG: kubeconfig },
  });
  await process.started();
  const text = async (): Promise<string> => (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
  try {
    await until('the original answers', async () => {
      if (process.ending) return 'ended';
      return (await text()) !== '' && 'ready';
    });
    if (process.ending) throw new Error('it ended at once');
  } catch (error) {
    const logs = process.logs(40);
    await process.stop({ graceMs: 0 });
    throw new Error(`the original does not start: ${(error as Error).message}\n${logs}`, { cause: error });
  }
  return {
    async reconciles() {
      const counted = (await text()).matchAll(/^controller_runtime_reconcile_total\{controller="externalsecret",.*\} (\S+)$/gm);
      return [...counted].reduce((sum, [, value]) => sum + Number(value), 0);
    },
    logs: (lines = 60) => process.logs(lines),
    stop: async () => void (await process.stop()),
  };
}
