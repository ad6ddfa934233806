import type { ConformanceCase } from '../conformance-case.ts';
import { configMap, secret } from '../fixtures.ts';
import { serve } from './custom-definitions.ts';
import type { Session } from '../session.ts';

const quiet = { compare: 'status' } as const;

async function owner(k: Session, name = 'owner'): Promise<object> {
  const { body } = await k.post('configmaps', configMap(name), {}, quiet);
  return { apiVersion: 'v1', kind: 'ConfigMap', name, uid: body.metadata.uid };
}

async function owned(k: Session, name: string, ...ownerReferences: object[]): Promise<void> {
  await k.post('secrets', secret(name, {}, { metadata: { name, ownerReferences } }), {}, quiet);
}

async function gone(k: Session, target: string): Promise<void> {
  await k.eventually(target, ({ status }) => status === 404);
}

/** What happens to objects by themselves: garbage collection, finalizers, namespaces. */
export const ownership: readonly ConformanceCase[] = [
  {
    name: 'dependents of an owner deleted in the background are collected',
    async run(k) {
      await owned(k, 'a', await owner(k));
      await k.delete('configmaps/owner', { propagationPolicy: 'Background' });
      await gone(k, 'secrets/a');
    },
  },
  {
    name: 'an owner deleted in the foreground waits for its blocking dependents',
    async run(k) {
      const reference = { ...(await owner(k)), blockOwnerDeletion: true };
      await k.post(
        'secrets',
        secret('a', {}, { metadata: { name: 'a', ownerReferences: [reference], finalizers: ['example.com/hold'] } }),
        {},
        quiet,
      );
      await k.delete('configmaps/owner', { propagationPolicy: 'Foreground' });
      await k.eventually('secrets/a', ({ body }) => body.metadata?.deletionTimestamp !== undefined);
      await k.get('configmaps/owner');
      await k.mergePatch('secrets/a', { metadata: { finalizers: null } }, {}, quiet);
      await gone(k, 'configmaps/owner');
      await gone(k, 'secrets/a');
    },
  },
  {
    name: 'orphaned dependents stay and lose the reference',
    async run(k) {
      await owned(k, 'a', await owner(k));
      await k.delete('configmaps/owner', { propagationPolicy: 'Orphan' });
      await gone(k, 'configmaps/owner');
      const { body } = await k.get('secrets/a', {}, quiet);
      k.note('references left', body.metadata.ownerReferences ?? []);
    },
  },
  {
    name: 'an object of two owners stays while one lives',
    async run(k) {
      await owned(k, 'a', await owner(k, 'one'), await owner(k, 'two'));
      await k.delete('configmaps/one', { propagationPolicy: 'Background' }, {}, quiet);
      const { body } = await k.eventually('secrets/a', (answer) => answer.body.metadata?.ownerReferences?.length === 1);
      k.note('left', body.metadata.ownerReferences);
      await k.delete('configmaps/two', { propagationPolicy: 'Background' }, {}, quiet);
      await gone(k, 'secrets/a');
    },
  },
  {
    name: 'an object whose owner never was is collected',
    async run(k) {
      await owned(k, 'a', { apiVersion: 'v1', kind: 'ConfigMap', name: 'never', uid: '11111111-2222-4333-8444-555555555555' });
      await gone(k, 'secrets/a');
    },
  },
  {
    name: 'an object whose owner was created anew under the same name is collected',
    async run(k) {
      const reference = await owner(k);
      await k.delete('configmaps/owner', { propagationPolicy: 'Orphan' }, {}, quiet);
      await gone(k, 'configmaps/owner');
      await owner(k);
      await owned(k, 'a', reference);
      await gone(k, 'secrets/a');
    },
  },
  {
    name: 'collection goes down the whole chain',
    async run(k) {
      const first = await owner(k);
      const { body } = await k.post('configmaps', configMap('middle', {}, { ownerReferences: [first] }), {}, quiet);
      await owned(k, 'leaf', { apiVersion: 'v1', kind: 'ConfigMap', name: 'middle', uid: body.metadata.uid });
      await k.delete('configmaps/owner', undefined, {}, quiet);
      await gone(k, 'secrets/leaf');
      await gone(k, 'configmaps/middle');
    },
  },
  {
    name: 'a dependent with a finalizer is marked and waits',
    async run(k) {
      const metadata = { name: 'a', ownerReferences: [await owner(k)], finalizers: ['example.com/hold'] };
      await k.post('secrets', secret('a', {}, { metadata }), {}, quiet);
      await k.delete('configmaps/owner', undefined, {}, quiet);
      await k.eventually('secrets/a', ({ body }) => body.metadata?.deletionTimestamp !== undefined);
      await k.get('secrets/a');
      await k.mergePatch('secrets/a', { metadata: { finalizers: null } }, {}, quiet);
      await gone(k, 'secrets/a');
    },
  },
  {
    name: 'custom objects own and are owned',
    async run(k) {
      await serve(k, {});
      const { body } = await k.post(
        `@${k.group}/v1/widgets`,
        { apiVersion: `${k.group}/v1`, kind: 'Widget', metadata: { name: 'w' } },
        {},
        quiet,
      );
      await owned(k, 'a', { apiVersion: `${k.group}/v1`, kind: 'Widget', name: 'w', uid: body.metadata.uid, controller: true });
      await k.delete(`@${k.group}/v1/widgets/w`, undefined, {}, quiet);
      await gone(k, 'secrets/a');
    },
  },
  {
    name: 'a namespace is Active, then Terminating, then gone with its content',
    async run(k) {
      const name = `${k.namespace}-x`;
      const path = `/api/v1/namespaces/${name}`;
      await k.post('/api/v1/namespaces', { metadata: { name } });
      await k.post(
        `${path}/secrets`,
        secret('held', {}, { metadata: { name: 'held', finalizers: ['example.com/hold'] } }),
        {},
        quiet,
      );
      await k.post(`${path}/configmaps`, configMap('free'), {}, quiet);
      const { body } = await k.delete(path, undefined, {}, quiet);
      k.note('phase in the answer', body.status?.phase);
      await k.eventually(`${path}/secrets/held`, (answer) => answer.body.metadata?.deletionTimestamp !== undefined);
      await gone(k, `${path}/configmaps/free`);
      await k.post(`${path}/configmaps`, configMap('late'));
      await k.mergePatch(`${path}/secrets/held`, { metadata: { finalizers: null } }, {}, quiet);
      await gone(k, path);
      await k.get(`${path}/secrets/held`);
    },
  },
  {
    name: 'a namespace has the finalizer kubernetes and its name as a label',
    async run(k) {
      await k.get(`/api/v1/namespaces/${k.namespace}`);
      await k.mergePatch(`/api/v1/namespaces/${k.namespace}`, {
        metadata: { labels: { 'kubernetes.io/metadata.name': 'other', mine: '1' } },
      });
    },
  },
  {
    name: 'the namespace default cannot be deleted',
    async run(k) {
      await k.delete('/api/v1/namespaces/default');
      await k.delete('/api/v1/namespaces/kube-system');
    },
  },
];
