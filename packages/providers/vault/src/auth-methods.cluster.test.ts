import { createSign } from 'node:crypto';
import { testRoom } from '@signet/provider/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newKeyPair } from '../../../../test/control-plane/authority.ts';
import type { OpenBao, OpenBaoTls } from '../../../../test/harness/openbao.ts';
import { startOpenBao } from '../../../../test/harness/openbao.ts';
import { vault } from './provider.ts';
import { appRole, onStage, roomWith, secretRef, textIn } from './testing/bao-stage.ts';

const secondMs = 1000;
let bao: OpenBao;
let tls: OpenBaoTls;

beforeAll(async () => {
  bao = await startOpenBao({ tls: true });
  if (!bao.tls) throw new Error('TLS was asked for');
  tls = bao.tls;
  await bao.admin.put('secret', 'db', { password: 'hunter2' });
  await bao.admin.policy('reader', { 'secret/*': ['read', 'list'] });
});
afterAll(async () => bao.stop());

describe('external acceptance 40: all auth mounts (real OpenBao)', () => {
  test('tokenSecretRef: the token is used as it is, without a login, and is not revoked', async () => {
    const token = await bao.admin.token({ policies: ['reader'], ttl: '1h' });
    const room = roomWith({ token: `${token}\n` }); // as `echo` writes it
    await onStage(
      { url: bao.url, config: { path: 'secret', auth: { tokenSecretRef: secretRef('token') } }, room },
      async ({ read, calls }) => {
        expect(await read('db', 'password')).toBe('hunter2');
        expect(calls()).toEqual(['GET /v1/secret/data/db']);
      },
    );
    expect(await bao.admin.isAlive(token)).toBe(true);
  });

  test('appRole: by role id, by reference, and the token is revoked at the end', async () => {
    const { roleId, newSecretId } = await appRole(bao, 'approle-1');
    const room = roomWith({ id: roleId, secret: await newSecretId() });
    const auth = (role: object): object => ({ appRole: { path: 'approle-1', ...role, secretRef: secretRef('secret') } });
    for (const role of [{ roleId }, { roleRef: secretRef('id') }]) {
      const seen = await onStage(
        { url: bao.url, config: { path: 'secret', auth: auth(role) }, room },
        async ({ read, store, proxy }) => {
          expect(await read('db', 'password')).toBe('hunter2');
          await store.close();
          return proxy.requests.map(({ method, path }) => `${method} ${path}`);
        },
      );
      expect(seen).toEqual(['POST /v1/auth/approle-1/login', 'GET /v1/secret/data/db', 'POST /v1/auth/token/revoke-self']);
    }
    expect(await bao.admin.revokeTokensOf('auth/approle-1/login')).toBe(0);
  });

  test('appRole: a response-wrapped secret id is unwrapped once, also when the store logs in again', async () => {
    const { roleId } = await appRole(bao, 'approle-2');
    const wrapped = await bao.admin.call('POST', 'auth/approle-2/role/app/secret-id', {}, { 'x-vault-wrap-ttl': '5m' });
    const room = roomWith({ secret: wrapped.wrap_info?.token ?? '' });
    const config = { path: 'secret', auth: { appRole: { path: 'approle-2', roleId, secretRef: secretRef('secret') } } };
    await onStage({ url: bao.url, config, room }, async ({ read, calls, logins }) => {
      expect(await read('db', 'password')).toBe('hunter2');
      await bao.admin.revokeTokensOf('auth/approle-2/login');
      expect(await read('db', 'password')).toBe('hunter2');
      expect(logins()).toBe(2);
      expect(calls().filter((call) => call.includes('unwrap'))).toHaveLength(1);
    });
    // Somebody else used it before us: it is worth nothing any more, and this is said.
    await onStage({ url: bao.url, config, room }, async ({ read }) => {
      await expect(read('db')).rejects.toThrow('key value of Secret secret: it holds a wrapping token that was used already');
    });
  });

  test('appRole: a secret id for one use serves one login; the next is refused and named', async () => {
    const { roleId, newSecretId } = await appRole(bao, 'approle-3', { secret_id_num_uses: 1 });
    const room = roomWith({ secret: await newSecretId() });
    const config = { path: 'secret', auth: { appRole: { path: 'approle-3', roleId, secretRef: secretRef('secret') } } };
    await onStage({ url: bao.url, config, room }, async ({ read }) => {
      expect(await read('db', 'password')).toBe('hunter2');
      await bao.admin.revokeTokensOf('auth/approle-3/login');
      await expect(read('db')).rejects.toThrow('the login at auth/approle-3/login was refused');
    });
  });

  test('userPass', async () => {
    await bao.admin.auth('userpass', 'userpass');
    await bao.admin.call('POST', 'auth/userpass/users/ann', { password: 'open sesame', token_policies: ['reader'] });
    const room = roomWith({ password: 'open sesame', wrong: 'close sesame' });
    const auth = (name: string): object => ({ userPass: { username: 'ann', secretRef: secretRef(name) } });
    await onStage({ url: bao.url, config: { path: 'secret', auth: auth('password') }, room }, async ({ read }) => {
      expect(await read('db', 'password')).toBe('hunter2');
    });
    await onStage({ url: bao.url, config: { path: 'secret', auth: auth('wrong') }, room }, async ({ read }) => {
      await expect(read('db')).rejects.toMatchObject({
        code: 'SIGNET_PROVIDER_ACCESS_DENIED',
        message: 'access denied: the login at auth/userpass/login/ann was refused (HTTP 400)',
      });
    });
  });

  test('jwt: with a token from a Secret, and with one of a ServiceAccount for the audience vault', async () => {
    const { publicKey, privateKey } = await newKeyPair();
    await bao.admin.auth('jwt', 'jwt', { jwt_validation_pubkeys: [publicKey], bound_issuer: 'signet' });
    const role = { role_type: 'jwt', user_claim: 'sub', bound_audiences: ['vault'], token_policies: ['reader'] };
    await bao.admin.call('POST', 'auth/jwt/role/app', role);
    const issue = (audiences: readonly string[]): string => {
      const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
      const now = Math.floor(Date.now() / secondMs);
      const claims = { iss: 'signet', sub: 'app', aud: audiences, iat: now, exp: now + 600 };
      const text = `${part({ alg: 'RS256' })}.${part(claims)}`;
      return `${text}.${createSign('sha256').update(text).sign(privateKey, 'base64url')}`;
    };
    const room = roomWith({ jwt: issue(['vault']) });
    room.credentials.setServiceAccount('default', 'app');
    room.credentials.makeToken = (_, audiences, seconds) => ({
      token: issue(audiences),
      expiresAt: room.clock.now() + seconds * 1000,
    });
    for (const source of [
      { secretRef: secretRef('jwt') },
      { kubernetesServiceAccountToken: { serviceAccountRef: { name: 'app' } } },
    ]) {
      await onStage(
        { url: bao.url, config: { path: 'secret', auth: { jwt: { role: 'app', ...source } } }, room },
        async ({ read }) => {
          expect(await read('db', 'password')).toBe('hunter2');
        },
      );
    }
  });

  test('cert: the client certificate is that of the connection, and the authority comes from a ConfigMap', async () => {
    const client = await tls.authority.issue({ commonName: 'app' });
    await bao.admin.auth('cert', 'cert');
    const role = { certificate: tls.authority.certificate, allowed_common_names: ['app'], token_policies: ['reader'] };
    await bao.admin.call('POST', 'auth/cert/certs/app', role);
    const room = testRoom();
    room.credentials.setSecret('default', 'client', { 'tls.crt': client.cert, 'tls.key': client.key });
    room.credentials.setConfigMap('default', 'authority', { 'ca.crt': tls.ca });
    const cert = { clientCert: { name: 'client', key: 'tls.crt' }, secretRef: { name: 'client', key: 'tls.key' } };
    const caProvider = { type: 'ConfigMap', name: 'authority', key: 'ca.crt' };
    for (const vaultRole of ['app', undefined]) {
      const config = { server: tls.url, path: 'secret', caProvider, auth: { cert: { ...cert, vaultRole } } };
      const store = vault.configure(config, room.store).open(room);
      expect(await textIn(store, 'db', 'password')).toBe('hunter2');
      await store.close();
    }
  });

  test('none: calls carry no token, an agent in between adds one', async () => {
    await onStage({ url: bao.url, config: { path: 'secret' } }, async ({ read, calls }) => {
      await expect(read('db')).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_ACCESS_DENIED' });
      expect(calls()).toEqual(['GET /v1/secret/data/db']);
    });
  });
});

