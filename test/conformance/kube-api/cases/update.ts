import type { ConformanceCase } from '../conformance-case.ts';
import { configMap } from '../fixtures.ts';

/** PUT: optimistic locking, what may change, what changes by itself. */
export const update: readonly ConformanceCase[] = [
  {
    name: 'update with the current resourceVersion succeeds and gives a new one',
    async run(k) {
      const { body } = await k.post('configmaps', configMap('a'));
      await k.put('configmaps/a', { ...body, data: { a: '2' } });
      await k.get('configmaps/a');
    },
  },
  {
    name: 'update with a stale resourceVersion answers Conflict',
    async run(k) {
      const { body } = await k.post('configmaps', configMap('a'));
      await k.put('configmaps/a', { ...body, data: { a: '2' } });
      await k.put('configmaps/a', { ...body, data: { a: '3' } });
    },
  },
  {
    name: 'update without a resourceVersion is unconditional',
    async run(k) {
      await k.post('configmaps', configMap('a', { a: '1', b: '1' }, { labels: { x: '1' } }));
      await k.put('configmaps/a', configMap('a', { a: '2' }));
    },
  },
  {
    name: 'update that changes nothing keeps the resourceVersion',
    async run(k) {
      const { body } = await k.post('configmaps', configMap('a'));
      await k.put('configmaps/a', body);
      await k.put('configmaps/a', configMap('a'));
    },
  },
  {
    name: 'update of what does not exist answers NotFound',
    async run(k) {
      await k.put('configmaps/a', configMap('a'));
      await k.put('configmaps/a', configMap('a', {}, { resourceVersion: '1' }));
      await k.put('configmaps/a', configMap('a', {}, { uid: '11111111-2222-4333-8444-555555555555' }));
    },
  },
  {
    name: 'update creates a Lease that does not exist',
    async run(k) {
      await k.put('@coordination.k8s.io/v1/leases/a', {
        metadata: { name: 'a' },
        spec: { holderIdentity: 'me', leaseDurationSeconds: 15 },
      });
      await k.put('@coordination.k8s.io/v1/leases/a', { metadata: { name: 'a' }, spec: { holderIdentity: 'you' } });
      await k.put('@coordination.k8s.io/v1/leases/a', { metadata: { name: 'a' }, spec: { leaseDurationSeconds: 0 } });
    },
  },
  {
    name: 'update under another name than the path says is refused',
    async run(k) {
      await k.post('configmaps', configMap('a'));
      await k.put('configmaps/a', configMap('b'));
      await k.put('configmaps/a', configMap('a', {}, { namespace: 'default' }));
      await k.put('configmaps/a', { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} });
    },
  },
  {
    name: 'update with a wrong uid answers Conflict',
    async run(k) {
      await k.post('configmaps', configMap('a'));
      await k.put('configmaps/a', configMap('a', {}, { uid: '11111111-2222-4333-8444-555555555555' }));
    },
  },
  {
    name: 'update keeps creationTimestamp and uid whatever is sent',
    async run(k) {
      const { body } = await k.post('configmaps', configMap('a'));
      await k.put('configmaps/a', { ...body, metadata: { name: 'a', creationTimestamp: '2001-01-01T00:00:00Z', generation: 4 } });
    },
  },
  {
    name: 'update with a resourceVersion that is no number is refused',
    async run(k) {
      await k.post('configmaps', configMap('a'));
      await k.put('configmaps/a', configMap('a', {}, { resourceVersion: 'abc' }));
    },
  },
  {
    name: 'dry run of update changes nothing',
    async run(k) {
      const { body } = await k.post('configmaps', configMap('a'));
      await k.put('configmaps/a', { ...body, data: { a: '2' } }, { dryRun: 'All' });
      await k.get('configmaps/a');
    },
  },
  {
    name: 'update by another manager takes over what it changes',
    async run(k) {
      const { body } = await k.post('configmaps', configMap('a', { a: '1', b: '1' }), { fieldManager: 'first' });
      await k.put('configmaps/a', { ...body, data: { a: '2', b: '1', c: '1' } }, { fieldManager: 'second' });
      await k.put('configmaps/a', configMap('a', { a: '2' }), { fieldManager: 'third' });
    },
  },
  {
    name: 'an update may empty managedFields',
    async run(k) {
      const { body } = await k.post('configmaps', configMap('a'));
      await k.put('configmaps/a', { ...body, metadata: { ...body.metadata, managedFields: [{}] } });
      await k.put('configmaps/a', configMap('a', { a: '9' }));
    },
  },
  {
    name: 'generation of a Deployment grows with its spec only',
    async run(k) {
      const labels = { app: 'x' };
      const deployment = {
        metadata: { name: 'a' },
        spec: {
          replicas: 0,
          paused: true,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [] as object[] } },
        },
      };
      deployment.spec.template.spec.containers.push({ name: 'c', image: 'i' });
      const brief = { compare: 'status' } as const;
      await k.post('@apps/v1/deployments', deployment, {}, brief);
      const generation = async (): Promise<void> => {
        const { body } = await k.get('@apps/v1/deployments/a', {}, brief);
        k.note('generation', body.metadata.generation);
      };
      await generation();
      await k.mergePatch('@apps/v1/deployments/a', { metadata: { labels } }, {}, brief);
      await generation();
      await k.mergePatch('@apps/v1/deployments/a', { spec: { minReadySeconds: 3 } }, {}, brief);
      await generation();
    },
  },
  {
    name: 'updates of immutable ConfigMaps are refused',
    async run(k) {
      await k.post('configmaps', { ...configMap('a'), immutable: true });
      await k.put('configmaps/a', { ...configMap('a', { a: '2' }), immutable: true });
      await k.put('configmaps/a', configMap('a'));
      await k.put('configmaps/a', { ...configMap('a', { a: '1' }, { labels: { may: 'change' } }), immutable: true });
      await k.delete('configmaps/a');
    },
  },
];
