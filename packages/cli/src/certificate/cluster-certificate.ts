import type { SealingCertificate } from '@signet/sealing';
import type { Client } from '@signet/kube/client';
import { controllerService } from '../cluster/controller-service.ts';
import type { ControllerNames } from '../cluster/controller-service.ts';
import { cliErrors } from '../errors.ts';
import { parseCertificate } from './load-certificate.ts';

export type { ControllerNames } from '../cluster/controller-service.ts';

/**
 * Fetches the current sealing certificate from the controller of a cluster.
 *
 * @throws SIGNET_CLI_CONTROLLER_NOT_FOUND, SIGNET_CLI_CERT_FETCH, and the errors of the cluster
 */
export async function clusterCertificate(
  client: Client,
  names: ControllerNames,
  signal: AbortSignal,
): Promise<{ pem: Uint8Array; certificate: SealingCertificate; source: string; controller: string }> {
  const { source, ask } = await controllerService(client, names, signal);
  const headers = { accept: 'application/x-pem-file, */*' };
  const { status, body } = await ask({ method: 'GET', path: '/v1/cert.pem', headers });
  if (status !== 200) throw cliErrors.CERT_FETCH({ source: `${source} through the API server`, problem: `status ${status}` });
  return { pem: body, certificate: parseCertificate(body, source), source, controller: source.replace('Service ', '') };
}
