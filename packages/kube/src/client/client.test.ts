import { afterEach, describe, expect, test } from 'vitest';
import type { Script, ScriptedServer } from '../testing/scripted-server.ts';
import { startScripted } from '../testing/scripted-server.ts';
import type { Client } from './client.ts';
import { createClient } from './create-client.ts';
import type { KubeObject } from './object.ts';
import type { Resource } from './resource.ts';
import { configMaps, leases, namespaces, secrets } from './resource.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(script: Script, prefix = ''): Promise<{ server: ScriptedServer; client: Client }> {
  const server = await startScripted(script);
  const client = createClient({ server: server.url + prefix }, { retries: 0 });
  cleanups.push(
    () => server.stop(),
    () => client.close(),
  );
  return { server, client };
}

const widgets: Resource = { group: 'example.dev', version: 'v1alpha1', plural: 'widgets', kind: 'Widget', namespaced: true };
const thing = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'web', name: 'a' } };
const echo: Script = (_seen, reply) => reply.json(200, thing);

describe('verbs', () => {
  const rows: readonly [string, (client: Client) => Promise<unknown>, object][] = [
    ['get', (c) => c.get(configMaps, thing.metadata), { method: 'GET', path: '/api/v1/namespaces/web/configmaps/a', body: '' }],
    [
      'get cluster-scoped, namespace ignored',
      (c) => c.get(namespaces, { name: 'web', namespace: 'x' }),
      { method: 'GET', path: '/api/v1/namespaces/web' },
    ],
    [
      'get of a group',
      (c) => c.get(leases, { namespace: 'a', name: 'b' }),
      { method: 'GET', path: '/apis/coordination.k8s.io/v1/namespaces/a/leases/b' },
    ],
    [
      'get of a name that needs encoding',
      (c) => c.get(widgets, { namespace: 'a', name: 'system:b c?d#e' }),
      { path: '/apis/example.dev/v1alpha1/namespaces/a/widgets/system%3Ab%20c%3Fd%23e' },
    ],
    [
      'create',
      (c) => c.create(configMaps, thing, { fieldManager: 'me', dryRun: true }),
      {
        method: 'POST',
        path: '/api/v1/namespaces/web/configmaps',
        query: { fieldManager: 'me', dryRun: 'All' },
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(thing),
      },
    ],
    [
      'create fills in what the object lacks',
      (c) => c.create(configMaps, { metadata: thing.metadata }),
      { body: JSON.stringify({ metadata: thing.metadata, apiVersion: 'v1', kind: 'ConfigMap' }) },
    ],
    ['replace', (c) => c.replace(configMaps, thing), { method: 'PUT', path: '/api/v1/namespaces/web/configmaps/a' }],
    [
      'replaceStatus',
      (c) => c.replaceStatus(configMaps, thing),
      { method: 'PUT', path: '/api/v1/namespaces/web/configmaps/a/status' },
    ],
    [
      'merge patch',
      (c) => c.patch(configMaps, thing.metadata, { data: null }, { type: 'merge' }),
      { method: 'PATCH', headers: { 'content-type': 'application/merge-patch+json' }, body: '{"data":null}' },
    ],
    [
      'json patch of a subresource',
      (c) => c.patch(configMaps, thing.metadata, [], { type: 'json', subresource: 'status', fieldManager: 'me' }),
      {
        path: '/api/v1/namespaces/web/configmaps/a/status',
        query: { fieldManager: 'me' },
        headers: { 'content-type': 'application/json-patch+json' },
        body: '[]',
      },
    ],
    [
      'strategic patch',
      (c) => c.patch(configMaps, thing.metadata, {}, { type: 'strategic' }),
      { headers: { 'content-type': 'application/strategic-merge-patch+json' } },
    ],
    [
      'apply',
      (c) => c.apply(configMaps, thing, { fieldManager: 'me', force: true }),
      {
        method: 'PATCH',
        path: '/api/v1/namespaces/web/configmaps/a',
        query: { fieldManager: 'me', force: 'true' },
        headers: { 'content-type': 'application/apply-patch+yaml' },
        body: JSON.stringify(thing),
      },
    ],
    [
      'delete with preconditions',
      (c) => c.delete(configMaps, thing.metadata, { uid: 'u', resourceVersion: '7', propagation: 'Foreground' }),
      {
        method: 'DELETE',
        path: '/api/v1/namespaces/web/configmaps/a',
        body: JSON.stringify({
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          propagationPolicy: 'Foreground',
          preconditions: { uid: 'u', resourceVersion: '7' },
        }),
      },
    ],
    [
      'request',
      (c) => c.request({ method: 'GET', path: '/api/v1/namespaces/a/services/http:b:/proxy/v1/cert.pem', query: { x: '1' } }),
      { path: '/api/v1/namespaces/a/services/http:b:/proxy/v1/cert.pem', query: { x: '1' } },
    ],
  ];

  test.each(rows)('%s', async (_name, act, expected) => {
    const { server, client } = await start((_seen, reply) => reply.json(200, thing));
    await act(client);
    expect(server.seen).toHaveLength(1);
    const seen = server.seen[0];
    const raw = 'path' in expected ? { path: seen?.path } : {};
    expect({ ...seen, ...raw }).toMatchObject(expected);
  });

  test('a server behind a path prefix', async () => {
    const { server, client } = await start(echo, '/k8s/clusters/c-1/');
    await client.get(configMaps, thing.metadata);
    expect(server.seen[0]?.path).toBe('/k8s/clusters/c-1/api/v1/namespaces/web/configmaps/a');
  });
});

