import { constants, createPublicKey, generateKeyPairSync, publicEncrypt } from 'node:crypto';
import { externalSecretMarks } from '@signet/api';
import type { KubeObject, Resource, Secret } from '@signet/kube/client';
import { configMaps, customResourceDefinitions, secrets } from '@signet/kube/client';
import { generateSealingKey } from '@signet/sealing';
import { beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../control-plane/until.ts';
import { chartFolder, release, useCluster } from '../end-to-end/cluster.ts';
import type { Scene } from './scene.ts';
import { apiVersion, base64, openScene, textsOf } from './scene.ts';

// Templates of ExternalSecrets, in Secrets and in other kinds.

const cluster = useCluster({
  values: [
    'externalSecrets.enabled=true',
    'externalSecrets.genericTargets.enabled=true',
    'externalSecrets.genericTargets.resources[0].resource=configmaps',
    'externalSecrets.genericTargets.resources[1].resource=sites',
    'externalSecrets.genericTargets.resources[1].apiGroup=example.com',
  ],
});
let scene: Scene;
beforeAll(async () => {
  scene = await openScene(cluster(), 'templates');
});

const data = [
  { secretKey: 'user', remoteRef: { key: 'json', property: 'user' } },
  { secretKey: 'password', remoteRef: { key: 'db' } },
];
const kubectl = async (...args: string[]): Promise<string> => cluster().kubectl('-n', scene.namespace, ...args);
const texts = async (name: string): Promise<Record<string, string> | undefined> => textsOf(await scene.secret(name));
const establish = async (name: string, template: object): Promise<Record<string, string> | undefined> => {
  await scene.establish(name, { data, target: { template } });
  return texts(name);
};
const configMap = async (name: string, values: Record<string, string>): Promise<void> =>
  scene.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: values });
/** An ExternalSecret that may be refused at admission. */
async function refusal(spec: object): Promise<string> {
  const object = { apiVersion, kind: 'ExternalSecret', metadata: { name: 'refused', namespace: scene.namespace }, spec };
  const { code, stderr } = await cluster().attempt('kubectl', ['apply', '-f', '-'], { input: JSON.stringify(object) });
  expect(code).toBe(1);
  return stderr;
}

describe('external acceptance 14: types of Secrets that the cluster trusts', () => {
  test.each([
    ['a bootstrap token', { type: 'bootstrap.kubernetes.io/token' }],
    [
      'a ServiceAccount token of a name',
      {
        type: 'kubernetes.io/service-account-token',
        metadata: { annotations: { 'kubernetes.io/service-account.name': 'default' } },
      },
    ],
  ])('%s is refused at admission', async (_, template) => {
    const spec = { secretStoreRef: { name: 'fake' }, data, target: { template } };
    expect(await refusal(spec)).toContain('spec.target.template');
  });

  test('a token that is there is given no other ServiceAccount by a template', async () => {
    await kubectl('create', 'serviceaccount', 'own');
    const annotation = 'kubernetes.io/service-account.name';
    const metadata = { name: 'token', namespace: scene.namespace, annotations: { [annotation]: 'own' } };
    const token: Secret = { metadata, type: 'kubernetes.io/service-account-token' };
    await cluster().plane.admin.create(secrets, token);
    await scene.became('token', 'the cluster fills the token', (secret) => secret?.data?.['token'] !== undefined);
    const before = (await scene.secret('token'))?.metadata.resourceVersion;
    const templateFrom = [{ literal: `${annotation}: default`, target: 'Annotations' }];
    await scene.external('token', { data, target: { creationPolicy: 'Merge', template: { templateFrom } } });
    const { message } = await scene.ready('token', 'False', 'SecretSyncedError');
    expect(message).toContain('could not update secret');
    expect((await scene.secret('token'))?.metadata.resourceVersion).toBe(before);
  });
});

