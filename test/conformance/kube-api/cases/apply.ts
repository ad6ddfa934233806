import type { ConformanceCase } from '../conformance-case.ts';
import { withSpec } from '../custom-resources.ts';
import { configMap } from '../fixtures.ts';
import { serve } from './custom-definitions.ts';

/** Server-side apply of built-in kinds and of custom ones. */
export const apply: readonly ConformanceCase[] = [
  {
    name: 'apply creates, with 201, and records what the manager owns',
    async run(k) {
      await k.apply('configmaps/a', 'me', configMap('a', { x: '1' }, { labels: { l: '1' } }));
      await k.get('configmaps/a');
    },
  },
  {
    name: 'apply again of the same changes nothing',
    async run(k) {
      await k.apply('configmaps/a', 'me', configMap('a'));
      await k.apply('configmaps/a', 'me', configMap('a'));
    },
  },
  {
    name: 'apply changes and adds what it owns',
    async run(k) {
      await k.apply('configmaps/a', 'me', configMap('a', { x: '1' }));
      await k.apply('configmaps/a', 'me', configMap('a', { x: '2', y: '1' }));
    },
  },
  {
    name: 'apply removes what its manager no longer wants',
    async run(k) {
      await k.apply('configmaps/a', 'me', configMap('a', { x: '1', y: '1' }, { labels: { l: '1' } }));
      await k.apply('configmaps/a', 'me', configMap('a', { x: '1' }));
    },
  },
  {
    name: 'apply leaves alone what others own',
    async run(k) {
      await k.post('configmaps', configMap('a', { theirs: '1' }), { fieldManager: 'them' });
      await k.apply('configmaps/a', 'me', configMap('a', { mine: '1' }));
      await k.apply('configmaps/a', 'me', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } });
    },
  },
  {
    name: 'the first apply to an object nobody owns fields of names what was there before',
    async run(k) {
      const { body } = await k.post('configmaps', configMap('a', { x: '1' }), {}, { compare: 'status' });
      await k.put('configmaps/a', { ...body, metadata: { ...body.metadata, managedFields: [{}] } });
      await k.mergePatch('configmaps/a', { data: { y: '1' } });
      await k.apply('configmaps/a', 'me', configMap('a', { z: '1' }));
      await k.apply('configmaps/a', 'me', configMap('a', { x: '2' }), {}, { compare: 'reason' });
    },
  },
  {
    name: 'two managers may share a field with the same value',
    async run(k) {
      await k.apply('configmaps/a', 'one', configMap('a', { x: '1' }));
      await k.apply('configmaps/a', 'two', configMap('a', { x: '1' }));
      await k.apply('configmaps/a', 'one', configMap('a', {}));
      await k.apply('configmaps/a', 'two', configMap('a', {}));
    },
  },
  {
    name: 'apply of a field another manager owns with another value is a conflict',
    async run(k) {
      await k.apply('configmaps/a', 'one', configMap('a', { x: '1', y: '1' }));
      await k.apply('configmaps/a', 'two', configMap('a', { x: '2', y: '2' }));
      await k.get('configmaps/a');
    },
  },
  {
    name: 'a conflict with an updater names it, its version and when',
    async run(k) {
      await k.post('configmaps', configMap('a', { x: '1' }), { fieldManager: 'updater' });
      await k.apply('configmaps/a', 'me', configMap('a', { x: '2' }), {}, { compare: 'reason' });
    },
  },
  {
    name: 'conflicts with several managers are all named',
    async run(k) {
      await k.apply('configmaps/a', 'one', configMap('a', { x: '1' }));
      await k.apply('configmaps/a', 'two', configMap('a', { y: '1' }));
      await k.apply('configmaps/a', 'three', configMap('a', { x: '3', y: '3', z: '3' }));
    },
  },
  {
    name: 'force takes the field over',
    async run(k) {
      await k.apply('configmaps/a', 'one', configMap('a', { x: '1', y: '1' }));
      await k.apply('configmaps/a', 'two', configMap('a', { x: '2' }), { force: true });
      await k.apply('configmaps/a', 'one', configMap('a', { x: '1', y: '1' }));
    },
  },
  {
    name: 'an update takes a field away from the one who applied it',
    async run(k) {
      await k.apply('configmaps/a', 'me', configMap('a', { x: '1', y: '1' }));
      await k.mergePatch('configmaps/a', { data: { x: '2' } }, { fieldManager: 'editor' });
      await k.apply('configmaps/a', 'me', configMap('a', { x: '1', y: '1' }), {}, { compare: 'reason' });
      await k.apply('configmaps/a', 'me', configMap('a', { x: '1', y: '1' }), { force: true });
    },
  },
  {
    name: 'applying and updating under one name are two managers',
    async run(k) {
      await k.post('configmaps', configMap('a', { x: '1' }), { fieldManager: 'me' });
      await k.apply('configmaps/a', 'me', configMap('a', { x: '2' }), {}, { compare: 'reason' });
      await k.apply('configmaps/a', 'me', configMap('a', { x: '1' }));
    },
  },
  {
    name: 'apply needs a field manager, a name, a kind and an apiVersion',
    async run(k) {
      await k.send('PATCH', 'configmaps/a', configMap('a'), { headers: { 'content-type': 'application/apply-patch+yaml' } });
      await k.apply('configmaps/a', 'me', { metadata: { name: 'a' } }, {}, { compare: 'reason' });
      await k.apply('configmaps/a', 'me', { apiVersion: 'v1', kind: 'ConfigMap' });
      await k.apply('configmaps/a', 'me', { ...configMap('a'), kind: 'Secret' }, {}, { compare: 'reason' });
      await k.apply('configmaps/a', 'me', configMap('b'));
    },
  },
  {
    name: 'apply of an object with managedFields is refused',
    async run(k) {
      await k.apply(
        'configmaps/a',
        'me',
        configMap('a', {}, { managedFields: [{ manager: 'x', operation: 'Apply', apiVersion: 'v1' }] }),
      );
    },
  },
  {
    name: 'apply of an unknown field is refused or warned about',
    async run(k) {
      await k.apply('configmaps/a', 'me', { ...configMap('a'), unknown: 1 }, {}, { compare: 'reason' });
      await k.apply('configmaps/a', 'me', { ...configMap('a'), unknown: 1 }, { fieldValidation: 'Strict' }, { compare: 'reason' });
    },
  },
  {
    name: 'apply of YAML',
    async run(k) {
      await k.apply(
        'configmaps/a',
        'me',
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  x: |\n    two\n    lines\n',
      );
      await k.apply('configmaps/a', 'me', 'apiVersion: v1\n  bad: [', {}, { compare: 'reason' });
    },
  },
  {
    name: 'dry run of apply stores nothing',
    async run(k) {
      await k.apply('configmaps/a', 'me', configMap('a'), { dryRun: 'All' });
      await k.get('configmaps/a');
      await k.apply('configmaps/a', 'me', configMap('a'));
      await k.apply('configmaps/a', 'me', configMap('a', { a: '2' }), { dryRun: 'All' });
      await k.get('configmaps/a');
    },
  },
  {
    name: 'apply with a resourceVersion is conditional',
    async run(k) {
      const { body } = await k.apply('configmaps/a', 'me', configMap('a'));
      const { resourceVersion } = body.metadata;
      await k.apply('configmaps/a', 'me', configMap('a', { a: '2' }, { resourceVersion }));
      await k.apply('configmaps/a', 'me', configMap('a', { a: '3' }, { resourceVersion }));
      await k.apply('configmaps/b', 'me', configMap('b', {}, { resourceVersion }));
    },
  },
  {
    name: 'apply with the uid of an object that is gone is a conflict',
    async run(k) {
      await k.apply('configmaps/a', 'me', configMap('a', {}, { uid: '11111111-2222-4333-8444-555555555555' }));
      await k.get('configmaps/a');
    },
  },
  {
    name: 'lists with a key are owned item by item',
    async run(k) {
      const service = (...ports: object[]): object => ({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web' },
        spec: { type: 'ExternalName', externalName: 'example.com', ports },
      });
      await k.apply('services/web', 'one', service({ name: 'http', port: 80, protocol: 'TCP' }));
      await k.apply('services/web', 'two', service({ name: 'https', port: 443, protocol: 'TCP' }));
      await k.apply('services/web', 'one', service());
    },
  },
  {
    name: 'sets are owned member by member: finalizers',
    async run(k) {
      await k.apply('configmaps/a', 'one', configMap('a', {}, { finalizers: ['example.com/one'] }));
      await k.apply('configmaps/a', 'two', configMap('a', {}, { finalizers: ['example.com/two'] }));
      await k.apply('configmaps/a', 'one', configMap('a', {}));
      await k.mergePatch('configmaps/a', { metadata: { finalizers: null } });
    },
  },
  {
    name: 'owner references are owned by uid',
    async run(k) {
      const { body } = await k.post('configmaps', configMap('owner'), {}, { compare: 'status' });
      const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: body.metadata.uid };
      await k.apply('configmaps/a', 'one', configMap('a', {}, { ownerReferences: [owner] }));
      await k.apply('configmaps/a', 'one', configMap('a', {}));
    },
  },
  {
    name: 'atomic lists and maps of a custom kind are owned whole',
    async run(k) {
      const strings = { type: 'array', items: { type: 'string' } };
      const schema = withSpec({
        plain: strings,
        set: { ...strings, 'x-kubernetes-list-type': 'set' },
        whole: { type: 'object', 'x-kubernetes-map-type': 'atomic', additionalProperties: { type: 'string' } },
        granular: { type: 'object', additionalProperties: { type: 'string' } },
      });
      await serve(k, { schema });
      const path = `@${k.group}/v1/widgets/a`;
      const object = (spec: object): object => ({ apiVersion: `${k.group}/v1`, kind: 'Widget', metadata: { name: 'a' }, spec });
      await k.apply(path, 'one', object({ plain: ['a'], set: ['a'], whole: { a: '1' }, granular: { a: '1' } }));
      await k.apply(path, 'two', object({ set: ['b'], granular: { b: '1' } }));
      await k.apply(path, 'two', object({ plain: ['b'], whole: { b: '1' } }));
      await k.apply(path, 'two', object({ plain: ['b'], whole: { b: '1' } }), { force: true });
    },
  },
  {
    name: 'keyed lists of a custom kind: merge, conflict, removal, duplicates',
    async run(k) {
      const list = {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
        items: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, value: { type: 'integer' } } },
      };
      await serve(k, { schema: withSpec({ list }) });
      const path = `@${k.group}/v1/widgets/a`;
      const object = (...items: object[]): object => ({
        apiVersion: `${k.group}/v1`,
        kind: 'Widget',
        metadata: { name: 'a' },
        spec: { list: items },
      });
      await k.apply(path, 'one', object({ name: 'a', value: 1 }, { name: 'b', value: 1 }));
      await k.apply(path, 'two', object({ name: 'c', value: 1 }));
      await k.apply(path, 'two', object({ name: 'a', value: 2 }));
      await k.apply(path, 'one', object({ name: 'b', value: 1 }));
      await k.apply(path, 'one', object({ name: 'b', value: 1 }, { name: 'b', value: 2 }), {}, { compare: 'reason' });
      await k.post(
        `@${k.group}/v1/widgets`,
        { ...object({ name: 'b' }, { name: 'b' }), metadata: { name: 'b' } },
        {},
        { compare: 'reason' },
      );
    },
  },
  {
    name: 'apply to the status owns the status only',
    async run(k) {
      await serve(k, { status: true });
      const path = `@${k.group}/v1/widgets/a`;
      const object = (more: object): object => ({ apiVersion: `${k.group}/v1`, kind: 'Widget', metadata: { name: 'a' }, ...more });
      await k.apply(path, 'user', object({ spec: { size: 1 } }));
      await k.apply(`${path}/status`, 'controller', object({ status: { phase: 'x' } }));
      await k.apply(path, 'user', object({ spec: { size: 2 }, status: { phase: 'dropped' } }));
      await k.apply(`${path}/status`, 'controller', object({ status: { ready: true } }));
    },
  },
  {
    name: 'apply of an empty status',
    async run(k) {
      await serve(k, { status: true });
      const path = `@${k.group}/v1/widgets/a`;
      const object = (more: object): object => ({ apiVersion: `${k.group}/v1`, kind: 'Widget', metadata: { name: 'a' }, ...more });
      await k.apply(path, 'user', object({ spec: { size: 1 } }), {}, { compare: 'status' });
      await k.apply(`${path}/status`, 'controller', object({ status: { phase: 'x' } }), {}, { compare: 'status' });
      await k.apply(`${path}/status`, 'controller', object({ status: {} }), {}, { compare: 'status' });
    },
    differs: [{ at: /^05 /, because: 'a real API server refuses the null that its own merge left behind' }],
  },
  {
    name: 'apply of an invalid object is refused',
    async run(k) {
      await k.apply('configmaps/a', 'me', configMap('a', { 'bad key!': '1' }));
      await serve(k, {});
      const wrong = { apiVersion: `${k.group}/v1`, kind: 'Widget', metadata: { name: 'a' }, spec: { size: 'x' } };
      await k.apply(`@${k.group}/v1/widgets/a`, 'me', wrong, {}, { compare: 'reason' });
    },
  },
  {
    name: 'what kubectl applied on the client side moves to server-side apply',
    async run(k) {
      const lastApplied = {
        'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(configMap('a', { x: '1', y: '1' })),
      };
      await k.post('configmaps', configMap('a', { x: '1', y: '1' }, { annotations: lastApplied }), {
        fieldManager: 'kubectl-client-side-apply',
      });
      await k.apply('configmaps/a', 'kubectl', configMap('a', { x: '2' }), {}, { compare: 'reason' });
      await k.apply('configmaps/a', 'kubectl', configMap('a', { x: '1' }));
    },
  },
];
