import { externalSecretMarks } from '@signet/api';
import type { KubeObject, Resource } from '@signet/kube/client';
import { secrets } from '@signet/kube/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenBao } from '../../harness/openbao.ts';
import { startOpenBao } from '../../harness/openbao.ts';
import { until } from '../../control-plane/until.ts';
import type { Rule } from '../chart/rendered.ts';
import { granted } from '../chart/rendered.ts';
import type { Audited } from '../node/audit.ts';
import { chartFolder, controllerUser, release, useCluster } from '../end-to-end/cluster.ts';
import type { Scene } from './scene.ts';
import { apiVersion, openScene } from './scene.ts';

// The rights of the chart with external secrets: a whole life of every kind meets no refusal, and uses every right there is.

const resource = 'externalSecrets.genericTargets.resources[0].resource=configmaps';
const cluster = useCluster({ values: ['externalSecrets.enabled=true', 'externalSecrets.genericTargets.enabled=true', resource] });
let bao: OpenBao;
let scene: Scene;
beforeAll(async () => {
  bao = await startOpenBao();
  scene = await openScene(cluster(), 'rights');
});
afterAll(() => bao?.stop());

type Role = KubeObject & { readonly rules: readonly Rule[] };
const clusterRoles: Resource<Role> = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  plural: 'clusterroles',
  kind: 'ClusterRole',
  namespaced: false,
};
const kubectl = async (...args: string[]): Promise<string> => cluster().kubectl('-n', scene.namespace, ...args);
const password = [{ secretKey: 'password', remoteRef: { key: 'db' } }];

async function store(kind: 'SecretStore' | 'ClusterSecretStore', name: string, provider: object, metadata = {}): Promise<void> {
  await scene.apply({ apiVersion, kind, metadata: { name, ...metadata }, spec: { provider } });
}
async function generator(kind: string, name: string, spec: object): Promise<object> {
  const group = 'generators.external-secrets.io/v1alpha1';
  await scene.apply({ apiVersion: group, kind, metadata: { name }, spec });
  return { sourceRef: { generatorRef: { apiVersion: group, kind, name } } };
}
/** The finalizer of external-secrets goes from a store that is being deleted. */
async function deleteHeld(kind: string, name: string): Promise<void> {
  await kubectl('delete', kind, name, '--timeout=30s');
}
const requests = async (): Promise<Audited[]> => (await cluster().audit.read()).filter(({ user }) => user === controllerUser);

async function liveSecrets(): Promise<void> {
  await scene.establish('lively', { data: password });
  await scene.establish('lively', { data: [{ secretKey: 'other', remoteRef: { key: 'db' } }] });
  await kubectl('delete', 'secret', 'lively');
  await scene.holds('lively', { other: 'first' });
  await scene.establish('lively', { data: password, target: { template: { type: 'example.com/other' } } });
  await scene.establish('held', { data: password }, { finalizers: [externalSecretMarks.finalizer] });
  await deleteHeld('externalsecret', 'held');
  let times = 0;
  await until('a second event of one kind counts up the first', async () => {
    await scene.establish('lively', { data: [{ secretKey: `key-${++times}`, remoteRef: { key: 'db' } }] });
    return (await requests()).some(({ resource: of, verb }) => of === 'events' && verb === 'patch');
  });
}

async function liveResources(): Promise<void> {
  await scene.fake('dries-up', { db: 'first' });
  const target = { manifest: { apiVersion: 'v1', kind: 'ConfigMap' }, deletionPolicy: 'Delete' };
  const spec = { secretStoreRef: { name: 'dries-up' }, data: password, target };
  await scene.establish('as-map', spec);
  await scene.establish('as-map', { ...spec, data: [{ secretKey: 'other', remoteRef: { key: 'db' } }] });
  await scene.fake('dries-up', { nothing: 'x' });
  await scene.ready('as-map', 'True', 'ResourceDeleted');
}

async function liveStores(): Promise<void> {
  const fake = { fake: { data: [{ key: 'db', value: 'first' }] } };
  const finalizers = [externalSecretMarks.storeFinalizer];
  await store('SecretStore', 'held', fake, { finalizers });
  await store('ClusterSecretStore', 'held', fake, { finalizers });
  await scene.establish('wide', { secretStoreRef: { kind: 'ClusterSecretStore', name: 'held' }, data: password });
  await deleteHeld('secretstore', 'held');
  await deleteHeld('clustersecretstore', 'held');
}

