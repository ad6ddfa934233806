import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { thrown } from '../testing/thrown.ts';
import { durationMs } from './duration.ts';
import type { LoadOptions } from './load-connection.ts';
import { loadConnection } from './load-connection.ts';

const pem = (what: string): string => `-----BEGIN CERTIFICATE-----\n${what}\n-----END CERTIFICATE-----\n`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const config = {
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'dev',
  clusters: [
    { name: 'dev', cluster: { server: 'https://dev:6443', 'certificate-authority-data': base64(pem('dev')) } },
    {
      name: 'prod',
      cluster: {
        server: 'https://prod:6443',
        'certificate-authority': 'pki/ca.crt',
        'tls-server-name': 'kubernetes',
        'proxy-url': 'http://proxy:3128',
      },
    },
    { name: 'lab', cluster: { server: 'https://lab:6443', 'insecure-skip-tls-verify': true } },
  ],
  users: [
    { name: 'token', user: { token: 'hunter2' } },
    { name: 'cert', user: { 'client-certificate-data': base64(pem('c')), 'client-key-data': base64(pem('k')) } },
    { name: 'files', user: { 'client-certificate': 'pki/me.crt', 'client-key': '/abs/me.key', tokenFile: 'token' } },
    { name: 'basic', user: { username: 'me', password: 'hunter2', as: 'alice', 'as-uid': '7', 'as-groups': ['dev'] } },
    { name: 'exec', user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'login' } } },
    { name: 'azure', user: { 'auth-provider': { name: 'azure' } } },
  ],
  contexts: [
    { name: 'dev', context: { cluster: 'dev', user: 'token', namespace: 'web' } },
    { name: 'prod', context: { cluster: 'prod', user: 'files' } },
    { name: 'lab', context: { cluster: 'lab', user: 'basic' } },
    { name: 'broken', context: { cluster: 'gone', user: 'token' } },
  ],
};

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kubeconfig-'));
  file = path.join(folder, 'config');
  await writeFile(file, stringify(config));
});
afterAll(() => rm(folder, { recursive: true }));

const load = (o: LoadOptions = {}): ReturnType<typeof loadConnection> =>
  loadConnection({ kubeconfig: file, env: {}, home: path.join(folder, 'nobody'), ...o });

