import { describe, expect, test } from 'vitest';
import type { KindDefinition } from '../kinds/definition.ts';
import { discoveryDocument } from './index.ts';

const kind = (parts: Partial<KindDefinition>): KindDefinition => ({
  group: '',
  version: 'v1',
  kind: 'Secret',
  listKind: 'SecretList',
  plural: 'secrets',
  singular: 'secret',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: ['get', 'list'],
  schema: {},
  subresources: [],
  printerColumns: [],
  selectableFields: [],
  custom: false,
  priority: 0,
  ...parts,
});

const widget = { group: 'example.com', kind: 'Widget', plural: 'widgets', singular: 'widget', custom: true };
const kinds = [
  kind({}),
  kind({ kind: 'Namespace', plural: 'namespaces', singular: 'namespace', namespaced: false, shortNames: ['ns'] }),
  kind({ ...widget, version: 'v1beta1', priority: 1 }),
  kind({
    ...widget,
    version: 'v1',
    categories: ['all'],
    subresources: [
      { name: 'status', verbs: ['get', 'patch', 'update'] },
      { name: 'token', kind: 'TokenRequest', group: 'authentication.k8s.io', version: 'v1', verbs: ['create'] },
    ],
  }),
];
const at = (path: string, aggregated?: string): Record<string, unknown> | undefined =>
  discoveryDocument(kinds, { path, aggregated, serverAddress: '127.0.0.1:6443' });

// Source: API reference, APIVersions, APIGroupList, APIGroup and APIResourceList.
describe('one document per question', () => {
  test('/api', () => {
    expect(at('/api')).toEqual({
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1:6443' }],
    });
  });

  test('/apis: versions by priority, the first one preferred', () => {
    const v1 = { groupVersion: 'example.com/v1', version: 'v1' };
    const v1beta1 = { groupVersion: 'example.com/v1beta1', version: 'v1beta1' };
    const group = { name: 'example.com', versions: [v1, v1beta1], preferredVersion: v1 };
    expect(at('/apis')).toEqual({ kind: 'APIGroupList', apiVersion: 'v1', groups: [group] });
    expect(at('/apis/example.com')).toEqual({ kind: 'APIGroup', apiVersion: 'v1', ...group });
  });

  test('/api/v1: kinds by plural', () => {
    expect(at('/api/v1')).toEqual({
      kind: 'APIResourceList',
      apiVersion: 'v1',
      groupVersion: 'v1',
      resources: [
        {
          name: 'namespaces',
          singularName: 'namespace',
          namespaced: false,
          kind: 'Namespace',
          verbs: ['get', 'list'],
          shortNames: ['ns'],
        },
        { name: 'secrets', singularName: 'secret', namespaced: true, kind: 'Secret', verbs: ['get', 'list'] },
      ],
    });
  });

  test('subresources, one of them of another group', () => {
    expect(at('/apis/example.com/v1')?.['resources']).toEqual([
      { name: 'widgets', singularName: 'widget', namespaced: true, kind: 'Widget', verbs: ['get', 'list'], categories: ['all'] },
      { name: 'widgets/status', singularName: '', namespaced: true, kind: 'Widget', verbs: ['get', 'patch', 'update'] },
      {
        name: 'widgets/token',
        singularName: '',
        namespaced: true,
        group: 'authentication.k8s.io',
        version: 'v1',
        kind: 'TokenRequest',
        verbs: ['create'],
      },
    ]);
  });

  test.each([
    '/',
    '/api/v2',
    '/api/v1/x',
    '/apis/none',
    '/apis/example.com/v9',
    '/apis/example.com/v1/widgets',
    '/apis//v1',
    '/other',
  ])('%s has none', (path) => {
    expect(at(path)).toBeUndefined();
  });
});

// Source: KEP-3352 and the API reference of apidiscovery.k8s.io/v2.
describe('all in one document', () => {
  test('the core group at /api, under no name', () => {
    const { items, ...rest } = at('/api', 'v2') ?? {};
    expect(rest).toEqual({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {} });
    const groups = items as { metadata: unknown; versions: { version: string; freshness: string }[] }[];
    expect(groups.map(({ metadata }) => metadata)).toEqual([{}]);
    expect(groups[0]?.versions).toMatchObject([{ version: 'v1', freshness: 'Current' }]);
  });

  test('the others at /apis', () => {
    const items = at('/apis', 'v2')?.['items'] as { metadata: unknown; versions: { version: string; resources: unknown[] }[] }[];
    expect(items.map((item) => item.metadata)).toEqual([{ name: 'example.com' }]);
    expect(items[0]?.versions.map(({ version }) => version)).toEqual(['v1', 'v1beta1']);
    expect(items[0]?.versions[0]?.resources).toEqual([
      {
        resource: 'widgets',
        responseKind: { group: 'example.com', version: 'v1', kind: 'Widget' },
        scope: 'Namespaced',
        singularResource: 'widget',
        verbs: ['get', 'list'],
        categories: ['all'],
        subresources: [
          {
            subresource: 'status',
            responseKind: { group: 'example.com', version: 'v1', kind: 'Widget' },
            verbs: ['get', 'patch', 'update'],
          },
          {
            subresource: 'token',
            responseKind: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' },
            verbs: ['create'],
          },
        ],
      },
    ]);
  });
});
