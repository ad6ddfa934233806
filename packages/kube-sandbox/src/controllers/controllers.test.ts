import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../sandbox.ts';
import type { Sandbox } from '../sandbox.ts';
import { ApiClient, eventually } from '../testing/api-client.ts';
import type { Json } from '../testing/api-client.ts';

let sandbox: Sandbox;
let api: ApiClient;
const maps = '/api/v1/namespaces/default/configmaps';

beforeAll(async () => {
  sandbox = await startSandbox();
  api = new ApiClient(sandbox);
});

afterAll(async () => {
  api.close();
  await sandbox.stop();
});

const gone = (path: string): Promise<void> =>
  eventually(
    async () => (await api.get(path)).status === 404,
    () => `${path} is still there`,
  );
const map = async (name: string, owners: Json[] = [], more: object = {}): Promise<Json> =>
  (
    await api.post(maps, {
      metadata: {
        name,
        ownerReferences: owners.map((owner) => ({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          name: owner.metadata.name,
          uid: owner.metadata.uid,
          blockOwnerDeletion: true,
        })),
        ...more,
      },
    })
  ).json;

// Source: Kubernetes documentation, "Garbage Collection" and "Owners and Dependents".
describe('garbage collection', () => {
  test('background: dependents follow their last owner, through generations', async () => {
    const grand = await map('bg-grand');
    const parent = await map('bg-parent', [grand]);
    await map('bg-child', [parent]);
    await api.delete(`${maps}/bg-grand`);
    await gone(`${maps}/bg-parent`);
    await gone(`${maps}/bg-child`);
  });

  test('one of two owners: the reference goes, the object stays', async () => {
    const [first, second] = [await map('two-first'), await map('two-second')];
    await map('two-child', [first, second]);
    await api.delete(`${maps}/two-first`);
    await eventually(async () => (await api.get(`${maps}/two-child`)).json.metadata.ownerReferences.length === 1);
    await api.delete(`${maps}/two-second`);
    await gone(`${maps}/two-child`);
  });

  test('an owner of another uid is none', async () => {
    const owner = await map('uid-owner');
    await map('uid-child', [{ metadata: { name: owner.metadata.name, uid: 'another' } }]);
    await gone(`${maps}/uid-child`);
  });

  test('foreground: the owner waits for a dependent that is held', async () => {
    const owner = await map('fg-owner');
    await map('fg-child', [owner], { finalizers: ['example.com/hold'] });
    const marked = (await api.delete(`${maps}/fg-owner?propagationPolicy=Foreground`)).json;
    expect(marked.metadata.finalizers).toEqual(['foregroundDeletion']);
    await eventually(async () => (await api.get(`${maps}/fg-child`)).json.metadata.deletionTimestamp !== undefined);
    expect((await api.get(`${maps}/fg-owner`)).status).toBe(200);
    await api.merge(`${maps}/fg-child`, { metadata: { finalizers: null } });
    await gone(`${maps}/fg-owner`);
  });

  test('orphan: dependents stay, without the owner', async () => {
    const owner = await map('or-owner');
    await map('or-child', [owner]);
    await api.delete(`${maps}/or-owner?propagationPolicy=Orphan`);
    await gone(`${maps}/or-owner`);
    expect((await api.get(`${maps}/or-child`)).json.metadata.ownerReferences).toBeUndefined();
  });
});

describe('namespaces', () => {
  test('are furnished', async () => {
    await api.post('/api/v1/namespaces', { metadata: { name: 'furnished' } });
    for (const path of ['serviceaccounts/default', 'configmaps/kube-root-ca.crt']) {
      await eventually(async () => (await api.get(`/api/v1/namespaces/furnished/${path}`)).status === 200);
    }
  });

  test('go with their contents, and take nothing new meanwhile', async () => {
    await api.post('/api/v1/namespaces', { metadata: { name: 'leaving' } });
    const inside = '/api/v1/namespaces/leaving/configmaps';
    await api.post(inside, { metadata: { name: 'held', finalizers: ['example.com/hold'] } });
    await api.post(inside, { metadata: { name: 'free' } });
    const marked = (await api.delete('/api/v1/namespaces/leaving')).json;
    expect(marked.status.phase).toBe('Terminating');
    await gone(`${inside}/free`);
    const refused = await api.post(inside, { metadata: { name: 'late' } });
    expect(refused.json).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message: 'configmaps "late" is forbidden: unable to create new content in namespace leaving because it is being terminated',
      details: { causes: [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }] },
    });
    expect((await api.get('/api/v1/namespaces/leaving')).status).toBe(200);
    await api.merge(`${inside}/held`, { metadata: { finalizers: null } });
    await gone('/api/v1/namespaces/leaving');
  });
});

describe('custom resource definitions', () => {
  const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const schema = { openAPIV3Schema: { type: 'object' } };
  const gadgets = {
    metadata: { name: 'gadgets.example.org' },
    spec: {
      group: 'example.org',
      scope: 'Cluster',
      names: { plural: 'gadgets', kind: 'Gadget' },
      versions: [
        { name: 'v1beta1', served: true, storage: false, schema },
        { name: 'v1', served: true, storage: true, schema },
      ],
    },
  };

  test('are established, serve their versions, and take their objects along', async () => {
    expect((await api.post(crds, gadgets)).status).toBe(201);
    await eventually(async () =>
      (((await api.get(`${crds}/gadgets.example.org`)).json.status.conditions ?? []) as Json[]).some(
        (condition) => condition.type === 'Established' && condition.status === 'True',
      ),
    );
    await api.post('/apis/example.org/v1/gadgets', { apiVersion: 'example.org/v1', kind: 'Gadget', metadata: { name: 'g' } });
    expect((await api.get('/apis/example.org/v1beta1/gadgets/g')).json.apiVersion).toBe('example.org/v1beta1');
    expect((await api.get('/apis')).json.groups.map((group: Json) => group.name)).toContain('example.org');
    const marked = (await api.delete(`${crds}/gadgets.example.org`)).json;
    expect(marked.metadata.finalizers).toEqual(['customresourcecleanup.apiextensions.k8s.io']);
    await gone(`${crds}/gadgets.example.org`);
    await gone('/apis/example.org/v1/gadgets/g');
  });

  test.each([
    ['another name', { ...gadgets, metadata: { name: 'x.example.org' } }],
    [
      'two storage versions',
      { ...gadgets, spec: { ...gadgets.spec, versions: gadgets.spec.versions.map((v) => ({ ...v, storage: true })) } },
    ],
    ['no schema', { ...gadgets, spec: { ...gadgets.spec, versions: [{ name: 'v1', served: true, storage: true }] } }],
  ])('with %s are refused', async (_why, body) => {
    expect((await api.post(crds, body)).status).toBe(422);
  });
});
