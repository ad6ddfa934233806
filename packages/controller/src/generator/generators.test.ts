import { generatorCrds } from '@signet/api';
import { createClient, customResourceDefinitions } from '@signet/kube/client';
import type { Client, KubeObject } from '@signet/kube/client';
import { startSandbox } from '@signet/kube-sandbox';
import type { Sandbox } from '@signet/kube-sandbox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generators } from './generators.ts';

const apiVersion = 'generators.external-secrets.io/v1alpha1';
const { signal } = new AbortController();
const plurals: Readonly<Record<string, string>> = {
  Fake: 'fakes',
  UUID: 'uuids',
  Password: 'passwords',
  ClusterGenerator: 'clustergenerators',
};

let sandbox: Sandbox;
let client: Client;
let serial = 0;

beforeAll(async () => {
  sandbox = await startSandbox({ namespaces: ['web', 'other'] });
  client = createClient(sandbox.connection(), { retries: 0 });
  for (const definition of generatorCrds()) await client.create(customResourceDefinitions, definition as unknown as KubeObject);
});
afterAll(async () => {
  await client.close();
  await sandbox.stop();
});

/** Creates a generator in namespace web, has it generate, and gives the values as text. */
async function generated(
  kind: string,
  spec: object,
  options: { readonly controllerClass?: string } = {},
): Promise<Record<string, string>> {
  const name = `generator-${(serial += 1)}`;
  const namespaced = kind !== 'ClusterGenerator';
  const resource = { group: 'generators.external-secrets.io', version: 'v1alpha1', plural: plurals[kind] ?? '', kind, namespaced };
  await client.create<KubeObject>(resource, { metadata: { name, ...(namespaced ? { namespace: 'web' } : {}) }, spec });
  const { values } = await generators({ client, ...options }).generate({ apiVersion, kind, name }, 'web', signal);
  return Object.fromEntries([...values].map(([key, value]) => [key, Buffer.from(value).toString('utf8')]));
}

const withCode = (code: string): unknown => expect.objectContaining({ code: `SIGNET_CONTROLLER_${code}` });

describe('Fake', () => {
  test('gives what it holds', async () => {
    await expect(generated('Fake', { data: { a: '1', b: 'ü' } })).resolves.toEqual({ a: '1', b: 'ü' });
  });
});

describe('UUID', () => {
  test('gives another UUID each time', async () => {
    const [one, two] = [await generated('UUID', {}), await generated('UUID', {})];
    expect(one['uuid']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(one['uuid']).not.toBe(two['uuid']);
  });
});

describe('Password', () => {
  // Source: defaults of external-secrets v2.9: length 24, a quarter digits, a quarter symbols.
  test('has 24 characters, 6 digits and 6 symbols unless told otherwise', async () => {
    const { password = '' } = await generated('Password', {});
    expect(password).toHaveLength(24);
    expect(password.replaceAll(/[^0-9]/g, '')).toHaveLength(6);
    expect(password.replaceAll(/[0-9a-zA-Z]/g, '')).toHaveLength(6);
  });

  test('counts digits and symbols by its length', async () => {
    const { password = '' } = await generated('Password', { length: 43, allowRepeat: true });
    expect(password).toHaveLength(43);
    expect(password.replaceAll(/[^0-9]/g, '')).toHaveLength(10);
  });

  test('gives each of its keys a password of its own', async () => {
    const values = await generated('Password', { secretKeys: ['a', 'b'], encoding: 'hex' });
    expect(Object.keys(values)).toEqual(['a', 'b']);
    expect(values['a']).toMatch(/^[0-9a-f]{48}$/);
    expect(values['a']).not.toBe(values['b']);
  });

  test.each([
    ['more digits than there are', { digits: 11 }, /Password ".*": spec\.digits: /],
    ['a key twice', { secretKeys: ['a', 'a'] }, /spec\.secretKeys: /],
    ['a length beyond all measure', { length: 1_000_000_000, allowRepeat: true }, /spec\.length: /],
  ])('%s is GENERATOR_INVALID and names the field', async (_title, spec, message) => {
    const outcome: unknown = await generated('Password', spec).catch((error: unknown) => error);
    expect(outcome).toEqual(withCode('GENERATOR_INVALID'));
    expect(String(outcome)).toMatch(message);
  });
});

describe('ClusterGenerator', () => {
  test('is a generator for all namespaces', async () => {
    const spec = { kind: 'Password', generator: { passwordSpec: { length: 12, symbols: 0 } } };
    expect((await generated('ClusterGenerator', spec))['password']).toMatch(/^[0-9a-zA-Z]{12}$/);
    await expect(generated('ClusterGenerator', { kind: 'Fake', generator: { fakeSpec: { data: { k: 'v' } } } })).resolves.toEqual({
      k: 'v',
    });
  });

  test('of a kind that is not here, or without the spec of its kind, is refused', async () => {
    const grafana = generated('ClusterGenerator', { kind: 'Grafana', generator: { grafanaSpec: {} } });
    await expect(grafana).rejects.toThrow(
      'of kind Grafana: this kind is not supported; supported are Fake, UUID, Password, ClusterGenerator',
    );
    const empty = generated('ClusterGenerator', { kind: 'Password', generator: { uuidSpec: {} } });
    await expect(empty).rejects.toEqual(withCode('GENERATOR_INVALID'));
  });
});

describe('a generator', () => {
  const ask = async (kind: string, name: string, namespace = 'web', version = apiVersion): Promise<unknown> =>
    generators({ client }).generate({ apiVersion: version, kind, name }, namespace, signal);

  test('of an unknown kind or group is GENERATOR_UNSUPPORTED, and nobody is asked', async () => {
    sandbox.resetRequests();
    await expect(ask('Grafana', 'g')).rejects.toEqual(withCode('GENERATOR_UNSUPPORTED'));
    await expect(ask('constructor', 'g')).rejects.toEqual(withCode('GENERATOR_UNSUPPORTED'));
    await expect(ask('Password', 'g', 'web', 'example.org/v1')).rejects.toEqual(withCode('GENERATOR_UNSUPPORTED'));
    expect(sandbox.requests).toEqual([]);
  });

  test('promise 10: is looked for in the namespace of who asks', async () => {
    await generated('Fake', { data: { a: '1' } });
    await expect(ask('Fake', `generator-${serial}`)).resolves.toBeDefined();
    await expect(ask('Fake', `generator-${serial}`, 'other')).rejects.toEqual(withCode('GENERATOR_MISSING'));
  });

  test.each([
    ['this class', 'mine', 'mine', { a: '1' }],
    ['no class', '', 'mine', { a: '1' }],
  ])('of %s is ours', async (_title, controller, controllerClass, expected) => {
    await expect(generated('Fake', { controller, data: { a: '1' } }, { controllerClass })).resolves.toEqual(expected);
  });

  test('of another class is left alone', async () => {
    await expect(generated('Fake', { controller: 'theirs' }, { controllerClass: 'mine' })).rejects.toEqual(
      withCode('GENERATOR_FOREIGN'),
    );
    await expect(generated('Fake', { controller: 'theirs' })).rejects.toEqual(withCode('GENERATOR_FOREIGN'));
  });

  test('that cannot be read now tells what the API server said', async () => {
    sandbox.intercept(() => ({ status: 403 }));
    await expect(ask('Fake', 'any')).rejects.toMatchObject({ code: 'SIGNET_KUBE_API_FORBIDDEN' });
    sandbox.intercept();
  });
});
