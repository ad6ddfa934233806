import { namespaces, serviceAccounts } from '@signet/kube/client';
import type { Resource } from '@signet/kube/client';
import { testRoom } from '@signet/provider/testing';
import type { TestRoom } from '@signet/provider/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useControlPlane } from '../../../../test/control-plane/use-control-plane.ts';
import type { OpenBao } from '../../../../test/harness/openbao.ts';
import { startOpenBao } from '../../../../test/harness/openbao.ts';
import { onStage } from './testing/bao-stage.ts';

const clusterRoleBindings: Resource = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  plural: 'clusterrolebindings',
  kind: 'ClusterRoleBinding',
  namespaced: false,
};

const plane = useControlPlane();
let bao: OpenBao;

beforeAll(async () => {
  const { admin } = plane();
  await admin.create(namespaces, { metadata: { name: 'web' } });
  for (const name of ['reviewer', 'app', 'stranger']) await admin.create(serviceAccounts, { metadata: { namespace: 'web', name } });
  await admin.create(clusterRoleBindings, {
    metadata: { name: 'reviewer' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:auth-delegator' },
    subjects: [{ kind: 'ServiceAccount', namespace: 'web', name: 'reviewer' }],
  });
  bao = await startOpenBao();
  await bao.admin.put('secret', 'db', { password: 'hunter2' });
  await bao.admin.policy('reader', { 'secret/data/db': ['read'] });
  await bao.admin.auth('kubernetes', 'kubernetes', {
    kubernetes_host: plane().server,
    kubernetes_ca_cert: plane().ca,
    token_reviewer_jwt: await plane().tokenFor({ namespace: 'web', name: 'reviewer' }),
  });
  await bao.admin.call('POST', 'auth/kubernetes/role/app', {
    bound_service_account_names: ['app'],
    bound_service_account_namespaces: ['web'],
    audience: 'vault',
    token_policies: ['reader'],
  });
});
afterAll(async () => bao?.stop());

/** A room in the namespace `web` whose tokens the API server issues. */
function room(): TestRoom {
  const made = testRoom({ store: { kind: 'SecretStore', name: 'vault', namespace: 'web' } });
  made.credentials.setServiceAccount('web', 'app');
  made.credentials.setServiceAccount('web', 'stranger');
  made.credentials.makeToken = async (account, audiences, expirationSeconds) => ({
    token: await plane().tokenFor({ ...account, audiences, expirationSeconds }),
    expiresAt: made.clock.now() + expirationSeconds * 1000,
  });
  return made;
}

const config = (kubernetes: object): { readonly path: string; readonly auth: object } => ({
  path: 'secret',
  auth: { kubernetes: { mountPath: 'kubernetes', role: 'app', ...kubernetes } },
});

test('external acceptance 40: kubernetes: the API server vouches for the ServiceAccount of the store', async () => {
  const kubernetes = { serviceAccountRef: { name: 'app', audiences: ['vault'] } };
  await onStage({ url: bao.url, config: config(kubernetes), room: room() }, async ({ read, logins, room: seen }) => {
    expect(await read('db', 'password')).toBe('hunter2');
    expect(await read('db', 'password')).toBe('hunter2');
    expect(logins()).toBe(1);
    expect(seen.credentials.asked).toEqual(['token web/app']);
  });
});

test('external acceptance 40: kubernetes: a token from a Secret, and the controller\u2019s own', async () => {
  const token = await plane().tokenFor({ namespace: 'web', name: 'app', audiences: ['vault'] });
  const withToken = room();
  withToken.credentials.setSecret('web', 'token', { token });
  withToken.credentials.controllerToken = token;
  for (const kubernetes of [{ secretRef: { name: 'token' } }, {}]) {
    await onStage({ url: bao.url, config: config(kubernetes), room: withToken }, async ({ read }) => {
      expect(await read('db', 'password')).toBe('hunter2');
    });
  }
});

test.each([
  ['another ServiceAccount', { serviceAccountRef: { name: 'stranger', audiences: ['vault'] } }],
  ['another audience', { serviceAccountRef: { name: 'app', audiences: ['elsewhere'] } }],
])('promise 10: %s is refused, and the login is named', async (_, kubernetes) => {
  await onStage({ url: bao.url, config: config(kubernetes), room: room() }, async ({ read }) => {
    await expect(read('db')).rejects.toThrow('access denied: the login at auth/kubernetes/login was refused (HTTP 403)');
  });
});
