import { TagResourceCommand } from '@aws-sdk/client-secrets-manager';
import { troubleOf } from '@signet/provider';
import type { Fetched, RemoteRef } from '@signet/provider';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Moto } from '../../../../test/harness/moto.ts';
import { startMoto } from '../../../../test/harness/moto.ts';
import type { Service } from './config.ts';
import { startAwsWorld } from './testing/aws-world.ts';
import type { AwsWorld } from './testing/aws-world.ts';

// Promise 7: batch calls where the API has them. The gate counts what reaches AWS, and denies as AWS does.

let moto: Moto;
const worlds: AwsWorld[] = [];
const never = new AbortController().signal;

beforeAll(async () => {
  moto = await startMoto();
});
afterAll(async () => moto.stop());
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.stop();
});

async function enter(service: Service, keys: readonly string[]): Promise<AwsWorld> {
  await moto.reset();
  const world = await startAwsWorld({ service, target: moto.url });
  worlds.push(world);
  for (const key of keys) await world.put(key, { password: `of ${key}` });
  return world;
}

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `key-${index}`);
const refs = (keys: readonly string[]): readonly RemoteRef[] => keys.map((key) => ({ key }));
const told = (outcome: Fetched): string =>
  outcome instanceof Error ? troubleOf(outcome) : new TextDecoder().decode(outcome.value('password'));

describe('Secrets Manager', () => {
  test('20 secrets are one login and one call', async () => {
    const keys = names(20);
    const { gate, open, room } = await enter('SecretsManager', keys);
    const store = await open(room);
    expect(store.batchSize).toBe(20);
    const outcomes = await store.fetch(refs(keys), never);
    expect(outcomes.map(told)).toEqual(keys.map((key) => `of ${key}`));
    expect(gate.counts).toEqual({ AssumeRole: 1, BatchGetSecretValue: 1 });
    await store.close();
  });

  test('200 fetches at once are one login', async () => {
    const { gate, open, room } = await enter('SecretsManager', ['one']);
    const store = await open(room);
    await Promise.all(Array.from({ length: 200 }, async () => store.fetch([{ key: 'one' }], never)));
    expect(gate.counts).toEqual({ AssumeRole: 1, GetSecretValue: 200 });
    await store.close();
  });

  test('sockets stay within the limit of the store', async () => {
    const { open, proxy, room } = await enter('SecretsManager', ['one']);
    const store = await open(room.limitedTo({ sockets: 2 }));
    await Promise.all(Array.from({ length: 50 }, async () => store.fetch([{ key: 'one' }], never)));
    expect(proxy.sockets).toBeLessThanOrEqual(2);
    await store.close();
  });

  test('one denied and one missing secret are told one by one, the others are read in the same call', async () => {
    const { gate, open, room } = await enter('SecretsManager', ['good', 'secret-of-others']);
    gate.deniedKeys.add('secret-of-others');
    const store = await open(room);
    const outcomes = await store.fetch(refs(['good', 'secret-of-others', 'not-there']), never);
    expect(outcomes.map(told)).toEqual(['of good', 'denied', 'missing']);
    expect(gate.counts).toEqual({ AssumeRole: 1, BatchGetSecretValue: 1 });
    await store.close();
  });

  test('a secret that is marked for deletion is missing, in a batch and alone', async () => {
    const { open, remove, room } = await enter('SecretsManager', ['kept', 'marked']);
    await remove('marked');
    const store = await open(room);
    expect((await store.fetch(refs(['kept', 'marked']), never)).map(told)).toEqual(['of kept', 'missing']);
    expect((await store.fetch(refs(['marked']), never)).map(told)).toEqual(['missing']);
    await store.close();
  });

  test('versions and tags are read singly beside the batch', async () => {
    const { gate, open, put, room, secretsManager } = await enter('SecretsManager', ['a', 'b', 'c']);
    await put('c', { password: 'newer' });
    await secretsManager.send(new TagResourceCommand({ SecretId: 'c', Tags: [{ Key: 'team', Value: 'web' }] }));
    const store = await open(room);
    const asked: RemoteRef[] = [{ key: 'a' }, { key: 'b', version: 'AWSCURRENT' }, { key: 'c', version: 'AWSPREVIOUS' }];
    const [a, b, previous, tags] = await store.fetch([...asked, { key: 'c', metadata: true }], never);
    expect([a, b, previous].map((outcome) => outcome && told(outcome))).toEqual(['of a', 'of b', 'of c']);
    expect(tags && !(tags instanceof Error) && new TextDecoder().decode(tags.value('team'))).toBe('web');
    expect(gate.counts).toEqual({ AssumeRole: 1, BatchGetSecretValue: 1, GetSecretValue: 1, DescribeSecret: 1 });
    await store.close();
  });

  test('a policy without the batch: single reads, and the batch is tried again after an hour', async () => {
    const { gate, open, room } = await enter('SecretsManager', ['a', 'b']);
    gate.deniedActions.add('BatchGetSecretValue');
    const store = await open(room);
    const read = async (): Promise<readonly string[]> => (await store.fetch(refs(['a', 'b']), never)).map(told);
    expect(await read()).toEqual(['of a', 'of b']);
    expect(await read()).toEqual(['of a', 'of b']);
    expect(gate.counts).toEqual({ AssumeRole: 1, BatchGetSecretValue: 1, GetSecretValue: 4 });
    gate.deniedActions.clear();
    room.clock.jump(3_600_000);
    gate.calls.length = 0;
    expect(await read()).toEqual(['of a', 'of b']);
    expect(gate.counts).toMatchObject({ BatchGetSecretValue: 1 });
    await store.close();
  });

  test('credentials that nobody accepts are one refusal for all, not one for each', async () => {
    const { gate, open, room } = await enter('SecretsManager', names(20));
    gate.accepted = new Set();
    const store = await open(room);
    await expect(store.fetch(refs(names(20)), never)).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_ACCESS_DENIED' });
    expect(gate.counts).toEqual({ AssumeRole: 1 });
    await store.close();
  });

  test('a key may be a name or an ARN, and the prefix goes before it', async () => {
    const { config, gate, open, put, room, secretsManager } = await enter('SecretsManager', ['team/db']);
    await put('team/web', { password: 'of web' });
    const { ListSecretsCommand } = await import('@aws-sdk/client-secrets-manager');
    const { SecretList = [] } = await secretsManager.send(new ListSecretsCommand({}));
    const arn = SecretList.find(({ Name }) => Name === 'team/db')?.ARN ?? '';
    const store = await open(room);
    expect((await store.fetch(refs([arn, 'team/web']), never)).map(told)).toEqual(['of team/db', 'of web']);
    const { aws } = await import('./provider.ts');
    const prefixed = aws.configure({ ...config, prefix: 'team/' }, room.store).open(room);
    expect((await prefixed.fetch(refs(['db', 'web']), never)).map(told)).toEqual(['of team/db', 'of web']);
    expect(gate.counts).toEqual({ AssumeRole: 2, BatchGetSecretValue: 2 });
    await Promise.all([store.close(), prefixed.close()]);
  });
});

