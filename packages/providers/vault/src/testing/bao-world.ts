import type { FaultProxy, World } from '@signet/provider/testing';
import { startFaultProxy, testRoom } from '@signet/provider/testing';
import type { OpenBao } from '../../../../../test/harness/openbao.ts';
import { openBao, vault } from '../provider.ts';

/** Which store, and which engine. */
export interface BaoWorldOptions {
  readonly bao: OpenBao;
  readonly provider: 'vault' | 'openBao';
  readonly version: 'v1' | 'v2';
}

let serial = 0;

/** Requests that read, as opposed to logins and what belongs to them. */
function isRead({ path }: { readonly path: string }): boolean {
  return path.startsWith('/v1/kv-');
}

/** A mount and an AppRole of their own on a server that is shared, behind a proxy that does harm when told to. */
export async function startBaoWorld({ bao, provider, version }: BaoWorldOptions): Promise<World & { readonly proxy: FaultProxy }> {
  const mount = `kv-${++serial}`;
  const { admin } = bao;
  await admin.mount(mount, 'kv', { version: version.slice(1) });
  const rules = { [`${mount}/*`]: ['read', 'list'] };
  await admin.policy(mount, rules);
  await admin.auth(mount, 'approle');
  await admin.call('POST', `auth/${mount}/role/reader`, { token_policies: [mount], token_ttl: '1h', token_max_ttl: '24h' });
  const role = await admin.call('GET', `auth/${mount}/role/reader/role-id`);
  const proxy = await startFaultProxy({ target: bao.url });
  const room = testRoom();
  let accessor: unknown;

  const newSecretId = async (): Promise<void> => {
    const made = await admin.call('POST', `auth/${mount}/role/reader/secret-id`);
    accessor = made.data?.['secret_id_accessor'];
    room.credentials.setSecret('default', 'approle', { id: String(made.data?.['secret_id']) });
  };
  await newSecretId();

  const config = {
    server: proxy.url,
    path: mount,
    version,
    auth: { appRole: { path: mount, roleId: role.data?.['role_id'], secretRef: { name: 'approle', key: 'id' } } },
  };
  const { open } = (provider === 'vault' ? vault : openBao).configure(config, room.store);
  const put = async (key: string, value: Readonly<Record<string, unknown>>): Promise<void> => {
    await (version === 'v2' ? admin.put(mount, key, value) : admin.call('POST', `${mount}/${key}`, value));
  };

  return {
    room,
    open,
    proxy,
    reads: isRead,
    put: async (key, value) => put(key, value instanceof Uint8Array ? {} : value),
    remove: async (key) => {
      await (version === 'v2' ? admin.remove(mount, key) : admin.call('DELETE', `${mount}/${key}`));
    },
    deny: async (key) => admin.policy(mount, { ...rules, [`${mount}/${version === 'v2' ? 'data/' : ''}${key}`]: ['deny'] }),
    deletedVersion: async () => {
      await put('versions', { password: 'one' });
      await put('versions', { password: 'two' });
      await admin.call('POST', `${mount}/delete/versions`, { versions: [1] });
      return { key: 'versions', version: '1' };
    },
    rotateCredentials: async () => {
      await admin.call('POST', `auth/${mount}/role/reader/secret-id-accessor/destroy`, { secret_id_accessor: accessor });
      await newSecretId();
    },
    expireLogin: async () => {
      await admin.revokeTokensOf(`auth/${mount}/login`);
    },
    stop: async () => {
      await proxy.stop();
      await admin.call('DELETE', `sys/mounts/${mount}`);
      await admin.call('DELETE', `sys/auth/${mount}`);
    },
  };
}
