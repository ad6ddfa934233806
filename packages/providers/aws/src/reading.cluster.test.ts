import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  TagResourceCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { AddTagsToResourceCommand, LabelParameterVersionCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { troubleOf } from '@signet/provider';
import type { RemoteRef } from '@signet/provider';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Moto } from '../../../../test/harness/moto.ts';
import { startMoto } from '../../../../test/harness/moto.ts';
import type { Service } from './config.ts';
import { startAwsWorld } from './testing/aws-world.ts';
import type { AwsWorld } from './testing/aws-world.ts';

// Source: external-secrets v2.9, reads of AWS (acceptance 15: versions, properties, nested values; 16: extract).

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

async function enter(service: Service): Promise<AwsWorld> {
  await moto.reset();
  const world = await startAwsWorld({ service, target: moto.url });
  worlds.push(world);
  return world;
}

/** Text of what a reference reads; the kind of trouble if there is one. */
async function read(world: AwsWorld, ref: RemoteRef): Promise<string> {
  const store = await world.open(world.room);
  try {
    const [outcome] = await store.fetch([ref], never);
    if (!outcome || outcome instanceof Error) return troubleOf(outcome);
    return new TextDecoder().decode(outcome.value(ref.property));
  } finally {
    await store.close();
  }
}

describe('Secrets Manager', () => {
  const idOf = (digit: number): string => `00000000-0000-4000-8000-${String(digit).padStart(12, '0')}`;

  /** `db` with three versions: the last is current, the one before is previous, the first has a stage of its own. */
  async function versions(): Promise<AwsWorld> {
    const world = await enter('SecretsManager');
    const { secretsManager } = world;
    await secretsManager.send(new CreateSecretCommand({ Name: 'db', SecretString: 'first', ClientRequestToken: idOf(1) }));
    await secretsManager.send(new PutSecretValueCommand({ SecretId: 'db', SecretString: 'second', ClientRequestToken: idOf(2) }));
    await secretsManager.send(new PutSecretValueCommand({ SecretId: 'db', SecretString: 'third', ClientRequestToken: idOf(3) }));
    const stage = { SecretId: 'db', VersionStage: 'approved', MoveToVersionId: idOf(1) };
    await secretsManager.send(new UpdateSecretVersionStageCommand(stage));
    return world;
  }

  test.each([
    [undefined, 'third'],
    ['', 'third'],
    ['AWSCURRENT', 'third'],
    ['AWSPREVIOUS', 'second'],
    ['approved', 'first'],
    [`uuid/${idOf(1)}`, 'first'],
    [`uuid/${idOf(2)}`, 'second'],
    [`uuid/${idOf(9)}`, 'missing'],
    ['never-a-stage', 'missing'],
  ])('external acceptance 15: version %s reads %s', async (version, expected) => {
    expect(await read(await versions(), { key: 'db', version })).toBe(expected);
  });

  const json = JSON.stringify({ user: { name: 'ann', ids: [1, 2] }, 'a.b': 'literal', number: 12345678901234567890n.toString() });

  test.each([
    ['SecretString', { SecretString: json }],
    ['SecretBinary', { SecretBinary: new TextEncoder().encode(json) }],
  ])('external acceptance 15: properties of a JSON value in %s', async (_, content) => {
    const world = await enter('SecretsManager');
    await world.secretsManager.send(new CreateSecretCommand({ Name: 'db', ...content }));
    expect(await read(world, { key: 'db', property: 'user.name' })).toBe('ann');
    expect(await read(world, { key: 'db', property: 'user.ids.1' })).toBe('2');
    expect(await read(world, { key: 'db', property: 'a.b' })).toBe('literal');
    expect(await read(world, { key: 'db', property: 'user' })).toBe('{"name":"ann","ids":[1,2]}');
    expect(await read(world, { key: 'db' })).toBe(json);
  });

  test('external acceptance 16: all keys of a value keep the text of numbers and objects; null is empty', async () => {
    const world = await enter('SecretsManager');
    const text = '{"text":"a","number":12345678901234567890.10,"yes":true,"none":null,"object":{"b" : 1, "a":[ ]}}';
    await world.secretsManager.send(new CreateSecretCommand({ Name: 'db', SecretString: text }));
    const store = await world.open(world.room);
    const [outcome] = await store.fetch([{ key: 'db' }], never);
    const values = outcome && !(outcome instanceof Error) ? [...outcome.values(undefined)] : [];
    await store.close();
    expect(Object.fromEntries(values.map(([name, value]) => [name, new TextDecoder().decode(value)]))).toEqual({
      text: 'a',
      number: '12345678901234567890.10',
      yes: 'true',
      none: '',
      object: '{"b" : 1, "a":[ ]}',
    });
  });

  test('metadataPolicy Fetch reads tags: all as JSON, one as property; of a secret marked for deletion none', async () => {
    const world = await versions();
    const Tags = [
      { Key: 'team', Value: 'web' },
      { Key: 'app.kubernetes.io/name', Value: 'db' },
    ];
    await world.secretsManager.send(new TagResourceCommand({ SecretId: 'db', Tags }));
    expect(await read(world, { key: 'db', metadata: true })).toBe('{"app.kubernetes.io/name":"db","team":"web"}');
    expect(await read(world, { key: 'db', metadata: true, property: 'app.kubernetes.io/name' })).toBe('db');
    expect(await read(world, { key: 'other', metadata: true })).toBe('missing');
    await world.secretsManager.send(new DeleteSecretCommand({ SecretId: 'db' }));
    expect(await read(world, { key: 'db', metadata: true })).toBe('missing');
  });
});

