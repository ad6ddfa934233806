import type { ConformanceCase } from '../conformance-case.ts';
import { configMap, secret } from '../fixtures.ts';

const as = (kind: string, version = 'v1'): { headers: Record<string, string> } => ({
  headers: { accept: `application/json;as=${kind};g=meta.k8s.io;v=${version}` },
});

const ownWords = [
  {
    at: /columnDefinitions\.\d+\.description$/,
    because: "columns are described in the sandbox's own words, not in Kubernetes' documentation",
  },
];

/** The same objects as something else: metadata only, rows for a person. */
export const representations: readonly ConformanceCase[] = [
  {
    name: 'one object as PartialObjectMetadata',
    async run(k) {
      await k.post('secrets', secret('a', { x: '1' }, { metadata: { name: 'a', labels: { l: '1' }, annotations: { n: '1' } } }));
      await k.get('secrets/a', {}, as('PartialObjectMetadata'));
    },
  },
  {
    name: 'a list as PartialObjectMetadataList',
    async run(k) {
      for (const name of ['a', 'b', 'c']) await k.post('secrets', secret(name));
      await k.get('secrets', {}, as('PartialObjectMetadataList'));
      const first = await k.get('secrets', { limit: 2 }, as('PartialObjectMetadataList'));
      await k.get('secrets', { limit: 2, continue: first.body.metadata.continue }, as('PartialObjectMetadataList'));
    },
  },
  {
    name: 'the answer to a write as PartialObjectMetadata',
    async run(k) {
      await k.post('configmaps', configMap('a'), {}, as('PartialObjectMetadata'));
      await k.mergePatch('configmaps/a', { data: { b: '2' } }, {}, as('PartialObjectMetadata'));
    },
  },
  {
    name: 'the first representation the server knows is taken',
    differs: ownWords,
    async run(k) {
      await k.post('configmaps', configMap('a'));
      const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
      await k.get('configmaps/a', {}, { headers: { accept: `${table},application/json` } });
      await k.get('configmaps/a', {}, { headers: { accept: 'application/json;as=Unknown;v=v1;g=meta.k8s.io,application/json' } });
      await k.get('configmaps/a', {}, { headers: { accept: '*/*' } });
      await k.get('configmaps/a', {}, { headers: { accept: 'application/*;q=0.5' }, compare: 'reason' });
    },
  },
  {
    name: 'a representation nobody knows is not acceptable',
    async run(k) {
      await k.post('configmaps', configMap('a'));
      await k.get('configmaps/a', {}, { ...as('Unknown'), compare: 'reason' });
    },
  },
  {
    name: 'Secrets as a Table',
    differs: ownWords,
    async run(k) {
      await k.post('secrets', secret('a', { x: '1', y: '2' }));
      await k.post('secrets', secret('b', {}, { type: 'example.com/special' }));
      await k.get('secrets', {}, as('Table'));
      await k.get('secrets/a', {}, as('Table'));
    },
  },
  {
    name: 'ConfigMaps as a Table, with and without objects in it',
    differs: ownWords,
    async run(k) {
      await k.post('configmaps', configMap('a', { x: '1', y: '2' }));
      await k.get('configmaps/a', { includeObject: 'None' }, as('Table'));
      await k.get('configmaps/a', { includeObject: 'Metadata' }, as('Table'));
      await k.get('configmaps/a', { includeObject: 'Object' }, as('Table'));
    },
  },
  {
    name: 'Namespaces and service accounts as a Table',
    differs: ownWords,
    async run(k) {
      await k.get(`/api/v1/namespaces/${k.namespace}`, {}, as('Table'));
      await k.post('serviceaccounts', { metadata: { name: 'robot' } });
      await k.get('serviceaccounts/robot', {}, as('Table'));
    },
  },
  {
    name: 'Leases and Services as a Table',
    differs: ownWords,
    async run(k) {
      await k.post('@coordination.k8s.io/v1/leases', { metadata: { name: 'a' }, spec: { holderIdentity: 'me' } });
      await k.get('@coordination.k8s.io/v1/leases/a', {}, as('Table'));
      await k.post('services', { metadata: { name: 'out' }, spec: { type: 'ExternalName', externalName: 'example.com' } });
      await k.get('services/out', {}, as('Table'));
    },
  },
  {
    name: 'roles and bindings as a Table',
    differs: ownWords,
    async run(k) {
      const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }];
      const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'a' };
      const subjects = [{ kind: 'ServiceAccount', name: 'robot', namespace: k.namespace }];
      await k.post('@rbac.authorization.k8s.io/v1/roles', { metadata: { name: 'a' }, rules });
      await k.post('@rbac.authorization.k8s.io/v1/rolebindings', { metadata: { name: 'a' }, roleRef, subjects });
      await k.get('@rbac.authorization.k8s.io/v1/roles/a', {}, as('Table'));
      await k.get('@rbac.authorization.k8s.io/v1/rolebindings/a', {}, as('Table'));
    },
  },
  {
    name: 'a watch as Tables',
    differs: ownWords,
    async run(k) {
      const { body } = await k.post('configmaps', configMap('a'));
      const watching = await k.watch(
        'configmaps',
        { resourceVersion: body.metadata.resourceVersion, fieldSelector: 'metadata.name=b' },
        as('Table'),
      );
      await k.post('configmaps', configMap('b'));
      await k.delete('configmaps/b');
      await watching.events(2);
    },
  },
];
