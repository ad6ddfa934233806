import type { KubeObject, ObjectMeta } from '@signet/kube/client';

/** What a local node reads of a container. */
export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly fieldRef?: { readonly fieldPath: string } };
  }[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly readinessProbe?: { readonly httpGet?: { readonly path: string; readonly port: string | number } };
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly securityContext?: {
    readonly runAsUser?: number;
    readonly readOnlyRootFilesystem?: boolean;
    readonly allowPrivilegeEscalation?: boolean;
    readonly capabilities?: { readonly drop?: readonly string[] };
  };
}

/** What a local node reads of a Pod. */
export interface Pod extends KubeObject {
  readonly metadata: ObjectMeta & { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly spec: {
    readonly nodeName?: string;
    readonly serviceAccountName: string;
    readonly containers: readonly ContainerSpec[];
    readonly securityContext?: { readonly runAsNonRoot?: boolean; readonly runAsUser?: number };
  };
  readonly status?: { readonly phase?: string };
}

/** The environment of a container, as the kubelet works it out. @throws Error for sources that nothing here uses */
export function environmentOf(pod: Pod, container: ContainerSpec, podIp: string): Record<string, string> {
  const fields: Readonly<Record<string, string>> = {
    'metadata.name': pod.metadata.name,
    'metadata.namespace': pod.metadata.namespace,
    'metadata.uid': pod.metadata.uid,
    'status.podIP': podIp,
    'spec.nodeName': pod.spec.nodeName ?? '',
    'spec.serviceAccountName': pod.spec.serviceAccountName,
  };
  return Object.fromEntries(
    (container.env ?? []).map(({ name, value, valueFrom }) => {
      const from = valueFrom?.fieldRef?.fieldPath;
      const text = from === undefined ? value : fields[from];
      if (text === undefined)
        throw new Error(`Pod ${pod.metadata.name}: the source of ${name} is not one of ${Object.keys(fields).join(', ')}`);
      return [name, text];
    }),
  );
}

/** The number of a port that is given by number or by name. */
export function portOf(container: ContainerSpec, port: string | number): number {
  const number = typeof port === 'number' ? port : container.ports?.find(({ name }) => name === port)?.containerPort;
  if (number === undefined) throw new Error(`container ${container.name} has no port ${port}`);
  return number;
}