describe('names that would reach elsewhere are refused before anything is sent', () => {
  const rows: readonly [string, (client: Client) => Promise<unknown>][] = [
    ['delete without a name', (c) => c.delete(configMaps, { namespace: 'web', name: '' })],
    ['delete without a namespace', (c) => c.delete(configMaps, { name: 'a' })],
    ['replace without a name', (c) => c.replace(configMaps, { metadata: { namespace: 'web' } })],
    ['create without a namespace', (c) => c.create(configMaps, { metadata: { name: 'a' } })],
    ['a name that climbs', (c) => c.get(configMaps, { namespace: 'web', name: '..' })],
    ['a namespace with a slash', (c) => c.get(configMaps, { namespace: 'web/secrets', name: 'a' })],
  ];
  test.each(rows)('%s', async (_name, act) => {
    const { server, client } = await start(echo);
    await expect(act(client)).rejects.toMatchObject({ code: 'SIGNET_KUBE_BAD_NAME' });
    expect(server.seen).toHaveLength(0);
  });
});

describe('objects stay as they are', () => {
  // node: a typed client turned the timestamp into a Date and lost both unknown fields.
  const future = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      namespace: 'web',
      name: 'a',
      resourceVersion: '9',
      creationTimestamp: '2026-03-01T10:00:00Z',
      hovercraft: { full: 'of eels' },
    },
    data: {},
    topLevelOfTomorrow: [null, 1.5, { deep: true }],
  };

  test('unknown fields and timestamps survive get, then replace', async () => {
    const { server, client } = await start((_seen, reply) => reply.json(200, future));
    await client.replace(configMaps, await client.get(configMaps, thing.metadata));
    expect(JSON.parse(server.seen[1]?.body ?? '')).toEqual(future);
  });

  test('metadata only: the object under its own kind, without data', async () => {
    const { server, client } = await start((_seen, reply) => reply.json(200, { ...future, kind: 'PartialObjectMetadata' }));
    expect(await client.get(configMaps, thing.metadata, { metadataOnly: true })).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: future.metadata,
    });
    expect(server.seen[0]?.headers.accept).toMatch(/^application\/json;as=PartialObjectMetadata;g=meta\.k8s\.io;v=v1/);
  });

  test('an answer that is no JSON object is named, and not quoted', async () => {
    const { client } = await start((_seen, reply) => {
      reply.response.writeHead(200, { 'content-type': 'text/html' });
      reply.response.end('<html>hunter2</html>');
    });
    await expect(client.get(configMaps, thing.metadata)).rejects.toMatchObject({
      code: 'SIGNET_KUBE_NOT_JSON',
      message: 'GET /api/v1/namespaces/web/configmaps/a: the answer is not a JSON object',
    });
  });
});

describe('list', () => {
  const page = (names: string[], next?: string): object => ({
    metadata: { resourceVersion: '50', ...(next ? { continue: next, remainingItemCount: 1 } : {}) },
    items: names.map((name) => ({ metadata: { name } })),
  });
  const paged: Script = (seen, reply) => reply.json(200, seen.query['continue'] ? page(['c']) : page(['a', 'b'], 'token/1'));

  test('pages follow the continue token, and items get their kind', async () => {
    const { server, client } = await start(paged);
    const pages: unknown[] = [];
    for await (const each of client.list(configMaps, { resourceVersion: '0', labelSelector: 'x' })) pages.push(each);
    const item = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
    expect(pages).toEqual([
      { items: [item('a'), item('b')], resourceVersion: '50', remaining: 1 },
      { items: [item('c')], resourceVersion: '50' },
    ]);
    expect(server.seen.map((seen) => seen.query)).toEqual([
      { limit: '500', labelSelector: 'x', resourceVersion: '0' },
      { limit: '500', labelSelector: 'x', continue: 'token/1' },
    ]);
  });

  test('a page is asked for only when it is wanted', async () => {
    const { server, client } = await start(paged);
    for await (const each of client.list(configMaps)) {
      expect(each.items).toHaveLength(2);
      break;
    }
    expect(server.seen).toHaveLength(1);
  });

  test('an expired continue token is a 410 of its own', async () => {
    const { client } = await start((seen, reply) =>
      seen.query['continue'] ? reply.refuse(410, 'Expired', 'the continue parameter is too old') : paged(seen, reply),
    );
    const walk = async (): Promise<void> => {
      for await (const each of client.list(configMaps)) expect(each.items).toHaveLength(2);
    };
    await expect(walk()).rejects.toMatchObject({ status: 410, reason: 'Expired', code: 'SIGNET_KUBE_API_GONE' });
  });

  test('a null list of items is an empty one', async () => {
    const { client } = await start((_seen, reply) => reply.json(200, { metadata: { resourceVersion: '1' }, items: null }));
    for await (const each of client.list(secrets, { metadataOnly: true })) expect(each.items).toEqual([]);
  });
});
