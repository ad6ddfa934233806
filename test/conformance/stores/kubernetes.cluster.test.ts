import { createClient, isApiError, isNotFound, namespaces, secrets, serviceAccounts } from '@signet/kube/client';
import type { Client, KubeObject, Resource } from '@signet/kube/client';
import { kubernetes } from '@signet/provider-kubernetes';
import { describeStore, startFaultProxy, testRoom } from '@signet/provider/testing';
import type { World } from '@signet/provider/testing';
import { randomBytes } from 'node:crypto';
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
