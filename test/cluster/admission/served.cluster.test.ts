import { customResourceDefinitions } from '@signet/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type Kubectl, servers, startKubectl } from '../../kubectl/kubectl.ts';

interface Read {
  readonly apiVersion: string;
  readonly metadata: { readonly generation: number; readonly resourceVersion: string };
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status?: unknown;
}

const manifest = (kind: string, name: string, spec: unknown, version = 'v1'): string =>
  stringify({ apiVersion: `external-secrets.io/${version}`, kind, metadata: { name }, spec });

const data = [{ secretKey: 'password', remoteRef: { key: 'db' } }];

describe.each(servers)('the kinds of external-secrets on the %s', (server) => {
  let kubectl: Kubectl;

  beforeAll(async () => {
    kubectl = await startKubectl(server);
    const definitions = customResourceDefinitions();
    await kubectl.ok(['create', '-f', '-'], { input: definitions.map((definition) => stringify(definition)).join('---\n') });
    const names = definitions.map(({ metadata }) => `crd/${metadata.name}`);
    await kubectl.ok(['wait', '--for=condition=Established', ...names, '--timeout=30s']);
  });
  afterAll(() => kubectl.stop());

  const apply = (input: string): Promise<string> => kubectl.ok(['apply', '-f', '-'], { input });
  const read = async (resource: string, name: string): Promise<Read> =>
    JSON.parse(await kubectl.ok(['get', resource, name, '-o', 'json'])) as Read;
  const setStatus = (resource: string, name: string, status: unknown): Promise<string> =>
    kubectl.ok(['patch', resource, name, '--subresource=status', '--type=merge', '-p', JSON.stringify({ status })]);

  /** Cells of `kubectl get`, the header first. Cells are two blanks apart. */
  const table = async (...args: string[]): Promise<string[][]> =>
    (await kubectl.ok(['get', ...args]))
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/).map((cell) => cell.trim()));

  test('defaults appear, those that external-secrets v1 has, and no others: GitOps sees no drift', async () => {
    const find = { name: { regexp: '.*' } };
    const dataFrom = [{ find, rewrite: [{ merge: {} }] }, { sourceRef: { generatorRef: { kind: 'UUID', name: 'u' } } }];
    const template = { templateFrom: [{ configMap: { name: 'm', items: [{ key: 'k' }] } }] };
    await apply(manifest('ExternalSecret', 'defaults', { data, dataFrom, target: { template } }));
    const merge = { into: '', priorityPolicy: 'Strict', conflictPolicy: 'Error', strategy: 'Extract' };
    const generatorRef = { apiVersion: 'generators.external-secrets.io/v1alpha1', kind: 'UUID', name: 'u' };
    expect((await read('es', 'defaults')).spec).toEqual({
      refreshInterval: '1h0m0s',
      data,
      dataFrom: [{ find, rewrite: [{ merge }] }, { sourceRef: { generatorRef } }],
      target: {
        creationPolicy: 'Owner',
        deletionPolicy: 'Retain',
        template: {
          engineVersion: 'v2',
          mergePolicy: 'Replace',
          templateFrom: [{ configMap: { name: 'm', items: [{ key: 'k', templateAs: 'Values' }] }, target: 'Data' }],
        },
      },
    });
  });

  test('a target that is not given has its policies', async () => {
    await apply(manifest('ExternalSecret', 'little', { data }));
    expect((await read('es', 'little')).spec['target']).toEqual({ creationPolicy: 'Owner', deletionPolicy: 'Retain' });
  });

  test('`kubectl get es` shows store, interval, state and last refresh', async () => {
    await apply(
      manifest('ExternalSecret', 'shown', {
        secretStoreRef: { kind: 'ClusterSecretStore', name: 'vault' },
        refreshInterval: '15m',
        data,
      }),
    );
    const condition = { type: 'Ready', status: 'True', reason: 'SecretSynced', message: 'secret synced' };
    await setStatus('es', 'shown', {
      refreshTime: new Date().toISOString(),
      conditions: [{ type: 'Stalled', status: 'False' }, condition],
    });
    const [header, row] = await table('es', 'shown');
    expect(header).toEqual(['NAME', 'STORETYPE', 'STORE', 'REFRESH INTERVAL', 'STATUS', 'READY', 'LAST SYNC']);
    expect(row?.slice(0, 6)).toEqual(['shown', 'ClusterSecretStore', 'vault', '15m', 'SecretSynced', 'True']);
    expect(row?.[6]).toMatch(/^\d+[sm]/);
  });

  test('`kubectl get ss` and `css` show state and capabilities', async () => {
    for (const [kind, resource] of [
      ['SecretStore', 'ss'],
      ['ClusterSecretStore', 'css'],
    ] as const) {
      await apply(manifest(kind, 'shown', { provider: { fake: { data: [] } } }));
      await setStatus(resource, 'shown', {
        capabilities: 'ReadWrite',
        conditions: [{ type: 'Ready', status: 'True', reason: 'Valid' }],
      });
      const [header, row] = await table(resource, 'shown');
      expect(header).toEqual(['NAME', 'AGE', 'STATUS', 'CAPABILITIES', 'READY']);
      expect([row?.[0], ...(row?.slice(2) ?? [])]).toEqual(['shown', 'Valid', 'ReadWrite', 'True']);
    }
  });

  test('`kubectl get external-secrets` shows all kinds', async () => {
    await apply(manifest('ExternalSecret', 'one-of-all', { data }));
    await apply(manifest('SecretStore', 'one-of-all', { provider: { fake: {} } }));
    await kubectl.ok(['apply', '-f', '-'], {
      input: 'apiVersion: generators.external-secrets.io/v1alpha1\nkind: UUID\nmetadata: { name: one-of-all }\nspec: {}\n',
    });
    const names = (await kubectl.ok(['get', 'external-secrets', '-o', 'name'])).split('\n');
    expect(names).toEqual(
      expect.arrayContaining([
        'externalsecret.external-secrets.io/one-of-all',
        'secretstore.external-secrets.io/one-of-all',
        'uuid.generators.external-secrets.io/one-of-all',
      ]),
    );
  });

  test('objects are selected by store, target and interval', async () => {
    await apply(
      manifest('ExternalSecret', 'wanted', {
        secretStoreRef: { kind: 'SecretStore', name: 'mine' },
        target: { name: 'made' },
        refreshInterval: '7m',
        data,
      }),
    );
    for (const selector of [
      'spec.secretStoreRef.name=mine',
      'spec.secretStoreRef.kind=SecretStore',
      'spec.target.name=made',
      'spec.refreshInterval=7m',
    ])
      expect(await kubectl.ok(['get', 'es', '--field-selector', selector, '-o', 'name'])).toBe(
        'externalsecret.external-secrets.io/wanted\n',
      );
  });

  test('a v1beta1 manifest is stored as v1, and read as both', async () => {
    const remoteRef = { key: 'db', conversionStrategy: 'Default', decodingStrategy: 'None', metadataPolicy: 'None' };
    const spec = {
      refreshInterval: '1h',
      secretStoreRef: { name: 'vault', kind: 'SecretStore' },
      target: { name: 'db', creationPolicy: 'Owner', deletionPolicy: 'Retain' },
      data: [{ secretKey: 'password', remoteRef }],
    };
    await apply(manifest('ExternalSecret', 'old', spec, 'v1beta1'));
    const old = await read('externalsecrets.v1beta1.external-secrets.io', 'old');
    const current = await read('externalsecrets.v1.external-secrets.io', 'old');
    expect([old.apiVersion, current.apiVersion]).toEqual(['external-secrets.io/v1beta1', 'external-secrets.io/v1']);
    expect([old.spec, current.spec]).toEqual([spec, spec]);
  });

  test('fields that came after v1beta1 survive a write through it', async () => {
    const spec = {
      data: [{ secretKey: 'a', remoteRef: { key: 'b', nullBytePolicy: 'Fail' } }],
      dataFrom: [{ extract: { key: 'c' }, rewrite: [{ merge: { strategy: 'JSON', into: 'all' } }] }],
      syncWindows: { kind: 'deny', windows: [{ schedule: '@daily', duration: '1h' }] },
      target: { creationPolicy: 'CreateOrMerge', template: { metadata: { finalizers: ['a.b/c'] } } },
    };
    await apply(manifest('ExternalSecret', 'newer', spec));
    const before = (await read('es', 'newer')).spec;
    await kubectl.ok(['label', 'externalsecrets.v1beta1.external-secrets.io', 'newer', 'touched=yes']);
    expect((await read('es', 'newer')).spec).toEqual(before);
  });

  test('a manifest that moves from v1beta1 to v1 changes nothing', async () => {
    await apply(manifest('ExternalSecret', 'moved', { data }, 'v1beta1'));
    const { metadata } = await read('es', 'moved');
    await apply(manifest('ExternalSecret', 'moved', { data }));
    expect((await read('es', 'moved')).metadata.generation).toBe(metadata.generation);
  });

  test('stores of providers that we do not have, or that are not invented yet, are kept to the last field', async () => {
    const deep = { list: [{ a: 1, b: [true, null] }], text: 'x', 'odd key': { c: 1.5 } };
    for (const provider of [
      { onepassword: deep },
      { alibaba: deep },
      { newcomer: deep },
      { vault: { server: 'https://vault', newField: deep } },
    ]) {
      const [name = ''] = Object.keys(provider);
      await apply(manifest('SecretStore', name, { provider, refreshInterval: 60 }));
      expect((await read('ss', name)).spec).toEqual({ provider, refreshInterval: 60 });
      await apply(manifest('ClusterSecretStore', name, { provider, refreshInterval: '1m' }, 'v1beta1'));
      expect((await read('css', name)).spec).toEqual({ provider, refreshInterval: '1m' });
    }
  });

  test('the status keeps what external-secrets writes and what we add', async () => {
    await apply(manifest('ExternalSecret', 'status', { data }));
    const time = '2026-01-02T03:04:05Z';
    const condition = {
      type: 'Ready',
      status: 'True',
      reason: 'SecretSynced',
      message: 'secret synced',
      lastTransitionTime: time,
      observedGeneration: 1,
    };
    const status = {
      refreshTime: time,
      syncedResourceVersion: '1-0123abcd',
      conditions: [condition, { ...condition, type: 'Reconciling', status: 'False' }, { ...condition, type: 'Deleted' }],
      binding: { name: 'db' },
      observedGeneration: 1,
      nextRefreshTime: time,
      produced: { uid: 'a-b', resourceVersion: '12' },
    };
    await setStatus('es', 'status', status);
    expect((await read('es', 'status')).status).toEqual(status);
    await apply(manifest('SecretStore', 'status', { provider: { fake: {} } }));
    const ofStore = { capabilities: 'ReadOnly', conditions: [condition], observedGeneration: 1 };
    await setStatus('ss', 'status', ofStore);
    expect((await read('ss', 'status')).status).toEqual(ofStore);
  });

  test('generators have their defaults', async () => {
    const input = ['Password', 'Fake', 'UUID', 'ClusterGenerator']
      .map((kind) => {
        const spec = {
          Password: {},
          Fake: { data: { a: 'b' } },
          UUID: {},
          ClusterGenerator: { kind: 'Password', generator: { passwordSpec: { length: 8 } } },
        }[kind];
        return stringify({ apiVersion: 'generators.external-secrets.io/v1alpha1', kind, metadata: { name: 'g' }, spec });
      })
      .join('---\n');
    await apply(input);
    expect((await read('passwords', 'g')).spec).toEqual({ length: 24, noUpper: false, allowRepeat: false, encoding: 'raw' });
    expect((await read('fakes', 'g')).spec).toEqual({ data: { a: 'b' } });
    expect((await read('uuids', 'g')).spec).toEqual({});
    expect((await read('clustergenerators', 'g')).spec).toEqual({
      kind: 'Password',
      generator: { passwordSpec: { length: 8, noUpper: false, allowRepeat: false, encoding: 'raw' } },
    });
  });
});
