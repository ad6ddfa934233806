import type { ConformanceCase } from '../conformance-case.ts';
import { configMap, secret } from '../fixtures.ts';

const otherUid = '11111111-2222-4333-8444-555555555555';

/** DELETE: answers, preconditions, finalizers, collections. */
export const remove: readonly ConformanceCase[] = [
  {
    name: 'delete answers Success with the uid of what went',
    async run(k) {
      await k.post('configmaps', configMap('a'));
      await k.delete('configmaps/a');
      await k.get('configmaps/a');
      await k.delete('configmaps/a');
    },
  },
  {
    name: 'delete with preconditions',
    async run(k) {
      const { body } = await k.post('configmaps', configMap('a'));
      const { uid, resourceVersion } = body.metadata;
      await k.delete('configmaps/a', { preconditions: { uid: otherUid } });
      await k.delete('configmaps/a', { preconditions: { resourceVersion: '1' } });
      await k.delete('configmaps/a', { preconditions: { uid, resourceVersion } });
    },
  },
  {
    name: 'delete options may be typed or bare, in the body or the query',
    async run(k) {
      for (const name of ['a', 'b', 'c', 'd']) await k.post('configmaps', configMap(name));
      await k.delete('configmaps/a', { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' });
      await k.delete('configmaps/b', {}, {});
      await k.delete('configmaps/c', undefined, { propagationPolicy: 'Background', gracePeriodSeconds: 0 });
      await k.delete('configmaps/d', { propagationPolicy: 'Sideways' });
      await k.delete('configmaps/d', { orphanDependents: true, propagationPolicy: 'Orphan' });
    },
  },
  {
    name: 'dry run of delete keeps the object',
    async run(k) {
      await k.post('configmaps', configMap('a'));
      await k.delete('configmaps/a', undefined, { dryRun: 'All' });
      await k.delete('configmaps/a', { dryRun: ['All'] });
      await k.get('configmaps/a');
    },
  },
  {
    name: 'an object with a finalizer waits for it',
    async run(k) {
      await k.post('configmaps', configMap('a', {}, { finalizers: ['example.com/hold'] }));
      await k.delete('configmaps/a');
      await k.get('configmaps/a');
      await k.delete('configmaps/a');
      await k.mergePatch('configmaps/a', { data: { still: 'writable' } });
      await k.mergePatch('configmaps/a', { metadata: { finalizers: null } });
      await k.get('configmaps/a');
    },
  },
  {
    name: 'a terminating object accepts no new finalizer',
    async run(k) {
      await k.post('configmaps', configMap('a', {}, { finalizers: ['example.com/hold', 'example.com/other'] }));
      await k.delete('configmaps/a');
      await k.mergePatch('configmaps/a', { metadata: { finalizers: ['example.com/hold', 'example.com/new'] } });
      await k.mergePatch('configmaps/a', { metadata: { finalizers: ['example.com/hold'] } });
      await k.mergePatch('configmaps/a', { metadata: { deletionTimestamp: null } });
      await k.jsonPatch('configmaps/a', [{ op: 'remove', path: '/metadata/finalizers' }]);
      await k.get('configmaps/a');
    },
  },
  {
    name: 'the last finalizer may be removed by an update and by apply',
    async run(k) {
      const { body } = await k.post('configmaps', configMap('a', {}, { finalizers: ['example.com/hold'] }));
      await k.delete('configmaps/a');
      await k.put('configmaps/a', configMap('a', {}, { uid: body.metadata.uid }));
      await k.get('configmaps/a');
      await k.apply('configmaps/b', 'me', configMap('b', {}, { finalizers: ['example.com/hold'] }));
      await k.delete('configmaps/b');
      await k.apply('configmaps/b', 'me', configMap('b', {}));
      await k.get('configmaps/b');
    },
  },
  {
    name: 'a name is free again after deletion, with another uid',
    async run(k) {
      await k.post('configmaps', configMap('a'));
      await k.delete('configmaps/a');
      await k.post('configmaps', configMap('a'));
    },
  },
  {
    name: 'create while the old one terminates answers AlreadyExists',
    async run(k) {
      await k.post('configmaps', configMap('a', {}, { finalizers: ['example.com/hold'] }));
      await k.delete('configmaps/a');
      await k.post('configmaps', configMap('a'));
      await k.mergePatch('configmaps/a', { metadata: { finalizers: [] } });
    },
  },
  {
    name: 'delete of a collection by label',
    async run(k) {
      for (const [name, app] of [
        ['a', 'x'],
        ['b', 'x'],
        ['c', 'y'],
      ] as const)
        await k.post('secrets', secret(name, {}, { metadata: { name, labels: { app } } }));
      await k.delete('secrets', undefined, { labelSelector: 'app=x' });
      await k.get('secrets');
      await k.delete('secrets', undefined, { labelSelector: 'app=none' });
    },
  },
  {
    name: 'delete of a collection by field, and dry',
    async run(k) {
      for (const name of ['a', 'b']) await k.post('secrets', secret(name));
      await k.delete('secrets', undefined, { fieldSelector: 'metadata.name=a', dryRun: 'All' });
      await k.delete('secrets', undefined, { fieldSelector: 'metadata.name=a' });
      await k.get('secrets');
    },
  },
  {
    name: 'namespaces cannot be deleted as a collection',
    async run(k) {
      await k.delete('/api/v1/namespaces', undefined, { labelSelector: 'no=such' });
    },
  },
  {
    name: 'delete with a body that is no DeleteOptions is refused',
    async run(k) {
      await k.post('configmaps', configMap('a'));
      await k.delete('configmaps/a', configMap('a'), {}, { compare: 'reason' });
      await k.delete('configmaps/a', '{', {}, { compare: 'reason' });
      await k.delete('configmaps/a', { gracePeriodSeconds: -5 }, {}, { compare: 'status' });
    },
  },
];
