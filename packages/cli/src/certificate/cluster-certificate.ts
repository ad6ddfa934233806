import { isSignetError } from '@signet/errors';
import type { SealingCertificate } from '@signet/sealing';
import type { Client, Service } from '@signet/kube/client';
import { cliErrors } from '../errors.ts';
import { parseCertificate } from './load-certificate.ts';

/** Which Service leads to the controller. Undefined parts take the names that installations use. */
export interface ControllerNames {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** Where controllers are found: the release manifests' name first, then the Helm chart's. */
const usualNames = ['sealed-secrets-controller', 'sealed-secrets'] as const;
const usualNamespace = 'kube-system';

/**
 * Fetches the current sealing certificate through the API server's service proxy: the first port's name of the controller's
 * Service, then `/v1/cert.pem` behind it (sealed-secrets v0.38 behaviour).
 *
 * @throws SIGNET_CLI_CONTROLLER_NOT_FOUND, SIGNET_CLI_CERT_FETCH, and the errors of the cluster
 */
export async function clusterCertificate(
  client: Client,
  names: ControllerNames,
  signal: AbortSignal,
): Promise<{ pem: Uint8Array; certificate: SealingCertificate; source: string }> {
  const namespace = names.namespace ?? usualNamespace;
  const candidates = names.name === undefined ? usualNames : [names.name];
  const { services } = await import('@signet/kube/client');
  for (const name of candidates) {
    let service: Service;
    try {
      service = await client.get(services, { namespace, name }, { signal });
    } catch (error) {
      if (isSignetError(error) && 'status' in error && error.status === 404) continue;
      throw error;
    }
    const source = `Service ${namespace}/${name}`;
    const pem = await throughProxy(client, namespace, service, name, signal, source);
    return { pem, certificate: parseCertificate(pem, source), source };
  }
  throw cliErrors.CONTROLLER_NOT_FOUND({ tried: candidates.map((name) => `${namespace}/${name}`).join(' and ') });
}

async function throughProxy(
  client: Client,
  namespace: string,
  service: Service,
  name: string,
  signal: AbortSignal,
  source: string,
): Promise<Uint8Array> {
  const port = portName(service);
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/http:${encodeURIComponent(name)}:${encodeURIComponent(port)}/proxy/v1/cert.pem`;
  const answer = await client.request({
    method: 'GET',
    path,
    headers: { accept: 'application/x-pem-file, */*' },
    raw: true,
    signal,
  });
  if (answer.status === 200) return answer.body;
  throw cliErrors.CERT_FETCH({ source: `${source} through the API server`, problem: `status ${answer.status}` });
}

/** The name of the first port; the release manifests leave it empty. */
function portName(service: Service): string {
  const ports: unknown = (service as { spec?: { ports?: unknown } }).spec?.ports;
  const first: unknown = Array.isArray(ports) ? ports[0] : undefined;
  const name = typeof first === 'object' && first !== null && 'name' in first ? first.name : undefined;
  return typeof name === 'string' ? name : '';
}
