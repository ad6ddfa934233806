import { isSignetError } from '@signet/errors';
import type { SealingCertificate } from '@signet/sealing';
import type { Io } from '../console/io.ts';
import { cliErrors } from '../errors.ts';
import type { ClusterFlags } from './cluster-connection.ts';
import { loadCertificate, requireCurrent, withoutCredentials } from './load-certificate.ts';
import type { PinFlags } from './pin-file.ts';
import type { Origin } from './pins.ts';
import { requirePinned } from './require-pinned.ts';

/** Where the certificate comes from, as far as the command line says. */
export interface CertificateFlags extends PinFlags {
  readonly cert?: string | undefined;
  readonly controllerNamespace?: string | undefined;
  readonly controllerName?: string | undefined;
}

/** A certificate and where it comes from. */
interface Found {
  readonly certificate: SealingCertificate;
  readonly origin: Origin & { readonly source: string };
}

/**
 * The certificate to seal with, refused when it is expired or not pinned: `--cert`, else SIGNET_CERT or SEALED_SECRETS_CERT, else
 * the controller's current one through the API server.
 *
 * @throws the errors of loadCertificate and clusterCertificate, SIGNET_CLI_CERT_EXPIRED, SIGNET_CLI_CERT_NONE, SIGNET_PIN_NOT_PINNED
 */
export async function sealingCertificate(flags: CertificateFlags & ClusterFlags, io: Io): Promise<SealingCertificate> {
  const { certificate, origin } = await foundCertificate(flags, io);
  requireCurrent(certificate, origin.source, io.now());
  await requirePinned(certificate, origin, flags, io);
  return certificate;
}

/** The certificate that would be sealed with, not judged yet. */
export async function foundCertificate(flags: CertificateFlags & ClusterFlags, io: Io): Promise<Found> {
  const { context } = flags;
  const named = flags.cert ?? (io.env['SIGNET_CERT'] || io.env['SEALED_SECRETS_CERT'] || undefined);
  if (named !== undefined)
    return { certificate: await loadCertificate(named, io), origin: { source: withoutCredentials(named), context } };
  const [{ withCluster }, { clusterCertificate }] = await Promise.all([
    import('./cluster-connection.ts'),
    import('./cluster-certificate.ts'),
  ]);
  const names = { namespace: flags.controllerNamespace, name: flags.controllerName };
  const fetched = withCluster(flags, io.env, (client) => clusterCertificate(client, names, io.signal));
  const { certificate, source, controller } = await fetched.catch((error: unknown) => {
    if (isSignetError(error) && error.code === 'SIGNET_KUBE_NO_CLUSTER') throw cliErrors.CERT_NONE({}, { cause: error });
    throw error;
  });
  return { certificate, origin: { source, controller, context } };
}
