import type { Connection } from '@signet/kube/client';
import { stringify } from 'yaml';

function base64(pem: string): string {
  return Buffer.from(pem, 'utf8').toString('base64');
}

/** A kubeconfig (YAML) with one context, everything inline, for kubectl and Helm. */
export function kubeconfigOf(connection: Connection): string {
  const name = 'control-plane';
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name,
        cluster: { server: connection.server, ...(connection.ca ? { 'certificate-authority-data': base64(connection.ca) } : {}) },
      },
    ],
    users: [
      {
        name,
        user: {
          ...(connection.token ? { token: connection.token } : {}),
          ...(connection.clientCert ? { 'client-certificate-data': base64(connection.clientCert) } : {}),
          ...(connection.clientKey ? { 'client-key-data': base64(connection.clientKey) } : {}),
        },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: name, namespace: connection.namespace ?? 'default' } }],
    'current-context': name,
  });
}
