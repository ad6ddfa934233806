import type { ConformanceCase } from '../conformance-case.ts';
import { definition, widget, withSpec } from '../custom-resources.ts';
import type { VersionOptions } from '../custom-resources.ts';
import type { Session } from '../session.ts';

const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Waits until the case's definition is accepted and established. */
async function established(k: Session): Promise<void> {
  const isTrue = ({ type, status }: { type: string; status: string }): boolean => type === 'Established' && status === 'True';
  await k.eventually(`${crds}/widgets.${k.group}`, ({ body }) => body.status?.conditions?.some(isTrue) === true);
}

/** Makes the definition and waits until its resources are served. */
export async function serve(k: Session, ...versions: readonly VersionOptions[]): Promise<void> {
  await k.post(crds, definition(k.group, ...versions), {}, { compare: 'status' });
  await established(k);
  for (const { name = 'v1', served = true } of versions) {
    // Established comes a little before every handler knows it.
    if (served) await k.eventually(`@${k.group}/${name}/widgets`, ({ status }) => status === 200);
  }
}

/** CustomResourceDefinitions themselves. */
export const customDefinitions: readonly ConformanceCase[] = [
  {
    name: 'a definition is answered with defaults and becomes established',
    async run(k) {
      await k.post(crds, definition(k.group, {}));
      await established(k);
      await k.get(`${crds}/widgets.${k.group}`);
    },
  },
  {
    name: 'resources of an unknown group are not found',
    async run(k) {
      await k.get(`@${k.group}/v1/widgets`);
      await k.post(`@${k.group}/v1/widgets`, widget(k.group, 'a', {}));
    },
  },
  {
    name: 'the name of a definition must be plural dot group',
    async run(k) {
      await k.post(crds, { ...definition(k.group, {}), metadata: { name: 'other' } });
    },
  },
  {
    name: 'a definition needs a structural schema',
    async run(k) {
      await k.post(crds, definition(k.group, { schema: {} }), {}, { compare: 'reason' });
      await k.post(crds, definition(k.group, { schema: { type: 'string' } }), {}, { compare: 'reason' });
      await k.post(crds, definition(k.group, { schema: { type: 'object', properties: { spec: {} } } }), {}, { compare: 'reason' });
      await k.post(crds, definition(k.group, { schema: { type: 'object', $ref: '#/x' } }), {}, { compare: 'reason' });
    },
  },
  {
    name: 'a definition has exactly one storage version',
    async run(k) {
      await k.post(crds, definition(k.group, { name: 'v1' }, { name: 'v2', storage: true }), {}, { compare: 'reason' });
      await k.post(crds, definition(k.group, { name: 'v1', storage: false }), {}, { compare: 'reason' });
    },
  },
  {
    name: 'group and names of a definition cannot change, versions can',
    async run(k) {
      await serve(k, {});
      await k.mergePatch(`${crds}/widgets.${k.group}`, { spec: { scope: 'Cluster' } }, {}, { compare: 'reason' });
      await k.mergePatch(`${crds}/widgets.${k.group}`, { spec: { group: 'other.example.com' } }, {}, { compare: 'reason' });
      const two = definition(k.group, { name: 'v1' }, { name: 'v2' }) as { spec: object };
      await k.mergePatch(`${crds}/widgets.${k.group}`, { spec: two.spec }, {}, { compare: 'reason' });
      await k.eventually(`@${k.group}/v2/widgets`, ({ status }) => status === 200);
      await k.get(`/apis/${k.group}`);
      await k.get(`/apis/${k.group}/v2`);
    },
  },
  {
    name: 'a deleted definition takes its objects along and is no longer served',
    async run(k) {
      await serve(k, {});
      await k.post(`@${k.group}/v1/widgets`, widget(k.group, 'a', { size: 1 }));
      await k.delete(`${crds}/widgets.${k.group}`, undefined, {}, { compare: 'status' });
      await k.eventually(`${crds}/widgets.${k.group}`, ({ status }) => status === 404);
      await k.eventually(`@${k.group}/v1/widgets`, ({ status }) => status === 404);
      await k.get(`@${k.group}/v1/widgets`);
      await serve(k, {});
      await k.get(`@${k.group}/v1/widgets`);
    },
  },
  {
    name: 'objects are served in every version with its apiVersion',
    async run(k) {
      await serve(k, { name: 'v1' }, { name: 'v2' }, { name: 'v0', served: false });
      await k.post(`@${k.group}/v1/widgets`, widget(k.group, 'a', { size: 1 }));
      await k.get(`@${k.group}/v2/widgets/a`);
      await k.mergePatch(`@${k.group}/v2/widgets/a`, { spec: { size: 2 } });
      await k.get(`@${k.group}/v1/widgets`);
      await k.get(`@${k.group}/v0/widgets`);
    },
  },
  {
    name: 'discovery lists the resource with its names and verbs',
    async run(k) {
      await serve(k, { status: true });
      await k.eventually(`/apis/${k.group}/v1`, ({ status }) => status === 200);
      await k.get(`/apis/${k.group}/v1`);
    },
  },
  {
    name: 'defaults in a schema must be valid and need no unknown fields',
    async run(k) {
      const wrong = withSpec({ size: { type: 'integer', default: 'many' } });
      await k.post(crds, definition(k.group, { schema: wrong }), {}, { compare: 'reason' });
    },
  },
];
