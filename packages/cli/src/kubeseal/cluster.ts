import { isSignetError } from '@signet/errors';
import type { Connection } from '@signet/kube/client';
import type { Io } from '../console/io.ts';
import type { KubesealFlags } from './flags.ts';
import { kubesealErrors } from './messages.ts';

/** The connection that the flags and the kubeconfig describe. */
async function connectionOf(flags: KubesealFlags): Promise<Connection> {
  const { loadConnection } = await import('@signet/kube/kubeconfig');
  return loadConnection({ kubeconfig: flags.text('kubeconfig') || undefined, context: flags.text('context') || undefined });
}

/** The namespace of the kubeconfig's context; undefined without a kubeconfig. */
export async function namespaceOfCluster(flags: KubesealFlags): Promise<string | undefined> {
  try {
    return (await connectionOf(flags)).namespace ?? 'default';
  } catch {
    return undefined;
  }
}

/** The certificate that the controller serves, through the API server's service proxy. */
export async function controllerCertificate(flags: KubesealFlags, io: Io): Promise<Uint8Array> {
  const [{ createClient }, { clusterCertificate }] = await Promise.all([
    import('@signet/kube/client'),
    import('../certificate/cluster-certificate.ts'),
  ]);
  const client = createClient(await connectionOf(flags), { userAgent: 'kubeseal' });
  const names = { namespace: flags.text('controller-namespace'), name: flags.text('controller-name') };
  try {
    return (await clusterCertificate(client, names, io.signal)).pem;
  } catch (error) {
    if (!isSignetError(error)) throw error;
    if (error.code === 'SIGNET_CLI_CONTROLLER_NOT_FOUND') {
      throw kubesealErrors.NO_SERVICE({ problem: `services ${JSON.stringify(names.name)} not found` }, { cause: error });
    }
    throw kubesealErrors.NO_CERT({ problem: error.message }, { cause: error });
  } finally {
    await client.close();
  }
}
