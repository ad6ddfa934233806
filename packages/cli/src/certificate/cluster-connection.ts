import { isSignetError } from '@signet/errors';
import type { Client, Connection } from '@signet/kube/client';

/** What the command line says about the cluster. */
export interface ClusterFlags {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Only these of a command's flags: others have names that mean something else to the cluster. */
function clusterOf({ kubeconfig, context }: ClusterFlags): ClusterFlags {
  return { kubeconfig, context };
}

/** Runs `work` with a client for the cluster of the kubeconfig, and closes it. Loads the client only now. */
export async function withCluster<T>(
  flags: ClusterFlags,
  env: Environment,
  work: (client: Client, connection: Connection) => Promise<T>,
): Promise<T> {
  const [{ loadConnection }, { createClient }] = await Promise.all([
    import('@signet/kube/kubeconfig'),
    import('@signet/kube/client'),
  ]);
  const connection = await loadConnection({ ...clusterOf(flags), env });
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
 * @throws the errors of a kubeconfig that is there and cannot be used
 */
export async function contextNamespace(flags: ClusterFlags, env: Environment): Promise<string | undefined> {
  const { loadConnection } = await import('@signet/kube/kubeconfig');
  try {
    return (await loadConnection({ ...clusterOf(flags), env })).namespace ?? 'default';
  } catch (error) {
    if (isSignetError(error) && error.code === 'SIGNET_KUBE_NO_CLUSTER') return undefined;
    throw error;
  }
}
