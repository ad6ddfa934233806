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
