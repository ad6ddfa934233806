import { readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import manifest from '../../../packages/cli/package.json' with { type: 'json' };
import type { CommandOptions, Outcome } from '../node/command.ts';
import { release, useCluster } from './cluster.ts';
import type { StoredSealedSecret } from './verbs.ts';

const cluster = useCluster();

interface Place {
  readonly name?: string;
  readonly namespace?: string;
  readonly annotations?: Record<string, string>;
}
const secret = ({ name = 'mine', ...place }: Place = {}, values: Record<string, string> = { foo: 'bar' }): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name, ...place }, stringData: values });

const kubeseal = (args: readonly string[], options?: CommandOptions): Promise<Outcome> =>
  cluster().attempt('kubeseal', args, options);
const sealed = async (args: readonly string[], input: string, env?: Record<string, string>): Promise<StoredSealedSecret> => {
  const text = await cluster().run('kubeseal', args, { input, ...(env && { env }) });
  return JSON.parse(text) as StoredSealedSecret;
};
const file = (name: string): string => join(cluster().home, name);

/** Applies it and gives what the cluster made of it. */
async function opened(object: StoredSealedSecret): Promise<Record<string, string> | undefined> {
  await cluster().apply(object);
  const { namespace = '', name = '' } = object.metadata;
  await cluster().synced(namespace, name, 'True');
  return cluster().data(namespace, name);
}

/** A kubeconfig like the administrator's, changed. */
async function kubeconfigWith(name: string, change: (text: string) => string): Promise<string> {
  await writeFile(file(name), change(await readFile(cluster().kubeconfig, 'utf8')));
  return file(name);
}

beforeAll(async () => {
  for (const name of ['from-context', 'from-flag', 'mine']) await cluster().namespace(name);
});

describe('acceptance 36: sealing with the cluster at hand', () => {
  test('by default: kind, name and namespace are right, and the cluster can open the value', async () => {
    const object = await sealed([], secret());
    expect(object.kind).toBe('SealedSecret');
    expect(object.metadata).toMatchObject({ name: 'mine', namespace: 'default' });
    expect(await opened(object)).toEqual({ foo: 'bar' });
  });

  test('the namespace is that of the kubeconfig', async () => {
    const KUBECONFIG = await kubeconfigWith('context', (text) => text.replace('namespace: default', 'namespace: from-context'));
    const object = await sealed([], secret(), { KUBECONFIG });
    expect(object.metadata.namespace).toBe('from-context');
    expect(await opened(object)).toEqual({ foo: 'bar' });
  });

  test('-n wins over the kubeconfig', async () => {
    const object = await sealed(['-n', 'from-flag'], secret());
    expect(object.metadata.namespace).toBe('from-flag');
    expect(await opened(object)).toEqual({ foo: 'bar' });
  });

  test('with --cert it works while the API server is unreachable; without, it says what it could not reach', async () => {
    const certificate = await cluster().certificate();
    // Nobody listens on port 1.
    const KUBECONFIG = await kubeconfigWith('unreachable', (text) => text.replace(/server: .*/, 'server: https://127.0.0.1:1'));
    const object = await sealed(['--cert', certificate], secret({ name: 'offline' }), { KUBECONFIG });
    expect(await opened(object)).toEqual({ foo: 'bar' });
    const { code, stdout, stderr } = await kubeseal([], { input: secret(), env: { KUBECONFIG } });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: cannot fetch certificate: .*127\.0\.0\.1:1/);
  });

  test('a user with no rights at all can seal: the certificate is public', async () => {
    const { plane } = cluster();
    await writeFile(file('nobody'), plane.kubeconfig(await plane.connectionFor({ name: 'nobody' })));
    const object = await sealed([], secret({ name: 'by-nobody' }), { KUBECONFIG: file('nobody') });
    expect(await opened(object)).toEqual({ foo: 'bar' });
    const { stderr } = await cluster().attempt('kubectl', [
      '--kubeconfig',
      file('nobody'),
      'get',
      'secrets',
      '-n',
      release.namespace,
    ]);
    expect(stderr).toContain('Forbidden');
  });
});

