import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readExternalSecret, readSecretStore } from '@signet/api';
import { afterAll, describe, expect, test } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { runSignet } from '../template/testing/run-signet.ts';

const folder = mkdtempSync(join(tmpdir(), 'signet-convert-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: Readonly<Record<string, unknown>>;
}

const kes = (spec: object, more: object = {}): object => ({
  apiVersion: 'kubernetes-client.io/v1',
  kind: 'ExternalSecret',
  metadata: { name: 'db', namespace: 'web', ...more },
  spec,
});
const secretsManager = { backendType: 'secretsManager', region: 'eu-west-1' };
const vault = { backendType: 'vault', vaultRole: 'reader' };
const server = ['--vault-server', 'https://vault:8200'];
const item = { key: 'app/db', name: 'password' };

async function convert(input: string | readonly object[], args: readonly string[] = []) {
  const text = typeof input === 'string' ? input : input.map((one) => stringify(one)).join('---\n');
  const ran = await runSignet(['convert', 'kes', ...args], text);
  const manifests = parseAllDocuments(ran.out).map((document) => document.toJS() as Manifest);
  return {
    ...ran,
    stores: manifests.filter(({ kind }) => kind.endsWith('Store')),
    secrets: manifests.filter(({ kind }) => kind === 'ExternalSecret'),
  };
}

describe('items', () => {
  test.each([
    ['a whole value', secretsManager, item, { key: 'app/db' }],
    ['a field of it', secretsManager, { ...item, property: 'a.b' }, { key: 'app/db', property: 'a.b' }],
    [
      'a field whose name means something in a path',
      secretsManager,
      { ...item, property: 'a*[0]' },
      { key: 'app/db', property: String.raw`a\*\[0\]` },
    ],
    ['a stage', secretsManager, { ...item, versionStage: 'AWSPREVIOUS' }, { key: 'app/db', version: 'AWSPREVIOUS' }],
    ['a version', secretsManager, { ...item, versionId: 'f00' }, { key: 'app/db', version: 'uuid/f00' }],
    ['bytes of Secrets Manager', secretsManager, { ...item, isBinary: true }, { key: 'app/db', decodingStrategy: 'Auto' }],
    [
      'bytes',
      { backendType: 'azureKeyVault', keyVaultName: 'v' },
      { ...item, isBinary: true },
      { key: 'app/db', decodingStrategy: 'Base64' },
    ],
    ['a numbered version', { backendType: 'gcpSecretsManager' }, { ...item, version: 3 }, { key: 'app/db', version: '3' }],
    ['Vault, version 2', vault, { ...item, key: 'kv/data/app/db', property: 'p' }, { key: 'app/db', property: 'p' }],
    [
      'Vault, version 1',
      { ...vault, kvVersion: 1 },
      { ...item, key: 'kv/app/db', property: 'p' },
      { key: 'app/db', property: 'p' },
    ],
  ])('%s', async (_title, spec, written, remoteRef) => {
    const { secrets } = await convert([kes({ ...spec, data: [written] })], server);
    expect(secrets[0]?.spec['data']).toEqual([{ secretKey: 'password', remoteRef }]);
  });

  test('whole objects become dataFrom, in their order', async () => {
    const spec = {
      ...secretsManager,
      dataFrom: ['a', 'b'],
      dataFromWithOptions: [{ key: 'c', versionStage: 'X', isBinary: true }],
    };
    const { secrets } = await convert([kes(spec)]);
    expect(secrets[0]?.spec['dataFrom']).toEqual([
      { extract: { key: 'a' } },
      { extract: { key: 'b' } },
      { extract: { key: 'c', version: 'X', decodingStrategy: 'Auto' } },
    ]);
  });

  test('parameters below a path get the last part of their names as keys', async () => {
    const spec = {
      backendType: 'systemManager',
      region: 'eu-west-1',
      data: [
        { path: '/app.1/', recursive: false },
        { path: '/all', recursive: true },
      ],
    };
    const { secrets } = await convert([kes(spec)]);
    const rewrite = [{ regexp: { source: '^.*/([^/]+)$', target: '$1' } }];
    expect(secrets[0]?.spec['dataFrom']).toEqual([
      { find: { path: '/app.1', name: { regexp: String.raw`^/app\.1/[^/]+$` } }, rewrite },
      { find: { path: '/all', name: { regexp: '^/all/' } }, rewrite },
    ]);
  });

  test('the form before version 3 is read: secretDescriptor, properties, type', async () => {
    const { metadata, spec: _, ...rest } = kes({}) as { metadata: object; spec: object };
    const old = { ...rest, metadata, secretDescriptor: { ...secretsManager, type: 'kubernetes.io/tls', properties: [item] } };
    const { secrets } = await convert([old]);
    expect(secrets[0]?.spec).toMatchObject({
      target: { name: 'db', template: { type: 'kubernetes.io/tls' } },
      data: [{ secretKey: 'password' }],
    });
  });
});

describe('stores', () => {
  const data = [item];
  test.each([
    ['Secrets Manager', { ...secretsManager, data }, 'aws-eu-west-1', { aws: { service: 'SecretsManager', region: 'eu-west-1' } }],
    [
      'Parameter Store with a role',
      { backendType: 'systemManager', region: 'us-east-1', roleArn: 'arn:aws:iam::1:role/team/App', data },
      'aws-parameters-us-east-1-app',
      { aws: { service: 'ParameterStore', region: 'us-east-1', role: 'arn:aws:iam::1:role/team/App' } },
    ],
    [
      'Key Vault',
      { backendType: 'azureKeyVault', keyVaultName: 'hello', data },
      'azure-hello',
      { azurekv: { authType: 'ManagedIdentity', vaultUrl: 'https://hello.vault.azure.net' } },
    ],
    ['Secret Manager', { backendType: 'gcpSecretsManager', projectId: 'p-1', data }, 'gcp-p-1', { gcpsm: { projectID: 'p-1' } }],
    [
      'Vault',
      { ...vault, vaultMountPoint: 'cluster-a', data: [{ ...item, key: 'kv/data/x' }] },
      'vault-kv-reader',
      {
        vault: {
          server: 'https://vault:8200',
          path: 'kv',
          version: 'v2',
          auth: { kubernetes: { mountPath: 'cluster-a', role: 'reader' } },
        },
      },
    ],
  ])('%s', async (_title, spec, name, provider) => {
    const { stores, secrets, code } = await convert([kes(spec)], server);
    expect(code).toBe(0);
    expect(stores).toEqual([
      { apiVersion: 'external-secrets.io/v1', kind: 'SecretStore', metadata: { name, namespace: 'web' }, spec: { provider } },
    ]);
    expect(secrets[0]?.spec['secretStoreRef']).toEqual({ kind: 'SecretStore', name });
  });

  test('equal ones of a namespace are one; each namespace has its own', async () => {
    const spec = { ...secretsManager, data };
    const { stores } = await convert([kes(spec), kes(spec, { name: 'b' }), kes(spec, { namespace: 'other' })]);
    expect(stores.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([
      'web/aws-eu-west-1',
      'other/aws-eu-west-1',
    ]);
  });

  test('other ones never share a name', async () => {
    const role = (name: string): object =>
      kes({ ...secretsManager, roleArn: `arn:aws:iam::${name}:role/app`, data }, { name: `db-${name}` });
    const { stores, secrets } = await convert([role('1'), role('2')]);
    expect(stores.map(({ metadata }) => metadata.name)).toEqual(['aws-eu-west-1-app', 'aws-eu-west-1-app-2']);
    expect(secrets[1]?.spec['secretStoreRef']).toEqual({ kind: 'SecretStore', name: 'aws-eu-west-1-app-2' });
  });

  test('of the whole cluster are made once', async () => {
    const spec = { ...secretsManager, data };
    const { stores } = await convert([kes(spec), kes(spec, { namespace: 'other' })], ['--cluster-stores']);
    expect(stores.map(({ kind, metadata }) => [kind, metadata])).toEqual([['ClusterSecretStore', { name: 'aws-eu-west-1' }]]);
  });

  test('a second mount of Vault is a second store, named by its items', async () => {
    const two = [
      { ...item, key: 'kv/data/x' },
      { key: 'team/kv/data/y', name: 'other' },
    ];
    const { stores, secrets } = await convert([kes({ ...vault, data: two })], server);
    expect(stores.map(({ metadata }) => metadata.name)).toEqual(['vault-kv-reader', 'vault-team-kv-reader']);
    expect(secrets[0]?.spec['data']).toEqual([
      { secretKey: 'password', remoteRef: { key: 'x' } },
      {
        secretKey: 'other',
        remoteRef: { key: 'y' },
        sourceRef: { storeRef: { kind: 'SecretStore', name: 'vault-team-kv-reader' } },
      },
    ]);
  });

  test('the instance of an object is the class of its store', async () => {
    const { stores } = await convert([kes({ ...secretsManager, controllerId: 'blue', data })]);
    expect(stores[0]?.spec['controller']).toBe('blue');
  });

  test.each(['akeyless', 'ibmcloudSecretsManager'])('of %s is written by hand and named', async (backendType) => {
    const input = [kes({ backendType, data })];
    const { stores, secrets } = await convert(input, ['--store', 'ClusterSecretStore/mine']);
    expect(stores).toEqual([]);
    expect(secrets[0]?.spec['secretStoreRef']).toEqual({ kind: 'ClusterSecretStore', name: 'mine' });
    expect((await convert(input)).said).toContain('SIGNET_CONVERT_NEEDS_STORE');
  });
});

describe('the Secret', () => {
  test('keeps type, labels, annotations and fixed values; braces stay braces', async () => {
    const template = {
      type: 'Opaque',
      immutable: true,
      metadata: { labels: { app: 'web' }, annotations: { note: 'a {{ b }}' } },
      stringData: { 'app.ini': 'x={{y}}' },
      data: { fixed: Buffer.from('value').toString('base64') },
    };
    const { secrets } = await convert([kes({ ...secretsManager, data: [item], template })]);
    expect(secrets[0]?.spec['target']).toEqual({
      name: 'db',
      immutable: true,
      template: {
        type: 'Opaque',
        engineVersion: 'v2',
        mergePolicy: 'Merge',
        metadata: { labels: { app: 'web' }, annotations: { note: 'a {{ "{{" }} b }}' } },
        data: { 'app.ini': 'x={{ "{{" }}y}}', fixed: 'value' },
      },
    });
  });

  test('labels and annotations of the object stay, without what kubectl left there', async () => {
    const more = {
      labels: { app: 'web' },
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', team: 'blue' },
      uid: 'u',
      resourceVersion: '1',
    };
    const { secrets } = await convert([kes({ ...secretsManager, data: [item] }, more)]);
    expect(secrets[0]?.metadata).toEqual({ name: 'db', namespace: 'web', labels: { app: 'web' }, annotations: { team: 'blue' } });
  });
});

describe('what cannot be converted is told with file, line and field, and nothing is written', () => {
  const lodash = '<%= JSON.parse(data.s1).password %>';
  test.each([
    [
      'a lodash template',
      { ...secretsManager, data: [item], template: { stringData: { a: lodash } } },
      'TEMPLATE',
      'spec.template.stringData.a',
    ],
    [
      'a lodash template in a label',
      { ...secretsManager, data: [item], template: { metadata: { labels: { a: lodash } } } },
      'TEMPLATE',
      'spec.template.metadata.labels.a',
    ],
    ['another backend', { backendType: 'alicloudSecretsManager', data: [item] }, 'BACKEND', 'spec.backendType'],
    ['no backend', { data: [item] }, 'FIELD', 'spec.backendType'],
    ['an unknown field', { ...secretsManager, data: [item], sauce: 1 }, 'FIELD', 'spec.sauce'],
    ['an unknown field of an item', { ...secretsManager, data: [{ ...item, sauce: 1 }] }, 'FIELD', 'spec.data[0].sauce'],
    ['an item without name', { ...secretsManager, data: [{ key: 'x' }] }, 'FIELD', 'spec.data[0].name'],
    ['no item', secretsManager, 'FIELD', 'spec.data'],
    ['a path of Vault that is none', { ...vault, data: [{ ...item, key: 'kv/app' }] }, 'FIELD', 'spec.data[0].key'],
    ['a region that nobody says', { backendType: 'secretsManager', data: [item] }, 'MISSING', '--aws-region'],
    ['another kind of object', { ...secretsManager, data: [item], template: { kind: 'ConfigMap' } }, 'FIELD', 'spec.template.kind'],
    [
      'values that are not text',
      { ...secretsManager, data: [item], template: { data: { a: '/w==' } } },
      'FIELD',
      'spec.template.data',
    ],
  ])('%s', async (_title, spec, code, field) => {
    const { out, said, code: exit } = await convert([kes({ ...secretsManager, data: [item] }), kes(spec, { name: 'bad' })], server);
    expect(exit).toBe(1);
    expect(out).toBe('');
    expect(said).toContain(`SIGNET_CONVERT_${code}`);
    expect(said).toContain(field);
    expect(said).toMatch(/<stdin>:\d+/);
    expect(said).not.toContain('JSON.parse');
  });

  test('all of it at once', async () => {
    const { said } = await convert([kes({ backendType: 'alicloudSecretsManager', sauce: 1, data: [{ key: 'x' }] })]);
    expect(said.match(/SIGNET_CONVERT_\w+/g)).toEqual(expect.arrayContaining(['SIGNET_CONVERT_FIELD', 'SIGNET_CONVERT_FIELD']));
  });

  test('no object at all', async () => {
    const { code, said } = await convert([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } }]);
    expect([code, said.includes('SIGNET_CONVERT_NOTHING')]).toEqual([1, true]);
  });

  test.each([
    ['--store', 'mine'],
    ['--refresh-interval', 'soon'],
  ])('%s %s is a mistake of the command line', async (...args) => {
    const { code } = await convert([kes({ ...secretsManager, data: [item] })], args);
    expect(code).toBe(2);
  });
});

