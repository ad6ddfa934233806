import type { ConformanceCase } from '../conformance-case.ts';
import { configMap, secret } from '../fixtures.ts';

const manyLabels = { 'app.kubernetes.io/name': 'web', tier: 'front' };

/** POST: what the server adds, what it refuses. */
export const create: readonly ConformanceCase[] = [
  {
    name: 'create answers 201 with the metadata the server sets',
    async run(k) {
      await k.post('configmaps', configMap('a', { x: '1' }, { labels: manyLabels, annotations: { note: 'kept' } }));
      await k.get('configmaps/a');
    },
  },
  {
    name: 'create without apiVersion and kind takes them from the path',
    async run(k) {
      await k.post('configmaps', { metadata: { name: 'a' }, data: { x: '1' } });
    },
  },
  {
    name: 'create of another kind than the path says is refused',
    async run(k) {
      await k.post('configmaps', secret('a'));
      await k.post('configmaps', { apiVersion: 'v2', kind: 'ConfigMap', metadata: { name: 'a' } });
    },
  },
  {
    name: 'create twice answers AlreadyExists',
    async run(k) {
      await k.post('configmaps', configMap('a'));
      await k.post('configmaps', configMap('a', { other: 'x' }));
    },
  },
  {
    name: 'create in a namespace that does not exist answers NotFound',
    async run(k) {
      await k.post('/api/v1/namespaces/there-is-no-such/configmaps', configMap('a'));
    },
  },
  {
    name: 'create in another namespace than the object names is refused',
    async run(k) {
      await k.post('configmaps', configMap('a', {}, { namespace: 'default' }));
    },
  },
  {
    name: 'create without a name is refused',
    async run(k) {
      await k.post('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} });
      await k.post('configmaps', { apiVersion: 'v1', kind: 'ConfigMap' });
    },
  },
  {
    name: 'generateName appends five characters',
    async run(k) {
      await k.post('configmaps', { metadata: { generateName: 'job-' } });
      await k.post('configmaps', { metadata: { generateName: 'job-' } });
    },
  },
  {
    name: 'a name wins over generateName',
    async run(k) {
      await k.post('configmaps', { metadata: { name: 'fixed', generateName: 'job-' } });
    },
  },
  {
    name: 'names must be DNS subdomains',
    async run(k) {
      for (const name of ['Upper', 'under_score', '-dash', 'a..b', 'x'.repeat(254), 'a/b', '.'])
        await k.post('configmaps', configMap(name));
      await k.post('configmaps', configMap('x'.repeat(253)));
    },
  },
  {
    name: 'names of namespaces and services must be DNS labels',
    async run(k) {
      await k.post('/api/v1/namespaces', { metadata: { name: 'with.dot' } });
      await k.post('services', { metadata: { name: 'with.dot' }, spec: { ports: [{ port: 80 }] } });
    },
  },
  {
    name: 'labels and annotations are validated',
    async run(k) {
      await k.post('configmaps', configMap('a', {}, { labels: { 'bad key!': 'x' } }));
      await k.post('configmaps', configMap('a', {}, { labels: { ok: 'bad value!' } }));
      await k.post('configmaps', configMap('a', {}, { labels: { ok: 'x'.repeat(64) } }));
      await k.post('configmaps', configMap('a', {}, { annotations: { 'bad key!': 'x' } }));
      await k.post('configmaps', configMap('a', {}, { annotations: { UPPER: 'any value! at all' } }));
    },
  },
  {
    name: 'owner references and finalizers are validated',
    async run(k) {
      await k.post(
        'configmaps',
        configMap('a', {}, { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: '', uid: '' }] }),
      );
      const owner = (name: string): object => ({ apiVersion: 'v1', kind: 'ConfigMap', name, uid: name, controller: true });
      const two = configMap('a', {}, { ownerReferences: [owner('one'), owner('two')] });
      await k.post('configmaps', two, {}, { compare: 'reason' });
      await k.post('configmaps', configMap('a', {}, { finalizers: ['unqualified'] }));
      await k.post('configmaps', configMap('a', {}, { finalizers: ['bad key!/x'] }));
    },
  },
  {
    name: 'server-set metadata in the request is replaced or refused',
    async run(k) {
      const uid = '11111111-2222-4333-8444-555555555555';
      await k.post(
        'configmaps',
        configMap('a', {}, { uid, creationTimestamp: '2001-01-01T00:00:00Z', generation: 7, selfLink: '/x' }),
      );
      await k.post('configmaps', configMap('b', {}, { resourceVersion: '1' }));
      await k.post('configmaps', configMap('c', {}, { deletionTimestamp: '2001-01-01T00:00:00Z', deletionGracePeriodSeconds: 5 }));
    },
  },
  {
    name: 'dry run of create validates and stores nothing',
    async run(k) {
      await k.post('configmaps', configMap('a'), { dryRun: 'All' });
      await k.get('configmaps/a');
      await k.post('configmaps', configMap('Bad_Name'), { dryRun: 'All' });
      await k.post('configmaps', configMap('a'), { dryRun: 'Some' });
    },
  },
  {
    name: 'the field manager is the named one, else the user agent',
    async run(k) {
      await k.post('configmaps', configMap('a'));
      await k.post('configmaps', configMap('b'), { fieldManager: 'a-manager' });
      await k.post('configmaps', configMap('c'), { fieldManager: 'x'.repeat(129) });
    },
  },
  {
    name: 'unknown fields are dropped with a warning, refused when strict, dropped silently when ignored',
    async run(k) {
      const body = { ...configMap('a'), unknown: 1, metadata: { name: 'a', alsoUnknown: true } };
      await k.post('configmaps', body);
      await k.post('configmaps', { ...body, metadata: { name: 'b' } }, { fieldValidation: 'Ignore' });
      await k.post('configmaps', { ...body, metadata: { name: 'c' } }, { fieldValidation: 'Strict' });
      await k.post('configmaps', { ...body, metadata: { name: 'd' } }, { fieldValidation: 'Other' });
    },
  },
  {
    name: 'duplicate fields draw a warning or an error',
    async run(k) {
      const body = '{"metadata":{"name":"a"},"data":{"x":"1"},"data":{"y":"2"}}';
      await k.send('POST', 'configmaps', body);
      await k.send('POST', 'configmaps', body, { query: { fieldValidation: 'Strict' } });
    },
    differs: [
      {
        at: /warnings|status|body/,
        because: 'JSON.parse keeps the last of two equal keys and cannot tell; no client of ours writes them',
      },
    ],
  },
  {
    name: 'bodies that are no object are refused',
    async run(k) {
      for (const body of ['', '{', '[]', '"text"', 'null']) await k.send('POST', 'configmaps', body, { compare: 'reason' });
      await k.post('configmaps', { metadata: { name: 'a' }, data: { x: 1 } }, {}, { compare: 'reason' });
      await k.post('configmaps', { metadata: 'text' }, {}, { compare: 'reason' });
      await k.post('configmaps', { metadata: { name: 7 } }, {}, { compare: 'reason' });
    },
  },
  {
    name: 'YAML is accepted as a body',
    async run(k) {
      await k.send('POST', 'configmaps', 'metadata:\n  name: a\ndata:\n  x: "1"\n', {
        headers: { 'content-type': 'application/yaml' },
      });
    },
  },
  {
    name: 'other media types are refused',
    async run(k) {
      await k.send('POST', 'configmaps', 'text', { headers: { 'content-type': 'text/plain' } });
      await k.get('configmaps', {}, { headers: { accept: 'text/html' } });
    },
    differs: [{ at: /body\.message$/, because: 'the sandbox speaks JSON and YAML, no protobuf, and names what it speaks' }],
  },
  {
    name: 'keys of data are validated',
    async run(k) {
      await k.post('configmaps', configMap('a', { 'bad key!': 'x' }));
      await k.post('configmaps', { ...configMap('a', { same: 'x' }), binaryData: { same: 'eA==' } });
      await k.post('configmaps', { ...configMap('a', { '..': 'x' }) });
      await k.post('configmaps', { ...configMap('a'), binaryData: { blob: 'AAEC/w==' } });
      await k.post('configmaps', { ...configMap('b'), binaryData: { blob: 'not base64!' } }, {}, { compare: 'reason' });
    },
  },
  {
    name: 'null and empty values of a new object are stored as the kind stores them',
    async run(k) {
      await k.post('configmaps', { metadata: { name: 'a', labels: null, annotations: {}, finalizers: [] }, data: null });
      await k.post('configmaps', { metadata: { name: 'b', labels: { empty: '' } }, data: {} });
      await k.get('configmaps/a');
      await k.get('configmaps/b');
    },
  },
];