describe('external acceptance 24: what comes before what', () => {
  test('template.data before templateFrom; raw keys go, with mergePolicy Merge they stay; a key that left the template goes', async () => {
    await configMap('precedence', { both: 'from the ConfigMap', only: 'of {{ .user }}' });
    const items = [{ key: 'both' }, { key: 'only' }];
    const template = {
      templateFrom: [{ configMap: { name: 'precedence', items } }],
      data: { both: '{{ .user }}:{{ .password }}' },
    };
    expect(await establish('ordered', template)).toEqual({ both: 'u:first', only: 'of u' });
    const raw = { user: 'u', password: 'first' };
    expect(await establish('ordered', { ...template, mergePolicy: 'Merge' })).toEqual({ both: 'u:first', only: 'of u', ...raw });
    expect(await establish('ordered', { data: { other: '{{ .user }}' } })).toEqual({ other: 'u' });
  });

  test('a template of metadata only keeps all data', async () => {
    const template = { metadata: { annotations: { by: '{{ .user }}' } }, type: 'example.com/login' };
    expect(await establish('metadata-only', template)).toEqual({ user: 'u', password: 'first' });
    const secret = await scene.secret('metadata-only');
    expect(secret?.metadata.annotations).toMatchObject({ by: 'u' });
    expect(secret?.type).toBe('example.com/login');
  });
});

describe('external acceptance 25: templateFrom', () => {
  test('ConfigMap and Secret, Values and KeysAndValues, and a literal; a change of either is followed at once', async () => {
    await configMap('texts', { url: 'pg://{{ .user }}', many: 'a: "{{ .user }}"\nb: "2"\n' });
    const secretText = (text: string): KubeObject & { kind: string } => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'hidden' },
      data: { 'conf.ini': base64(text) },
    });
    await scene.apply(secretText('[db]\npassword={{ .password }}\n'));
    const templateFrom = [
      { configMap: { name: 'texts', items: [{ key: 'url' }, { key: 'many', templateAs: 'KeysAndValues' }] } },
      { secret: { name: 'hidden', items: [{ key: 'conf.ini' }] } },
      { literal: '{{ range $key, $value := . }}{{ $key }}-length: {{ len $value }}\n{{ end }}' },
    ];
    const wanted = {
      url: 'pg://u',
      a: 'u',
      b: '2',
      'conf.ini': '[db]\npassword=first\n',
      'user-length': '1',
      'password-length': '5',
    };
    expect(await establish('sources', { templateFrom })).toEqual(wanted);
    await configMap('texts', { url: 'mysql://{{ .user }}', many: 'a: x' });
    const { b: _, ...rest } = wanted;
    await scene.holds('sources', { ...rest, url: 'mysql://u', a: 'x' });
    await scene.apply(secretText('changed'));
    await scene.holds('sources', { ...rest, url: 'mysql://u', a: 'x', 'conf.ini': 'changed' });
  });

  test('one that is missing is told by name, and healed when it comes', async () => {
    const templateFrom = [{ configMap: { name: 'later', items: [{ key: 'a' }] } }];
    await scene.external('waits', { data, target: { template: { templateFrom } } });
    expect((await scene.ready('waits', 'False')).message).toMatch(/spec\.target\.template\.templateFrom\[0\].*later/);
    await configMap('later', { a: '{{ .user }}' });
    await scene.holds('waits', { a: 'u' });
  });

  test('targets Labels and Annotations in any case; decoded values', async () => {
    const templateFrom = [
      { literal: 'team: "{{ .user }}"', target: 'labels' },
      { literal: 'note: "{{ .user }}"', target: 'ANNOTATIONS' },
      { literal: 'bytes: "{{ .password | b64enc }}"', valuesDecodingStrategy: 'Base64' },
    ];
    expect(await establish('placed', { templateFrom })).toEqual({ bytes: 'first' });
    const { labels, annotations } = (await scene.secret('placed'))!.metadata;
    expect(labels).toMatchObject({ team: 'u' });
    expect(annotations).toMatchObject({ note: 'u' });
  });

  test('a nested target is refused for a Secret, and put together for another kind', async () => {
    const template = { templateFrom: [{ literal: 'name: "{{ .user }}"', target: 'spec.owners[0]' }] };
    expect(await refusal({ secretStoreRef: { name: 'fake' }, data, target: { template } })).toContain('target');

    const { admin } = cluster().plane;
    const sites: Resource = { group: 'example.com', version: 'v1', plural: 'sites', kind: 'Site', namespaced: true };
    const openAPIV3Schema = {
      type: 'object',
      properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
    };
    await admin.create(customResourceDefinitions, {
      metadata: { name: 'sites.example.com' },
      spec: {
        group: 'example.com',
        names: { plural: 'sites', kind: 'Site' },
        scope: 'Namespaced',
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
      },
    });
    await kubectl('wait', '--for=condition=Established', 'crd/sites.example.com', '--timeout=20s');
    const manifest = { apiVersion: 'example.com/v1', kind: 'Site' };
    await scene.establish('site', { data, target: { manifest, template } });
    const site = async (): Promise<KubeObject> => admin.get(sites, { namespace: scene.namespace, name: 'site' });
    expect((await site())['spec']).toEqual({ owners: [{ name: 'u' }] });
    expect((await site()).metadata.labels).toMatchObject({ [externalSecretMarks.managed]: 'true' });

    const other = { templateFrom: [{ literal: 'name: "{{ .password }}"', target: 'spec.owners[0]' }] };
    await scene.establish('site', { data, target: { manifest, template: other } });
    expect((await site())['spec']).toEqual({ owners: [{ name: 'first' }] });
    expect(await scene.secret('site')).toBeUndefined();
  });

  test('a ConfigMap; it goes when its sources are gone and deletionPolicy is Delete', async () => {
    await scene.fake('dries-up', { db: 'first' });
    const target = { manifest: { apiVersion: 'v1', kind: 'ConfigMap' }, deletionPolicy: 'Delete' };
    const spec = { secretStoreRef: { name: 'dries-up' }, data: [{ secretKey: 'password', remoteRef: { key: 'db' } }], target };
    await scene.establish('as-map', spec);
    const key = { namespace: scene.namespace, name: 'as-map' };
    expect((await cluster().plane.admin.get(configMaps, key)).data).toEqual({ password: 'first' });
    await scene.fake('dries-up', { other: 'x' });
    await scene.ready('as-map', 'True', 'ResourceDeleted');
    await expect(cluster().plane.admin.get(configMaps, key)).rejects.toMatchObject({ status: 404 });
  });
});

