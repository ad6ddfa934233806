import { isSignetError } from '@signet/errors';
import type { Connection } from '@signet/kube/client';
import type { Io } from '../console/io.ts';
import type { KubesealFlags } from './flags.ts';
import { kubesealErrors } from './messages.ts';

/** The connection that the flags and the kubeconfig describe. */
async function connectionOf(flags: KubesealFlags, io: Io): Promise<Connection> {
  const { loadConnection } = await import('@signet/kube/kubeconfig');
  const text = (name: string): string | undefined => flags.text(name) || undefined;
  return loadConnection({
    env: io.env,
    kubeconfig: text('kubeconfig'),
    context: text('context'),
    cluster: text('cluster'),
    user: text('user'),
    namespace: text('namespace'),
    server: text('server'),
    certificateAuthority: text('certificate-authority'),
    insecureSkipTlsVerify: flags.on('insecure-skip-tls-verify') || undefined,
    tlsServerName: text('tls-server-name'),
    proxyUrl: text('proxy-url'),
    clientCertificate: text('client-certificate'),
    clientKey: text('client-key'),
    token: text('token'),
    username: text('username'),
    password: text('password'),
    as: text('as'),
    asUid: text('as-uid'),
    asGroups: flags.list('as-group').length > 0 ? flags.list('as-group') : undefined,
    requestTimeout: text('request-timeout'),
  });
}

/** The namespace of the kubeconfig's context; undefined without a kubeconfig. */
export async function namespaceOfCluster(flags: KubesealFlags, io: Io): Promise<string | undefined> {
  try {
    return (await connectionOf(flags, io)).namespace ?? 'default';
  } catch (error) {
    if (isSignetError(error) && error.code === 'SIGNET_KUBE_NO_CLUSTER') return undefined;
    throw error;
  }
}

/** The certificate that the controller serves, through the API server's service proxy. */
export async function controllerCertificate(flags: KubesealFlags, io: Io): Promise<Uint8Array> {
  const [{ createClient }, { clusterCertificate }] = await Promise.all([
    import('@signet/kube/client'),
    import('../certificate/cluster-certificate.ts'),
  ]);
  const client = createClient(await connectionOf(flags, io), { userAgent: 'kubeseal' });
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