describe('a kubeconfig', () => {
  const dev = { server: 'https://dev:6443', ca: pem('dev'), token: 'hunter2', namespace: 'web' };

  const rows: readonly [string, LoadOptions, object][] = [
    ['current context', {}, dev],
    [
      'another context: files relative to the kubeconfig, proxy, name to verify',
      { context: 'prod' },
      {
        server: 'https://prod:6443',
        caFile: '<folder>/pki/ca.crt',
        tlsServerName: 'kubernetes',
        proxyUrl: 'http://proxy:3128',
        clientCertFile: '<folder>/pki/me.crt',
        clientKeyFile: '/abs/me.key',
        tokenFile: '<folder>/token',
        namespace: 'default',
      },
    ],
    [
      'basic, impersonation, insecure',
      { context: 'lab' },
      {
        server: 'https://lab:6443',
        insecureSkipTlsVerify: true,
        username: 'me',
        password: 'hunter2',
        impersonate: { user: 'alice', uid: '7', groups: ['dev'] },
        namespace: 'default',
      },
    ],
    ['--user', { user: 'cert' }, { server: dev.server, ca: dev.ca, clientCert: pem('c'), clientKey: pem('k'), namespace: 'web' }],
    [
      '--cluster',
      { cluster: 'lab' },
      { server: 'https://lab:6443', insecureSkipTlsVerify: true, token: 'hunter2', namespace: 'web' },
    ],
    ['--server', { server: 'https://other' }, { ...dev, server: 'https://other' }],
    ['--namespace', { namespace: 'shop' }, { ...dev, namespace: 'shop' }],
    ['--namespace ns/', { namespace: 'ns/shop' }, { ...dev, namespace: 'shop' }],
    ['--namespace namespaces/', { namespace: 'namespaces/shop' }, { ...dev, namespace: 'shop' }],
    ['--token replaces a token file', { context: 'prod', user: 'files', token: 't' }, { token: 't', tokenFile: undefined }],
    ['--token replaces an exec plugin', { user: 'exec', token: 't' }, { ...dev, token: 't' }],
    ['--certificate-authority replaces data', { certificateAuthority: '/ca' }, { ca: undefined, caFile: '/ca' }],
    [
      '--insecure-skip-tls-verify drops the authority',
      { insecureSkipTlsVerify: true },
      { ca: undefined, insecureSkipTlsVerify: true },
    ],
    [
      '--client-certificate and --client-key replace data',
      { user: 'cert', clientCertificate: '/c', clientKey: '/k' },
      { clientCert: undefined, clientCertFile: '/c', clientKey: undefined, clientKeyFile: '/k' },
    ],
    ['--username replaces a token', { username: 'u', password: 'p' }, { username: 'u', password: 'p', token: undefined }],
    [
      '--as, --as-uid, --as-group',
      { as: 'bob', asUid: '1', asGroups: ['g'] },
      { impersonate: { user: 'bob', uid: '1', groups: ['g'] } },
    ],
    ['--tls-server-name, --proxy-url', { tlsServerName: 'n', proxyUrl: 'http://p' }, { tlsServerName: 'n', proxyUrl: 'http://p' }],
    ['--request-timeout', { requestTimeout: '1m30s' }, { requestTimeoutMs: 90_000 }],
  ];
  test.each(rows)('%s', async (_name, options, expected) => {
    const connection = await load(options);
    const want = JSON.parse(
      JSON.stringify(expected, (_key, value: unknown) => value ?? '<absent>').replaceAll('<folder>', folder),
    ) as object;
    const have = Object.fromEntries(
      Object.keys(want).map((key) => [key, connection[key as keyof typeof connection] ?? '<absent>']),
    );
    expect(have).toEqual(want);
    const whole = 'server' in want;
    expect(Object.keys(connection).filter((key) => whole && !(key in want))).toEqual([]);
  });

  test('the headers of an exec plugin are asked for, not a token', async () => {
    const connection = await load({ user: 'exec' });
    expect(typeof connection.headers).toBe('function');
    expect(connection.token).toBeUndefined();
  });
});

describe('where it is looked for', () => {
  test('KUBECONFIG: files are merged, the first to say something wins, missing ones are passed over', async () => {
    const first = path.join(folder, 'first');
    await writeFile(
      first,
      stringify({
        'current-context': 'mine',
        contexts: [{ name: 'mine', context: { cluster: 'dev', user: 'token' } }],
        users: [{ name: 'token', user: { token: 'first' } }],
      }),
    );
    const env = { KUBECONFIG: [path.join(folder, 'missing'), first, file].join(path.delimiter) };
    expect(await load({ kubeconfig: undefined, env })).toMatchObject({
      server: 'https://dev:6443',
      token: 'first',
      namespace: 'default',
    });
  });

  test('~/.kube/config', async () => {
    const home = path.join(folder, 'home');
    await mkdir(path.join(home, '.kube'), { recursive: true });
    await writeFile(path.join(home, '.kube', 'config'), JSON.stringify(config)); // JSON is YAML
    expect(await load({ kubeconfig: undefined, home })).toMatchObject({ server: 'https://dev:6443', namespace: 'web' });
  });

  test.each([
    ['10.0.0.1', 'https://10.0.0.1:443'],
    ['fd00::1', 'https://[fd00::1]:443'],
  ])('in a pod (%s)', async (host, server) => {
    const account = path.join(folder, `account-${host.replaceAll(':', '')}`);
    await mkdir(account);
    await writeFile(path.join(account, 'token'), 'hunter2');
    await writeFile(path.join(account, 'ca.crt'), pem('pod'));
    await writeFile(path.join(account, 'namespace'), 'kube-system\n');
    const env = { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: '443' };
    expect(await load({ kubeconfig: undefined, env, serviceAccountFolder: account })).toEqual({
      server,
      tokenFile: path.join(account, 'token'),
      caFile: path.join(account, 'ca.crt'),
      namespace: 'kube-system',
    });
  });

  test('only --server: no file is needed', async () => {
    expect(await load({ kubeconfig: undefined, server: 'http://localhost:8001' })).toEqual({
      server: 'http://localhost:8001',
      namespace: 'default',
    });
  });

  test('the proxy of the environment, unless the kubeconfig names one', async () => {
    const env = { HTTPS_PROXY: 'proxy.corp:3128' };
    expect((await load({ env })).proxyUrl).toBe('http://proxy.corp:3128');
    expect((await load({ env, context: 'prod' })).proxyUrl).toBe('http://proxy:3128');
  });
});

