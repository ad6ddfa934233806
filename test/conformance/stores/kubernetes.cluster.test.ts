import { createClient, isApiError, isNotFound, namespaces, secrets, serviceAccounts } from '@signet/kube/client';
import type { Client, KubeObject, Resource } from '@signet/kube/client';
import { kubernetes } from '@signet/provider-kubernetes';
import { describeStore, startFaultProxy, testRoom } from '@signet/provider/testing';
import type { World } from '@signet/provider/testing';
import type { SecretStore } from '@signet/provider';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { until } from '../../control-plane/until.ts';
import { useControlPlane } from '../../control-plane/use-control-plane.ts';

const plane = useControlPlane();

const roles: Resource = { group: 'rbac.authorization.k8s.io', version: 'v1', plural: 'roles', kind: 'Role', namespaced: true };
const bindings: Resource = { ...roles, plural: 'rolebindings', kind: 'RoleBinding' };
const reader = 'reader';

/** A namespace of a real API server with a ServiceAccount that may read its Secrets by RBAC, behind a proxy. */
async function startWorld(): Promise<World> {
  const { admin, server, ca, tokenFor, connectionWith } = bound(plane());
  const namespace = `vault-${randomBytes(4).toString('hex')}`;
  await admin.create(namespaces, { metadata: { name: namespace } });
  await admin.create(serviceAccounts, { metadata: { namespace, name: reader } });
  await allow(admin, namespace);
  const proxy = await startFaultProxy({ target: server, ca });
  const room = testRoom();
  room.credentials.setServiceAccount('default', reader);
  const token = async (): Promise<string> => tokenFor({ namespace, name: reader });
  let latest = '';
  room.credentials.makeToken = async (_account, _audiences, seconds) => {
    latest = await token();
    return { token: latest, expiresAt: room.clock.now() + seconds * 1000 };
  };
  const kept = new Set<string>();

  /** Tokens of an account end with it. The API server may take them for some seconds more, out of its cache. */
  const replaceAccount = async (): Promise<void> => {
    await admin.delete(serviceAccounts, { namespace, name: reader });
    await admin.create(serviceAccounts, { metadata: { namespace, name: reader } });
    const old = createClient(connectionWith(latest), { retries: 0 });
    const refused = async (): Promise<boolean> => (await statusOf(old, namespace)) === 401;
    await until('tokens of the account that was replaced are refused', refused);
    await old.close();
  };
  const remove = async (name: string): Promise<void> => {
    kept.delete(name);
    await admin.delete(secrets, { namespace, name }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  };
  const config = { server: { url: proxy.url }, auth: { serviceAccount: { name: reader } }, remoteNamespace: namespace };
  return {
    room,
    proxy,
    open: (place) => kubernetes.configure(config, place.store).open(place),
    async put(name, value) {
      await remove(name);
      kept.add(name);
      const values: [string, Uint8Array][] =
        value instanceof Uint8Array ? [['bytes', value]] : Object.entries(value).map(([key, text]) => [key, Buffer.from(text)]);
      const data = Object.fromEntries(values.map(([key, bytes]) => [key, Buffer.from(bytes).toString('base64')]));
      await admin.create(secrets, { metadata: { namespace, name }, data });
    },
    remove,
    binaryProperty: 'bytes',
    async deny(name) {
      await admin.replace(roles, roleOf(namespace, [{ verbs: ['get'], resourceNames: [...kept].filter((one) => one !== name) }]));
      const own = createClient(connectionWith(await token()), { retries: 0 });
      await until('the role was heard of', async () => (await statusOf(own, namespace, name)) === 403);
      await own.close();
    },
    rotateCredentials: replaceAccount,
    expireLogin: replaceAccount,
    async stop() {
      await proxy.stop();
      await admin.delete(namespaces, { name: namespace });
    },
  };
}

function bound(running: ControlPlane): Pick<ControlPlane, 'admin' | 'server' | 'ca' | 'tokenFor' | 'connectionWith'> {
  const { admin, server, ca } = running;
  return { admin, server, ca, tokenFor: (o) => running.tokenFor(o), connectionWith: (token) => running.connectionWith(token) };
}

/** HTTP status of reading a Secret; 200 when it is there. */
async function statusOf(client: Client, namespace: string, name = 'any'): Promise<number> {
  try {
    await client.get(secrets, { namespace, name });
    return 200;
  } catch (error) {
    if (isApiError(error)) return error.status;
    throw error;
  }
}

function roleOf(namespace: string, rules: readonly { readonly verbs: string[]; readonly resourceNames?: string[] }[]): KubeObject {
  return {
    metadata: { namespace, name: reader },
    rules: rules.map((rule) => ({ apiGroups: [''], resources: ['secrets'], ...rule })),
  };
}

async function allow(admin: Client, namespace: string): Promise<void> {
  await admin.create(roles, roleOf(namespace, [{ verbs: ['get', 'list'] }]));
  await admin.create(bindings, {
    metadata: { namespace, name: reader },
    roleRef: { apiGroup: roles.group, kind: 'Role', name: reader },
    subjects: [{ kind: 'ServiceAccount', namespace, name: reader }],
  });
}

describeStore('kubernetes, a real API server', {
  start: startWorld,
  binary: true,
  cannot: { 'deleted version': 'a Secret has one version' },
});

describe('who may use a store, by a real API server', () => {
  const namespace = 'validated';
  const base = { remoteNamespace: namespace };
  const server = (): object => ({ server: { url: plane().server, caBundle: Buffer.from(plane().ca).toString('base64') } });
  const opened: SecretStore[] = [];

  beforeAll(async () => {
    const { admin } = plane();
    await admin.create(namespaces, { metadata: { name: namespace } });
    await admin.create(secrets, { metadata: { namespace, name: 'db' }, data: { user: Buffer.from('ann').toString('base64') } });
    for (const name of ['all', 'one', 'none']) await admin.create(serviceAccounts, { metadata: { namespace, name } });
    const grant = async (name: string, rule: object, subject: object): Promise<void> => {
      const rules = [{ apiGroups: [''], resources: ['secrets'], ...rule }];
      await admin.create(roles, { metadata: { namespace, name }, rules });
      const roleRef = { apiGroup: roles.group, kind: 'Role', name };
      await admin.create(bindings, { metadata: { namespace, name }, roleRef, subjects: [subject] });
    };
    await grant('all', { verbs: ['get'] }, { kind: 'ServiceAccount', namespace, name: 'all' });
    await grant('one', { verbs: ['get'], resourceNames: ['db'] }, { kind: 'ServiceAccount', namespace, name: 'one' });
    await grant('ann', { verbs: ['*'] }, { kind: 'User', apiGroup: roles.group, name: 'ann' });
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
  });

  function open(config: object, values: Record<string, string>): SecretStore {
    const room = testRoom();
    room.credentials.setSecret('default', 'login', values);
    const store = kubernetes.configure({ ...base, ...config }, room.store).open(room);
    opened.push(store);
    return store;
  }
  const { signal } = new AbortController();
  const userOf = async (store: SecretStore): Promise<string> => {
    const [db] = await store.fetch([{ key: 'db', property: 'user' }], signal);
    if (!db || db instanceof Error) throw db ?? new Error('no outcome');
    return Buffer.from(db.value('user')).toString();
  };

  test.each([
    ['all', 'ready'],
    ['one', 'ready'],
    ['none', 'SIGNET_PROVIDER_ACCESS_DENIED'],
  ])('the account %s: %s', async (name, expected) => {
    const token = await plane().tokenFor({ namespace, name });
    const store = open({ ...server(), auth: { token: { bearerToken: { name: 'login', key: 'token' } } } }, { token });
    const seen = await store.validate(signal).catch((error: { code: string }) => error.code);
    expect(seen).toBe(expected);
  });

  test('a client certificate is a login', async () => {
    const { clientCert = '', clientKey = '' } = await plane().connectionFor({ name: 'ann' });
    const cert = { clientCert: { name: 'login', key: 'crt' }, clientKey: { name: 'login', key: 'key' } };
    const store = open({ ...server(), auth: { cert } }, { crt: clientCert, key: clientKey });
    expect(await store.validate(signal)).toBe('ready');
    expect(await userOf(store)).toBe('ann');
  });

  test('so is a kubeconfig', async () => {
    const config = plane().kubeconfig(await plane().connectionFor({ name: 'ann' }));
    expect(await userOf(open({ authRef: { name: 'login', key: 'config' } }, { config }))).toBe('ann');
  });

  test('a token that is none is refused', async () => {
    const store = open({ ...server(), auth: { token: { bearerToken: { name: 'login', key: 'token' } } } }, { token: 'nobody' });
    await expect(userOf(store)).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_ACCESS_DENIED' });
    await expect(store.validate(signal)).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_ACCESS_DENIED' });
  });
});
