import { CreateSecretCommand, DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { AddTagsToResourceCommand } from '@aws-sdk/client-ssm';
import type { FindQuery } from '@signet/provider';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Moto } from '../../../../test/harness/moto.ts';
import { startMoto } from '../../../../test/harness/moto.ts';
import { startAwsWorld } from './testing/aws-world.ts';
import type { AwsWorld } from './testing/aws-world.ts';

// Source: external-secrets v2.9, find of AWS (acceptance 17: by name, by tags, by name and path, by tags and path).

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

/** Names and tags, as they are stored; each value is `of NAME`. */
const stored: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/prod/db': { env: 'prod', team: 'data' },
  '/prod/web': { env: 'prod', team: 'web' },
  '/test/db': { env: 'test', team: 'data' },
  '/prod-old/db': { env: 'production', team: 'data' },
};

const queries: readonly (readonly [string, FindQuery, readonly string[]])[] = [
  ['by name', { name: 'db$' }, ['/prod-old/db', '/prod/db', '/test/db']],
  ['by name, anchored', { name: '^/prod/' }, ['/prod/db', '/prod/web']],
  ['by one tag', { tags: { team: 'data' } }, ['/prod-old/db', '/prod/db', '/test/db']],
  ['by several tags: all of them', { tags: { team: 'data', env: 'prod' } }, ['/prod/db']],
  ['by a tag whose value only begins so: no', { tags: { env: 'pro' } }, []],
  ['by name and tags: both', { name: 'db$', tags: { env: 'test' } }, ['/test/db']],
  ['by name and path', { name: 'db', path: '/prod/' }, ['/prod/db']],
  ['by tags and path', { tags: { team: 'data' }, path: '/prod/' }, ['/prod/db']],
  ['by path alone', { path: '/test/' }, ['/test/db']],
  ['nothing matches', { name: 'nobody' }, []],
];

async function names(world: AwsWorld, query: FindQuery): Promise<readonly string[]> {
  const store = await world.open(world.room);
  try {
    const found = await store.find(query, never);
    const values = [...found].map(([name, value]) => [name, new TextDecoder().decode(value)]);
    expect(Object.fromEntries(values)).toEqual(Object.fromEntries([...found.keys()].map((name) => [name, `of ${name}`])));
    return [...found.keys()].toSorted();
  } finally {
    await store.close();
  }
}

describe('Secrets Manager', () => {
  async function enter(secrets: typeof stored): Promise<AwsWorld> {
    await moto.reset();
    const world = await startAwsWorld({ service: 'SecretsManager', target: moto.url });
    worlds.push(world);
    for (const [Name, tags] of Object.entries(secrets)) {
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      await world.secretsManager.send(new CreateSecretCommand({ Name, SecretString: `of ${Name}`, Tags }));
    }
    return world;
  }

  test.each(queries)('external acceptance 17: %s', async (_, query, expected) => {
    expect(await names(await enter(stored), query)).toEqual(expected);
  });

  test('all pages are read: 250 secrets are 3 lists and 13 batches', async () => {
    const many = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`s-${index}`, {}]));
    const world = await enter(many);
    expect(await names(world, { name: '^s-' })).toEqual(Object.keys(many).toSorted());
    expect(world.gate.counts).toEqual({ AssumeRole: 1, ListSecrets: 3, BatchGetSecretValue: 13 });
  });

  test('without leave for batches each is read alone', async () => {
    const world = await enter(stored);
    world.gate.deniedActions.add('BatchGetSecretValue');
    expect(await names(world, { name: '/prod/' })).toEqual(['/prod/db', '/prod/web']);
    expect(world.gate.counts).toEqual({ AssumeRole: 1, ListSecrets: 1, BatchGetSecretValue: 1, GetSecretValue: 2 });
  });

  test('secrets that are marked for deletion are not found', async () => {
    const world = await enter(stored);
    await world.secretsManager.send(new DeleteSecretCommand({ SecretId: '/prod/db' }));
    expect(await names(world, { name: '/prod/' })).toEqual(['/prod/web']);
  });

  test('one that may not be listed or read fails the whole: nothing half is written', async () => {
    const world = await enter(stored);
    world.gate.deniedActions.add('ListSecrets');
    await expect(names(world, { name: 'db' })).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_ACCESS_DENIED' });
  });

  test('a query that names nothing is refused', async () => {
    await expect(names(await enter({}), {})).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_INVALID_CONFIG' });
  });
});

describe('Parameter Store', () => {
  async function enter(parameters: typeof stored): Promise<AwsWorld> {
    await moto.reset();
    const world = await startAwsWorld({ service: 'ParameterStore', target: moto.url });
    worlds.push(world);
    const { PutParameterCommand } = await import('@aws-sdk/client-ssm');
    for (const [Name, tags] of Object.entries(parameters)) {
      await world.systemsManager.send(new PutParameterCommand({ Name, Value: `of ${Name}`, Type: 'SecureString' }));
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      const tagging = { ResourceType: 'Parameter', ResourceId: Name, Tags } as const;
      if (Tags.length > 0) await world.systemsManager.send(new AddTagsToResourceCommand(tagging));
    }
    return world;
  }

  // A path of parameters has no slash at its end.
  const ofParameters = queries.map(([title, query, expected]) => {
    const path = query.path?.replace(/\/$/, '');
    return [title, { ...query, ...(path !== undefined && { path }) }, expected] as const;
  });

  test.each(ofParameters)('external acceptance 17: %s', async (_, query, expected) => {
    expect(await names(await enter(stored), query)).toEqual(expected);
  });

  test('by name the values come with the list: 45 parameters are 5 calls', async () => {
    const many = Object.fromEntries(Array.from({ length: 45 }, (_, index) => [`/many/p-${index}`, {}]));
    const world = await enter(many);
    expect(await names(world, { name: 'p-' })).toEqual(Object.keys(many).toSorted());
    expect(world.gate.counts).toEqual({ AssumeRole: 1, GetParametersByPath: 5 });
  });

  test('without leave to walk paths the names are described and the values read in batches', async () => {
    const world = await enter(stored);
    world.gate.deniedActions.add('GetParametersByPath');
    expect(await names(world, { name: 'db', path: '/prod' })).toEqual(['/prod/db']);
    expect(await names(world, { name: '^/prod/' })).toEqual(['/prod/db', '/prod/web']);
    expect(world.gate.counts).toMatchObject({ GetParametersByPath: 2, DescribeParameters: 2, GetParameters: 1, GetParameter: 1 });
  });
});
