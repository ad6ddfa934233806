import { createClient, isNotFound, secrets } from '@signet/kube/client';
import { startSandbox } from '@signet/kube-sandbox';
import { describeStore, startFaultProxy, testRoom } from '@signet/provider/testing';
import type { World } from '@signet/provider/testing';
import { kubernetes } from './kubernetes.ts';

/** An API server in this process behind a proxy. It has no authorization, so that refusals are the proxy's. */
async function startWorld(): Promise<World> {
  const sandbox = await startSandbox({ namespaces: ['vault'] });
  const admin = createClient(sandbox.connection());
  const proxy = await startFaultProxy({ target: sandbox.url, ca: sandbox.ca });
  const room = testRoom();
  room.credentials.setServiceAccount('default', 'reader');
  room.credentials.makeToken = (_account, _audiences, seconds) => ({
    token: sandbox.token,
    expiresAt: room.clock.now() + seconds * 1000,
  });
  const refuseOnce = async (): Promise<void> => proxy.next({ status: 401 });
  const remove = async (name: string): Promise<void> => {
    try {
      await admin.delete(secrets, { namespace: 'vault', name });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  };
  const config = { server: { url: proxy.url }, auth: { serviceAccount: { name: 'reader' } }, remoteNamespace: 'vault' };
  return {
    room,
    proxy,
    open: (place) => kubernetes.configure(config, place.store).open(place),
    async put(name, value) {
      await remove(name);
      const values: [string, Uint8Array][] =
        value instanceof Uint8Array ? [['bytes', value]] : Object.entries(value).map(([key, text]) => [key, Buffer.from(text)]);
      const data = Object.fromEntries(values.map(([key, bytes]) => [key, Buffer.from(bytes).toString('base64')]));
      await admin.create(secrets, { metadata: { namespace: 'vault', name }, data });
    },
    remove,
    binaryProperty: 'bytes',
    deny: async (name) => proxy.always({ status: 403 }, ({ path }) => path.includes(`/secrets/${name}`)),
    rotateCredentials: refuseOnce,
    expireLogin: refuseOnce,
    async stop() {
      await proxy.stop();
      await admin.close();
      await sandbox.stop();
    },
  };
}

describeStore('kubernetes', {
  start: startWorld,
  binary: true,
  cannot: { 'deleted version': 'a Secret has one version' },
});
