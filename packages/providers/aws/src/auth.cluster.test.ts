import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { TestRoomOptions } from '@signet/provider/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../../../../test/control-plane/until.ts';
import type { Moto } from '../../../../test/harness/moto.ts';
import { startMoto } from '../../../../test/harness/moto.ts';
import { aws } from './provider.ts';
import { role, startAwsWorld } from './testing/aws-world.ts';
import type { AwsWorld } from './testing/aws-world.ts';

// Source: external-secrets v2.9, authentication of AWS. STS is moto; the gate before it records what it is told. That moto takes any
// token as a web identity is no matter here: what is sent is looked at.

let moto: Moto;
let directory: string;
const worlds: AwsWorld[] = [];
const never = new AbortController().signal;

beforeAll(async () => {
  moto = await startMoto();
});
afterAll(async () => moto.stop());
beforeEach(async () => {
  await moto.reset();
  directory = await mkdtemp(join(tmpdir(), 'signet-aws-auth-'));
});
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.stop();
  await rm(directory, { recursive: true, force: true });
});

async function enter(room: TestRoomOptions = {}): Promise<AwsWorld> {
  const world = await startAwsWorld({ service: 'SecretsManager', target: moto.url, room });
  worlds.push(world);
  await world.put('db', { password: 'hunter2' });
  return world;
}

/** Reads `db` with a configuration; tells what reached AWS meanwhile. */
async function read({ gate, room }: AwsWorld, config: Readonly<Record<string, unknown>>) {
  const store = aws.configure({ service: 'SecretsManager', region: 'eu-central-1', ...config }, room.store).open(room);
  gate.calls.length = 0;
  try {
    const [outcome] = await store.fetch([{ key: 'db' }], never);
    if (!outcome || outcome instanceof Error) throw outcome ?? new Error('no outcome');
    expect(new TextDecoder().decode(outcome.value('password'))).toBe('hunter2');
    return [...gate.calls];
  } finally {
    await store.close();
  }
}

const secretRef = {
  accessKeyIDSecretRef: { name: 'aws', key: 'id' },
  secretAccessKeySecretRef: { name: 'aws', key: 'secret' },
};

describe('an access key in a Secret', () => {
  test('signs the calls itself, without STS', async () => {
    const world = await enter();
    const calls = await read(world, { auth: { secretRef } });
    expect(calls.map(({ action, accessKeyId }) => [action, accessKeyId])).toEqual([['GetSecretValue', 'AKIA0000000000000001']]);
  });

  test('brings its session token along', async () => {
    const world = await enter();
    world.room.credentials.setSecret('default', 'session', { token: 'the-session-token\n' });
    const calls = await read(world, {
      auth: { secretRef: { ...secretRef, sessionTokenSecretRef: { name: 'session', key: 'token' } } },
    });
    expect(calls.map(({ headers }) => headers['x-amz-security-token'])).toEqual(['the-session-token']);
  });

  test('is read again when AWS no longer accepts it, once', async () => {
    const world = await enter();
    const store = aws.configure({ ...world.config, role: undefined }, world.room.store).open(world.room);
    await store.fetch([{ key: 'db' }], never);
    await world.rotateCredentials?.();
    const [outcome] = await store.fetch([{ key: 'db' }], never);
    expect(outcome).not.toBeInstanceOf(Error);
    world.gate.accepted = new Set();
    world.gate.calls.length = 0;
    await expect(store.fetch([{ key: 'db' }], never)).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_ACCESS_DENIED' });
    expect(world.gate.counts).toEqual({ GetSecretValue: 1 });
    await store.close();
  });
});

