import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../sandbox.ts';
import type { Sandbox } from '../sandbox.ts';
import { ApiClient } from '../testing/api-client.ts';
import type { Json } from '../testing/api-client.ts';

let sandbox: Sandbox;
let api: ApiClient;

beforeAll(async () => {
  sandbox = await startSandbox({ namespaces: ['paging', 'watching', 'shapes', 'gone'] });
  api = new ApiClient(sandbox);
});

afterAll(async () => {
  api.close();
  await sandbox.stop();
});

const names = (list: Json): string[] => list.items.map((item: Json) => item.metadata.name);
const make = (namespace: string, name: string, labels: object = {}): Promise<{ json: Json }> =>
  api.post(`/api/v1/namespaces/${namespace}/secrets`, { metadata: { name, labels } });

describe('lists', () => {
  const path = '/api/v1/namespaces/paging/secrets';

  test('pages are of one revision and say what remains', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await make('paging', name);
    const first = (await api.get(`${path}?limit=2`)).json;
    expect(names(first)).toEqual(['a', 'b']);
    expect(first.metadata.remainingItemCount).toBe(3);
    await make('paging', 'bb');
    await api.delete(`${path}/d`);
    const second = (await api.get(`${path}?limit=2&continue=${first.metadata.continue}`)).json;
    const third = (await api.get(`${path}?limit=2&continue=${second.metadata.continue}`)).json;
    expect([...names(second), ...names(third)]).toEqual(['c', 'd', 'e']);
    expect([second.metadata.resourceVersion, third.metadata.continue]).toEqual([first.metadata.resourceVersion, undefined]);
  });

  test('a continue token whose revision is gone answers 410 and how to go on', async () => {
    const first = (await api.get(`${path}?limit=1`)).json;
    await make('paging', 'later');
    sandbox.compact();
    const expired = await api.get(`${path}?limit=1&continue=${first.metadata.continue}`);
    expect([expired.status, expired.json.reason]).toEqual([410, 'Expired']);
    const rest = (await api.get(`${path}?continue=${expired.json.metadata.continue}`)).json;
    expect(names(rest)).toContain('later');
    expect(names(rest)).not.toContain('a');
  });

  test('resourceVersion of the past, the present and the future', async () => {
    const revision = Number((await api.get(path)).json.metadata.resourceVersion);
    await make('paging', 'newest');
    expect(names((await api.get(`${path}?resourceVersion=${revision}&resourceVersionMatch=Exact`)).json)).not.toContain('newest');
    expect(names((await api.get(`${path}?resourceVersion=${revision}&resourceVersionMatch=NotOlderThan`)).json)).toContain(
      'newest',
    );
    expect(names((await api.get(`${path}?resourceVersion=0`)).json)).toContain('newest');
    const future = await api.get(`${path}?resourceVersion=${revision + 1000}`);
    expect([future.status, future.json.reason, future.json.details.causes[0].reason]).toEqual([
      504,
      'Timeout',
      'ResourceVersionTooLarge',
    ]);
    expect((await api.get(`${path}?resourceVersionMatch=Exact`)).status).toBe(422);
    expect((await api.get(`${path}?resourceVersion=x`)).status).toBe(400);
  });

  test('selectors', async () => {
    await make('shapes', 'one', { tier: 'front' });
    await make('shapes', 'two', { tier: 'back' });
    const list = async (query: string): Promise<string[]> =>
      names((await api.get(`/api/v1/namespaces/shapes/secrets?${query}`)).json);
    expect(await list('labelSelector=tier%20in%20(front)')).toEqual(['one']);
    expect(await list('fieldSelector=metadata.name=two')).toEqual(['two']);
    expect(await list('fieldSelector=type!=Opaque')).toEqual([]);
    expect((await api.get('/api/v1/secrets?fieldSelector=data=x')).status).toBe(400);
  });
});

