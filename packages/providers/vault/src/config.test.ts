import { describe, expect, test } from 'vitest';
import { openBao, vault } from './provider.ts';
import { readVault } from './config.ts';

const store = { kind: 'SecretStore', name: 'vault', namespace: 'web' } as const;
const cluster = { kind: 'ClusterSecretStore', name: 'vault' } as const;
const ref = (more: object = {}): object => ({ name: 'creds', key: 'value', ...more });
const server = 'https://vault:8200';
const token = { tokenSecretRef: ref() };
const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

describe('problems of a vault store', () => {
  // Source: external-secrets v2.9, spec of the vault provider and its validation.
  const rows: readonly (readonly [what: string, config: unknown, fields: readonly string[]])[] = [
    ['the least', { server }, []],
    ['no server', { auth: token }, ['vault.server']],
    ['a server without scheme', { server: 'vault:8200' }, ['vault.server']],
    ['an unknown version', { server, version: 'v3' }, ['vault.version']],
    ['nulls, as a manifest may write them', { server, path: null, auth: { tokenSecretRef: ref(), appRole: null } }, []],
    ['a field that nobody knows', { server, colour: 'red' }, []],
    ['a token without key', { server, auth: { tokenSecretRef: { name: 'creds' } } }, ['vault.auth.tokenSecretRef.key']],
    ['appRole without role', { server, auth: { appRole: { secretRef: ref() } } }, ['vault.auth.appRole.roleId']],
    ['appRole without secret', { server, auth: { appRole: { roleId: 'r' } } }, ['vault.auth.appRole.secretRef']],
    ['appRole by reference', { server, auth: { appRole: { roleRef: ref(), secretRef: ref() } } }, []],
    ['kubernetes without role', { server, auth: { kubernetes: { mountPath: 'kubernetes' } } }, ['vault.auth.kubernetes.role']],
    ['kubernetes as the controller', { server, auth: { kubernetes: { mountPath: 'kubernetes', role: 'r' } } }, []],
    ['jwt from nowhere', { server, auth: { jwt: { path: 'jwt', role: 'r' } } }, ['vault.auth.jwt.secretRef']],
    [
      'a token that Kubernetes does not issue',
      { server, auth: { jwt: { kubernetesServiceAccountToken: { serviceAccountRef: { name: 'sa' }, expirationSeconds: 60 } } } },
      ['vault.auth.jwt.kubernetesServiceAccountToken.expirationSeconds'],
    ],
    ['ldap without user', { server, auth: { ldap: { secretRef: ref() } } }, ['vault.auth.ldap.username']],
    ['cert without key', { server, auth: { cert: { clientCert: ref() } } }, ['vault.auth.cert.secretRef']],
    ['iam without role', { server, auth: { iam: { region: 'eu-west-1' } } }, ['vault.auth.iam.vaultRole']],
    [
      'iam with a region that is an address',
      { server, auth: { iam: { region: 'a.b/c', vaultRole: 'r' } } },
      ['vault.auth.iam.region'],
    ],
    ['gcp without role', { server, auth: { gcp: {} } }, ['vault.auth.gcp.role']],
    ['a client certificate without key', { server, tls: { certSecretRef: ref() } }, ['vault.tls']],
    ['a bundle that is none', { server, caBundle: 'bm90aGluZw==' }, ['vault.caBundle']],
    ['a bundle in PEM', { server, caBundle: pem }, []],
    ['a bundle in base64', { server, caBundle: Buffer.from(pem).toString('base64') }, []],
    ['a header with a space in its name', { server, headers: { 'X Y': 'z' } }, ['vault.headers.X Y']],
    ['check-and-set of version v1', { server, version: 'v1', checkAndSet: { required: true } }, ['vault.checkAndSet']],
    [
      'promise 10: credentials of another namespace',
      { server, auth: { appRole: { roleId: 'r', secretRef: ref({ namespace: 'other' }) } } },
      ['vault.auth.appRole.secretRef.namespace'],
    ],
    [
      'promise 10: an authority of another namespace',
      { server, caProvider: { type: 'ConfigMap', name: 'ca', key: 'ca.crt', namespace: 'other' } },
      ['vault.caProvider.namespace'],
    ],
    ['its own namespace, spelt out', { server, auth: { tokenSecretRef: ref({ namespace: 'web' }) } }, []],
    ['no object at all', 'vault', ['vault']],
  ];

  test.each(rows)('%s', (_, config, fields) => {
    expect(vault.problems(config, store).map(({ field }) => field)).toEqual(fields);
  });

  test('the first problem is thrown, with the path as it is in the store', () => {
    expect(() => vault.configure({ server, auth: { gcp: {} } }, store)).toThrow(
      'spec.provider.vault.auth.gcp.role: has to be given',
    );
  });

  test('a cluster store has to say where its authority stands', () => {
    const problems = vault.problems({ server, caProvider: { type: 'Secret', name: 'ca', key: 'ca.crt' } }, cluster);
    expect(problems.map(({ field }) => field)).toEqual(['vault.caProvider.namespace']);
  });
});