describe('a role', () => {
  test('is assumed with external id, tags and transitive keys', async () => {
    const world = await enter();
    const [assume] = await read(world, {
      auth: { secretRef },
      role,
      externalID: 'the-external-id',
      sessionTags: [{ key: 'team', value: 'web' }],
      transitiveTagKeys: ['team'],
    });
    expect(assume?.body).toMatchObject({
      Action: 'AssumeRole',
      RoleArn: role,
      RoleSessionName: 'external-secrets-provider-aws',
      ExternalId: 'the-external-id',
      'Tags.member.1.Key': 'team',
      'Tags.member.1.Value': 'web',
      'TransitiveTagKeys.member.1': 'team',
    });
  });

  test('comes after the additional roles, each assumed with the keys of the one before', async () => {
    const world = await enter();
    const additionalRoles = ['arn:aws:iam::111111111111:role/first', 'arn:aws:iam::222222222222:role/second'];
    const calls = await read(world, { auth: { secretRef }, additionalRoles, role, externalID: 'only-for-the-last' });
    expect(calls.map(({ body }) => body['RoleArn'])).toEqual([...additionalRoles, role, undefined]);
    expect(calls.map(({ body }) => body['ExternalId'])).toEqual([undefined, undefined, 'only-for-the-last', undefined]);
    const signers = calls.map(({ accessKeyId }) => accessKeyId);
    expect(signers[0]).toBe('AKIA0000000000000001');
    expect(new Set(signers).size).toBe(4);
  });

  test.each([
    ['None', { team: 'web' }],
    ['Simple', { team: 'web', esoNamespace: 'default', esoStoreName: 'store', esoStoreKind: 'SecretStore' }],
    ['Custom', { team: 'web', env: 'prod', esoNamespace: 'default', esoStoreName: 'store', esoStoreKind: 'SecretStore' }],
  ])('with sessionTagsPolicy %s says who asks', async (sessionTagsPolicy, expected) => {
    const world = await enter();
    const [assume] = await read(world, {
      auth: { secretRef },
      role,
      sessionTags: [{ key: 'team', value: 'web' }],
      sessionTagsPolicy,
      customSessionTags: { env: 'prod', esoNamespace: 'kube-system', empty: '' },
    });
    const tags = [1, 2, 3, 4, 5, 6, 7].flatMap((index) => {
      const key = assume?.body[`Tags.member.${index}.Key`];
      return key === undefined ? [] : [[key, assume?.body[`Tags.member.${index}.Value`]]];
    });
    expect(Object.fromEntries(tags)).toEqual(expected);
  });

  test('is assumed again shortly before its session ends, not before', async () => {
    const world = await enter();
    const store = await world.open(world.room);
    const fetch = async (): Promise<void> => void (await store.fetch([{ key: 'db' }], never));
    await fetch();
    world.room.clock.jump(50 * 60_000);
    await fetch();
    expect(world.gate.counts).toEqual({ AssumeRole: 1, GetSecretValue: 2 });
    world.room.clock.jump(5 * 60_000);
    await Promise.all([fetch(), fetch(), fetch()]);
    await until('a second session', () => world.gate.counts['AssumeRole'] === 2);
    expect(world.gate.counts).toEqual({ AssumeRole: 2, GetSecretValue: 5 });
    await store.close();
  });

  test('that may not be assumed is denied, and names the role', async () => {
    const world = await enter();
    world.gate.deniedActions.add('AssumeRole');
    await expect(read(world, { auth: { secretRef }, role })).rejects.toThrow(`AccessDenied at AssumeRole of ${role}`);
  });
});

