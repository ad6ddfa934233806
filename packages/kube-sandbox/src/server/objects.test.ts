import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../sandbox.ts';
import type { Sandbox } from '../sandbox.ts';
import { widgetDefinition } from '../testing/widget-definition.ts';
import { ApiClient, eventually } from '../testing/api-client.ts';
import type { Json } from '../testing/api-client.ts';

let sandbox: Sandbox;
let api: ApiClient;
const secrets = '/api/v1/namespaces/default/secrets';
const widgets = '/apis/example.com/v1/namespaces/default/widgets';
const secret = (name: string, more: object = {}): object => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, ...more });
const widget = (name: string, more: object = {}): object => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name },
  ...more,
});

beforeAll(async () => {
  sandbox = await startSandbox();
  api = new ApiClient(sandbox);
  await api.post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', widgetDefinition);
  await eventually(async () => (await api.get(widgets)).status === 200);
});

afterAll(async () => {
  api.close();
  await sandbox.stop();
});

// Source: bodies a kube-apiserver answers (metav1.Status).
describe('failures are Status objects with the words of the API server', () => {
  const failure = (code: number, reason: string, message: string, details?: object): object => ({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details ? { details } : {}),
    code,
  });

  test('not found', async () => {
    const core = await api.get(`${secrets}/none`);
    expect(core.status).toBe(404);
    expect(core.json).toEqual(failure(404, 'NotFound', 'secrets "none" not found', { name: 'none', kind: 'secrets' }));
    const custom = await api.get(`${widgets}/none`);
    const details = { name: 'none', group: 'example.com', kind: 'widgets' };
    expect(custom.json).toEqual(failure(404, 'NotFound', 'widgets.example.com "none" not found', details));
  });

  test('already exists', async () => {
    await api.post(secrets, secret('twice'));
    const again = await api.post(secrets, secret('twice'));
    expect(again.status).toBe(409);
    expect(again.json).toEqual(failure(409, 'AlreadyExists', 'secrets "twice" already exists', { name: 'twice', kind: 'secrets' }));
  });

  test('an outdated resourceVersion', async () => {
    const first = (await api.post(secrets, secret('lock'))).json;
    await api.put(`${secrets}/lock`, { ...first, stringData: { a: '1' } });
    const late = await api.put(`${secrets}/lock`, { ...first, stringData: { a: '2' } });
    expect(late.status).toBe(409);
    const words =
      'Operation cannot be fulfilled on secrets "lock": the object has been modified; please apply your changes to the latest version and try again';
    expect(late.json).toEqual(failure(409, 'Conflict', words, { name: 'lock', kind: 'secrets' }));
  });

  test('another uid', async () => {
    const first = (await api.post(secrets, secret('identity'))).json;
    const body = { ...first, metadata: { ...first.metadata, uid: 'other', resourceVersion: '' } };
    expect((await api.put(`${secrets}/identity`, body)).json).toMatchObject({ code: 409, reason: 'Conflict' });
  });

  test('an invalid field names its cause', async () => {
    const answer = await api.post(widgets, widget('bad', { spec: { colour: 'green' } }));
    expect(answer.status).toBe(422);
    expect(answer.json).toEqual(
      failure(
        422,
        'Invalid',
        'Widget.example.com "bad" is invalid: spec.colour: Unsupported value: "green": supported values: "red", "blue"',
        {
          name: 'bad',
          group: 'example.com',
          kind: 'Widget',
          causes: [
            {
              reason: 'FieldValueNotSupported',
              message: 'Unsupported value: "green": supported values: "red", "blue"',
              field: 'spec.colour',
            },
          ],
        },
      ),
    );
  });

  test('an absent namespace', async () => {
    const answer = await api.post('/api/v1/namespaces/nowhere/secrets', secret('x'));
    expect(answer.json).toMatchObject({ code: 404, message: 'namespaces "nowhere" not found' });
  });

  test('who is not known may only ask for health and version', async () => {
    expect((await api.send('GET', secrets, { token: undefined })).json).toMatchObject({ code: 401, reason: 'Unauthorized' });
    expect((await api.send('GET', secrets, { token: 'wrong' })).status).toBe(401);
    for (const path of ['/healthz', '/livez', '/readyz', '/version']) {
      expect((await api.send('GET', path, { token: undefined })).status).toBe(200);
    }
  });

  test.each([
    ['POST', secrets, '{', 'application/json', 400, 'BadRequest'],
    ['POST', secrets, '{}', 'text/plain', 415, 'UnsupportedMediaType'],
    ['PATCH', `${widgets}/x`, '{}', 'application/strategic-merge-patch+json', 415, 'UnsupportedMediaType'],
    ['PATCH', `${secrets}/x`, '{}', 'application/json', 415, 'UnsupportedMediaType'],
    ['PATCH', `${secrets}/fixed-not`, '{}', 'application/merge-patch+json', 404, 'NotFound'],
    ['PUT', secrets, '{}', 'application/json', 405, 'MethodNotAllowed'],
    ['DELETE', '/api/v1/namespaces', '', 'application/json', 405, 'MethodNotAllowed'],
    ['POST', secrets, JSON.stringify({ metadata: { name: 'x', namespace: 'other' } }), 'application/json', 400, 'BadRequest'],
    ['POST', secrets, JSON.stringify({ apiVersion: 'v2', metadata: { name: 'x' } }), 'application/json', 400, 'BadRequest'],
    ['POST', `${secrets}?dryRun=Some`, JSON.stringify(secret('x')), 'application/json', 422, 'Invalid'],
  ])('%s %s with %s as %s is %d', async (method, path, body, type, status, reason) => {
    const answer = await api.send(method, path, { body, type });
    expect([answer.status, answer.json.reason]).toEqual([status, reason]);
  });

  test('bodies over 3 MiB and Secrets over 1 MiB', async () => {
    const huge = await api.post(secrets, secret('huge', { stringData: { a: 'x'.repeat(3 * 1024 * 1024) } }));
    expect([huge.status, huge.json.reason]).toEqual([413, 'RequestEntityTooLarge']);
    const large = await api.post(secrets, secret('large', { stringData: { a: 'x'.repeat(1024 * 1024 + 1) } }));
    expect(large.json).toMatchObject({
      code: 422,
      message: 'Secret "large" is invalid: data: Too long: may not be more than 1048576 bytes',
    });
    expect((await api.post(secrets, secret('fits', { stringData: { a: 'x'.repeat(1024 * 1024) } }))).status).toBe(201);
  });
});

