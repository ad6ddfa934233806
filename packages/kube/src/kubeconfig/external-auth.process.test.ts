import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { makeAuthority } from '../testing/authority.ts';
import { eventually } from '../testing/eventually.ts';
import { startScripted } from '../testing/scripted-server.ts';
import { thrown } from '../testing/thrown.ts';
import type { Client } from '../client/index.ts';
import { configMaps, createClient } from '../client/index.ts';
import { loadConnection } from './load-connection.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kube-auth-'));
});
afterAll(() => rm(folder, { recursive: true }));

const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'web', name: 'a' } };
const get = (client: Client): Promise<unknown> => client.get(configMaps, object.metadata);

/** A kubeconfig whose user has the given fields. */
async function kubeconfig(name: string, server: string, user: object, cluster: object = {}): Promise<string> {
  const file = path.join(folder, name);
  const content = {
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'me' } }],
    clusters: [{ name: 'c', cluster: { server, ...cluster } }],
    users: [{ name: 'me', user }],
  };
  await writeFile(file, stringify(content));
  return file;
}

/** An exec plugin beside the kubeconfig: runs the script, which may use `info`, the ExecCredential it was given. */
async function plugin(name: string, script: string): Promise<string> {
  const file = path.join(folder, name);
  const source = `#!${process.execPath}\nconst fs = require('node:fs'); const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO);\nconst runs = Number(fs.existsSync(__filename + '.runs') ? fs.readFileSync(__filename + '.runs', 'utf8') : 0) + 1;\nfs.writeFileSync(__filename + '.runs', String(runs));\nconst give = (status) => console.log(JSON.stringify({ apiVersion: info.apiVersion, kind: 'ExecCredential', status }));\n${script}`;
  await writeFile(file, source);
  await chmod(file, 0o755);
  return `./${name}`;
}
const runsOf = (name: string): Promise<string> => readFile(path.join(folder, `${name}.runs`), 'utf8');
const apiVersion = 'client.authentication.k8s.io/v1';

describe('exec plugins', () => {
  test('the token is used, kept while it is good, and asked for anew after a 401', async () => {
    let good = 'Bearer run-1';
    const server = await startScripted((seen, reply) =>
      seen.headers.authorization === good ? reply.json(200, object) : reply.refuse(401, 'Unauthorized'),
    );
    const command = await plugin('token.cjs', "give({ token: 'run-' + runs });");
    const file = await kubeconfig('exec', server.url, { exec: { apiVersion, command, args: null, env: null } });
    const client = createClient(await loadConnection({ kubeconfig: file, env: {} }));
    await Promise.all([get(client), get(client), get(client)]);
    expect(await runsOf('token.cjs')).toBe('1');
    good = 'Bearer run-2';
    await get(client);
    expect(await runsOf('token.cjs')).toBe('2');
    await client.close();
    await server.stop();
  });

  test('a client certificate is used; the plugin is told of the cluster', async () => {
    const authority = makeAuthority('exec');
    const { cert, key } = authority.issue(['me']);
    const tls = { ...authority.issue(), ca: authority.ca, requestCert: true, rejectUnauthorized: true };
    const server = await startScripted((_seen, reply) => reply.json(200, object), tls);
    const issued = JSON.stringify({ clientCertificateData: cert, clientKeyData: key });
    const command = await plugin(
      'cert.cjs',
      `if (!info.spec.cluster.server.startsWith('https://127')) process.exit(1);\ngive(${issued});`,
    );
    const ca = { 'certificate-authority-data': Buffer.from(authority.ca).toString('base64') };
    const file = await kubeconfig('exec-cert', server.url, { exec: { apiVersion, command, provideClusterInfo: true } }, ca);
    const client = createClient(await loadConnection({ kubeconfig: file, env: {} }));
    await expect(get(client)).resolves.toEqual(object);
    await client.close();
    await server.stop();
  });

  test('a plugin that fails is named with its advice, and without anything like a token', async () => {
    const token = 'eyJhbGciOiJSUzI1NiIsImtpZCI6IjEyMyJ9.hunter2hunter2hunter2';
    const command = await plugin('fail.cjs', `console.error('run login first; was ${token}'); process.exit(1);`);
    const file = await kubeconfig('exec-fail', 'http://127.0.0.1:1', { exec: { apiVersion, command } });
    const client = createClient(await loadConnection({ kubeconfig: file, env: {} }));
    const error = (await thrown(get(client))) as Error;
    expect(error).toMatchObject({ code: 'SIGNET_KUBE_AUTH_FAILED' });
    expect(error.message).toBe(`${file}: users[me]: exec plugin ./fail.cjs gave no credentials: run login first; was [redacted]`);
    await client.close();
  });

  test('a plugin that hangs is bound by the deadline of the call', async () => {
    const command = await plugin(
      'hang.cjs',
      "fs.writeFileSync(__filename + '.pid', String(process.pid)); setTimeout(() => {}, 60000);",
    );
    const file = await kubeconfig('exec-hang', 'http://127.0.0.1:1', { exec: { apiVersion, command } });
    const client = createClient(await loadConnection({ kubeconfig: file, env: {}, requestTimeout: '2s' }));
    await expect(get(client)).rejects.toMatchObject({ code: 'SIGNET_KUBE_TIMEOUT' });
    await client.close();
    const pid = await eventually('the plugin to tell who it is', () => {
      const file = path.join(folder, 'hang.cjs.pid');
      return existsSync(file) && Number(readFileSync(file, 'utf8'));
    });
    process.kill(pid);
  });
});