describe('TLS', () => {
  const token = { tokenSecretRef: secretRef('token') };
  const read = async (config: object, room = roomWith({ token: bao.rootToken })): Promise<string> => {
    const store = vault.configure({ server: tls.url, path: 'secret', auth: token, ...config }, room.store).open(room);
    try {
      return await textIn(store, 'db', 'password');
    } finally {
      await store.close();
    }
  };

  test('a bundle in the store is trusted; without it the server is not', async () => {
    expect(await read({ caBundle: Buffer.from(tls.ca).toString('base64') })).toBe('hunter2');
    await expect(read({})).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_UNAVAILABLE' });
  });

  test('external acceptance 40: a store whose client certificate is missing says which Secret', async () => {
    const config = { caBundle: tls.ca, tls: { certSecretRef: { name: 'client' }, keySecretRef: { name: 'client' } } };
    await expect(read(config)).rejects.toMatchObject({
      code: 'SIGNET_PROVIDER_CREDENTIALS_MISSING',
      message: 'Secret "default/client": it does not exist',
    });
  });

  test('a client certificate that appears later is used', async () => {
    const room = roomWith({ token: bao.rootToken });
    const config = { server: tls.url, path: 'secret', caBundle: tls.ca, auth: token };
    const withTls = { ...config, tls: { certSecretRef: { name: 'client' }, keySecretRef: { name: 'client' } } };
    const store = vault.configure(withTls, room.store).open(room);
    await expect(textIn(store, 'db')).rejects.toThrow('it does not exist');
    const client = await tls.authority.issue({ commonName: 'app' });
    room.credentials.setSecret('default', 'client', { 'tls.crt': client.cert, 'tls.key': client.key });
    expect(await textIn(store, 'db', 'password')).toBe('hunter2');
    await store.close();
  });
});
