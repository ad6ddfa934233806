import type { Client, KubeObject } from '@signet/kube/client';
import { endpoints, services } from '@signet/kube/client';
import type { Resource } from '@signet/kube/client';

/** A process on this machine that shall look like a Service of the cluster. */
export interface LocalService {
  readonly namespace: string;
  readonly name: string;
  /** Where the process listens; not in 127.0.0.0/8. Take the control plane's `extraAddress`. */
  readonly address: string;
  readonly port: number;
  /** Name of the Service's port. Default `http`. */
  readonly portName?: string;
  /** Port of the Service. Default 8080. */
  readonly servicePort?: number;
}

const pods: Resource = { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true };

/**
 * Makes Service, Pod and Endpoints for a local process, so that
 * `/api/v1/namespaces/NS/services/http:NAME:PORT/proxy/...` reaches it through the API server.
 *
 * The service proxy resolves the Endpoints object (not EndpointSlices) and serves only addresses that belong to a Pod whose
 * `status.podIPs` contains them; there is no kubelet here, so the Pod's status is written by hand. The Service has no selector:
 * nobody else writes its Endpoints. Calling it again moves the Service to another address or port.
 */
export async function exposeLocalProcess(client: Client, service: LocalService): Promise<void> {
  const { namespace, name, address, port, portName = 'http', servicePort = 8080 } = service;
  const fieldManager = 'signet-test-harness';
  const podName = `${name}-0`;
  const apply = (resource: Resource, object: KubeObject, subresource?: string): Promise<KubeObject> =>
    client.apply(resource, object, { fieldManager, force: true, ...(subresource ? { subresource } : {}) });

  await apply(services, {
    metadata: { namespace, name },
    spec: { ports: [{ name: portName, port: servicePort, targetPort: port }] },
  });
  await apply(pods, {
    metadata: { namespace, name: podName },
    spec: { automountServiceAccountToken: false, containers: [{ name: 'process', image: 'signet' }] },
  });
  await apply(
    pods,
    {
      metadata: { namespace, name: podName },
      status: {
        phase: 'Running',
        podIP: address,
        podIPs: [{ ip: address }],
        conditions: [{ type: 'Ready', status: 'True' }],
      },
    },
    'status',
  );
  await apply(endpoints, {
    metadata: { namespace, name },
    subsets: [
      { addresses: [{ ip: address, targetRef: { kind: 'Pod', namespace, name: podName } }], ports: [{ name: portName, port }] },
    ],
  });
}