describe('external acceptance 26: what templates are used for', () => {
  test('a docker config, an ssh key, a user of htpasswd, JSON and YAML', async () => {
    const auth = '{"auths":{"r.example":{"username":"{{ .user }}","password":"{{ .password }}"}}}';
    const docker = { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': auth } };
    expect(JSON.parse((await establish('docker', docker))?.['.dockerconfigjson'] ?? '')).toEqual({
      auths: { 'r.example': { username: 'u', password: 'first' } },
    });
    expect((await scene.secret('docker'))?.type).toBe(docker.type);
    const ssh = { type: 'kubernetes.io/ssh-auth', data: { 'ssh-privatekey': '{{ .password }}' } };
    expect(await establish('ssh', ssh)).toEqual({ 'ssh-privatekey': 'first' });

    await scene.establish('formats', {
      data: [{ secretKey: 'json', remoteRef: { key: 'json' } }],
      target: {
        template: {
          data: {
            yaml: '{{ .json | fromJson | toYaml }}',
            again: '{{ .json | fromJson | toYaml | fromYaml | toJson }}',
            one: '{{ (.json | fromJson).user }}',
            users: '{{ htpasswd "ann" "secret" "bcrypt" }}',
          },
        },
      },
    });
    const { users, ...formats } = (await texts('formats')) ?? {};
    expect(formats).toEqual({ yaml: 'host: h\nuser: u', again: '{"host":"h","user":"u"}', one: 'u' });
    expect(users).toMatch(/^ann:\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/);
  });

  test('PKCS#12 there and back, PEM by type, JWK, rsaDecrypt', async () => {
    const { certificatePem, privateKeyPem } = await generateSealingKey({ bits: 2048 });
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const padding = { key: rsa.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
    await scene.fake('keys', {
      cert: certificatePem,
      key: privateKeyPem,
      jwk: JSON.stringify(rsa.privateKey.export({ format: 'jwk' })),
      known: JSON.stringify(rsa.publicKey.export({ format: 'jwk' })),
      rsa: key,
      cipher: publicEncrypt(padding, Buffer.from('for your eyes')).toString('base64'),
    });
    const names = ['cert', 'key', 'jwk', 'known', 'rsa', 'cipher'];
    const decrypt = 'rsaDecrypt "RSA-OAEP" "SHA256" (.cipher | b64dec) .rsa';
    await scene.establish('keys', {
      secretStoreRef: { name: 'keys' },
      data: names.map((name) => ({ secretKey: name, remoteRef: { key: name } })),
      target: {
        template: {
          data: {
            cert: '{{ pemToPkcs12Pass .cert .key "pw" | b64dec | pkcs12certPass "pw" }}',
            key: '{{ pemToPkcs12Pass .cert .key "pw" | b64dec | pkcs12keyPass "pw" }}',
            filtered: '{{ print .key .cert | filterPEM "CERTIFICATE" }}',
            private: '{{ jwkPrivateKeyPem .jwk }}',
            public: '{{ jwkPublicKeyPem .known }}',
            plain: `{{ ${decrypt} }}`,
          },
        },
      },
    });
    const made = await texts('keys');
    expect(made?.['cert']).toBe(certificatePem);
    expect(made?.['filtered']).toBe(certificatePem);
    expect(createPublicKey(made?.['key'] ?? '')).toEqual(createPublicKey(privateKeyPem));
    expect(made?.['private']).toBe(key);
    expect(made?.['public']).toBe(createPublicKey(key).export({ type: 'spki', format: 'pem' }));
    expect(made?.['plain']).toBe('for your eyes');
  });
});

describe('external acceptance 27: a template that fails', () => {
  test.each([
    ['a syntax error', '{{ .password '],
    ['an unknown key', '{{ .nowhere }}'],
    ['an unknown function', '{{ .password | getHostByName }}'],
    ['a wrong password of PKCS#12', '{{ .password | b64enc | pkcs12key }}'],
    ['an error of its own', '{{ fail .password }}'],
  ])(
    'external acceptance 26: %s: is told by field and key, without the value, and the Secret stays as it is',
    async (words, text) => {
      const name = `fails-${words.replaceAll(/\W+/g, '-').toLowerCase()}`;
      await establish(name, { data: { url: 'pg://{{ .password }}' } });
      const before = (await scene.secret(name))?.metadata.resourceVersion;
      await scene.external(name, { data, target: { template: { data: { url: text, other: 'good' } } } });
      const { message } = await scene.ready(name, 'False', 'SecretSyncedError');
      expect(message).toMatch(/^could not update secret: spec\.target\.template\.data: .*key url/);
      expect(message).not.toContain('first');
      expect((await scene.told(name, 'UpdateFailed')).message).not.toContain('first');
      expect((await scene.secret(name))?.metadata.resourceVersion).toBe(before);
      expect(await establish(name, { data: { url: 'pg://{{ .user }}' } })).toEqual({ url: 'pg://u' });
    },
  );
});

// Last: it changes the release.
test('external acceptance 26: delimiters of choice', async () => {
  const flags = ['--key-size=2048', '--template-left-delimiter=<<', '--template-right-delimiter=>>'].join(',');
  const upgrade = ['upgrade', release.name, chartFolder, '-n', release.namespace, '--reset-then-reuse-values'];
  await cluster().run('helm', [...upgrade, '--set', `extraArgs={${flags}}`, '--wait', '--timeout=60s']);
  await until('the old Pods are gone', () => cluster().node.pods.length === 2);
  expect(await establish('delimiters', { data: { a: '<< .user >> {{ .user }}' } })).toEqual({ a: 'u {{ .user }}' });
});
