import type { StatusCondition } from '@signet/api';
import type { KubeObject } from '@signet/kube/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../control-plane/until.ts';
import type { OpenBao } from '../../harness/openbao.ts';
import { startOpenBao } from '../../harness/openbao.ts';
import { useCluster } from '../end-to-end/cluster.ts';
import type { Scene } from './scene.ts';
import { apiVersion, base64, clusterSecretStoreKind, openScene, secretStoreKind } from './scene.ts';

// Stores: their status, whose they are, who may use one that is shared, and with whose credentials.

const cluster = useCluster({ values: ['externalSecrets.enabled=true'] });
const names = ['alpha', 'beta'] as const;
let scenes: Readonly<Record<(typeof names)[number], Scene>>;
let alpha: Scene;
let bao: OpenBao;

beforeAll(async () => {
  bao = await startOpenBao({ tls: true });
  const [one, two] = [await openScene(cluster(), 'alpha'), await openScene(cluster(), 'beta')];
  scenes = { alpha: one, beta: two };
  alpha = one;
  await cluster().kubectl('label', 'namespace', 'alpha', 'team=a', 'tier=front');
  await cluster().kubectl('label', 'namespace', 'beta', 'team=b', 'tier=front');
}, 120_000);
afterAll(() => bao.stop());

const db = [{ secretKey: 'x', remoteRef: { key: 'db' } }];
const fake = { fake: { data: [{ key: 'db', value: 'first' }] } };
const shared = async (name: string, provider: object, more: object = {}): Promise<string> =>
  cluster().apply({ apiVersion, kind: 'ClusterSecretStore', metadata: { name }, spec: { provider, ...more } });
const storeIn = async (name: string, provider: object, more: object = {}): Promise<void> =>
  alpha.apply({ apiVersion, kind: 'SecretStore', metadata: { name }, spec: { provider, ...more } });
const ofCluster = (name: string): object => ({ secretStoreRef: { name, kind: 'ClusterSecretStore' }, data: db });

interface StoreObject extends KubeObject {
  readonly status?: { readonly conditions?: readonly StatusCondition[]; readonly capabilities?: string };
}
async function told(
  name: string,
  kind: 'SecretStore' | 'ClusterSecretStore' = 'SecretStore',
): Promise<StatusCondition & { capabilities?: string }> {
  const [resource, at] =
    kind === 'SecretStore' ? [secretStoreKind, { namespace: 'alpha', name }] : [clusterSecretStoreKind, { name }];
  return until(`${kind} ${name} says something`, async () => {
    const { status } = await cluster().plane.admin.get<StoreObject>(resource, at);
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    return ready && { ...ready, ...(status?.capabilities !== undefined && { capabilities: status.capabilities }) };
  });
}

describe('external acceptance 38: the status of a store', () => {
  test.each([
    ['valid', fake, { status: 'True', reason: 'Valid', message: 'store validated' }],
    ['unknown', { fake: { ...fake.fake, validationResult: 1 } }, { status: 'True', reason: 'ValidationUnknown' }],
    ['failing', { fake: { ...fake.fake, validationResult: 2 } }, { status: 'False', reason: 'InvalidProviderConfig' }],
    ['unsupported', { onepassword: { connectHost: 'https://example.com' } }, { status: 'False', reason: 'InvalidProviderConfig' }],
    [
      'without-login',
      { vault: { server: 'http://127.0.0.1:1', path: 'secret', auth: { tokenSecretRef: { name: 'nowhere', key: 'x' } } } },
      { status: 'False', reason: 'InvalidProviderConfig' },
    ],
  ])('%s', async (name, provider, expected) => {
    await storeIn(name, provider);
    expect(await told(name)).toMatchObject(expected);
  });

  test('a store tells what it can do', async () => {
    expect((await told('valid')).capabilities).toMatch(/^Read(Only|Write)$/);
  });

  test('a store of another class is left alone', async () => {
    await storeIn('foreign', fake, { controller: 'other' });
    await alpha.settled();
    const { status } = await cluster().plane.admin.get<StoreObject>(secretStoreKind, { namespace: 'alpha', name: 'foreign' });
    expect(status).toBeUndefined();
  });
});

describe('external acceptance 35: a store that does not work', () => {
  test('is named by who uses it, until it is there', async () => {
    await alpha.external('early', { secretStoreRef: { name: 'late' }, data: db });
    const { message } = await alpha.ready('early', 'False', 'SecretSyncedError');
    expect(message).toContain('late');
    await storeIn('late', fake);
    await alpha.holds('early', { x: 'first' });
  });

  test('and so is one whose validation fails; nobody is asked through it', async () => {
    await storeIn('refusing', { fake: { ...fake.fake, validationResult: 2 } });
    await alpha.external('refused', { secretStoreRef: { name: 'refusing' }, data: db });
    expect((await alpha.ready('refused', 'False', 'SecretSyncedError')).message).toContain('refusing');
    await storeIn('refusing', { fake: { ...fake.fake, validationResult: 0 } });
    await alpha.holds('refused', { x: 'first' });
  });
});

test('external acceptance 36: an ExternalSecret of a store of another class is left alone', async () => {
  await storeIn('theirs', fake, { controller: 'other' });
  await alpha.external('theirs', { secretStoreRef: { name: 'theirs' }, data: db });
  await alpha.settled();
  expect((await alpha.object('theirs')).status).toBeUndefined();
  expect(await alpha.secret('theirs')).toBeUndefined();
});