describe('problems of an openBao store', () => {
  const rows: readonly (readonly [what: string, config: unknown, fields: readonly string[]])[] = [
    ['a token', { server, auth: token }, []],
    ['no auth', { server }, ['openBao.auth']],
    ['no method', { server, auth: {} }, ['openBao.auth']],
    ['two methods', { server, auth: { ...token, userPass: { username: 'u', secretRef: ref() } } }, ['openBao.auth']],
    ['a method that it has not', { server, auth: { kubernetes: { role: 'r' } } }, ['openBao.auth']],
    [
      'two authorities',
      { server, auth: token, caBundle: pem, caProvider: { type: 'Secret', name: 'ca', key: 'ca.crt' } },
      ['openBao.caProvider'],
    ],
  ];

  test.each(rows)('%s', (_, config, fields) => {
    expect(openBao.problems(config, store).map(({ field }) => field)).toEqual(fields);
  });
});

describe('defaults', () => {
  const configOf = (config: object): unknown => readVault({ server, ...config }, store);

  test('version v2, no mount, no namespace, no login', () => {
    expect(configOf({})).toMatchObject({
      config: { version: 'v2', mount: undefined, namespace: undefined, loginNamespace: undefined, auth: { method: 'none' } },
    });
  });

  test('a login is in the namespace of the secrets unless it names its own', () => {
    expect(configOf({ namespace: 'a' })).toMatchObject({ config: { namespace: 'a', loginNamespace: 'a' } });
    expect(configOf({ namespace: 'a', auth: { namespace: 'b' } })).toMatchObject({
      config: { namespace: 'a', loginNamespace: 'b' },
    });
  });

  test('a mount has no slashes around it', () => {
    expect(configOf({ path: '/team//secret/' })).toMatchObject({ config: { mount: 'team/secret' } });
  });

  test.each([
    ['appRole', { roleId: 'r', secretRef: ref() }, { path: 'approle' }],
    ['kubernetes', { role: 'r', secretRef: { name: 's' } }, { mountPath: 'kubernetes', secretRef: { key: 'token' } }],
    ['ldap', { username: 'u', secretRef: ref() }, { path: 'ldap' }],
    ['userPass', { username: 'u', secretRef: ref() }, { path: 'userpass' }],
    ['jwt', { secretRef: ref() }, { path: 'jwt' }],
    ['cert', { clientCert: ref(), secretRef: ref() }, { path: 'cert' }],
    ['iam', { vaultRole: 'r' }, { path: 'aws', region: 'us-east-1' }],
    ['gcp', { role: 'r' }, { path: 'gcp' }],
  ])('of %s', (method, given, expected) => {
    expect(configOf({ auth: { [method]: given } })).toMatchObject({ config: { auth: { method, with: expected } } });
  });

  test('of several methods the first in the order of external-secrets counts', () => {
    const order = ['tokenSecretRef', 'appRole', 'kubernetes', 'ldap', 'userPass', 'jwt', 'cert', 'iam', 'gcp'];
    const all: Record<string, object> = {
      tokenSecretRef: ref(),
      appRole: { roleId: 'r', secretRef: ref() },
      kubernetes: { role: 'r' },
      ldap: { username: 'u', secretRef: ref() },
      userPass: { username: 'u', secretRef: ref() },
      jwt: { secretRef: ref() },
      cert: { clientCert: ref(), secretRef: ref() },
      iam: { vaultRole: 'r' },
      gcp: { role: 'r' },
    };
    const chosen = order.map((_, index) => {
      const auth = Object.fromEntries(order.slice(index).map((name) => [name, all[name]]));
      const reading = readVault({ server, auth }, store);
      return 'config' in reading ? reading.config.auth.method : reading.problems;
    });
    expect(chosen).toEqual(['token', 'appRole', 'kubernetes', 'ldap', 'userPass', 'jwt', 'cert', 'iam', 'gcp']);
  });
});

describe('external acceptance 40: referent auth', () => {
  const rows = [
    ['a cluster store whose Secret has no namespace', cluster, token, true],
    ['a cluster store whose Secret has one', cluster, { tokenSecretRef: ref({ namespace: 'vault' }) }, false],
    ['a cluster store without login', cluster, undefined, false],
    ['a cluster store that logs in as the controller', cluster, { kubernetes: { role: 'r' } }, false],
    [
      'a cluster store with a ServiceAccount of nowhere',
      cluster,
      { kubernetes: { role: 'r', serviceAccountRef: { name: 's' } } },
      true,
    ],
    ['a namespaced store', store, token, false],
  ] as const;

  test.each(rows)('%s: %#', (_, identity, auth, expected) => {
    expect(vault.configure({ server, auth }, identity).isReferent).toBe(expected);
  });

  test('a client certificate of no namespace counts too', () => {
    const tls = { certSecretRef: { name: 'c' }, keySecretRef: { name: 'c' } };
    expect(vault.configure({ server, tls }, cluster).isReferent).toBe(true);
  });
});