describe('shapes', () => {
  const path = '/api/v1/namespaces/shapes/secrets';

  test('metadata only', async () => {
    await api.post(path, { metadata: { name: 'meta' }, stringData: { a: 'hidden' } });
    const one = await api.get(`${path}/meta`, { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' });
    expect([one.json.kind, one.json.apiVersion, one.json.data]).toEqual(['PartialObjectMetadata', 'meta.k8s.io/v1', undefined]);
    const list = await api.get(path, {
      accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
    });
    expect(list.json.kind).toBe('PartialObjectMetadataList');
    expect(list.text).not.toContain('"data"');
  });

  test('a table', async () => {
    await api.post(path, { metadata: { name: 'row' }, stringData: { a: '1', b: '2' } });
    const table = (await api.get(`${path}/row`, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' })).json;
    expect(table.columnDefinitions.map((column: Json) => column.name)).toEqual(['Name', 'Type', 'Data', 'Age']);
    expect(table.rows[0].cells.slice(0, 3)).toEqual(['row', 'Opaque', 2]);
    expect(table.rows[0].object.kind).toBe('PartialObjectMetadata');
  });

  test('protobuf and CBOR alone are not acceptable; JSON in second place is', async () => {
    expect((await api.get(path, { accept: 'application/vnd.kubernetes.protobuf' })).status).toBe(406);
    expect((await api.get(path, { accept: 'application/cbor' })).status).toBe(406);
    expect((await api.get(path, { accept: 'application/vnd.kubernetes.protobuf,application/json' })).status).toBe(200);
  });
});

describe('watches', () => {
  const path = '/api/v1/namespaces/watching/secrets';
  const told = (events: readonly { type: string; object: Json }[]): string[] =>
    events.filter(({ type }) => type !== 'BOOKMARK').map(({ type, object }) => `${type} ${object.metadata.name}`);

  test('go on where a list ended', async () => {
    const { resourceVersion } = (await api.get(path)).json.metadata;
    await make('watching', 'before');
    const watch = await api.watch(`${path}?watch=1&resourceVersion=${resourceVersion}`);
    await api.merge(`${path}/before`, { metadata: { labels: { a: 'b' } } });
    await api.delete(`${path}/before`);
    const events = await watch.until((seen) => seen.length === 3);
    expect(told(events)).toEqual(['ADDED before', 'MODIFIED before', 'DELETED before']);
    const versions = events.map((event) => Number(event.object.metadata.resourceVersion));
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(new Set(versions).size).toBe(3);
    watch.close();
  });

  test('selectors turn changes into additions and deletions', async () => {
    const watch = await api.watch(`${path}?watch=true&labelSelector=on=yes`);
    await make('watching', 'toggled');
    await api.merge(`${path}/toggled`, { metadata: { labels: { on: 'yes' } } });
    await api.merge(`${path}/toggled`, { metadata: { annotations: { a: 'b' } } });
    await api.merge(`${path}/toggled`, { metadata: { labels: { on: 'no' } } });
    const events = await watch.until((seen) => seen.length === 3);
    expect(told(events)).toEqual(['ADDED toggled', 'MODIFIED toggled', 'DELETED toggled']);
    expect(events[2]?.object.metadata.labels).toEqual({ on: 'yes' });
    watch.close();
  });

  test('the initial state ends with an annotated bookmark when asked for', async () => {
    await make('watching', 'initial');
    const query = 'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    const watch = await api.watch(`${path}?${query}`);
    const events = await watch.until((seen) => seen.at(-1)?.type === 'BOOKMARK');
    expect(told(events)).toContain('ADDED initial');
    expect(events.at(-1)?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
    watch.close();
    expect((await api.get(`${path}?watch=true&sendInitialEvents=true`)).status).toBe(422);
  });

  test('a watch ends after its time, and a bookmark comes before that', async () => {
    const sandboxRevision = (await api.get(path)).json.metadata.resourceVersion as string;
    const watch = await api.watch(
      `${path}?watch=true&timeoutSeconds=3&resourceVersion=${sandboxRevision}&allowWatchBookmarks=true`,
    );
    await watch.ended;
    expect(watch.events.at(-1)?.type).toBe('BOOKMARK');
  });

  test('a revision that is gone is an ERROR event with a 410', async () => {
    const { resourceVersion } = (await make('watching', 'old')).json.metadata;
    await make('watching', 'new');
    sandbox.compact();
    const watch = await api.watch(`${path}?watch=true&resourceVersion=${resourceVersion}`);
    await watch.ended;
    expect(watch.events).toHaveLength(1);
    expect(watch.events[0]).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } });
  });

  test('metadata only', async () => {
    const watch = await api.watch(`${path}?watch=true&fieldSelector=metadata.name=thin`, {
      accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
    });
    await api.post(path, { metadata: { name: 'thin' }, stringData: { a: 'b' } });
    const [event] = await watch.until((seen) => seen.length === 1);
    expect([event?.object.kind, event?.object['data']]).toEqual(['PartialObjectMetadata', undefined]);
    watch.close();
  });
});
