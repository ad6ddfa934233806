import { isSignetError } from '@signet/errors';
import type { Client, Connection } from '@signet/kube/client';
import type { ControllerService } from '../cluster/controller-service.ts';
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
  const { clusterCertificate } = await import('../certificate/cluster-certificate.ts');
  return withController(flags, io, async (client, names) => {
    try {
      return (await clusterCertificate(client, names, io.signal)).pem;
    } catch (error) {
      if (!isSignetError(error) || error.code === notFound) throw error;
      throw kubesealErrors.NO_CERT({ problem: error.message }, { cause: error });
    }
  });
}

/** Lends the controller of the cluster, found by its Service, until `use` ends. */
export async function askController<T>(
  flags: KubesealFlags,
  io: Io,
  use: (controller: ControllerService) => Promise<T>,
): Promise<T> {
  const { controllerService } = await import('../cluster/controller-service.ts');
  return withController(flags, io, async (client, names) => use(await controllerService(client, names, io.signal)));
}

const notFound = 'SIGNET_CLI_CONTROLLER_NOT_FOUND';

async function withController<T>(
  flags: KubesealFlags,
  io: Io,
  use: (client: Client, names: { readonly namespace: string; readonly name: string }) => Promise<T>,
): Promise<T> {
  const { createClient } = await import('@signet/kube/client');
  const client = createClient(await connectionOf(flags, io), { userAgent: 'kubeseal' });
  const names = { namespace: flags.text('controller-namespace'), name: flags.text('controller-name') };
  try {
    return await use(client, names);
  } catch (error) {
    if (!isSignetError(error) || error.code !== notFound) throw error;
    throw kubesealErrors.NO_SERVICE({ problem: `services ${JSON.stringify(names.name)} not found` }, { cause: error });
  } finally {
    await client.close();
  }
}
