import type { Programs } from './programs.ts';
import { Supervised } from './supervised.ts';

/** The files and ports of one control plane. */
export interface Layout {
  readonly programs: Programs;
  /** Directory of etcd's data. */
  readonly data: string;
  /** Directory of the certificates and keys. */
  readonly pki: string;
  readonly etcdPort: number;
  readonly apiServerPort: number;
}

/** Further flags of the API server. A flag given here wins over ours. */
export type ApiServerFlags = readonly string[];

/** etcd for one API server. It does not force its writes to the disk: a throw-away store. */
export function etcd({ programs, data, etcdPort }: Layout): Supervised {
  const url = `http://127.0.0.1:${etcdPort}`;
  return new Supervised({
    name: 'etcd',
    program: programs.etcd,
    args: [
      `--data-dir=${data}`,
      '--unsafe-no-fsync',
      '--log-level=warn',
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      // Nobody joins: any port will do.
      '--listen-peer-urls=http://127.0.0.1:0',
    ],
  });
}

/** The API server: TLS, RBAC, service-account tokens, on 127.0.0.1 only. */
export function apiServer({ programs, pki, etcdPort, apiServerPort }: Layout, flags: ApiServerFlags): Supervised {
  return new Supervised({
    name: 'kube-apiserver',
    program: programs.apiServer,
    args: [
      `--etcd-servers=http://127.0.0.1:${etcdPort}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${apiServerPort}`,
      // The address of the API server would be refused as an endpoint: it is a loopback address.
      '--endpoint-reconciler-type=none',
      `--tls-cert-file=${pki}/server.crt`,
      `--tls-private-key-file=${pki}/server.key`,
      `--client-ca-file=${pki}/ca.crt`,
      '--authorization-mode=Node,RBAC',
      '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
      `--service-account-signing-key-file=${pki}/service-account.key`,
      `--service-account-key-file=${pki}/service-account.pub`,
      '--service-cluster-ip-range=10.96.0.0/16',
      '--profiling=false',
      ...flags,
    ],
  });
}

const controllers = [
  'serviceaccount-controller',
  'serviceaccount-token-controller',
  'root-ca-certificate-publisher-controller',
  'namespace-controller',
  'garbage-collector-controller',
  'endpoints-controller',
  'endpointslice-controller',
  'clusterrole-aggregation-controller',
  'deployment-controller',
  'replicaset-controller',
];

/** The controllers that need no node: service accounts and their tokens, namespaces, garbage collection, endpoints, rollouts. */
export function controllerManager({ programs, pki }: Layout): Supervised {
  const kubeconfig = `${pki}/controller-manager.kubeconfig`;
  return new Supervised({
    name: 'kube-controller-manager',
    program: programs.controllerManager,
    args: [
      `--kubeconfig=${kubeconfig}`,
      // It serves nothing anybody here asks for.
      '--secure-port=0',
      '--leader-elect=false',
      '--use-service-account-credentials=true',
      `--service-account-private-key-file=${pki}/service-account.key`,
      `--root-ca-file=${pki}/ca.crt`,
      `--controllers=${controllers.join(',')}`,
    ],
  });
}
