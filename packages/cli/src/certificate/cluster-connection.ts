import type { Client, Connection } from '@signet/kube/client';

/** What the command line says about the cluster. */
export interface ClusterFlags {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

/** Runs `work` with a client for the cluster of the kubeconfig, and closes it. Loads the client only now. */
export async function withCluster<T>(
  flags: ClusterFlags,
  work: (client: Client, connection: Connection) => Promise<T>,
): Promise<T> {
  const [{ loadConnection }, { createClient }] = await Promise.all([
    import('@signet/kube/kubeconfig'),
    import('@signet/kube/client'),
  ]);
  const connection = await loadConnection(flags);
  const client = createClient(connection, { userAgent: 'signet' });
  try {
    return await work(client, connection);
  } finally {
    await client.close();
  }
}

/**
 * The namespace of the kubeconfig's current context, where kubectl would put an object that names none; `default` when the
 * context names none either.
 *
 * @returns undefined when there is no kubeconfig to ask
 */
export async function contextNamespace(flags: ClusterFlags): Promise<string | undefined> {
  const { loadConnection } = await import('@signet/kube/kubeconfig');
  try {
    return (await loadConnection(flags)).namespace ?? 'default';
  } catch {
    return undefined;
  }
}