describe('errors name file and key, and never a token', () => {
  const cases: readonly [string, unknown, string, string][] = [
    ['broken YAML', 'users:\n- name: a\n  user: {token: "hunter2}\n', 'KUBECONFIG_MALFORMED', 'line '],
    ['no mapping', '- hunter2', 'KUBECONFIG_MALFORMED', 'not a mapping'],
    ['users no list', { users: 'hunter2' }, 'KUBECONFIG_MALFORMED', 'users: not a list'],
    ['no name', { users: [{ user: { token: 'hunter2' } }] }, 'KUBECONFIG_MALFORMED', 'users[0].name: no text'],
    [
      'token no text',
      {
        'current-context': 'c',
        contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
        clusters: [{ name: 'c', cluster: { server: 'https://x' } }],
        users: [{ name: 'u', user: { token: { hunter2: 1 } } }],
      },
      'KUBECONFIG_MALFORMED',
      'users[u].token: no text',
    ],
    [
      'key data no PEM',
      {
        'current-context': 'c',
        contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
        clusters: [{ name: 'c', cluster: { server: 'https://x' } }],
        users: [{ name: 'u', user: { 'client-key-data': 'hunter2' } }],
      },
      'KUBECONFIG_MALFORMED',
      'users[u].client-key-data: no base64 of PEM',
    ],
  ];
  test.each(cases)('%s', async (name, content, code, words) => {
    const broken = path.join(folder, `${name.replaceAll(' ', '-')}.yaml`);
    await writeFile(broken, typeof content === 'string' ? content : stringify(content));
    const error = (await thrown(load({ kubeconfig: broken }))) as Error;
    expect(error).toMatchObject({ code: `SIGNET_KUBE_${code}` });
    expect(error.message).toContain(broken);
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('hunter2');
  });

  test.each([
    ['context', { context: 'nope' }, `there is no context "nope" in `],
    ['cluster', { context: 'broken' }, `there is no cluster "gone" in `],
    ['user', { user: 'nope' }, `there is no user "nope" in `],
  ])('an unknown %s', async (_what, options, words) => {
    const error = (await thrown(load(options))) as Error;
    expect(error).toMatchObject({ code: 'SIGNET_KUBE_KUBECONFIG_NO_ENTRY', message: words + file });
  });

  test('the explicit file is missing', async () => {
    const missing = path.join(folder, 'missing');
    await expect(load({ kubeconfig: missing })).rejects.toMatchObject({
      code: 'SIGNET_KUBE_FILE_UNREADABLE',
      message: `cannot read the kubeconfig ${missing} (ENOENT)`,
    });
  });

  test('nothing anywhere', async () => {
    await expect(load({ kubeconfig: undefined })).rejects.toMatchObject({ code: 'SIGNET_KUBE_NO_CLUSTER' });
  });

  test('an auth provider that Kubernetes removed', async () => {
    await expect(load({ user: 'azure' })).rejects.toMatchObject({
      code: 'SIGNET_KUBE_AUTH_UNSUPPORTED',
      message: `${file}: users[azure].auth-provider: azure is not supported`,
    });
  });

  test.each(['localhost:8080', 'ftp://x', '/path'])('a server that is no URL: %s', async (server) => {
    await expect(load({ server })).rejects.toMatchObject({ code: 'SIGNET_KUBE_BAD_SERVER' });
  });
});

test.each([
  ['0', 0],
  ['30', 30_000],
  ['30s', 30_000],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
  ['250ms', 250],
])('duration %s is %i ms', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});
test.each(['', 's', 'x', '-1s', '1 s', '1d'])('%j is no duration', (text) => {
  expect(() => durationMs(text)).toThrow('is not a duration');
});