describe('writing', () => {
  test('the server sets what is its own', async () => {
    const made: Json = (
      await api.post(secrets, secret('own', { metadata: { name: 'own', uid: 'mine', creationTimestamp: '2001-01-01T00:00:00Z' } }))
    ).json;
    expect(made.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(made.metadata.creationTimestamp).not.toContain('2001');
    expect(Number(made.metadata.resourceVersion)).toBeGreaterThan(0);
  });

  test('a generated name is prefix and five characters', async () => {
    const made = await api.post(secrets, { metadata: { generateName: 'gen-' } });
    expect(made.json.metadata.name).toMatch(/^gen-[a-z0-9]{5}$/);
    const long = await api.post(`${secrets}?dryRun=All`, { metadata: { generateName: 'g'.repeat(70) } });
    expect(long.json.metadata.name).toHaveLength(63);
    expect((await api.post(secrets, { metadata: { generateName: 'gen.' } })).json.details.causes[0].field).toBe(
      'metadata.generateName',
    );
  });

  test('a dry run answers and stores nothing', async () => {
    const answer = await api.post(`${secrets}?dryRun=All`, secret('dry'));
    expect(answer.status).toBe(201);
    expect(answer.json.metadata.resourceVersion).toBeUndefined();
    expect((await api.get(`${secrets}/dry`)).status).toBe(404);
  });

  test('a write that changes nothing keeps the resourceVersion', async () => {
    const made = (await api.post(secrets, secret('same', { stringData: { a: '1' } }))).json;
    expect((await api.put(`${secrets}/same`, made)).json.metadata.resourceVersion).toBe(made.metadata.resourceVersion);
    expect((await api.merge(`${secrets}/same`, { data: { a: 'MQ==' } })).json.metadata.resourceVersion).toBe(
      made.metadata.resourceVersion,
    );
  });

  test('stringData is folded into data', async () => {
    const made = (await api.post(secrets, secret('folded', { data: { a: 'MQ==', b: 'Mg==' }, stringData: { b: 'two' } }))).json;
    expect(made.data).toEqual({ a: 'MQ==', b: 'dHdv' });
    expect(made.stringData).toBeUndefined();
    expect(made.type).toBe('Opaque');
  });

  test('the type of a Secret and the data of an immutable one do not change', async () => {
    await api.post(secrets, secret('fixed', { immutable: true, data: { a: 'MQ==' } }));
    const answer = await api.merge(`${secrets}/fixed`, { data: { a: 'Mg==' } });
    expect(answer.json).toMatchObject({
      code: 422,
      message: 'Secret "fixed" is invalid: data: Forbidden: field is immutable when `immutable` is set',
    });
    expect((await api.merge(`${secrets}/fixed`, { immutable: false })).status).toBe(422);
    expect((await api.merge(`${secrets}/fixed`, { metadata: { labels: { a: 'b' } } })).status).toBe(200);
    expect((await api.merge(`${secrets}/fixed`, { type: 'other' })).json.message).toContain(
      'type: Invalid value: "other": field is immutable',
    );
  });

  test.each([
    ['kubernetes.io/tls', { 'tls.crt': 'a' }, 422],
    ['kubernetes.io/tls', { 'tls.crt': 'a', 'tls.key': 'b' }, 201],
    ['kubernetes.io/dockerconfigjson', { '.dockerconfigjson': 'no json' }, 422],
    ['kubernetes.io/dockerconfigjson', { '.dockerconfigjson': '{}' }, 201],
    ['kubernetes.io/basic-auth', {}, 422],
    ['kubernetes.io/basic-auth', { username: 'u' }, 201],
    ['kubernetes.io/ssh-auth', {}, 422],
    ['example.com/own', {}, 201],
  ])('%s with %o is %d', async (type, stringData, status) => {
    expect((await api.post(`${secrets}?dryRun=All`, secret('typed', { type, stringData }))).status).toBe(status);
  });

  test.each([
    [
      { data: { a: 1 } },
      'Secret in version "v1" cannot be handled as a Secret: json: cannot unmarshal number into Go struct field Secret.data of type []uint8',
    ],
    [{ data: { a: '!!' } }, 'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 0'],
  ])('%o fails to decode', async (more, message) => {
    expect((await api.post(secrets, secret('typed', more))).json).toMatchObject({ code: 400, reason: 'BadRequest', message });
  });

  test('a patch that breaks a type is a 422 about the patch, without the values', async () => {
    await api.post(secrets, secret('typed', { data: { a: 'c2VjcmV0' } }));
    const answer = await api.merge(`${secrets}/typed`, { data: { a: 1 } });
    expect(answer.json).toMatchObject({ code: 422, reason: 'Invalid', details: { causes: [{ field: 'patch' }] } });
    expect(answer.text).not.toContain('c2VjcmV0');
  });

  test('a key that stands twice is a warning, or an error when strict', async () => {
    const body = '{"metadata":{"name":"dup"},"data":{"a":"MQ==","a":"Mg=="}}';
    const warned = await api.send('POST', `${secrets}?dryRun=All`, { body });
    expect([warned.status, warned.headers['warning']]).toEqual([201, '299 - "duplicate field \\"data.a\\""']);
    expect((await api.send('POST', `${secrets}?fieldValidation=Strict`, { body })).json).toMatchObject({
      code: 400,
      message: 'Secret in version "v1" cannot be handled as a Secret: strict decoding error: duplicate field "data.a"',
    });
  });

  test('a custom object is defaulted, pruned with a warning, and counted', async () => {
    const made = await api.post(widgets, widget('one', { spec: { colour: 'red', odd: 1 }, status: { a: 1 } }));
    expect(made.headers['warning']).toBe('299 - "unknown field \\"spec.odd\\""');
    expect(made.json).toMatchObject({ spec: { colour: 'red', size: 3 }, metadata: { generation: 1 } });
    expect(made.json.status).toBeUndefined();
    const strict = await api.post(`${widgets}?fieldValidation=Strict`, widget('two', { spec: { odd: 1 } }));
    expect(strict.json).toMatchObject({
      code: 400,
      message: 'Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "spec.odd"',
    });
  });

  test('spec and status of a custom object are written apart', async () => {
    await api.post(widgets, widget('parts', { spec: { colour: 'red' } }));
    const status = (await api.merge(`${widgets}/parts/status`, { spec: { colour: 'blue' }, status: { phase: 'ok' } })).json;
    expect(status).toMatchObject({ spec: { colour: 'red' }, status: { phase: 'ok' }, metadata: { generation: 1 } });
    const spec = (await api.merge(`${widgets}/parts`, { spec: { colour: 'blue' }, status: { phase: 'no' } })).json;
    expect(spec).toMatchObject({ spec: { colour: 'blue' }, status: { phase: 'ok' }, metadata: { generation: 2 } });
    const { resourceVersion: _none, ...metadata } = spec.metadata;
    expect((await api.put(`${widgets}/parts`, { ...spec, metadata })).json.message).toContain('must be specified for an update');
  });

  test('four ways to patch', async () => {
    const services = '/api/v1/namespaces/default/services';
    const ports = [{ name: 'web', port: 80 }];
    await api.post(services, { metadata: { name: 'patched' }, spec: { ports } });
    const strategic = await api.send('PATCH', `${services}/patched`, {
      type: 'application/strategic-merge-patch+json',
      body: { spec: { ports: [{ name: 'admin', port: 81 }] } },
    });
    expect(strategic.json.spec.ports.map((port: Json) => port.port).sort()).toEqual([80, 81]);
    const json = await api.send('PATCH', `${services}/patched`, {
      type: 'application/json-patch+json',
      body: [{ op: 'add', path: '/metadata/labels', value: { a: 'b' } }],
    });
    expect(json.json.metadata.labels).toEqual({ a: 'b' });
    expect((await api.merge(`${services}/patched`, { metadata: { labels: { a: null } } })).json.metadata.labels ?? {}).toEqual({});
    const applied = await api.send('PATCH', `${services}/patched?fieldManager=me`, {
      type: 'application/apply-patch+yaml',
      body: 'apiVersion: v1\nkind: Service\nmetadata: {labels: {c: d}}\n',
    });
    expect(applied.json.metadata.labels).toEqual({ c: 'd' });
    expect(applied.json.metadata.managedFields.map((entry: Json) => [entry.manager, entry.operation])).toContainEqual([
      'me',
      'Apply',
    ]);
  });

  test('server-side apply creates, and two managers conflict', async () => {
    const apply = (manager: string, value: string, force = ''): Promise<{ status: number; json: Json }> =>
      api.send('PATCH', `${secrets}/applied?fieldManager=${manager}${force}`, {
        type: 'application/apply-patch+yaml',
        body: secret('applied', { data: { a: value } }),
      });
    expect((await apply('one', 'MQ==')).status).toBe(201);
    const refused = await apply('two', 'Mg==');
    expect(refused.json).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "one": .data.a',
    });
    expect((await apply('two', 'Mg==', '&force=true')).json.data).toEqual({ a: 'Mg==' });
    const nobody = await api.send('PATCH', `${secrets}/applied`, { type: 'application/apply-patch+yaml', body: secret('applied') });
    expect(nobody.status).toBe(422);
  });
});