describe('external acceptance 37: who may use a ClusterSecretStore', () => {
  const rows: readonly (readonly [string, readonly object[] | undefined, alpha: boolean, beta: boolean])[] = [
    ['no conditions', undefined, true, true],
    ['one name', [{ namespaces: ['alpha'] }], true, false],
    ['two names', [{ namespaces: ['alpha', 'beta'] }], true, true],
    ['a label that both have', [{ namespaceSelector: { matchLabels: { tier: 'front' } } }], true, true],
    ['labels that one has in part', [{ namespaceSelector: { matchLabels: { tier: 'front', team: 'a' } } }], true, false],
    ['an expression', [{ namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'In', values: ['b'] }] } }], false, true],
    ['a regular expression', [{ namespaceRegexes: ['^al.*a$'] }], true, false],
    ['one that matches in the middle', [{ namespaceRegexes: ['et'] }], false, true],
    ['several conditions', [{ namespaces: ['alpha'] }, { namespaceRegexes: ['^beta$'] }], true, true],
    ['fields of one condition', [{ namespaces: ['alpha'], namespaceSelector: { matchLabels: { team: 'b' } } }], true, true],
    ['none that matches', [{ namespaces: ['gamma'] }, { namespaceRegexes: ['^g'] }], false, false],
  ];

  test.each(
    rows.map(([title, conditions, a, b], index) => ({
      title,
      conditions,
      allowed: { alpha: a, beta: b },
      name: `shared-${index}`,
    })),
  )('$title', async ({ name, conditions, allowed }) => {
    await shared(name, fake, conditions && { conditions });
    for (const namespace of names) await scenes[namespace].external(name, ofCluster(name));
    const seen = await Promise.all(
      names.map(async (namespace) => {
        const { status, message = '' } = await scenes[namespace].ready(name, allowed[namespace] ? 'True' : 'False');
        const denied = `using cluster store "${name}" is not allowed from namespace "${namespace}": denied by spec.condition`;
        return status === 'True' ? 'allowed' : message.includes(denied) ? 'denied' : message;
      }),
    );
    expect(seen).toEqual(names.map((namespace) => (allowed[namespace] ? 'allowed' : 'denied')));
  });

  test('a label that comes opens it at once, one that goes closes it at the next refresh', async () => {
    await shared('by-label', fake, { conditions: [{ namespaceSelector: { matchLabels: { guest: 'yes' } } }] });
    await alpha.external('guest', { refreshInterval: '1s', ...ofCluster('by-label') });
    await alpha.ready('guest', 'False');
    await cluster().kubectl('label', 'namespace', 'alpha', 'guest=yes');
    await alpha.holds('guest', { x: 'first' });
    await cluster().kubectl('label', 'namespace', 'alpha', 'guest-');
    await alpha.ready('guest', 'False');
    expect(await alpha.secret('guest'), 'the last good Secret stays').toBeDefined();
  });
});

describe('external acceptance 40: referent authentication: a ClusterSecretStore with the credentials of who uses it', () => {
  const paths = (name: string): object => ({
    secretStoreRef: { name: 'referent', kind: 'ClusterSecretStore' },
    data: [{ secretKey: 'x', remoteRef: { key: name, property: 'x' } }],
  });

  beforeAll(async () => {
    for (const namespace of names) {
      await bao.admin.put('secret', namespace, { x: `of ${namespace}` });
      await bao.admin.policy(namespace, { [`secret/data/${namespace}`]: ['read'] });
    }
    const auth = { tokenSecretRef: { name: 'login', key: 'token' } };
    await shared('referent', { vault: { server: bao.url, path: 'secret', version: 'v2', auth } });
    const token = await bao.admin.token({ policies: ['alpha'] });
    await alpha.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login' }, data: { token: base64(token) } });
  });

  test('by itself it cannot be validated, and is Ready', async () => {
    expect(await told('referent', 'ClusterSecretStore')).toMatchObject({ status: 'True' });
  });

  test('each namespace reads what its own credentials let it read, and nothing through those of another', async () => {
    await alpha.external('own', paths('alpha'));
    await alpha.external('other', paths('beta'));
    await scenes.beta.external('own', paths('beta'));
    await alpha.holds('own', { x: 'of alpha' });
    await alpha.ready('other', 'False', 'SecretSyncedError');
    expect((await scenes.beta.ready('own', 'False', 'SecretSyncedError')).message).toContain('login');

    const token = await bao.admin.token({ policies: ['beta'] });
    await scenes.beta.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login' }, data: { token: base64(token) } });
    await scenes.beta.holds('own', { x: 'of beta' });
    await alpha.holds('own', { x: 'of alpha' });
    expect(await alpha.secret('other')).toBeUndefined();
  });

  test('external acceptance 40: a store with client certificates whose Secret is missing is not valid', async () => {
    const certificate = { name: 'client', key: 'tls.crt' };
    const { url = '', ca = '' } = bao.tls ?? {};
    const tls = { certSecretRef: certificate, keySecretRef: { ...certificate, key: 'tls.key' } };
    const auth = { tokenSecretRef: { name: 'login', key: 'token' } };
    await storeIn('mutual', { vault: { server: url, path: 'secret', caBundle: base64(ca), tls, auth } });
    const ready = await told('mutual');
    expect(ready).toMatchObject({ status: 'False', reason: 'InvalidProviderConfig' });
    expect(ready.message).toContain('client');
  });
});

test('external acceptance 39: a finalizer that was left on a store does not keep it where there are no PushSecrets', async () => {
  const finalizer = 'secretstore.externalsecrets.io/finalizer';
  await alpha.apply({
    apiVersion,
    kind: 'SecretStore',
    metadata: { name: 'held', finalizers: [finalizer] },
    spec: { provider: fake },
  });
  await told('held');
  await cluster().kubectl('-n', 'alpha', 'delete', 'secretstore', 'held', '--timeout=20s');
});
