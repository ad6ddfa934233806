import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { embeddedConnection } from './embedded.ts';

const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

function kubeconfig(cluster: object, user: object): string {
  return stringify({
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'c', user: 'u', namespace: 'web' } }],
    clusters: [{ name: 'c', cluster: { server: 'https://api.example.org', ...cluster } }],
    users: [
      { name: 'u', user },
      { name: 'unused', user: { exec: { command: 'never' } } },
    ],
  });
}

describe('the kubeconfig of somebody else', () => {
  test('is read: data only, of its current context', () => {
    const text = kubeconfig({ 'certificate-authority-data': Buffer.from(pem).toString('base64') }, { token: 'hunter2' });
    expect(embeddedConnection(text, 'it')).toEqual({
      server: 'https://api.example.org',
      ca: pem,
      token: 'hunter2',
      namespace: 'web',
    });
  });

  test.each([
    ['exec', {}, { exec: { command: 'sh', apiVersion: 'client.authentication.k8s.io/v1' } }],
    ['exec', {}, { exec: {}, token: 'hunter2' }],
    ['auth-provider', {}, { 'auth-provider': { name: 'oidc' } }],
    ['tokenFile', {}, { tokenFile: '/var/run/secrets/token', token: 'hunter2' }],
    ['client-certificate', {}, { 'client-certificate': 'me.crt', 'client-certificate-data': 'AAAA' }],
    ['client-key', {}, { 'client-key': 'me.key' }],
    ['certificate-authority', { 'certificate-authority': '/etc/passwd' }, { token: 'hunter2' }],
  ])('may not run a program or read a file: %s', (field, cluster, user) => {
    const code = 'SIGNET_KUBE_KUBECONFIG_OUTSIDE';
    const message = expect.stringContaining(field) as unknown;
    expect(() => embeddedConnection(kubeconfig(cluster, user), 'it')).toThrow(expect.objectContaining({ code, message }));
  });

  test.each([
    ['without current context', 'contexts: []', 'SIGNET_KUBE_KUBECONFIG_MALFORMED'],
    ['that is no YAML', 'a: [', 'SIGNET_KUBE_KUBECONFIG_MALFORMED'],
    ['without server', kubeconfig({ server: '' }, {}), 'SIGNET_KUBE_KUBECONFIG_MALFORMED'],
    ['with a server that is no URL', kubeconfig({ server: 'file:///etc' }, {}), 'SIGNET_KUBE_BAD_SERVER'],
  ])('%s is refused', (_title, text, code) => {
    expect(() => embeddedConnection(text, 'it')).toThrow(expect.objectContaining({ code }));
  });
});
