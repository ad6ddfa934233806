import { describe, expect, test } from 'vitest';
import { rootCertificates } from 'node:tls';
import { configOf, readConfig } from './config.ts';

const namespaced = { kind: 'SecretStore', name: 'store', namespace: 'web' } as const;
const cluster = { kind: 'ClusterSecretStore', name: 'store' } as const;
const token = { token: { bearerToken: { name: 'login', key: 'token' } } };
const elsewhere = { token: { bearerToken: { name: 'login', key: 'token', namespace: 'infra' } } };
const [pem = ''] = rootCertificates;
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('a configuration', () => {
  test('of a token and nothing else reads Secrets of namespace default of the cluster itself', () => {
    expect(configOf({ auth: token }, namespaced)).toEqual({
      url: undefined,
      caBundle: undefined,
      caProvider: undefined,
      login: { by: 'token', bearerToken: { name: 'login', key: 'token' } },
      isReferent: false,
      remoteNamespace: 'default',
    });
  });

  test.each([
    ['the address that the schema writes into every store', 'kubernetes.default', undefined],
    ['none', undefined, undefined],
    ['an empty one', '', undefined],
    ['a host', 'api.example.org:6443', 'https://api.example.org:6443'],
    ['a URL', 'https://api.example.org/k8s', 'https://api.example.org/k8s'],
  ])('names the API server: %s', (_title, url, expected) => {
    expect(configOf({ server: { url }, auth: token }, namespaced).url).toBe(expected);
  });

  test.each([
    ['base64 of PEM', base64(pem)],
    ['base64 of base64 of PEM', base64(base64(pem))],
  ])('takes a certificate authority as %s', (_title, caBundle) => {
    expect(configOf({ server: { caBundle }, auth: token }, namespaced).caBundle).toBe(pem);
  });

  test.each([
    ['a namespaced store', namespaced, token, false],
    ['a cluster store whose credentials have a namespace', cluster, elsewhere, false],
    ['a cluster store whose credentials have none', cluster, token, true],
    ['a cluster store with a ServiceAccount of whoever uses it', cluster, { serviceAccount: { name: 'reader' } }, true],
  ])('tells whose credentials are used: %s', (_title, store, auth, isReferent) => {
    expect(configOf({ auth }, store).isReferent).toBe(isReferent);
  });

  test('counts null as absent', () => {
    expect(readConfig({ auth: { ...token, cert: null }, authRef: null, remoteNamespace: null }, namespaced).problems).toEqual([]);
  });
});

const cert = { cert: { clientCert: { name: 'c', key: 'crt' }, clientKey: { name: 'c', key: 'key' } } };
const caProvider = { type: 'ConfigMap', name: 'ca', key: 'ca.crt' };

describe('what is wrong is told with its field', () => {
  test.each([
    ['no login', {}, namespaced, ['kubernetes.auth']],
    ['an empty login', { auth: {} }, namespaced, ['kubernetes.auth']],
    ['two logins', { auth: { ...token, ...cert } }, namespaced, ['kubernetes.auth']],
    ['a kubeconfig beside a login', { auth: token, authRef: { name: 'k', key: 'config' } }, namespaced, ['kubernetes.authRef']],
    ['a kubeconfig without key', { authRef: { name: 'k' } }, namespaced, ['kubernetes.authRef.key']],
    [
      'a token without key',
      { auth: { token: { bearerToken: { name: 'x' } } } },
      namespaced,
      ['kubernetes.auth.token.bearerToken.key'],
    ],
    [
      'a token without name',
      { auth: { token: { bearerToken: { key: 'x' } } } },
      namespaced,
      ['kubernetes.auth.token.bearerToken.name'],
    ],
    ['credentials of another namespace', { auth: elsewhere }, namespaced, ['kubernetes.auth.token.bearerToken.namespace']],
    [
      'an authority of another namespace',
      { server: { caProvider: { ...caProvider, namespace: 'infra' } }, auth: token },
      namespaced,
      ['kubernetes.server.caProvider.namespace'],
    ],
    [
      'a cluster store whose authority has no namespace',
      { server: { caProvider }, auth: elsewhere },
      cluster,
      ['kubernetes.server.caProvider.namespace'],
    ],
    ['no certificate', { server: { caBundle: base64('hello') }, auth: token }, namespaced, ['kubernetes.server.caBundle']],
    ['no address', { server: { url: 'ftp://api' }, auth: token }, namespaced, ['kubernetes.server.url']],
    ['no mapping', 'kubernetes', namespaced, ['kubernetes']],
    ['nothing', undefined, namespaced, ['kubernetes']],
  ])('%s', (_title, written, store, fields) => {
    expect(readConfig(written, store).problems.map(({ field }) => field)).toEqual(fields);
  });

  test('all of it, and the first is thrown', () => {
    const written = { server: { url: 'ftp://api', caBundle: 'x' }, auth: elsewhere };
    expect(readConfig(written, namespaced).problems).toHaveLength(3);
    expect(() => configOf(written, namespaced)).toThrow(/^spec\.provider\.kubernetes\.server\.url: /);
  });
});
