import { ApiError } from '@signet/kube/client';
import type { Client, KubeObject } from '@signet/kube/client';
import type { StoreIdentity } from '@signet/provider';
import { describe, expect, test } from 'vitest';
import { StoreCredentials } from './credentials.ts';
import type { CredentialRead } from './credentials.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Secrets, ConfigMaps and ServiceAccounts named `x` in namespaces `own`, `other` and `user`; whoever reads is written down. */
function world(): { client: Pick<Client, 'get' | 'request'>; asked: string[] } {
  const asked: string[] = [];
  const client = {
    get: async (resource: { kind: string }, { namespace, name }: { namespace?: string; name: string }): Promise<KubeObject> => {
      asked.push(`${resource.kind} ${namespace}/${name}`);
      if (name === 'forbidden') throw new ApiError({ status: 403, reason: 'Forbidden', message: 'no' });
      if (name === 'broken') throw new ApiError({ status: 503, reason: 'ServiceUnavailable', message: 'no' });
      if (name !== 'x') throw new ApiError({ status: 404, reason: 'NotFound', message: 'no' });
      const data = resource.kind === 'ConfigMap' ? { key: `of ${namespace}` } : { key: base64(`of ${namespace}`) };
      const metadata = { name, namespace: namespace ?? '', uid: `uid-${namespace}`, resourceVersion: '7', annotations: { a: 'b' } };
      return { metadata, data };
    },
    request: async ({ path, body }: { path: string; body?: string | Uint8Array }) => {
      asked.push(`${path} ${String(body)}`);
      const answer = { status: { token: 'jwt', expirationTimestamp: '2026-01-01T00:10:00Z' } };
      return { status: 201, headers: {}, body: new TextEncoder().encode(JSON.stringify(answer)) };
    },
  };
  return { client: client as unknown as Pick<Client, 'get' | 'request'>, asked };
}

const signal = new AbortController().signal;
const namespaced: StoreIdentity = { kind: 'SecretStore', namespace: 'own', name: 'vault' };
const cluster: StoreIdentity = { kind: 'ClusterSecretStore', name: 'vault' };

type Selector = 'secretKey' | 'secret' | 'caSecret' | 'caConfigMap' | 'serviceAccount' | 'serviceAccountToken';
const selectors: readonly Selector[] = ['secretKey', 'secret', 'caSecret', 'caConfigMap', 'serviceAccount', 'serviceAccountToken'];

async function read(
  credentials: StoreCredentials,
  selector: Selector,
  namespace: string | undefined,
  name = 'x',
): Promise<unknown> {
  const at = { name, key: 'key', ...(namespace !== undefined && { namespace }) };
  switch (selector) {
    case 'secretKey':
      return Buffer.from(await credentials.secretKey(at, signal)).toString();
    case 'secret':
      return Buffer.from((await credentials.secret(at, signal)).data.get('key') ?? []).toString();
    case 'caSecret':
      return credentials.certificateAuthority({ ...at, type: 'Secret' }, signal);
    case 'caConfigMap':
      return credentials.certificateAuthority({ ...at, type: 'ConfigMap' }, signal);
    case 'serviceAccount':
      return `of ${(await credentials.serviceAccount(at, signal)).namespace}`;
    case 'serviceAccountToken':
      return (await credentials.serviceAccountToken(at, signal)).token;
  }
}

function credentialsOf(
  store: StoreIdentity,
  namespace: string | undefined,
): { credentials: StoreCredentials; asked: string[]; reads: CredentialRead[] } {
  const { client, asked } = world();
  const reads: CredentialRead[] = [];
  const ownToken = async (): Promise<string> => 'mounted';
  const credentials = new StoreCredentials({ client, store, namespace, ownToken, onRead: (read) => reads.push(read) });
  return { credentials, asked, reads };
}