describe('Parameter Store', () => {
  /** `/app/db` with three versions, the first labelled. */
  async function versions(): Promise<AwsWorld> {
    const world = await enter('ParameterStore');
    const { systemsManager } = world;
    for (const Value of ['first', 'second', 'third']) {
      await systemsManager.send(new PutParameterCommand({ Name: '/app/db', Value, Type: 'SecureString', Overwrite: true }));
    }
    await systemsManager.send(new LabelParameterVersionCommand({ Name: '/app/db', ParameterVersion: 1, Labels: ['approved'] }));
    return world;
  }

  test.each([
    [undefined, 'third'],
    ['2', 'second'],
    ['approved', 'first'],
    ['99', 'missing'],
  ])('external acceptance 15: version %s of an encrypted parameter reads %s', async (version, expected) => {
    expect(await read(await versions(), { key: '/app/db', version })).toBe(expected);
  });

  test('external acceptance 15: properties of a JSON value, and lists as they are', async () => {
    const world = await enter('ParameterStore');
    const { systemsManager } = world;
    await systemsManager.send(new PutParameterCommand({ Name: 'json', Value: '{"a":{"b":"c"},"a.b":"d"}', Type: 'String' }));
    await systemsManager.send(new PutParameterCommand({ Name: 'list', Value: 'one,two', Type: 'StringList' }));
    expect(await read(world, { key: 'json', property: 'a.b' })).toBe('d');
    expect(await read(world, { key: 'json', property: 'a' })).toBe('{"b":"c"}');
    expect(await read(world, { key: 'list' })).toBe('one,two');
  });

  test('metadataPolicy Fetch reads tags, whatever the version', async () => {
    const world = await versions();
    const Tags = [{ Key: 'team', Value: 'web' }];
    await world.systemsManager.send(new AddTagsToResourceCommand({ ResourceType: 'Parameter', ResourceId: '/app/db', Tags }));
    expect(await read(world, { key: '/app/db', metadata: true })).toBe('{"team":"web"}');
    expect(await read(world, { key: '/app/db', metadata: true, version: '1', property: 'team' })).toBe('web');
    expect(await read(world, { key: '/app/other', metadata: true })).toBe('missing');
  });
});
