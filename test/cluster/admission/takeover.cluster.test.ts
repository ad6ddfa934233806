import { externalSecretCrd, externalSecretKind, secretStoreCrd, secretStoreKind } from '@signet/api';
import type { CustomResourceDefinition } from '@signet/api';
import { customResourceDefinitions, namespaces } from '@signet/kube/client';
import type { KubeObject, Resource } from '@signet/kube/client';
import { beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../control-plane/until.ts';
import { useControlPlane } from '../../control-plane/use-control-plane.ts';

const plane = useControlPlane({ controllerManager: false });

/** As clusters have it where nobody checked the rules: every field is kept, `v1beta1` is stored. */
function lax({ apiVersion, kind, metadata, spec }: CustomResourceDefinition): KubeObject {
  const openAPIV3Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const versions = spec.versions.map((version) => ({
    name: version.name,
    served: true,
    storage: version.name === 'v1beta1',
    subresources: version.subresources,
    schema: { openAPIV3Schema },
  }));
  return { apiVersion, kind, metadata: { name: metadata.name }, spec: { ...spec, versions } };
}

// Broken by our rules, from before there were any.
const secret = {
  metadata: { namespace: 'web', name: 'broken' },
  spec: { refreshInterval: 'soon', target: { creationPolicy: 'None', deletionPolicy: 'Merge' } },
};
const store = {
  metadata: { namespace: 'web', name: 'broken' },
  spec: { provider: { fake: {}, vault: {} }, refreshInterval: '-5m' },
};
const good = { metadata: { namespace: 'web', name: 'good' }, spec: { data: [{ secretKey: 'a', remoteRef: { key: 'b' } }] } };

beforeAll(async () => {
  const { admin } = plane();
  await admin.create(namespaces, { metadata: { name: 'web' } });
  for (const definition of [externalSecretCrd(), secretStoreCrd()]) await admin.create(customResourceDefinitions, lax(definition));
  const objects: [Resource, KubeObject][] = [
    [externalSecretKind, secret],
    [externalSecretKind, good],
    [secretStoreKind, store],
  ];
  for (const [resource, object] of objects)
    await until('it is stored', () => admin.create({ ...resource, version: 'v1beta1' }, object));
  for (const definition of [externalSecretCrd(), secretStoreCrd()]) {
    const current = await admin.get(customResourceDefinitions, { name: definition.metadata.name });
    await admin.replace(customResourceDefinitions, {
      ...current,
      ...definition,
      metadata: { ...current.metadata, ...definition.metadata },
    });
  }
  await until('the rules are in force', async () => {
    const attempt = { metadata: { namespace: 'web', name: 'tried' }, spec: {} };
    const refused = async (resource: Resource): Promise<boolean> =>
      admin.create(resource, attempt, { dryRun: true }).then(
        () => false,
        () => true,
      );
    return (await refused(externalSecretKind)) && (await refused(secretStoreKind));
  });
});

describe('objects that were stored before there were rules', () => {
  const patch = { type: 'merge' } as const;
  const ref = { namespace: 'web', name: 'broken' };
  const condition = {
    type: 'Ready',
    status: 'False',
    reason: 'SecretSyncedError',
    message: 'spec: needs an entry in data or dataFrom',
  };

  test.each([externalSecretKind, secretStoreKind])('get their status: the cause has to be seen ($kind)', async (kind) => {
    const status = { conditions: [condition] };
    const written = await plane().admin.patch<KubeObject>(kind, ref, { status }, { ...patch, subresource: 'status' });
    expect(written['status']).toEqual(status);
  });

  test.each([externalSecretKind, secretStoreKind])('take annotations and finalizers ($kind)', async (kind) => {
    const metadata = { annotations: { 'force-sync': '1' }, finalizers: ['a.b/c'] };
    expect((await plane().admin.patch<KubeObject>(kind, ref, { metadata }, patch)).metadata).toMatchObject(metadata);
    expect(
      (await plane().admin.patch<KubeObject>(kind, ref, { metadata: { finalizers: [] } }, patch)).metadata.finalizers,
    ).toBeUndefined();
  });

  test('are mended field by field', async () => {
    const { admin } = plane();
    const to = (spec: unknown): Promise<KubeObject> => admin.patch<KubeObject>(externalSecretKind, ref, { spec }, patch);
    await expect(to({ target: { creationPolicy: 'Merge', deletionPolicy: 'Delete' } })).rejects.toMatchObject({ status: 422 });
    const mended = await to({ refreshInterval: '1h', target: { creationPolicy: 'Owner' }, data: good.spec.data });
    expect(mended['spec']).toMatchObject({ refreshInterval: '1h', target: { creationPolicy: 'Owner', deletionPolicy: 'Merge' } });
  });

  test('are read as v1 with the defaults of v1, though v1beta1 is what was stored', async () => {
    const read = await plane().admin.get<KubeObject>(externalSecretKind, { namespace: 'web', name: 'good' });
    expect(read).toMatchObject({
      apiVersion: 'external-secrets.io/v1',
      spec: { ...good.spec, refreshInterval: '1h0m0s', target: { creationPolicy: 'Owner', deletionPolicy: 'Retain' } },
    });
  });
});