describe('a ServiceAccount (IAM roles for service accounts)', () => {
  const jwt = { serviceAccountRef: { name: 'app' } };

  test('its token is exchanged for the role of its annotation', async () => {
    const world = await enter();
    const { room } = world;
    const audiences: (readonly string[])[] = [];
    room.credentials.setServiceAccount('default', 'app', { 'eks.amazonaws.com/role-arn': role });
    room.credentials.makeToken = ({ namespace, name }, asked) => {
      audiences.push(asked);
      return { token: `token of ${namespace}/${name}`, expiresAt: room.clock.now() + 600_000 };
    };
    const [login, get] = await read(world, { auth: { jwt } });
    expect(login?.body).toMatchObject({
      Action: 'AssumeRoleWithWebIdentity',
      RoleArn: role,
      RoleSessionName: 'external-secrets-provider-aws',
      WebIdentityToken: 'token of default/app',
    });
    expect(login?.accessKeyId, 'this call is not signed').toBe('');
    expect(get?.headers['x-amz-security-token']).toBeTruthy();
    expect(audiences).toEqual([['sts.amazonaws.com']]);
  });

  test('the audience comes from its annotation, with those of the store', async () => {
    const world = await enter();
    const { room } = world;
    const annotations = { 'eks.amazonaws.com/role-arn': role, 'eks.amazonaws.com/audience': 'sts.amazonaws.com.cn' };
    room.credentials.setServiceAccount('default', 'app', annotations);
    let asked: readonly string[] = [];
    room.credentials.makeToken = (_account, audiences) => {
      asked = audiences;
      return { token: 'token', expiresAt: room.clock.now() + 600_000 };
    };
    await read(world, { auth: { jwt: { serviceAccountRef: { name: 'app', audiences: ['other'] } } } });
    expect(asked).toEqual(['sts.amazonaws.com.cn', 'other']);
  });

  test('goes before an access key, and a role is assumed after it', async () => {
    const world = await enter();
    world.room.credentials.setServiceAccount('default', 'app', { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/of-account' });
    const calls = await read(world, { auth: { jwt, secretRef }, role });
    expect(calls.map(({ action, body }) => [action, body['RoleArn']])).toEqual([
      ['AssumeRoleWithWebIdentity', 'arn:aws:iam::1:role/of-account'],
      ['AssumeRole', role],
      ['GetSecretValue', undefined],
    ]);
  });

  test('promise 9: whose token is refused is denied, and the token is not shown', async () => {
    const world = await enter();
    const { room } = world;
    room.credentials.setServiceAccount('default', 'app', { 'eks.amazonaws.com/role-arn': role });
    room.credentials.makeToken = () => ({ token: 'the-token-of-app', expiresAt: room.clock.now() + 600_000 });
    world.gate.deniedActions.add('AssumeRoleWithWebIdentity');
    const error: unknown = await read(world, { auth: { jwt } }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'SIGNET_PROVIDER_ACCESS_DENIED' });
    expect(`${inspect(error, { depth: 9 })}${room.lines.join()}`).not.toContain('the-token-of-app');
  });

  test('without the annotation is named', async () => {
    const world = await enter();
    world.room.credentials.setServiceAccount('default', 'app');
    await expect(read(world, { auth: { jwt } })).rejects.toMatchObject({
      code: 'SIGNET_PROVIDER_CREDENTIALS_MISSING',
      message: expect.stringContaining('ServiceAccount "app" in namespace default') as string,
    });
  });
});

describe('the program itself, for a store without auth', () => {
  test('keys in the environment', async () => {
    const world = await enter({
      env: { AWS_ACCESS_KEY_ID: 'AKIAENVIRONMENT', AWS_SECRET_ACCESS_KEY: 'x', AWS_SESSION_TOKEN: 'y' },
    });
    world.gate.accepted = undefined;
    const calls = await read(world, {});
    expect(calls.map(({ accessKeyId, headers }) => [accessKeyId, headers['x-amz-security-token']])).toEqual([
      ['AKIAENVIRONMENT', 'y'],
    ]);
  });

  test('a web identity token file, read anew at every login', async () => {
    const file = join(directory, 'token');
    await writeFile(file, 'first-token\n');
    const world = await enter({ env: { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: role, AWS_ROLE_SESSION_NAME: 'mine' } });
    const [login] = await read(world, {});
    expect(login?.body).toMatchObject({ RoleArn: role, RoleSessionName: 'mine', WebIdentityToken: 'first-token' });
    await writeFile(file, 'second-token');
    const [again] = await read(world, {});
    expect(again?.body).toMatchObject({ WebIdentityToken: 'second-token' });
  });

  test('the process environment is neither read nor written', async () => {
    const before = { ...process.env };
    const world = await enter({ env: { AWS_ACCESS_KEY_ID: 'AKIAROOM', AWS_SECRET_ACCESS_KEY: 'x' } });
    world.gate.accepted = undefined;
    const [call] = await read(world, {});
    expect(call?.accessKeyId).toBe('AKIAROOM');
    expect(process.env).toEqual(before);
  });
});

describe('validation', () => {
  test('logs in and reads nothing', async () => {
    const world = await enter();
    const store = await world.open(world.room);
    await expect(store.validate(never)).resolves.toBe('ready');
    expect(world.gate.counts).toEqual({ AssumeRole: 1 });
    await store.close();
  });

  test('of a store that cannot log in says why', async () => {
    const world = await enter();
    world.room.credentials.removeSecret('default', 'aws');
    const store = await world.open(world.room);
    await expect(store.validate(never)).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_CREDENTIALS_MISSING' });
    await store.close();
  });

  test('of a cluster store with credentials of whoever uses it cannot be told', async () => {
    const store = { kind: 'ClusterSecretStore', name: 'shared' } as const;
    const world = await enter({ store, namespace: null });
    const opened = await world.open(world.room);
    await expect(opened.validate(never)).resolves.toBe('unknown');
    expect(world.gate.counts).toEqual({});
    await opened.close();
  });
});
