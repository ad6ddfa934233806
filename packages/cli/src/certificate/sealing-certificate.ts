import { isSignetError } from '@signet/errors';
import type { SealingCertificate } from '@signet/sealing';
import type { Io } from '../console/io.ts';
import { cliErrors } from '../errors.ts';
import type { ClusterFlags } from './cluster-connection.ts';
import { loadCertificate, requireCurrent, withoutCredentials } from './load-certificate.ts';

/** Where the certificate comes from, as far as the command line says. */
export interface CertificateFlags {
  readonly cert?: string | undefined;
  readonly controllerNamespace?: string | undefined;
  readonly controllerName?: string | undefined;
}

/**
 * The certificate to seal with, refused when it is expired: `--cert`, else SIGNET_CERT or SEALED_SECRETS_CERT, else the
 * controller's current one through the API server.
 *
 * @throws the errors of loadCertificate and clusterCertificate, SIGNET_CLI_CERT_EXPIRED, SIGNET_CLI_CERT_NONE
 */
export async function sealingCertificate(flags: CertificateFlags & ClusterFlags, io: Io): Promise<SealingCertificate> {
  const named = flags.cert ?? (io.env['SIGNET_CERT'] || io.env['SEALED_SECRETS_CERT'] || undefined);
  if (named !== undefined) {
    const certificate = await loadCertificate(named, io);
    requireCurrent(certificate, withoutCredentials(named), io.now());
    return certificate;
  }
  const [{ withCluster }, { clusterCertificate }] = await Promise.all([
    import('./cluster-connection.ts'),
    import('./cluster-certificate.ts'),
  ]);
  const names = { namespace: flags.controllerNamespace, name: flags.controllerName };
  const fetched = withCluster(flags, io.env, (client) => clusterCertificate(client, names, io.signal));
  const { certificate, source } = await fetched.catch((error: unknown) => {
    if (isSignetError(error) && error.code === 'SIGNET_KUBE_NO_CLUSTER') throw cliErrors.CERT_NONE({}, { cause: error });
    throw error;
  });
  requireCurrent(certificate, source, io.now());
  return certificate;
}