describe('input and output', () => {
  const spec = { ...secretsManager, data: [item] };

  test('files, lists and several documents are read, other objects left out, and one file is written', async () => {
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: [kes(spec), { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } }],
    };
    writeFileSync(join(folder, 'a.yaml'), `# mine\n${stringify(list)}---\n${stringify(kes(spec, { name: 'b' }))}`);
    writeFileSync(join(folder, 'b.json'), JSON.stringify(kes(spec, { name: 'c' })));
    const target = join(folder, 'out.yaml');
    const ran = await runSignet(['convert', 'kes', folder, '-w', target, '--refresh-interval', '15m'], '');
    expect(ran.said).toBe('3 ExternalSecrets converted, 1 store made; 1 other object left out\n');
    const names = parseAllDocuments(readFileSync(target, 'utf8')).map((one) => (one.toJS() as Manifest).metadata.name);
    expect(names).toEqual(['aws-eu-west-1', 'db', 'b', 'c']);
    expect(readdirSync(folder).toSorted()).toEqual(['a.yaml', 'b.json', 'out.yaml']);
  });

  test('a document that cannot be read is left out, unless it may be one to convert', async () => {
    const broken = 'kind: {{ .Values.kind }}\n  x: [\n';
    expect((await convert(`${stringify(kes(spec))}---\n${broken}`)).code).toBe(0);
    const refused = await convert(`${stringify(kes(spec))}---\napiVersion: kubernetes-client.io/v1\n${broken}`);
    expect([refused.code, refused.out]).toEqual([1, '']);
    expect(refused.said).toContain('SIGNET_CLI_YAML');
  });

  test('JSON is JSON', async () => {
    const { out } = await convert([kes(spec)], ['-o', 'json', '--store', 'SecretStore/s']);
    expect(JSON.parse(out)).toMatchObject({ kind: 'ExternalSecret', spec: { refreshInterval: '1h0m0s' } });
  });

  test('what comes out is read by the controller', async () => {
    const template = { metadata: { labels: { a: 'b' } }, stringData: { x: 'text' } };
    const { stores, secrets } = await convert(
      [kes({ ...vault, dataFrom: ['kv/data/all'], data: [{ ...item, key: 'kv/data/x' }], template })],
      server,
    );
    expect(readSecretStore(stores[0] ?? {})).toMatchObject({ metadata: { name: 'vault-kv-reader' } });
    expect(readExternalSecret(secrets[0] ?? {})).toMatchObject({ spec: { target: { name: 'db' } } });
  });
});