describe('acceptance 37: odd input, the certificate, the version', () => {
  test.each([
    ['no Secret at all', '{"hello": '],
    ['nothing', ''],
    ['a Secret without data', JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } })],
  ])('%s is an error', async (_, input) => {
    const { code, stdout, stderr } = await kubeseal([], { input });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: \S/);
  });

  test('--fetch-cert is what the controller serves, byte for byte', async () => {
    const [pod] = cluster().node.pods;
    const own = await (await fetch(`http://${pod?.ip}:8080/v1/cert.pem`)).text();
    expect(await cluster().run('kubeseal', ['--fetch-cert'])).toBe(own);
    expect(await cluster().run('signet', ['cert', 'fetch'])).toBe(own);
    const path = `/api/v1/namespaces/${release.namespace}/services/http:${release.fullname}:http/proxy/v1/cert.pem`;
    expect(await cluster().kubectl('get', '--raw', path)).toBe(own);
  });

  test('a controller that is not there: the message says which flags to use', async () => {
    const { code, stderr } = await kubeseal(['--fetch-cert', '--controller-name=nowhere']);
    expect(code).toBe(1);
    expect(stderr).toContain('cannot get sealed secret service: services "nowhere" not found');
    expect(stderr).toContain('--controller-name and --controller-namespace');
  });

  test('--version prints "kubeseal version: X"', async () => {
    expect(await cluster().run('kubeseal', ['--version'])).toBe(`kubeseal version: ${manifest.version}\n`);
  });
});

describe('where a certificate comes from', () => {
  test('acceptance 39: a missing file is named', async () => {
    const { code, stderr } = await kubeseal(['--cert', file('missing.pem')], { input: secret() });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error:.*no such file or directory/);
  });

  test('acceptance 41: a path, an http URL and a file URL give the same', async () => {
    const certificate = await cluster().certificate();
    const pem = await readFile(certificate);
    const server = createServer((_, response) => response.end(pem)).listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as AddressInfo;
      const sources = [certificate, `http://127.0.0.1:${port}/v1/cert.pem`, pathToFileURL(certificate).href];
      for (const [index, source] of sources.entries()) {
        const object = await sealed(['--cert', source], secret({ name: `from-${index}` }));
        expect(await opened(object), `from ${source}`).toEqual({ foo: 'bar' });
      }
    } finally {
      server.close();
    }
  });
});

describe('documents in, files out', () => {
  const two = [secret({ name: 'one' }), secret({ name: 'two' })];

  test.each([
    ['JSON', two.join('\n')],
    ['YAML', two.map((text) => `---\n${text}\n`).join('')],
  ])('acceptance 42: two documents of %s become two, in both formats', async (_, input) => {
    const json = await cluster().run('kubeseal', [], { input });
    const asJson = json.trim().split(/(?<=^\})\n/m);
    expect(asJson.map((text) => (JSON.parse(text) as StoredSealedSecret).metadata.name)).toEqual(['one', 'two']);
    const yaml = await cluster().run('kubeseal', ['-o', 'yaml'], { input });
    expect(yaml.startsWith('---\n')).toBe(true);
    expect(yaml.trimEnd().endsWith('---')).toBe(false);
    const documents = parseAllDocuments(yaml).map((document) => document.toJS() as StoredSealedSecret);
    expect(documents.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual(['SealedSecret/one', 'SealedSecret/two']);
    await cluster().apply(yaml);
    for (const name of ['one', 'two']) await cluster().synced('default', name, 'True');
  });

  test('acceptance 44: -f and -w write only the file, YAML by its ending; on an error the old file stays', async () => {
    const [input, output] = [file('in.json'), file('out.yaml')];
    await writeFile(input, secret({ name: 'filed' }));
    expect(await cluster().run('kubeseal', ['-f', input, '-w', output])).toBe('');
    const text = await readFile(output, 'utf8');
    expect(text).toMatch(/^---\n(.*\n)*kind: SealedSecret\n/);
    await cluster().kubectl('apply', '-f', output);
    await cluster().synced('default', 'filed', 'True');
    await writeFile(input, 'kind: Secret');
    expect((await kubeseal(['-f', input, '-w', output])).code).toBe(1);
    expect(await readFile(output, 'utf8')).toBe(text);
  });
});

