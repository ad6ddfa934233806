import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readExternalSecret } from './index.ts';

const read = (spec: unknown): ReturnType<typeof readExternalSecret>['spec'] =>
  readExternalSecret({ metadata: { namespace: 'web', name: 'db' }, spec }).spec;

// Source: defaults of external-secrets v2.9, `v1`.
describe('an ExternalSecret that says little', () => {
  test('has the defaults of its kind', () => {
    expect(readExternalSecret({ metadata: { namespace: 'web', name: 'db' } })).toEqual({
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { namespace: 'web', name: 'db' },
      spec: {
        refreshPolicy: 'Periodic',
        refreshIntervalMs: 3_600_000,
        target: { name: 'db', creationPolicy: 'Owner', deletionPolicy: 'Retain', immutable: false },
        data: [],
        dataFrom: [],
      },
    });
  });

  test('has the defaults of references, templates, merges and generators', () => {
    const spec = read({
      secretStoreRef: { name: 'vault' },
      data: [{ secretKey: 'a', remoteRef: { key: 'b' } }],
      dataFrom: [
        { find: {} },
        { extract: { key: 'c' }, rewrite: [{ merge: {} }] },
        { sourceRef: { generatorRef: { kind: 'UUID', name: 'u' } } },
      ],
      target: { template: { templateFrom: [{ configMap: { name: 'm', items: [{ key: 'k' }] } }] } },
    });
    const strategies = { decodingStrategy: 'None', conversionStrategy: 'Default', nullBytePolicy: 'Ignore' };
    expect(spec.secretStoreRef).toEqual({ kind: 'SecretStore', name: 'vault' });
    expect(spec.data).toEqual([{ secretKey: 'a', remoteRef: { key: 'b', metadataPolicy: 'None', ...strategies } }]);
    expect(spec.dataFrom).toEqual([
      { find: strategies, rewrite: [] },
      {
        extract: { key: 'c', metadataPolicy: 'None', ...strategies },
        rewrite: [{ merge: { into: '', priority: [], priorityPolicy: 'Strict', conflictPolicy: 'Error', strategy: 'Extract' } }],
      },
      {
        rewrite: [],
        sourceRef: { generatorRef: { apiVersion: 'generators.external-secrets.io/v1alpha1', kind: 'UUID', name: 'u' } },
      },
    ]);
    expect(spec.target.template).toEqual({
      engineVersion: 'v2',
      mergePolicy: 'Replace',
      metadata: { labels: {}, annotations: {}, finalizers: [] },
      data: {},
      templateFrom: [
        { configMap: { name: 'm', items: [{ key: 'k', templateAs: 'Values' }] }, target: 'Data', valuesDecodingStrategy: 'None' },
      ],
    });
  });
});

describe('an ExternalSecret that says everything', () => {
  const strategies = { decodingStrategy: 'Auto', conversionStrategy: 'Unicode', nullBytePolicy: 'Fail' };
  const remoteRef = { key: 'b', property: 'p', version: '3', metadataPolicy: 'Fetch', ...strategies };
  const source = { name: 'm', items: [{ key: 'k', templateAs: 'KeysAndValues' }] };
  const spec = {
    secretStoreRef: { kind: 'ClusterSecretStore', name: 'vault' },
    refreshPolicy: 'OnChange',
    syncWindows: { kind: 'deny', windows: [{ schedule: '@daily', duration: '8h' }] },
    data: [{ secretKey: 'a', remoteRef, sourceRef: { storeRef: { kind: 'ClusterSecretStore', name: 'other' } } }],
    dataFrom: [
      {
        find: { path: 'x', name: { regexp: '^a' }, tags: { t: 'v' }, ...strategies },
        rewrite: [{ regexp: { source: 'a', target: 'b' } }, { transform: { template: '{{ .value }}' } }],
      },
    ],
  };
  const target = {
    name: 'other',
    creationPolicy: 'CreateOrMerge',
    deletionPolicy: 'Merge',
    immutable: true,
    manifest: { apiVersion: 'v1', kind: 'ConfigMap' },
    template: {
      type: 'Opaque',
      engineVersion: 'v2',
      mergePolicy: 'Merge',
      metadata: { labels: { a: 'b' }, annotations: { c: 'd' }, finalizers: ['x/y'] },
      data: { k: '{{ .a }}' },
      templateFrom: [{ configMap: source, secret: source, literal: 'a: b', target: 'Labels', valuesDecodingStrategy: 'Base64' }],
    },
  };

  test('is read as it is written', () => {
    expect(read({ ...spec, target, refreshInterval: '90s' })).toEqual({ ...spec, target, refreshIntervalMs: 90_000 });
  });

  test('means the same in v1beta1', () => {
    const metadata = { name: 'db', namespace: 'web' };
    expect(readExternalSecret({ apiVersion: 'external-secrets.io/v1beta1', metadata, spec })).toEqual(
      readExternalSecret({ apiVersion: 'external-secrets.io/v1', metadata, spec }),
    );
  });
});