test('OIDC: an id token that is still good is used', async () => {
  const part = (content: object): string => Buffer.from(JSON.stringify(content)).toString('base64url');
  const token = `${part({ alg: 'none' })}.${part({ exp: Math.floor(Date.now() / 1000) + 3600 })}.x`;
  const server = await startScripted((_seen, reply) => reply.json(200, object));
  const provider = { name: 'oidc', config: { 'id-token': token, 'client-id': 'x', 'idp-issuer-url': 'https://idp.invalid' } };
  const file = await kubeconfig('oidc', server.url, { 'auth-provider': provider });
  const client = createClient(await loadConnection({ kubeconfig: file, env: {} }));
  await get(client);
  expect(server.seen[0]?.headers.authorization).toBe(`Bearer ${token}`);
  await client.close();
  await server.stop();
});

describe('client-node is loaded only where it is needed', () => {
  /** Runs a program that loads a connection and asks for its headers; resolves with the modules it resolved. */
  async function resolvedBy(options: object): Promise<string[]> {
    const entry = new URL('./index.ts', import.meta.url).href;
    const program = `
      import { registerHooks } from 'node:module';
      const seen = [];
      registerHooks({ resolve: (specifier, context, next) => (seen.push(specifier), next(specifier, context)) });
      const { loadConnection } = await import(${JSON.stringify(entry)});
      const connection = await loadConnection(${JSON.stringify(options)});
      await connection.headers?.();
      console.log(JSON.stringify(seen));`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    await new Promise((resolve) => child.once('close', resolve));
    return JSON.parse(output) as string[];
  }

  test.each([
    ['in a pod', 'pod', false],
    ['a token', 'token', false],
    ['an exec plugin', 'exec', true],
  ])('%s', async (_name, kind, loaded) => {
    await writeFile(path.join(folder, 'token'), 'x');
    const command = await plugin('lazy.cjs', "give({ token: 'x' });");
    const user = kind === 'exec' ? { exec: { apiVersion, command } } : { token: 'x' };
    const file = await kubeconfig(`lazy-${kind}`, 'https://127.0.0.1:1', user);
    const env = kind === 'pod' ? { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' } : { KUBECONFIG: file };
    const modules = await resolvedBy({ env, home: path.join(folder, 'nobody'), serviceAccountFolder: folder });
    expect(modules.includes('@kubernetes/client-node')).toBe(loaded);
  });
});
