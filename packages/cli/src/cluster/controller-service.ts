import { isSignetError } from '@signet/errors';
import type { Client, Service } from '@signet/kube/client';
import { cliErrors } from '../errors.ts';

/** Which Service leads to the controller. Undefined parts take the names that installations use. */
export interface ControllerNames {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
}

/** Where controllers are found: the release manifests' name first, then the Helm chart's. */
const usualNames = ['sealed-secrets-controller', 'sealed-secrets'] as const;
const usualNamespace = 'kube-system';

/** What is asked of the controller. */
export interface ControllerRequest {
  readonly method: 'GET' | 'POST';
  /** `/v1/cert.pem`, `/v1/verify` or `/v1/rotate`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What it, or the API server on the way, answers; never an exception for a status. */
export interface ControllerAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The controller of a cluster, reached through the API server's service proxy. */
export interface ControllerService {
  /** For people: `Service kube-system/sealed-secrets`. */
  readonly source: string;
  ask(request: ControllerRequest): Promise<ControllerAnswer>;
}

/**
 * Finds the controller's Service. Requests go to the first port by its name, which the release manifests leave empty
 * (sealed-secrets v0.38 behaviour).
 *
 * @throws SIGNET_CLI_CONTROLLER_NOT_FOUND, and the errors of the cluster
 */
export async function controllerService(client: Client, names: ControllerNames, signal: AbortSignal): Promise<ControllerService> {
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
    const [inPath, ofService] = [
      encodeURIComponent(namespace),
      `${encodeURIComponent(name)}:${encodeURIComponent(portName(service))}`,
    ];
    const proxy = `/api/v1/namespaces/${inPath}/services/http:${ofService}/proxy`;
    const ask = async ({ path, ...request }: ControllerRequest): Promise<ControllerAnswer> =>
      client.request({ ...request, path: `${proxy}${path}`, raw: true, signal });
    return { source: `Service ${namespace}/${name}`, ask };
  }
  throw cliErrors.CONTROLLER_NOT_FOUND({ tried: candidates.map((name) => `${namespace}/${name}`).join(' and ') });
}

function portName(service: Service): string {
  const ports: unknown = (service as { spec?: { ports?: unknown } }).spec?.ports;
  const first: unknown = Array.isArray(ports) ? ports[0] : undefined;
  const name = typeof first === 'object' && first !== null && 'name' in first ? first.name : undefined;
  return typeof name === 'string' ? name : '';
}
