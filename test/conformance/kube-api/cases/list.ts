import type { ConformanceCase } from '../conformance-case.ts';
import { secret } from '../fixtures.ts';
import type { Session } from '../session.ts';

async function five(k: Session): Promise<void> {
  const rows = [
    ['a', { app: 'web', tier: 'front' }],
    ['b', { app: 'web', tier: 'back' }],
    ['c', { app: 'db', tier: 'back' }],
    ['d', { app: 'db' }],
    ['e', {}],
  ] as const;
  for (const [name, labels] of rows)
    await k.post('secrets', secret(name, {}, { metadata: { name, labels } }), {}, { compare: 'status' });
}

function names(body: { items?: { metadata: { name: string } }[] }): string[] {
  return (body.items ?? []).map((item) => item.metadata.name);
}

async function select(k: Session, query: Record<string, string | number>): Promise<void> {
  const { status, body } = await k.get('secrets', query, { compare: 'nothing' });
  const version = query['resourceVersion'] ? '<version>' : undefined;
  k.note(`list ${JSON.stringify({ ...query, resourceVersion: version })}`, status === 200 ? names(body) : body);
}

/** GET of collections: pages, selectors, versions. */
export const list: readonly ConformanceCase[] = [
  {
    name: 'a list has a kind, a version, and items without apiVersion and kind',
    async run(k) {
      await k.get('secrets');
      await k.post('secrets', secret('a'));
      await k.get('secrets');
    },
  },
  {
    name: 'label selectors: equality, sets, existence',
    async run(k) {
      await five(k);
      const selectors = [
        'app=web',
        'app==web',
        'app!=web',
        'app',
        '!app',
        'app in (web,db)',
        'app notin (web)',
        'app=web,tier=back',
        'tier in (front),!x',
        'app = web , tier = front',
        '',
        'app=',
        'app in (web',
        'app in ()',
        '=web',
        'bad key!=x',
        'app=bad value!',
        'app>1',
        'n>x',
      ];
      for (const labelSelector of selectors) await select(k, { labelSelector });
    },
  },
  {
    name: 'numeric label selectors',
    async run(k) {
      for (const [name, n] of [
        ['a', '1'],
        ['b', '5'],
        ['c', 'many'],
      ] as const) {
        await k.post('secrets', secret(name, {}, { metadata: { name, labels: { n } } }), {}, { compare: 'status' });
      }
      for (const labelSelector of ['n>1', 'n>0', 'n<5', 'n<6,n>1']) await select(k, { labelSelector });
    },
  },
  {
    name: 'field selectors: name, namespace, type of a Secret',
    async run(k) {
      await five(k);
      await k.post('secrets', secret('t', {}, { type: 'example.com/special' }), {}, { compare: 'status' });
      const selectors = [
        'metadata.name=a',
        'metadata.name!=a',
        `metadata.namespace=${k.namespace}`,
        'metadata.namespace=default',
        'type=example.com/special',
        'type!=Opaque',
        'metadata.name=a,type=Opaque',
        'metadata.name=a,metadata.name=b',
        'spec.x=1',
        'metadata.labels.app=web',
        'metadata.name',
        'metadata.name==b',
        '',
      ];
      for (const fieldSelector of selectors) await select(k, { fieldSelector });
    },
  },
  {
    name: 'pages: limit, continue, remainingItemCount',
    async run(k) {
      await five(k);
      let query: Record<string, string | number> = { limit: 2 };
      for (let page = 0; page < 3; page++) {
        const { body } = await k.get('secrets', query, { compare: 'nothing' });
        k.note(`page ${page}`, {
          names: names(body),
          remaining: body.metadata.remainingItemCount ?? null,
          more: Boolean(body.metadata.continue),
        });
        if (!body.metadata.continue) break;
        query = { limit: 2, continue: body.metadata.continue as string };
      }
    },
  },
  {
    name: 'pages are of one moment: what is written between them is not seen',
    async run(k) {
      await five(k);
      const first = await k.get('secrets', { limit: 2 }, { compare: 'nothing' });
      await k.post('secrets', secret('cc'), {}, { compare: 'status' });
      await k.delete('secrets/d', undefined, {}, { compare: 'status' });
      const second = await k.get('secrets', { limit: 10, continue: first.body.metadata.continue }, { compare: 'nothing' });
      k.note('second page', names(second.body));
      k.note('same version', first.body.metadata.resourceVersion === second.body.metadata.resourceVersion);
    },
  },
  {
    name: 'pages with a selector do not tell how many remain',
    async run(k) {
      await five(k);
      const { body } = await k.get('secrets', { limit: 1, labelSelector: 'app=web' }, { compare: 'nothing' });
      k.note('page', {
        names: names(body),
        remaining: body.metadata.remainingItemCount ?? null,
        more: Boolean(body.metadata.continue),
      });
      const next = await k.get(
        'secrets',
        { limit: 1, labelSelector: 'app=web', continue: body.metadata.continue },
        { compare: 'nothing' },
      );
      k.note('next', { names: names(next.body), more: Boolean(next.body.metadata.continue) });
    },
  },
  {
    name: 'a limit that takes everything gives no continue token',
    async run(k) {
      await five(k);
      for (const limit of [5, 6, 0]) await k.get('secrets', { limit });
      await k.get('secrets', { limit: -1 }, { compare: 'status' });
      await k.get('secrets', { limit: 'many' }, { compare: 'reason' });
    },
  },
  {
    name: 'a continue token that is none is refused',
    async run(k) {
      await five(k);
      await k.get('secrets', { limit: 2, continue: 'nonsense' }, { compare: 'reason' });
      const { body } = await k.get('secrets', { limit: 2 }, { compare: 'nothing' });
      await k.get('secrets', { continue: body.metadata.continue, resourceVersion: '1' });
      await k.get('secrets', { continue: body.metadata.continue, resourceVersionMatch: 'Exact' });
    },
  },
  {
    name: 'list at resourceVersion 0 and at a known one',
    async run(k) {
      await five(k);
      const { body } = await k.get('secrets', {}, { compare: 'nothing' });
      const resourceVersion = body.metadata.resourceVersion as string;
      await select(k, { resourceVersion });
      await select(k, { resourceVersion, resourceVersionMatch: 'NotOlderThan' });
      await select(k, { resourceVersion, resourceVersionMatch: 'Exact' });
      await k.post('secrets', secret('f'), {}, { compare: 'status' });
      await select(k, { resourceVersion, resourceVersionMatch: 'Exact' });
      await select(k, { resourceVersion, resourceVersionMatch: 'NotOlderThan' });
    },
  },
  {
    name: 'resourceVersionMatch is validated',
    async run(k) {
      await k.get('secrets', { resourceVersionMatch: 'Exact' });
      await k.get('secrets', { resourceVersionMatch: 'Exact', resourceVersion: '0' });
      await k.get('secrets', { resourceVersionMatch: 'Sometimes', resourceVersion: '1' });
      await k.get('secrets', { resourceVersion: 'abc' });
    },
  },
  {
    name: 'a resourceVersion of the future is refused after a while',
    async run(k) {
      await k.get('secrets', { resourceVersion: '999999999', resourceVersionMatch: 'NotOlderThan' }, { compare: 'reason' });
      await k.get('secrets', { resourceVersion: '999999999', resourceVersionMatch: 'Exact' }, { compare: 'reason' });
    },
  },
  {
    name: 'lists over all namespaces and of cluster-scoped kinds',
    async run(k) {
      const labels = { case: k.namespace };
      await k.post('secrets', secret('mine', {}, { metadata: { name: 'mine', labels } }), {}, { compare: 'status' });
      await k.get('/api/v1/secrets', { labelSelector: `case=${k.namespace}` });
      await k.get('/api/v1/namespaces', { fieldSelector: `metadata.name=${k.namespace}` });
      await k.get('/api/v1/namespaces', { labelSelector: `kubernetes.io/metadata.name=${k.namespace}` });
    },
  },
  {
    name: 'a list in a namespace that does not exist is empty',
    async run(k) {
      await k.get('/api/v1/namespaces/there-is-no-such/secrets');
    },
  },
  {
    name: 'items come in the order of namespace and name',
    async run(k) {
      for (const name of ['b', 'a-b', 'a.b', 'a', 'ab', 'c1', 'c10', 'c2'])
        await k.post('secrets', secret(name), {}, { compare: 'status' });
      await select(k, {});
      await select(k, { resourceVersion: '0', labelSelector: '!none' });
    },
  },
  {
    name: 'get of one object at a resourceVersion',
    async run(k) {
      const { body } = await k.post('secrets', secret('a'), {}, { compare: 'status' });
      await k.get('secrets/a', { resourceVersion: body.metadata.resourceVersion });
      await k.get('secrets/none', { resourceVersion: body.metadata.resourceVersion });
    },
  },
];

/** What happens once history is gone. These forget the history of the whole server, so they run alone. */
export const compaction: readonly ConformanceCase[] = [
  {
    name: 'a watch from a version before the history answers 410 as an event',
    async run(k) {
      await k.post('secrets', secret('a'), {}, { compare: 'status' });
      await k.compact();
      const watching = await k.watch('secrets', { resourceVersion: '1' });
      await watching.end();
    },
  },
  {
    name: 'an exact list before the history answers 410',
    async run(k) {
      await five(k);
      await k.compact();
      await k.get('secrets', { resourceVersion: '2', resourceVersionMatch: 'Exact' });
    },
  },
  {
    name: 'a list continues after the history is gone only as a new one',
    async run(k) {
      await five(k);
      const first = await k.get('secrets', { limit: 2, resourceVersion: '' }, { compare: 'nothing' });
      await k.post('secrets', secret('z'), {}, { compare: 'status' });
      await k.compact();
      const second = await k.get('secrets', { limit: 2, continue: first.body.metadata.continue });
      if (second.status === 410) {
        const third = await k.get('secrets', { limit: 2, continue: second.body.metadata.continue }, { compare: 'nothing' });
        k.note('the inconsistent rest', names(third.body));
      }
    },
  },
];
