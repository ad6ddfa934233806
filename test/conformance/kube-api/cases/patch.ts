import type { ConformanceCase } from '../conformance-case.ts';
import { configMap } from '../fixtures.ts';

const service = {
  metadata: { name: 'web' },
  spec: {
    type: 'ExternalName',
    externalName: 'example.com',
    ports: [
      { name: 'http', port: 80 },
      { name: 'metrics', port: 9090 },
    ],
  },
};

/** PATCH: merge, JSON, strategic. Apply has its own file. */
export const patch: readonly ConformanceCase[] = [
  {
    name: 'merge patch sets, replaces and removes',
    async run(k) {
      await k.post('configmaps', configMap('a', { keep: '1', change: '1', remove: '1' }, { labels: { l: '1' } }));
      await k.mergePatch('configmaps/a', {
        data: { change: '2', remove: null, add: '3' },
        metadata: { labels: null, annotations: { n: 'x' } },
      });
      await k.get('configmaps/a');
    },
  },
  {
    name: 'merge patch that changes nothing keeps the resourceVersion',
    async run(k) {
      await k.post('configmaps', configMap('a'));
      await k.mergePatch('configmaps/a', { data: { a: '1' } });
      await k.mergePatch('configmaps/a', {});
      await k.mergePatch('configmaps/a', { data: { absent: null } });
    },
  },
  {
    name: 'merge patch with a resourceVersion is conditional',
    async run(k) {
      const { body } = await k.post('configmaps', configMap('a'));
      const { resourceVersion } = body.metadata;
      await k.mergePatch('configmaps/a', { metadata: { resourceVersion }, data: { a: '2' } });
      await k.mergePatch('configmaps/a', { metadata: { resourceVersion }, data: { a: '3' } });
    },
  },
  {
    name: 'merge patch with a uid is conditional',
    async run(k) {
      await k.post('configmaps', configMap('a'));
      await k.mergePatch('configmaps/a', { metadata: { uid: '11111111-2222-4333-8444-555555555555' }, data: { a: '2' } });
    },
  },
  {
    name: 'patch of what does not exist answers NotFound',
    async run(k) {
      await k.mergePatch('configmaps/a', { data: {} });
      await k.jsonPatch('configmaps/a', []);
      await k.strategicPatch('configmaps/a', { data: {} });
    },
  },
  {
    name: 'a merge patch is JSON and an object',
    async run(k) {
      await k.post('configmaps', configMap('a'));
      for (const body of ['{', '[]', '7', '']) await k.mergePatch('configmaps/a', body, {}, { compare: 'reason' });
    },
  },
  {
    name: 'a patch cannot rename, move or retype',
    async run(k) {
      await k.post('configmaps', configMap('a'));
      await k.mergePatch('configmaps/a', { metadata: { name: 'b' } });
      await k.mergePatch('configmaps/a', { metadata: { namespace: 'default' } });
      // The message carries the whole object.
      await k.mergePatch('configmaps/a', { kind: 'Secret' }, {}, { compare: 'reason' });
      await k.mergePatch('configmaps/a', { apiVersion: 'v9' }, {}, { compare: 'reason' });
    },
  },
  {
    name: 'a patch cannot change uid, creationTimestamp or generation',
    async run(k) {
      await k.post('configmaps', configMap('a'));
      await k.mergePatch('configmaps/a', { metadata: { creationTimestamp: '2001-01-01T00:00:00Z', generation: 9 } });
      await k.mergePatch('configmaps/a', { metadata: { creationTimestamp: null } });
    },
  },
  {
    name: 'a patch that makes the object invalid is refused whole',
    async run(k) {
      await k.post('configmaps', configMap('a'));
      await k.mergePatch('configmaps/a', { data: { 'bad key!': '1', good: '1' } });
      await k.mergePatch('configmaps/a', { metadata: { labels: { 'bad key!': '1' } } });
      await k.mergePatch('configmaps/a', { data: { number: 1 } }, {}, { compare: 'reason' });
      await k.get('configmaps/a');
    },
  },
  {
    name: 'dry run of a patch changes nothing',
    async run(k) {
      await k.post('configmaps', configMap('a'));
      await k.mergePatch('configmaps/a', { data: { a: '2' } }, { dryRun: 'All' });
      await k.get('configmaps/a');
    },
  },
  {
    name: 'unknown fields in a patch: warned, strict, ignored',
    async run(k) {
      await k.post('configmaps', configMap('a'));
      await k.mergePatch('configmaps/a', { unknown: 1 });
      await k.mergePatch('configmaps/a', { unknown: 1 }, { fieldValidation: 'Ignore' });
      // The message carries the whole object.
      const strict = [{ fieldValidation: 'Strict' }, { compare: 'reason' }] as const;
      await k.mergePatch('configmaps/a', { unknown: 1 }, ...strict);
      await k.jsonPatch('configmaps/a', [{ op: 'add', path: '/unknown', value: 1 }], ...strict);
      await k.strategicPatch('configmaps/a', { unknown: 1 }, ...strict);
    },
  },
  {
    name: 'JSON patch: add, replace, remove, move, copy, test',
    async run(k) {
      await k.post('configmaps', configMap('a', { one: '1', two: '2', three: '3' }));
      await k.jsonPatch('configmaps/a', [
        { op: 'test', path: '/data/one', value: '1' },
        { op: 'add', path: '/data/new', value: 'n' },
        { op: 'replace', path: '/data/one', value: '1b' },
        { op: 'remove', path: '/data/two' },
        { op: 'move', from: '/data/three', path: '/data/moved' },
        { op: 'copy', from: '/data/one', path: '/data/copied' },
        { op: 'add', path: '/metadata/labels', value: { 'a.example.com/b': 'x' } },
        { op: 'replace', path: '/metadata/labels/a.example.com~1b', value: 'y' },
      ]);
    },
  },
  {
    name: 'JSON patch whose test fails changes nothing',
    async run(k) {
      await k.post('configmaps', configMap('a'));
      await k.jsonPatch('configmaps/a', [
        { op: 'add', path: '/data/new', value: 'n' },
        { op: 'test', path: '/data/a', value: 'other' },
      ]);
      await k.get('configmaps/a');
    },
  },
  {
    name: 'JSON patch of paths that do not exist is refused',
    async run(k) {
      await k.post('configmaps', configMap('a'));
      await k.jsonPatch('configmaps/a', [{ op: 'remove', path: '/data/absent' }]);
      await k.jsonPatch('configmaps/a', [{ op: 'replace', path: '/data/absent', value: 'x' }]);
      await k.jsonPatch('configmaps/a', [{ op: 'add', path: '/absent/deep/x', value: 'x' }]);
      await k.jsonPatch('configmaps/a', [{ op: 'test', path: '/data/absent', value: 'x' }]);
    },
  },
  {
    name: 'a JSON patch is a list of known operations',
    async run(k) {
      await k.post('configmaps', configMap('a'));
      await k.jsonPatch('configmaps/a', { op: 'add' }, {}, { compare: 'reason' });
      await k.jsonPatch('configmaps/a', [{ op: 'shout', path: '/data/a' }], {}, { compare: 'reason' });
      await k.jsonPatch('configmaps/a', '[', {}, { compare: 'reason' });
      await k.jsonPatch('configmaps/a', []);
    },
  },
  {
    name: 'strategic patch merges lists by their key',
    async run(k) {
      await k.post('services', service);
      await k.strategicPatch('services/web', {
        spec: {
          ports: [
            { port: 80, name: 'web' },
            { port: 443, name: 'https' },
          ],
        },
      });
      await k.strategicPatch('services/web', { spec: { ports: [{ $patch: 'delete', port: 9090 }] } });
    },
  },
  {
    name: 'strategic patch replaces a list or a map when told so',
    async run(k) {
      await k.post('services', service);
      await k.strategicPatch('services/web', { spec: { ports: [{ $patch: 'replace' }, { port: 8443, name: 'https' }] } });
      await k.post('configmaps', configMap('a', { x: '1', y: '1' }));
      await k.strategicPatch('configmaps/a', { data: { $patch: 'replace', z: '1' } });
      await k.strategicPatch('configmaps/a', { data: { $retainKeys: ['z'], z: '2' } });
    },
  },
  {
    name: 'strategic patch sets, removes and keeps like a merge patch on maps',
    async run(k) {
      await k.post('configmaps', configMap('a', { keep: '1', remove: '1' }));
      await k.strategicPatch('configmaps/a', { data: { remove: null, add: '2' }, metadata: { labels: { l: '1' } } });
    },
  },
  {
    name: 'strategic patch merges finalizers as a set and owner references by uid',
    async run(k) {
      await k.post('configmaps', configMap('a', {}, { finalizers: ['example.com/one'] }));
      await k.strategicPatch('configmaps/a', { metadata: { finalizers: ['example.com/two', 'example.com/one'] } });
      const { body } = await k.post('configmaps', configMap('owner'), {}, { compare: 'status' });
      const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: body.metadata.uid };
      await k.strategicPatch('configmaps/a', { metadata: { ownerReferences: [owner] } });
      await k.strategicPatch('configmaps/a', { metadata: { ownerReferences: [{ ...owner, controller: true }] } });
      await k.strategicPatch('configmaps/a', { metadata: { '$deleteFromPrimitiveList/finalizers': ['example.com/one'] } });
      await k.mergePatch('configmaps/a', { metadata: { finalizers: null } });
    },
  },
  {
    name: 'strategic patch puts lists into the order asked for',
    async run(k) {
      await k.post('services', service);
      await k.strategicPatch('services/web', {
        spec: { '$setElementOrder/ports': [{ port: 9090 }, { port: 80 }], ports: [{ port: 80, name: 'h' }] },
      });
    },
  },
  {
    name: 'an unknown patch type is refused',
    async run(k) {
      await k.post('configmaps', configMap('a'));
      await k.send('PATCH', 'configmaps/a', {}, { headers: { 'content-type': 'application/json' } });
      await k.send('PATCH', 'configmaps/a', {}, { headers: { 'content-type': 'application/x-unknown' } });
    },
  },
  {
    name: 'patches take over the fields they change',
    async run(k) {
      await k.post('configmaps', configMap('a', { a: '1', b: '1' }), { fieldManager: 'first' });
      await k.mergePatch('configmaps/a', { data: { a: '2' } }, { fieldManager: 'second' });
      await k.jsonPatch('configmaps/a', [{ op: 'remove', path: '/data/b' }], { fieldManager: 'third' });
    },
  },
];
