import { inspect } from 'node:util';
import type { TestRoom } from '@signet/provider/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../../../test/control-plane/until.ts';
import type { OpenBao } from '../../../../test/harness/openbao.ts';
import { startOpenBao } from '../../../../test/harness/openbao.ts';
import { appRole, onStage, roomWith, secretRef } from './testing/bao-stage.ts';

const calm = new AbortController().signal;
const secondMs = 1000;
let bao: OpenBao;

beforeAll(async () => {
  bao = await startOpenBao();
  await bao.admin.put('secret', 'db', { password: 'hunter2' });
  await bao.admin.policy('reader', { 'secret/*': ['read', 'list'], 'secret/data/forbidden': ['deny'] });
});
afterAll(async () => bao.stop());

/** A store that logs in with an AppRole of its own. */
async function storeOf(
  path: string,
  role: object = {},
): Promise<{ readonly room: TestRoom; readonly config: { readonly path: string } }> {
  const { roleId, newSecretId } = await appRole(bao, path, role);
  const config = { path: 'secret', auth: { appRole: { path, roleId, secretRef: secretRef('secret') } } };
  return { room: roomWith({ secret: await newSecretId() }), config };
}

describe('the life of a login (real OpenBao)', () => {
  test('200 fetches at once make one login', async () => {
    const { room, config } = await storeOf('life-1');
    await onStage({ url: bao.url, config, room }, async ({ read, logins, calls }) => {
      const values = await Promise.all(Array.from({ length: 200 }, () => read('db', 'password')));
      expect(new Set(values)).toEqual(new Set(['hunter2']));
      expect([logins(), calls().length]).toEqual([1, 201]);
    });
  });

  test('after two thirds of its life the token is renewed, and the server agrees', async () => {
    const { room, config } = await storeOf('life-2', { token_ttl: '1h', token_max_ttl: '24h' });
    await onStage({ url: bao.url, config, room }, async ({ read, calls }) => {
      await read('db');
      room.clock.jump(41 * 60 * secondMs);
      expect(await read('db', 'password')).toBe('hunter2');
      expect(calls()).toEqual([
        'POST /v1/auth/life-2/login',
        'GET /v1/secret/data/db',
        'POST /v1/auth/token/renew-self',
        'GET /v1/secret/data/db',
      ]);
    });
  });

  test('at its maximum the token is replaced, not renewed for ever', async () => {
    const { room, config } = await storeOf('life-3', { token_ttl: '1h', token_max_ttl: '1h' });
    await onStage({ url: bao.url, config, room }, async ({ read, logins }) => {
      await read('db');
      room.clock.jump(61 * 60 * secondMs);
      expect(await read('db', 'password')).toBe('hunter2');
      expect(logins()).toBe(2);
    });
  });

  test('a token that lives two seconds is replaced, by the wall clock', async () => {
    const { room, config } = await storeOf('life-10', { token_ttl: '2s', token_max_ttl: '2s' });
    await onStage({ url: bao.url, config, room }, async ({ read, logins, proxy }) => {
      expect(await read('db', 'password')).toBe('hunter2');
      const token = String(proxy.requests.at(-1)?.headers['x-vault-token']);
      await until('the token ends', async () => !(await bao.admin.isAlive(token)));
      expect(await read('db', 'password')).toBe('hunter2');
      expect(logins()).toBe(2);
    });
  });

  test('a batch token is never renewed and never revoked by itself', async () => {
    const { room, config } = await storeOf('life-4', { token_type: 'batch', token_ttl: '1h' });
    await onStage({ url: bao.url, config, room }, async ({ read, logins, calls }) => {
      await read('db');
      room.clock.jump(45 * 60 * secondMs);
      await read('db');
      expect(logins()).toBe(1);
      room.clock.jump(15 * 60 * secondMs);
      expect(await read('db', 'password')).toBe('hunter2');
      expect(logins()).toBe(2);
      expect(calls().filter((call) => call.includes('renew'))).toEqual([]);
    });
  });

  test('a token that ends at the server before its time costs one login, and nobody notices', async () => {
    const { room, config } = await storeOf('life-5');
    await onStage({ url: bao.url, config, room }, async ({ read, logins }) => {
      await read('db');
      expect(await bao.admin.revokeTokensOf('auth/life-5/login')).toBe(1);
      const values = await Promise.all(Array.from({ length: 20 }, () => read('db', 'password')));
      expect(new Set(values)).toEqual(new Set(['hunter2']));
      expect(logins()).toBe(2);
    });
  });

  test('a token from a Secret that has ended is denied, not asked for again and again', async () => {
    const token = await bao.admin.token({ policies: ['reader'], ttl: '1h' });
    const room = roomWith({ token });
    await onStage(
      { url: bao.url, config: { path: 'secret', auth: { tokenSecretRef: secretRef('token') } }, room },
      async ({ read, store }) => {
        await read('db');
        await bao.admin.call('POST', 'auth/token/revoke', { token });
        await expect(read('db')).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_ACCESS_DENIED' });
        await expect(store.validate(calm)).rejects.toThrow('the server does not know the token');
      },
    );
  });

  test('a login that meets a throttled, broken or silent server harms nothing for long', async () => {
    const { room, config } = await storeOf('life-7');
    const hasty = room.limitedTo({ callTimeoutMs: 1000 });
    await onStage({ url: bao.url, config, room: hasty }, async ({ read, proxy, logins }) => {
      const isLogin = ({ path }: { readonly path: string }): boolean => path.endsWith('/login');
      const faults = [
        [{ status: 429, headers: { 'retry-after': '7' } }, 'THROTTLED'],
        [{ status: 503 }, 'UNAVAILABLE'],
        ['hang', 'UNAVAILABLE'],
        ['cut', 'UNAVAILABLE'],
        ['garbage', 'BAD_ANSWER'],
      ] as const;
      for (const [fault, code] of faults) {
        proxy.next(fault, isLogin);
        const seen = await Promise.all([read('db'), read('db')].map((one) => one.catch((error: unknown) => error)));
        expect(seen).toMatchObject([{ code: `SIGNET_PROVIDER_${code}` }, { code: `SIGNET_PROVIDER_${code}` }]);
      }
      expect(await read('db', 'password')).toBe('hunter2');
      expect(logins()).toBe(faults.length + 1);
    });
  });

  test('a token that may not look at itself validates, and a denied read costs no login each time', async () => {
    const { room, config } = await storeOf('life-8', { token_no_default_policy: true });
    await onStage({ url: bao.url, config, room }, async ({ store, read, logins }) => {
      expect(await store.validate(calm)).toBe('ready');
      expect(await read('db', 'password')).toBe('hunter2');
      await expect(read('forbidden')).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_ACCESS_DENIED' });
      const before = logins();
      for (let count = 0; count < 5; count++)
        await expect(read('forbidden')).rejects.toThrow('HTTP 403 for reading secret/data/forbidden');
      expect(logins()).toBe(before);
    });
  });

  test('promise 9: neither the credentials nor the token are in errors, logs, or a store that is printed', async () => {
    const secretId = `canary-${crypto.randomUUID()}`;
    const { room, config } = await storeOf('life-9');
    await bao.admin.call('POST', 'auth/life-9/role/app/custom-secret-id', { secret_id: secretId });
    room.credentials.setSecret('default', 'secret', { value: secretId });
    await onStage({ url: bao.url, config, room }, async ({ read, store, proxy }) => {
      const said: unknown[] = [];
      const hear = async (key: string): Promise<void> => void said.push(await read(key).catch((error: unknown) => error));
      await hear('forbidden');
      await hear('not-there');
      const token = String(proxy.requests.find(({ path }) => path.startsWith('/v1/secret'))?.headers['x-vault-token']);
      expect(token.length).toBeGreaterThan(10);
      for (const fault of ['reset', 'garbage', 'cut', { status: 400 }] as const) {
        proxy.next(fault);
        await hear('db');
      }
      await bao.admin.call('POST', 'auth/life-9/role/app/custom-secret-id', { secret_id: 'another' });
      room.credentials.setSecret('default', 'secret', { value: `${secretId}-wrong` });
      await bao.admin.revokeTokensOf('auth/life-9/login');
      await hear('db');
      const text = inspect([store, said, room.lines, room.calls], { depth: 8, showHidden: true });
      expect([text.includes('canary-'), text.includes(token)]).toEqual([false, false]);
    });
  });

  test('calls are counted under the names of external-secrets', async () => {
    const { room, config } = await storeOf('life-6');
    await onStage({ url: bao.url, config, room }, async ({ read, store }) => {
      await read('db');
      await store.validate(calm);
      await store.find({ name: '^db$' }, calm);
    });
    const names = new Set(room.calls.map(({ provider, call, ok }) => `${provider} ${call} ${ok}`));
    expect([...names].toSorted()).toEqual([
      'HashiCorp/Vault ListSecrets true',
      'HashiCorp/Vault Login true',
      'HashiCorp/Vault LookupSelf true',
      'HashiCorp/Vault ReadSecretData true',
      'HashiCorp/Vault RevokeSelf true',
    ]);
  });
});