describe('acceptance 43: namespaces and scopes', () => {
  const mark = (scope: string): Record<string, string> => ({ [`sealedsecrets.bitnami.com/${scope}`]: 'true' });

  test.each([
    ['strict: the default namespace is written', [], {}, 'default', undefined],
    ['namespace-wide: so it is', ['--scope=namespace-wide'], {}, 'default', mark('namespace-wide')],
    ['cluster-wide: none is forced', ['--scope=cluster-wide'], {}, undefined, mark('cluster-wide')],
    ['cluster-wide: one that is there stays', ['--scope=cluster-wide'], { namespace: 'mine' }, 'mine', mark('cluster-wide')],
    ['the annotation decides', [], { annotations: mark('cluster-wide') }, undefined, mark('cluster-wide')],
    ['-n that agrees', ['-n', 'mine'], { namespace: 'mine' }, 'mine', undefined],
    ['an empty namespace and -n', ['-n', 'mine'], { namespace: '' }, 'mine', undefined],
  ] as const)('%s', async (_, flags, place, namespace, annotations) => {
    const object = await sealed(flags, secret(place));
    expect(object.metadata.namespace).toBe(namespace);
    expect(object.metadata.annotations).toEqual(annotations);
  });

  test('another -n than the input is refused', async () => {
    const { code, stderr } = await kubeseal(['-n', 'b'], { input: secret({ namespace: 'a' }) });
    expect(code).toBe(1);
    expect(stderr).toContain('namespace mismatch: input secret is in namespace "a" but "b" was specified');
  });
});

describe('acceptance 46: raw values', () => {
  const raw = (...flags: string[]): Promise<Outcome> => kubeseal(['--raw', '--from-file', file('value'), ...flags]);
  beforeAll(() => writeFile(file('value'), 'bar'));

  test.each([
    ['strict: the exact place opens', 'strict', { name: 'raw', namespace: 'mine' }, true],
    ['strict: another name does not', 'strict', { name: 'raw-renamed', namespace: 'mine' }, false],
    ['strict: another namespace does not', 'strict', { name: 'raw', namespace: 'default' }, false],
    ['namespace-wide: another name opens', 'namespace-wide', { name: 'raw-wide', namespace: 'mine' }, true],
    ['namespace-wide: another namespace does not', 'namespace-wide', { name: 'raw-moved', namespace: 'default' }, false],
    ['cluster-wide: any place opens', 'cluster-wide', { name: 'raw-anywhere', namespace: 'default' }, true],
  ] as const)('%s', async (_, scope, place, opens) => {
    const { stdout } = await raw(`--scope=${scope}`, '--namespace=mine', '--name=raw');
    expect(stdout).toMatch(/^[A-Za-z0-9+/]+=*$/);
    const annotations = scope === 'strict' ? {} : { [`sealedsecrets.bitnami.com/${scope}`]: 'true' };
    const object = { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', metadata: { ...place, annotations } };
    await cluster().apply({ ...object, spec: { encryptedData: { foo: stdout } } });
    await cluster().synced(place.namespace, place.name, opens ? 'True' : 'False');
    expect(await cluster().data(place.namespace, place.name)).toEqual(opens ? { foo: 'bar' } : undefined);
  });

  test('the three messages', async () => {
    const KUBECONFIG = await kubeconfigWith('no-namespace', (text) => text.replace(/namespace: .*/, "namespace: ''"));
    const cert = ['--cert', await cluster().certificate()];
    const said = async (args: string[]): Promise<string> => (await kubeseal([...cert, ...args], { env: { KUBECONFIG } })).stderr;
    const from = ['--from-file', file('value')];
    expect(await said(['--raw', ...from, '--namespace=mine'])).toContain(
      'must provide the --name flag with --raw and --scope strict',
    );
    expect(await said(['--raw', ...from, ...from, '--namespace=mine', '--name=x'])).toContain(
      'must provide only one --from-file when encrypting a single item with --raw',
    );
    expect(await said(from)).toContain('--from-file requires --raw');
  });
});

describe('acceptance 47: every flag from the environment', () => {
  const name = async (env: Record<string, string>): Promise<string | undefined> =>
    (await kubeseal(['--fetch-cert'], { env })).stderr.split('\n')[0];

  test('not set: the default; set: the value; set to nothing: nothing', async () => {
    expect(await name({})).toBe('');
    expect(await name({ SEALED_SECRETS_CONTROLLER_NAME: 'other' })).toContain('services "other" not found');
    const asked = await name({ SEALED_SECRETS_CONTROLLER_NAME: '' });
    expect(asked).toMatch(/^error: /);
    expect(asked).not.toContain(release.fullname);
  });

  test('the command line wins', async () => {
    const env = { SEALED_SECRETS_CONTROLLER_NAME: 'other', SEALED_SECRETS_NAMESPACE: 'mine' };
    const object = await sealed(['--controller-name', release.fullname], secret(), env);
    expect(object.metadata.namespace).toBe('mine');
  });
});