/** Tokens of ServiceAccounts, annotations of them, certificate authorities in ConfigMaps. What becomes of the login is no matter here. */
async function liveLogins(): Promise<void> {
  await kubectl('create', 'serviceaccount', 'web');
  await kubectl('create', 'configmap', 'authority', '--from-literal=ca.crt=none');
  const serviceAccountRef = { name: 'web' };
  const vault = {
    server: bao.url,
    path: 'secret',
    auth: { kubernetes: { role: 'web', mountPath: 'kubernetes', serviceAccountRef } },
  };
  await store('SecretStore', 'by-token', { vault });
  const caProvider = { type: 'ConfigMap', name: 'authority', key: 'ca.crt' };
  await store('SecretStore', 'by-authority', { vault: { ...vault, caProvider } });
  const aws = { service: 'SecretsManager', region: 'eu-west-1', auth: { jwt: { serviceAccountRef } } };
  await store('SecretStore', 'by-role', { aws });
}

async function liveGenerators(): Promise<void> {
  const dataFrom = [
    await generator('Password', 'chance', { length: 12, digits: 2, noUpper: false, allowRepeat: true }),
    await generator('ClusterGenerator', 'wide', { kind: 'Fake', generator: { fakeSpec: { data: { fixed: 'yes' } } } }),
  ];
  await scene.establish('generated', { dataFrom });
}

test('the rights of the chart are enough, and no more than what is used: each verb of each rule occurs in the audit log', async () => {
  await Promise.all([liveSecrets(), liveResources(), liveStores(), liveLogins(), liveGenerators()]);
  // For SealedSecrets, and the admin's own Secret that the controller reads.
  await cluster().establish({ namespace: scene.namespace, name: 'sealed', values: { a: '1' } });
  await cluster().establish({ namespace: scene.namespace, name: 'sealed', values: { a: '2' } });
  await cluster().plane.admin.delete(secrets, { namespace: scene.namespace, name: 'sealed' });
  await scene.holds('sealed', { a: '2' });

  for (const name of [release.fullname, `${release.fullname}-stores`]) {
    const { rules } = await cluster().plane.admin.get(clusterRoles, { name });
    const idle = async (): Promise<string[]> => {
      const used = (await requests()).map(({ group, resource: of, verb }) => `${group}/${of} ${verb}`);
      // A watch that begins with a list needs no other list; API servers that cannot do that are listed.
      const counted = new Set(used.flatMap((right) => [right, right.replace(/ watch$/, ' list')]));
      // Which generators there are is not known beforehand: other controllers have their own.
      if (used.includes('generators.external-secrets.io/passwords get')) counted.add('generators.external-secrets.io/* get');
      return granted(rules).filter((right) => !counted.has(right));
    };
    await expect.poll(idle, { timeout: 20_000, message: `unused rights in ${name}` }).toEqual([]);
  }
  expect(await cluster().forbidden()).toEqual([]);
});

// Last: it changes the release.
test('in listed namespaces, with Roles only: enough there, and nothing is asked for elsewhere', async () => {
  await cluster().namespace('elsewhere');
  const values = ['additionalNamespaces={rights}', 'externalSecrets.clusterStores=false'].flatMap((value) => ['--set', value]);
  const upgrade = ['upgrade', release.name, chartFolder, '-n', release.namespace, '--reset-then-reuse-values', ...values];
  await cluster().run('helm', [...upgrade, '--wait', '--timeout=60s']);
  await until('the old Pods are gone', () => cluster().node.pods.length === 2);
  await cluster().forgive();

  await scene.establish('narrow', { data: password });
  await kubectl('delete', 'secret', 'narrow');
  await scene.holds('narrow', { password: 'first' });
  await scene.external(
    'wide',
    { secretStoreRef: { kind: 'ClusterSecretStore', name: 'held' }, data: password },
    { labels: { a: 'b' } },
  );
  await scene.fake('fake', { db: 'second', json: '{"user":"u"}' });
  await scene.holds('narrow', { password: 'second' });
  await scene.settled();
  expect(await cluster().forbidden()).toEqual([]);
  expect((await cluster().attempt('kubectl', ['get', 'clusterrole', `${release.fullname}-stores`])).code).toBe(1);
  const reads = ['auth', 'can-i', 'get', 'secrets', '-n', 'elsewhere', `--as=${controllerUser}`];
  expect((await cluster().attempt('kubectl', reads)).stdout.trim()).toBe('no');
});