describe('refreshInterval', () => {
  const rows = [
    ['0', 0],
    ['15s', 15_000],
    ['1h30m', 5_400_000],
    ['1h0m0s', 3_600_000],
    ['-5m', -300_000],
    ['1.5h', 5_400_000],
    ['250ms', 250],
    // What is no duration is told by externalSecretProblems, and counts as not given.
    ['soon', 3_600_000],
    ['', 3_600_000],
    [60, 3_600_000],
    [null, 3_600_000],
  ] as const;
  test.each(rows)('%j is %i ms', (refreshInterval, expected) => {
    expect(read({ refreshInterval }).refreshIntervalMs).toBe(expected);
  });
});

describe('reading leniently', () => {
  test('empty texts of optional fields are absences', () => {
    const spec = read({
      secretStoreRef: { name: '' },
      target: { name: '', template: { type: '', templateFrom: [{ literal: '', target: '' }] } },
      data: [{ secretKey: 'a', remoteRef: { key: 'b', property: '', version: '' } }],
      dataFrom: [{ find: { path: '', name: { regexp: '' } } }],
    });
    expect(spec).not.toHaveProperty('secretStoreRef');
    expect(spec.target.name).toBe('db');
    expect(spec.target.template).not.toHaveProperty('type');
    expect(spec.target.template?.templateFrom).toEqual([{ literal: '', target: 'Data', valuesDecodingStrategy: 'None' }]);
    expect(Object.keys(spec.data[0]?.remoteRef ?? {})).not.toContain('property');
    expect(Object.keys(spec.data[0]?.remoteRef ?? {})).not.toContain('version');
    expect(Object.keys(spec.dataFrom[0]?.find ?? {})).not.toContain('name');
  });

  test('an item keeps its position, whatever stands before it', () => {
    const spec = read({ data: [null, 7, { secretKey: 'a', remoteRef: { key: 'b' } }], dataFrom: ['x', { extract: { key: 'c' } }] });
    expect(spec.data.map(({ secretKey, remoteRef }) => [secretKey, remoteRef.key])).toEqual([
      ['', ''],
      ['', ''],
      ['a', 'b'],
    ]);
    expect(spec.dataFrom.map(({ extract }) => extract?.key)).toEqual([undefined, 'c']);
  });

  test('a word that nobody knows never makes a policy more destructive', () => {
    expect(read({ target: { deletionPolicy: 'delete' } }).target.deletionPolicy).toBe('Retain');
  });

  test('a key __proto__ is a key like any other', () => {
    const spec = JSON.parse('{"target":{"template":{"data":{"__proto__":"x"}}}}') as unknown;
    expect(Object.keys(read(spec).target.template?.data ?? {})).toEqual(['__proto__']);
  });

  test('the status survives with fields of others, without broken conditions', () => {
    const status = {
      refreshTime: null,
      syncedResourceVersion: '1-abc',
      conditions: [{ type: 'Ready', status: 'True', reason: 'SecretSynced', extra: 1 }, { type: 'Ready' }, null],
      binding: { name: 'db' },
      observedGeneration: 3,
      produced: { uid: 'u', resourceVersion: '7' },
      others: { a: 1 },
    };
    expect(readExternalSecret({ status }).status).toEqual({
      syncedResourceVersion: '1-abc',
      conditions: [{ type: 'Ready', status: 'True', reason: 'SecretSynced', extra: 1 }],
      binding: { name: 'db' },
      observedGeneration: 3,
      produced: { uid: 'u', resourceVersion: '7' },
      others: { a: 1 },
    });
  });

  test('nothing throws, whatever JSON comes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (object, spec, status) => {
        for (const value of [object, { spec, status, metadata: object }]) {
          const { refreshIntervalMs, target, data, dataFrom } = readExternalSecret(value).spec;
          expect(Number.isFinite(refreshIntervalMs)).toBe(true);
          expect(['Owner', 'Orphan', 'Merge', 'None', 'CreateOrMerge']).toContain(target.creationPolicy);
          expect([data, dataFrom].every(Array.isArray)).toBe(true);
        }
      }),
    );
  });
});
