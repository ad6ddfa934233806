import type { ConformanceCase } from '../conformance-case.ts';
import { definition, widget, withSpec } from '../custom-resources.ts';
import { serve } from './custom-definitions.ts';

/** Objects of a CustomResourceDefinition. */
export const customObjects: readonly ConformanceCase[] = [
  {
    name: 'custom objects: create, read, list, replace, delete',
    async run(k) {
      await serve(k, {});
      const path = `@${k.group}/v1/widgets`;
      const { body } = await k.post(path, widget(k.group, 'a', { size: 1 }));
      await k.get(path);
      await k.put(`${path}/a`, { ...body, spec: { size: 2 } });
      await k.put(`${path}/a`, { ...body, spec: { size: 3 } });
      await k.delete(`${path}/a`);
    },
  },
  {
    name: 'custom objects need apiVersion and kind',
    async run(k) {
      await serve(k, {});
      await k.post(`@${k.group}/v1/widgets`, { metadata: { name: 'a' } }, {}, { compare: 'reason' });
      await k.post(`@${k.group}/v1/widgets`, { ...widget(k.group, 'a', {}), kind: 'Gadget' }, {}, { compare: 'reason' });
    },
  },
  {
    name: 'an update of a custom object needs a resourceVersion',
    async run(k) {
      await serve(k, {});
      await k.post(`@${k.group}/v1/widgets`, widget(k.group, 'a', { size: 1 }));
      await k.put(`@${k.group}/v1/widgets/a`, widget(k.group, 'a', { size: 2 }));
    },
  },
  {
    name: 'the status subresource is the only way to the status',
    async run(k) {
      await serve(k, { status: true });
      const path = `@${k.group}/v1/widgets`;
      const { body } = await k.post(path, widget(k.group, 'a', { size: 1 }, { status: { phase: 'dropped' } }));
      await k.put(`${path}/a`, { ...body, spec: { size: 2 }, status: { phase: 'dropped' } });
      const { body: live } = await k.get(`${path}/a`);
      await k.put(`${path}/a/status`, {
        ...live,
        spec: { size: 99 },
        status: { phase: 'kept' },
        metadata: { ...live.metadata, labels: { dropped: '1' } },
      });
      await k.mergePatch(`${path}/a/status`, { status: { more: 1 }, spec: { size: 98 } });
      await k.get(`${path}/a/status`);
      await k.put(`${path}/a/status`, { ...live, status: {} });
    },
  },
  {
    name: 'without the status subresource the status is a field like others',
    async run(k) {
      await serve(k, {});
      await k.post(`@${k.group}/v1/widgets`, widget(k.group, 'a', { size: 1 }, { status: { phase: 'kept' } }));
      await k.mergePatch(`@${k.group}/v1/widgets/a/status`, { status: { more: 1 } });
    },
  },
  {
    name: 'generation grows with the spec and not with status or metadata',
    async run(k) {
      await serve(k, { status: true });
      const path = `@${k.group}/v1/widgets/a`;
      await k.post(`@${k.group}/v1/widgets`, widget(k.group, 'a', { size: 1 }));
      await k.mergePatch(path, { metadata: { labels: { l: '1' } } });
      await k.mergePatch(`${path}/status`, { status: { phase: 'x' } });
      await k.mergePatch(path, { spec: { size: 2 } });
    },
  },
  {
    name: 'generation without a status subresource grows with everything but metadata',
    async run(k) {
      await serve(k, {});
      const path = `@${k.group}/v1/widgets/a`;
      await k.post(`@${k.group}/v1/widgets`, widget(k.group, 'a', { size: 1 }));
      await k.mergePatch(path, { status: { phase: 'x' } });
      await k.mergePatch(path, { metadata: { labels: { l: '1' } } });
    },
  },
  {
    name: 'strategic merge patch is not for custom objects',
    async run(k) {
      await serve(k, {});
      await k.post(`@${k.group}/v1/widgets`, widget(k.group, 'a', { size: 1 }));
      await k.strategicPatch(`@${k.group}/v1/widgets/a`, { spec: { size: 2 } });
    },
  },
  {
    name: 'merge and JSON patches of custom objects replace lists',
    async run(k) {
      await serve(k, { schema: withSpec({ list: { type: 'array', items: { type: 'string' } }, size: { type: 'integer' } }) });
      const path = `@${k.group}/v1/widgets/a`;
      await k.post(`@${k.group}/v1/widgets`, widget(k.group, 'a', { list: ['a', 'b'] }));
      await k.mergePatch(path, { spec: { list: ['c'] } });
      await k.jsonPatch(path, [
        { op: 'add', path: '/spec/list/-', value: 'd' },
        { op: 'replace', path: '/spec/list/0', value: 'z' },
      ]);
      await k.mergePatch(path, { spec: { size: 'wrong' } });
    },
  },
  {
    name: 'a watch of custom objects',
    async run(k) {
      await serve(k, { status: true });
      const path = `@${k.group}/v1/widgets`;
      const { body } = await k.post(path, widget(k.group, 'a', { size: 1 }), {}, { compare: 'status' });
      const watching = await k.watch(path, { resourceVersion: body.metadata.resourceVersion });
      await k.mergePatch(`${path}/a/status`, { status: { phase: 'x' } }, {}, { compare: 'status' });
      await k.post(path, widget(k.group, 'b', { size: 2 }), {}, { compare: 'status' });
      await k.delete(`${path}/a`, undefined, {}, { compare: 'status' });
      await watching.events(3);
    },
  },
  {
    name: 'objects of a cluster-scoped definition live outside namespaces',
    async run(k) {
      const crd = definition(k.group, {}) as { spec: object };
      const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
      await k.post(crds, { ...crd, spec: { ...crd.spec, scope: 'Cluster' } }, {}, { compare: 'status' });
      const path = `/apis/${k.group}/v1/widgets`;
      await k.eventually(path, ({ status }) => status === 200);
      await k.post(path, widget(k.group, 'a', { size: 1 }));
      await k.get(`@${k.group}/v1/widgets/a`, {}, { compare: 'status' });
      await k.apply(`${path}/a`, 'me', widget(k.group, 'a', { size: 1 }));
      await k.delete(`${path}/a`);
    },
  },
  {
    name: 'custom objects: pages and deletion as a collection',
    async run(k) {
      await serve(k, {});
      const path = `@${k.group}/v1/widgets`;
      for (const name of ['a', 'b', 'c']) {
        await k.post(
          path,
          { ...widget(k.group, name, { size: 1 }), metadata: { name, labels: { name } } },
          {},
          { compare: 'status' },
        );
      }
      const first = await k.get(path, { limit: 2 });
      await k.get(path, { limit: 2, continue: first.body.metadata.continue });
      await k.delete(path, undefined, { labelSelector: 'name in (a,b)' });
      await k.get(path);
    },
  },
  {
    name: 'custom objects: generateName, preconditions, finalizers',
    async run(k) {
      await serve(k, {});
      const path = `@${k.group}/v1/widgets`;
      await k.post(path, { ...widget(k.group, '', {}), metadata: { generateName: 'w-' } });
      const { body } = await k.post(path, {
        ...widget(k.group, 'a', {}),
        metadata: { name: 'a', finalizers: ['example.com/hold'] },
      });
      await k.delete(`${path}/a`, { preconditions: { uid: '11111111-2222-4333-8444-555555555555' } });
      await k.delete(`${path}/a`, { preconditions: { uid: body.metadata.uid } });
      await k.mergePatch(`${path}/a`, { metadata: { finalizers: [] } });
      await k.get(`${path}/a`);
    },
  },
  {
    name: 'custom objects: names and metadata are validated',
    async run(k) {
      await serve(k, {});
      const path = `@${k.group}/v1/widgets`;
      await k.post(path, widget(k.group, 'Bad_Name', {}));
      await k.post(path, { ...widget(k.group, 'a', {}), metadata: { name: 'a', labels: { 'bad key!': 'x' } } });
      await k.post(path, { ...widget(k.group, 'a', {}), metadata: { name: 'a', labels: 'x' } }, {}, { compare: 'reason' });
      await k.post(
        path,
        { ...widget(k.group, 'a', {}), metadata: { name: 'a', annotations: { n: 1 } } },
        {},
        { compare: 'reason' },
      );
      await k.post(path, { ...widget(k.group, 'a', {}), metadata: { name: 'a', unknown: 1 } });
    },
  },
  {
    name: "apply to custom objects: defaults are nobody's, unknown fields are warned about",
    async run(k) {
      await serve(k, { schema: withSpec({ size: { type: 'integer', default: 3 }, color: { type: 'string' } }) });
      const path = `@${k.group}/v1/widgets/a`;
      await k.apply(path, 'me', widget(k.group, 'a', { color: 'red' }));
      await k.apply(path, 'you', widget(k.group, 'a', { size: 4 }));
      await k.apply(path, 'me', widget(k.group, 'a', { color: 'red', unknown: 1 }), {}, { compare: 'reason' });
    },
  },
];