describe('deleting', () => {
  test('answers with a Status that names the object', async () => {
    const made = (await api.post(secrets, secret('goes'))).json;
    expect((await api.delete(`${secrets}/goes`)).json).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'goes', kind: 'secrets', uid: made.metadata.uid },
    });
  });

  test('preconditions', async () => {
    const made = (await api.post(secrets, secret('guarded'))).json;
    expect((await api.delete(`${secrets}/guarded`, { preconditions: { uid: 'other' } })).status).toBe(409);
    expect((await api.delete(`${secrets}/guarded`, { preconditions: { resourceVersion: '1' } })).status).toBe(409);
    const { uid, resourceVersion } = made.metadata;
    expect((await api.delete(`${secrets}/guarded`, { preconditions: { uid, resourceVersion } })).status).toBe(200);
  });

  test('a finalizer holds the object until it is taken off', async () => {
    await api.post(widgets, { ...widget('held'), metadata: { name: 'held', finalizers: ['example.com/hold'] } });
    const marked = (await api.delete(`${widgets}/held`)).json;
    expect(marked.metadata).toMatchObject({ deletionGracePeriodSeconds: 0, generation: 2 });
    expect(marked.metadata.deletionTimestamp).toBeDefined();
    const added = await api.merge(`${widgets}/held`, { metadata: { finalizers: ['example.com/hold', 'example.com/more'] } });
    expect(added.json.message).toContain('no new finalizers can be added if the object is being deleted');
    expect((await api.merge(`${widgets}/held`, { metadata: { finalizers: [] } })).status).toBe(200);
    expect((await api.get(`${widgets}/held`)).status).toBe(404);
  });

  test('a collection, by selector', async () => {
    for (const name of ['c1', 'c2']) await api.post(secrets, { metadata: { name, labels: { group: 'c' } } });
    await api.post(secrets, { metadata: { name: 'c3', labels: { group: 'd' } } });
    await api.delete(`${secrets}?labelSelector=group=c`);
    expect((await api.get(`${secrets}/c1`)).status).toBe(404);
    expect((await api.get(`${secrets}/c3`)).status).toBe(200);
  });
});