describe('Parameter Store', () => {
  test('10 parameters are one call; one that names a version is one of its own', async () => {
    const keys = names(10).map((key) => `/app/${key}`);
    const { gate, open, put, room } = await enter('ParameterStore', keys);
    await put('/app/key-0', { password: 'newer' });
    const store = await open(room);
    expect(store.batchSize).toBe(10);
    const outcomes = await store.fetch([...refs(keys), { key: '/app/key-0', version: '1' }].slice(1), never);
    const [first = '', ...others] = keys;
    expect(outcomes.map(told)).toEqual([...others, first].map((key) => `of ${key}`));
    expect((await store.fetch(refs(keys), never)).map(told)).toEqual(['newer', ...others.map((key) => `of ${key}`)]);
    expect(gate.counts).toEqual({ AssumeRole: 1, GetParameters: 2, GetParameter: 1 });
    await store.close();
  });

  test('a missing parameter takes nothing from the others of its batch', async () => {
    const { gate, open, room } = await enter('ParameterStore', ['/a', '/b']);
    const store = await open(room);
    expect((await store.fetch(refs(['/a', '/never', '/b']), never)).map(told)).toEqual(['of /a', 'missing', 'of /b']);
    expect(gate.counts).toEqual({ AssumeRole: 1, GetParameters: 1 });
    await store.close();
  });

  test('a forbidden parameter spoils its first batch only', async () => {
    const { gate, open, room } = await enter('ParameterStore', ['/a', '/b', '/of-others']);
    gate.deniedKeys.add('/of-others');
    const store = await open(room);
    const read = async (): Promise<readonly string[]> => (await store.fetch(refs(['/a', '/of-others', '/b']), never)).map(told);
    expect(await read()).toEqual(['of /a', 'denied', 'of /b']);
    expect(gate.counts).toEqual({ AssumeRole: 1, GetParameters: 1, GetParameter: 3 });
    gate.calls.length = 0;
    expect(await read()).toEqual(['of /a', 'denied', 'of /b']);
    expect(gate.counts).toEqual({ GetParameters: 1, GetParameter: 1 });
    gate.deniedKeys.clear();
    expect(await read()).toEqual(['of /a', 'of /of-others', 'of /b']);
    gate.calls.length = 0;
    expect(await read()).toEqual(['of /a', 'of /of-others', 'of /b']);
    expect(gate.counts).toEqual({ GetParameters: 1 });
    await store.close();
  });
});