/** Every selector against every place. Rule: promise 10, tenants stay apart. */
describe('external acceptance 38: where a store may read its credentials', () => {
  const isCa = (selector: Selector): boolean => selector.startsWith('ca');
  const rows = selectors.flatMap((selector) => {
    const rowsOf: readonly (readonly [StoreIdentity, string | undefined, string | undefined, string | undefined])[] = [
      // store, namespace of its user, namespace of the selector -> namespace that is read, or undefined: refused
      [namespaced, 'own', undefined, 'own'],
      [namespaced, 'own', '', 'own'],
      [namespaced, 'own', 'own', 'own'],
      [namespaced, 'own', 'other', undefined],
      [namespaced, 'own', 'kube-system', undefined],
      [namespaced, 'own', '../other', undefined],
      [cluster, 'user', 'other', 'other'],
      [cluster, 'user', undefined, isCa(selector) ? undefined : 'user'],
      [cluster, 'user', '', isCa(selector) ? undefined : 'user'],
      [cluster, undefined, 'other', 'other'],
      [cluster, undefined, undefined, undefined],
      [cluster, 'user', '..', undefined],
    ];
    return rowsOf.map(([store, user, at, expected]) => ({ selector, kind: store.kind, store, user, at, expected }));
  });

  test.each(rows.filter(({ expected }) => expected === undefined))(
    '$selector of a $kind used from $user, namespace $at: refused, and nobody is asked',
    async ({ store, user, selector, at }) => {
      const { credentials, asked } = credentialsOf(store, user);
      await expect(read(credentials, selector, at)).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_INVALID_CONFIG' });
      expect(asked).toEqual([]);
    },
  );

  test.each(rows.filter(({ expected }) => expected !== undefined))(
    '$selector of a $kind used from $user, namespace $at: read in $expected',
    async ({ store, user, selector, at, expected }) => {
      const { credentials, asked } = credentialsOf(store, user);
      const value = await read(credentials, selector, at);
      expect(value).toBe(selector === 'serviceAccountToken' ? 'jwt' : `of ${expected}`);
      expect(asked).toHaveLength(1);
      expect(asked[0]).toContain(selector === 'serviceAccountToken' ? `/namespaces/${expected}/` : `${expected}/x`);
    },
  );

  test.each(selectors)('%s: a name that is a path leads nowhere', async (selector) => {
    const { credentials, asked } = credentialsOf(namespaced, 'own');
    for (const name of ['..', '../../other/secrets/x', 'a/b', '', 'X', '%2e%2e'])
      await expect(read(credentials, selector, undefined, name)).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_INVALID_CONFIG' });
    expect(asked).toEqual([]);
  });
});

describe('what is missing is named, and written down so that its coming is noticed', () => {
  const rows = [
    ['secretKey', 'gone', 'SIGNET_PROVIDER_CREDENTIALS_MISSING', 'Secret "own/gone": it does not exist'],
    ['caConfigMap', 'gone', 'SIGNET_PROVIDER_CREDENTIALS_MISSING', 'ConfigMap "own/gone": it does not exist'],
    [
      'serviceAccount',
      'forbidden',
      'SIGNET_PROVIDER_CREDENTIALS_MISSING',
      'ServiceAccount "own/forbidden": the controller may not read it',
    ],
    ['secret', 'broken', 'SIGNET_PROVIDER_UNAVAILABLE', 'the API server could not be asked for Secret "own/broken"'],
  ] as const;

  test.each(rows)('%s %s: %s', async (selector, name, code, message) => {
    const { credentials, reads } = credentialsOf(namespaced, 'own');
    await expect(read(credentials, selector, undefined, name)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    });
    expect(reads).toHaveLength(name === 'broken' ? 0 : 1); // a fault that passes by itself needs no watch
    expect(reads.every(({ version }) => version === undefined)).toBe(true);
  });

  test.each(['secretKey', 'caSecret', 'caConfigMap'] as const)('%s: a key that is not there', async (selector) => {
    const { credentials } = credentialsOf(namespaced, 'own');
    const at = { name: 'x', key: 'nope' };
    const asked =
      selector === 'secretKey'
        ? credentials.secretKey(at, signal)
        : credentials.certificateAuthority({ ...at, type: selector === 'caSecret' ? 'Secret' : 'ConfigMap' }, signal);
    await expect(asked).rejects.toThrow('it has no key "nope"');
  });

  test('a selector without a key', async () => {
    const { credentials } = credentialsOf(namespaced, 'own');
    await expect(credentials.secretKey({ name: 'x' }, signal)).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_INVALID_CONFIG' });
    await expect(credentials.certificateAuthority({ name: 'x', type: 'Secret' }, signal)).rejects.toThrow('names no key');
  });

  test('what was read is told with its version', async () => {
    const { credentials, reads } = credentialsOf(namespaced, 'own');
    await credentials.secretKey({ name: 'x', key: 'key' }, signal);
    expect(reads).toEqual([{ kind: 'Secret', key: { namespace: 'own', name: 'x' }, version: 'uid-own/7' }]);
  });
});

test('a token is asked for with its audiences and its life', async () => {
  const { credentials, asked } = credentialsOf(namespaced, 'own');
  const issued = await credentials.serviceAccountToken({ name: 'x', audiences: ['vault'], expirationSeconds: 900 }, signal);
  expect(issued).toEqual({ token: 'jwt', expiresAt: Date.UTC(2026, 0, 1, 0, 10) });
  expect(asked).toEqual([
    '/api/v1/namespaces/own/serviceaccounts/x/token {"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":900,"audiences":["vault"]}}',
  ]);
});

test("promise 10: the controller's own token goes to no server that the author of a SecretStore chose", async () => {
  const { credentials } = credentialsOf(namespaced, 'own');
  await expect(credentials.ownToken(signal)).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_INVALID_CONFIG' });
  expect(await credentialsOf(cluster, undefined).credentials.ownToken(signal)).toBe('mounted');
});

test('the own token that cannot be read is missing credentials', async () => {
  const { client } = world();
  const ownToken = async (): Promise<string> => Promise.reject(new Error('ENOENT'));
  const credentials = new StoreCredentials({ client, store: cluster, namespace: undefined, ownToken, onRead: () => undefined });
  await expect(credentials.ownToken(signal)).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_CREDENTIALS_MISSING' });
});
