import { dirname } from 'node:path';
import { stringify } from 'yaml';
import type { Config } from '../config/config.ts';

/** What can be printed. */
export const manifestKinds = ['encryption-a', 'encryption-b', 'static-pod', 'systemd', 'kubeadm'] as const;
export type ManifestKind = (typeof manifestKinds)[number];

/** What manifests need to know beside the configuration. */
export interface Places {
  readonly configFile: string;
  readonly image: string;
  /** Where EncryptionConfiguration is on the node. */
  readonly encryptionFile: string;
}

/** One manifest. Pure. */
export function manifestOf(kind: ManifestKind, config: Config, places: Places): string {
  switch (kind) {
    case 'encryption-a':
      return `# Phase A, on all control-plane nodes first: everybody can read, nobody encrypts yet.\n${encryption(config, 'identity first')}`;
    case 'encryption-b':
      return `# Phase B, when phase A is on all nodes: one node at a time.\n${encryption(config, 'kms first')}`;
    case 'static-pod':
      return staticPod(config, places);
    case 'systemd':
      return systemd(config, places);
    case 'kubeadm':
      return kubeadm(config, places);
  }
}

function encryption({ provider, socket }: Config, order: 'identity first' | 'kms first'): string {
  const kms = { kms: { apiVersion: 'v2', name: provider, endpoint: `unix://${socket.path}`, timeout: '3s' } };
  const providers = order === 'kms first' ? [kms, { identity: {} }] : [{ identity: {} }, kms];
  return stringify({
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'EncryptionConfiguration',
    resources: [{ resources: ['secrets', 'configmaps'], providers }],
  });
}

/** Directories that the program needs, and whether it writes to them. A directory rather than a file: a file that is replaced would stay the old one. */
function directories(config: Config, { configFile }: Places): ReadonlyMap<string, 'read' | 'write'> {
  const found = new Map<string, 'read' | 'write'>([[dirname(configFile), 'read']]);
  for (const { backend, config: own } of [config.key, ...config.previous]) {
    const file = backend === 'local' && typeof own === 'object' && own !== null && 'file' in own ? String(own.file) : undefined;
    if (file !== undefined) found.set(dirname(file), 'read');
  }
  if (config.audit) found.set(dirname(config.audit.file), 'write');
  found.set(dirname(config.socket.path), 'write');
  return found;
}

function staticPod(config: Config, places: Places): string {
  const mounts = [...directories(config, places)].map(([path, use], index) => ({ path, use, name: `dir-${index}` }));
  const [, port = ''] = /:(\d+)$/.exec(config.http) ?? [];
  const probe = (path: string): object => ({ httpGet: { host: '127.0.0.1', path, port: Number(port) }, periodSeconds: 10 });
  return stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'signet-kms', namespace: 'kube-system', labels: { 'app.kubernetes.io/name': 'signet-kms' } },
    spec: {
      priorityClassName: 'system-node-critical',
      hostNetwork: true,
      automountServiceAccountToken: false,
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'signet-kms',
          image: places.image,
          imagePullPolicy: 'IfNotPresent',
          args: ['serve', `--config=${places.configFile}`],
          securityContext: {
            runAsUser: 0,
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          // Alive is not ready: a key service that is away is no reason to restart.
          livenessProbe: probe('/livez'),
          readinessProbe: probe('/readyz'),
          resources: { requests: { cpu: '20m', memory: '96Mi' }, limits: { memory: '512Mi' } },
          volumeMounts: mounts.map(({ name, path, use }) => ({ name, mountPath: path, ...(use === 'read' && { readOnly: true }) })),
        },
      ],
      volumes: mounts.map(({ name, path, use }) => ({
        name,
        hostPath: { path, type: use === 'write' ? 'DirectoryOrCreate' : 'Directory' },
      })),
    },
  });
}

function systemd(config: Config, places: Places): string {
  const runtime = /^\/(?:var\/)?run\/([^/]+)\//.exec(config.socket.path)?.[1];
  const writes = [...directories(config, places)].filter(([, use]) => use === 'write').map(([path]) => path);
  // systemd makes it, and removes it when the program ends.
  const runtimeDirectory = runtime === undefined ? '' : `RuntimeDirectory=${runtime}\nRuntimeDirectoryMode=0750\n`;
  return `[Unit]
Description=Signet KMS plugin for kube-apiserver
After=network-online.target
Wants=network-online.target
Before=kubelet.service k3s.service rke2-server.service

[Service]
ExecStart=/usr/bin/signet-kms serve --config=${places.configFile}
ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=1
TimeoutStopSec=15
UMask=0077
LimitCORE=0
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
CapabilityBoundingSet=
${runtimeDirectory}ReadWritePaths=${writes.map((path) => `-${path}`).join(' ')}

[Install]
WantedBy=multi-user.target
`;
}

function kubeadm({ socket }: Config, { encryptionFile }: Places): string {
  const volume = (name: string, path: string, readOnly: boolean): object => ({
    name,
    hostPath: path,
    mountPath: path,
    readOnly,
    pathType: 'DirectoryOrCreate',
  });
  const patch = stringify({
    apiVersion: 'kubeadm.k8s.io/v1beta4',
    kind: 'ClusterConfiguration',
    apiServer: {
      extraArgs: [
        { name: 'encryption-provider-config', value: encryptionFile },
        { name: 'encryption-provider-config-automatic-reload', value: 'true' },
      ],
      extraVolumes: [volume('signet-kms-socket', dirname(socket.path), false), volume('encryption', dirname(encryptionFile), true)],
    },
  });
  return `# Part of ClusterConfiguration.\n${patch}`;
}
