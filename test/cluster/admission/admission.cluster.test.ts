import {
  clusterSecretStoreKind,
  customResourceDefinitions,
  externalSecretKind,
  externalSecretProblems,
  secretStoreKind,
  secretStoreProblems,
} from '@signet/api';
import { customResourceDefinitions as definitionKind, isApiError, namespaces } from '@signet/kube/client';
import type { KubeObject, StatusCause } from '@signet/kube/client';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { admissionCases } from '../../../packages/api/src/testing/admission-cases.ts';
import { until } from '../../control-plane/until.ts';
import { useControlPlane } from '../../control-plane/use-control-plane.ts';
import { randomExternalSecret, randomSecretStore } from './random-objects.ts';

const plane = useControlPlane({ controllerManager: false });

const resources = {
  ExternalSecret: externalSecretKind,
  SecretStore: secretStoreKind,
  ClusterSecretStore: clusterSecretStoreKind,
} as const;
type Kind = keyof typeof resources;
const versions = ['v1', 'v1beta1'] as const;

beforeAll(async () => {
  for (const definition of customResourceDefinitions())
    await plane().admin.create(definitionKind, definition as unknown as KubeObject);
  for (const { spec, metadata } of customResourceDefinitions())
    for (const { name: version } of spec.versions)
      await until(`${metadata.name} ${version} is served`, async () => {
        const path = `/apis/${spec.group}/${version}/${spec.names.plural}`;
        return (await plane().admin.request({ method: 'GET', path })).status === 200;
      });
  await plane().admin.create(namespaces, { metadata: { name: 'web' } });
});

/** What the API server objects to; empty: the object would be stored. */
async function refusals(kind: Kind, version: string, spec: unknown): Promise<readonly StatusCause[]> {
  const resource = { ...resources[kind], version };
  const metadata = { name: 'tried', ...(resource.namespaced && { namespace: 'web' }) };
  try {
    await plane().admin.create<KubeObject>(resource, { metadata, spec }, { dryRun: true });
    return [];
  } catch (error) {
    if (isApiError(error) && error.status === 422) return error.details?.causes ?? [];
    throw error;
  }
}

/** The API server adds this when it did not come to the rules because of other faults. */
const isIncomplete = ({ field }: StatusCause): boolean => field === '<nil>';

describe.each(versions)('the API server and our functions agree, %s', (version) => {
  const rows = admissionCases.map((row) => [row.kind, row.title, row.refused.join(', ') || 'admitted', row] as const);

  test.each(rows)('%s: %s -> %s', async (kind, _, __, { spec, refused, says = '' }) => {
    const causes = (await refusals(kind, version, spec)).filter((cause) => !isIncomplete(cause));
    expect([...new Set(causes.map(({ field }) => field))]).toEqual(refused);
    for (const { message } of causes) expect(message).toContain(says);
  });

  test.each(['ExternalSecret', 'SecretStore'] as const)('on any %s', async (kind) => {
    const [objects, problemsOf] =
      kind === 'ExternalSecret' ? [randomExternalSecret, externalSecretProblems] : [randomSecretStore, secretStoreProblems];
    await fc.assert(
      fc.asyncProperty(objects, async (spec) => {
        const causes = await refusals(kind, version, spec);
        const theirs = new Set(causes.filter((cause) => !isIncomplete(cause)).map(({ field }) => field));
        const ours = new Set<string | undefined>(problemsOf({ spec }).map(({ field }) => field));
        const invented = causes.some(isIncomplete) ? new Set() : ours.difference(theirs);
        expect({ spec, missed: [...theirs.difference(ours)], invented: [...invented] }).toEqual({ spec, missed: [], invented: [] });
      }),
      { numRuns: 300 },
    );
  });
});

describe('admission', () => {
  test('external acceptance 14: Secrets that would ask for tokens are refused', async () => {
    const data = [{ secretKey: 'a', remoteRef: { key: 'b' } }];
    const type = 'kubernetes.io/service-account-token';
    const annotations = { 'kubernetes.io/service-account.name': 'admin' };
    for (const template of [
      { type: 'bootstrap.kubernetes.io/token' },
      { type, metadata: { annotations } },
      { type, templateFrom: [{ literal: 'kubernetes.io/service-account.name: admin', target: 'Annotations' }] },
    ]) {
      const causes = await refusals('ExternalSecret', 'v1', { data, target: { template } });
      expect(causes.map(({ field, message }) => [field, message])).toEqual([
        ['spec.target.template', expect.stringContaining(`type ${template.type} is not allowed`)],
      ]);
    }
  });

  test('the largest objects are within the budget of the API server, and a key that is there twice is named', async () => {
    const data = Array.from({ length: 5000 }, (_, index) => ({ secretKey: `key-${index}`, remoteRef: { key: 'db' } }));
    expect(await refusals('ExternalSecret', 'v1', { data })).toEqual([]);
    const [cause] = await refusals('ExternalSecret', 'v1', {
      data: [...data.slice(0, 4999), ...data.slice(0, 1)],
    });
    expect(cause?.message).toMatch(/key-0 already exists.*two entries of data have the same secretKey/);
    const namespaceRegexes = Array.from({ length: 200 }, (_, index) => `^team-${index}(-[a-z]+)*$`);
    const conditions = Array.from({ length: 200 }, () => ({ namespaceRegexes }));
    expect(await refusals('ClusterSecretStore', 'v1', { provider: { fake: {} }, conditions })).toEqual([]);
  });
});
