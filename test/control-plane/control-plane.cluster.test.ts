import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { ObjectMeta } from '@signet/kube/client';
import { configMaps, createClient, isNotFound, namespaces, secrets, serviceAccounts } from '@signet/kube/client';
import { describe, expect, test } from 'vitest';
import { exposeLocalProcess } from './local-service.ts';
import { until } from './until.ts';
import { useControlPlane } from './use-control-plane.ts';

const plane = useControlPlane({ extraAddress: true });

/** Makes a namespace and waits for its default service account, as every real cluster makes one. */
async function newNamespace(name: string): Promise<string> {
  await plane().admin.create(namespaces, { metadata: { name } });
  await until(`${name} has a default service account`, () =>
    plane().admin.get(serviceAccounts, { namespace: name, name: 'default' }),
  );
  return name;
}

async function isGone(get: Promise<unknown>): Promise<boolean> {
  try {
    await get;
    return false;
  } catch (error) {
    if (isNotFound(error)) return true;
    throw error;
  }
}

// What the go.mod files pin, as `GET /version` of a release says it.
const versions = {
  '1.36': { major: '1', minor: '36', gitVersion: 'v1.36.3' },
  '1.33': { major: '1', minor: '33', gitVersion: 'v1.33.13' },
};

describe('the control plane under the tests', () => {
  test('calls itself by its real version', async () => {
    const { body } = await plane().admin.request({ method: 'GET', path: '/version' });
    expect(JSON.parse(Buffer.from(body).toString('utf8'))).toMatchObject(versions[plane().version]);
  });

  test('an unknown user may do nothing: RBAC is on', async () => {
    const client = createClient(await plane().connectionFor({ name: 'nobody-special' }), { retries: 0 });
    await expect(client.get(secrets, { namespace: 'default', name: 'any' })).rejects.toMatchObject({
      status: 403,
      reason: 'Forbidden',
    });
    await client.close();
  });

  test('a service account with a role may do what the role says, with a token', async () => {
    const namespace = await newNamespace('tokens');
    const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1', namespaced: true };
    await plane().admin.create(
      { ...rbac, plural: 'roles', kind: 'Role' },
      { metadata: { namespace, name: 'reader' }, rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] },
    );
    await plane().admin.create(
      { ...rbac, plural: 'rolebindings', kind: 'RoleBinding' },
      {
        metadata: { namespace, name: 'reader' },
        roleRef: { apiGroup: rbac.group, kind: 'Role', name: 'reader' },
        subjects: [{ kind: 'ServiceAccount', namespace, name: 'default' }],
      },
    );
    const token = await plane().tokenFor({ namespace, name: 'default' });
    const client = createClient(plane().connectionWith(token), { retries: 0 });
    await until('the role is in force', () => isGone(client.get(secrets, { namespace, name: 'any' })));
    await expect(client.get(configMaps, { namespace, name: 'any' })).rejects.toMatchObject({ status: 403 });
    await client.close();
  });

  test('objects of a deleted owner are collected', async () => {
    const namespace = await newNamespace('garbage');
    const owner = await plane().admin.create(configMaps, { metadata: { namespace, name: 'owner' } });
    const metadata: ObjectMeta = {
      namespace,
      name: 'owned',
      ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid ?? '' }],
    };
    await plane().admin.create(secrets, { metadata });
    await plane().admin.delete(configMaps, { namespace, name: 'owner' }, { propagation: 'Background' });
    await until('the owned Secret is collected', () => isGone(plane().admin.get(secrets, { namespace, name: 'owned' })));
  });

  test('a deleted namespace goes away with what is in it', async () => {
    const namespace = await newNamespace('leaving');
    await plane().admin.create(secrets, { metadata: { namespace, name: 'inside' } });
    await plane().admin.delete(namespaces, { name: namespace });
    await until('the namespace is gone', () => isGone(plane().admin.get(namespaces, { name: namespace })));
  });

  test('the service proxy reaches a process on this machine', async () => {
    const namespace = await newNamespace('proxied');
    const address = plane().extraAddress ?? '';
    const server = createServer((request, response) => {
      response.end(`${request.method} ${request.url}`);
    }).listen(0, address);
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      await exposeLocalProcess(plane().admin, { namespace, name: 'web', address, port });
      const answer = await until('the proxy answers', async () => {
        const path = `/api/v1/namespaces/${namespace}/services/http:web:http/proxy/v1/cert.pem`;
        const response = await plane().admin.request({ method: 'GET', path, query: { a: '1' }, raw: true, retries: 0 });
        return response.status === 200 && Buffer.from(response.body).toString('utf8');
      });
      expect(answer).toBe('GET /v1/cert.pem?a=1');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  test('a killed API server comes back with its data', async () => {
    const before = plane().component('kube-apiserver').pid;
    await plane().admin.create(secrets, { metadata: { namespace: 'default', name: 'survivor' } });
    await plane().restart('kube-apiserver');
    expect(plane().component('kube-apiserver').pid).not.toBe(before);
    await expect(plane().admin.get(secrets, { namespace: 'default', name: 'survivor' })).resolves.toMatchObject({
      metadata: { name: 'survivor' },
    });
  });

  test('diagnostics name every component and every readiness check', async () => {
    const text = await plane().diagnostics();
    for (const expected of ['etcd', 'kube-apiserver', 'kube-controller-manager', 'readyz check passed'])
      expect(text).toContain(expected);
  });
});
