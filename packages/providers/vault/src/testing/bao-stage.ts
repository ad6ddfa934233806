import type { SecretStore, StoreIdentity } from '@signet/provider';
import type { FaultProxy, TestRoom } from '@signet/provider/testing';
import { startFaultProxy, testRoom } from '@signet/provider/testing';
import type { OpenBao } from '../../../../../test/harness/openbao.ts';
import { openBao, vault } from '../provider.ts';

/** A store of these tests, and what it did to the server. */
export interface Staged {
  readonly store: SecretStore;
  readonly room: TestRoom;
  readonly proxy: FaultProxy;
  /** Calls of the server so far, `POST /v1/auth/approle/login`. */
  calls(): readonly string[];
  /** How many logins that was. */
  logins(): number;
  /** The text of one property. Rejects with the error of the read. */
  read(key: string, property?: string): Promise<string>;
}

/** What a test wants. */
export interface StageOptions {
  readonly url: string;
  /** Below `spec.provider.vault`, without `server`. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly provider?: 'vault' | 'openBao';
  readonly identity?: StoreIdentity;
  readonly room?: TestRoom;
  /** The authority of the server, when it speaks TLS. */
  readonly ca?: string;
}

const calm = new AbortController().signal;

/** Opens a store on a server behind a proxy that counts, and gives it to `act`. Everything is closed behind it. */
export async function onStage<T>(options: StageOptions, act: (staged: Staged) => Promise<T>): Promise<T> {
  const proxy = await startFaultProxy({ target: options.url, ...(options.ca !== undefined && { ca: options.ca }) });
  const room = options.room ?? testRoom(options.identity ? { store: options.identity } : {});
  const provider = options.provider === 'openBao' ? openBao : vault;
  const store = provider.configure({ server: proxy.url, ...options.config }, room.store).open(room);
  const calls = (): readonly string[] => proxy.requests.map(({ method, path }) => `${method} ${path}`);
  try {
    return await act({
      store,
      room,
      proxy,
      calls,
      logins: () => calls().filter((call) => /^POST \/v1\/auth\/.*\/login/.test(call)).length,
      read: (key, property) => textIn(store, key, property),
    });
  } finally {
    await store.close();
    await proxy.stop();
  }
}

/** Reads one property as text. */
export async function textIn(store: SecretStore, key: string, property?: string): Promise<string> {
  const [fetched] = await store.fetch([{ key }], calm);
  if (fetched instanceof Error) throw fetched;
  if (!fetched) throw new Error('the store gave no outcome');
  return Buffer.from(fetched.value(property)).toString('utf8');
}

/** A room whose cluster has a Secret with the key `value` by each name. */
export function roomWith(values: Readonly<Record<string, string>>): TestRoom {
  const room = testRoom();
  for (const [name, value] of Object.entries(values)) room.credentials.setSecret('default', name, { value });
  return room;
}

/** A selector of a Secret of {@link roomWith}. */
export const secretRef = (name: string): object => ({ name, key: 'value' });

/** An AppRole at a mount of its own, with the policy `reader`. */
export async function appRole(
  { admin }: OpenBao,
  path: string,
  role: object = {},
): Promise<{ readonly roleId: string; readonly newSecretId: () => Promise<string> }> {
  await admin.auth(path, 'approle');
  await admin.call('POST', `auth/${path}/role/app`, { token_policies: ['reader'], ...role });
  const { data } = await admin.call('GET', `auth/${path}/role/app/role-id`);
  return {
    roleId: String(data?.['role_id']),
    newSecretId: async () => String((await admin.call('POST', `auth/${path}/role/app/secret-id`)).data?.['secret_id']),
  };
}
