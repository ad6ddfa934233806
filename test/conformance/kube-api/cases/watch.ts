import type { ConformanceCase } from '../conformance-case.ts';
import { secret } from '../fixtures.ts';
import type { Session } from '../session.ts';
import type { SeenEvent } from '../watching.ts';

const quiet = { compare: 'status' } as const;

async function make(k: Session, name: string, labels: Record<string, string> = {}): Promise<string> {
  const { body } = await k.post('secrets', secret(name, {}, { metadata: { name, labels } }), {}, quiet);
  return body.metadata.resourceVersion as string;
}

const isLast = (event: SeenEvent): boolean => event.type === 'ADDED' && event.object.metadata.name === 'zz-last';
const isEndOfInitial = (event: SeenEvent): boolean =>
  event.type === 'BOOKMARK' && event.object.metadata.annotations?.['k8s.io/initial-events-end'] === 'true';
const partial = { headers: { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' } };

/** GET with watch=true. `zz-last` is created last: its event proves that nothing else was to come. */
export const watch: readonly ConformanceCase[] = [
  {
    name: 'watch from a version sees create, update and delete after it',
    async run(k) {
      const resourceVersion = await make(k, 'a');
      const watching = await k.watch('secrets', { resourceVersion });
      await make(k, 'b');
      await k.mergePatch('secrets/a', { metadata: { labels: { x: '1' } } }, {}, quiet);
      await k.mergePatch('secrets/a', { metadata: { labels: { x: '1' } } }, {}, quiet);
      await k.delete('secrets/b', undefined, {}, quiet);
      await make(k, 'zz-last');
      await watching.until(isLast);
    },
  },
  {
    name: 'watch from a version sees what happened before it was opened',
    async run(k) {
      const resourceVersion = await make(k, 'a');
      await make(k, 'b');
      await k.delete('secrets/a', undefined, {}, quiet);
      await make(k, 'zz-last');
      const watching = await k.watch('secrets', { resourceVersion });
      await watching.until(isLast);
    },
  },
  {
    name: 'watch from 0 begins with what exists',
    async run(k) {
      await make(k, 'a');
      await make(k, 'b');
      await k.eventually('secrets?resourceVersion=0', ({ body }) => body.items?.length === 2);
      const watching = await k.watch('secrets', { resourceVersion: '0' });
      await watching.events(2);
      await make(k, 'zz-last');
      await watching.until(isLast);
    },
  },
  {
    name: 'watch without a version begins with what exists',
    async run(k) {
      await make(k, 'a');
      const watching = await k.watch('secrets');
      await watching.events(1);
      await make(k, 'zz-last');
      await watching.until(isLast);
    },
  },
  {
    name: 'a label selector turns changes into ADDED and DELETED',
    async run(k) {
      const resourceVersion = await make(k, 'a', { app: 'x' });
      const watching = await k.watch('secrets', { resourceVersion, labelSelector: 'app=x' });
      await k.mergePatch('secrets/a', { metadata: { labels: { app: 'y' } } }, {}, quiet);
      await k.mergePatch('secrets/a', { metadata: { labels: { other: '1' } } }, {}, quiet);
      await k.mergePatch('secrets/a', { metadata: { labels: { app: 'x' } } }, {}, quiet);
      await make(k, 'unseen', { app: 'y' });
      await make(k, 'zz-last', { app: 'x' });
      await watching.until(isLast);
    },
  },
  {
    name: 'a field selector watches one object',
    async run(k) {
      const resourceVersion = await make(k, 'a');
      const watching = await k.watch('secrets', { resourceVersion, fieldSelector: 'metadata.name=b' });
      await make(k, 'c');
      await make(k, 'b');
      await k.delete('secrets/b', undefined, {}, quiet);
      await watching.events(2);
    },
  },
  {
    name: 'watch of one object by its path',
    async run(k) {
      const resourceVersion = await make(k, 'a');
      const watching = await k.watch('secrets/a', { resourceVersion });
      await make(k, 'b');
      await k.mergePatch('secrets/a', { metadata: { labels: { x: '1' } } }, {}, quiet);
      await watching.events(1);
    },
  },
  {
    name: 'the old watch path works',
    async run(k) {
      const resourceVersion = await make(k, 'a');
      const watching = await k.watch(`/api/v1/watch/namespaces/${k.namespace}/secrets`, { resourceVersion });
      await make(k, 'b');
      await watching.events(1);
    },
  },
  {
    name: 'sendInitialEvents: what exists, then a bookmark, then what happens',
    async run(k) {
      await make(k, 'a');
      await make(k, 'b');
      const query = { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: true };
      const watching = await k.watch('secrets', query);
      const events = await watching.until(isEndOfInitial);
      const bookmark = events.find((event) => isEndOfInitial(event))?.object.metadata.resourceVersion;
      const list = await k.get('secrets', {}, { compare: 'nothing' });
      k.note('the bookmark is as new as the list', Number(bookmark) <= Number(list.body.metadata.resourceVersion));
      await make(k, 'zz-last');
      await watching.until(isLast);
    },
  },
  {
    name: 'sendInitialEvents of an empty collection is a bookmark only',
    async run(k) {
      const watching = await k.watch('secrets', {
        sendInitialEvents: true,
        resourceVersionMatch: 'NotOlderThan',
        allowWatchBookmarks: true,
      });
      await watching.until(isEndOfInitial);
    },
  },
  {
    name: 'sendInitialEvents as PartialObjectMetadata',
    async run(k) {
      await make(k, 'a');
      const query = { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: true };
      const watching = await k.watch('secrets', query, partial);
      await watching.until(isEndOfInitial);
    },
  },
  {
    name: 'sendInitialEvents needs resourceVersionMatch NotOlderThan',
    async run(k) {
      await k.get('secrets', { watch: true, sendInitialEvents: true });
      await k.get('secrets', { watch: true, sendInitialEvents: true, resourceVersionMatch: 'Exact', resourceVersion: '1' });
      await k.get('secrets', { watch: true, resourceVersionMatch: 'NotOlderThan' });
      await k.get('secrets', { sendInitialEvents: true });
    },
  },
  {
    name: 'sendInitialEvents false begins at now',
    async run(k) {
      await make(k, 'a');
      const query = { sendInitialEvents: false, resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: true };
      const watching = await k.watch('secrets', query);
      await make(k, 'zz-last');
      await watching.until(isLast);
    },
  },
  {
    name: 'a watch ends after timeoutSeconds',
    async run(k) {
      const resourceVersion = await make(k, 'a');
      const watching = await k.watch('secrets', { resourceVersion, timeoutSeconds: 1 });
      await make(k, 'b');
      await watching.end();
    },
  },
  {
    name: 'a watch with bookmarks says where it stands before it ends',
    async run(k) {
      const resourceVersion = await make(k, 'a');
      const watching = await k.watch('secrets', { resourceVersion, timeoutSeconds: 4, allowWatchBookmarks: true });
      await watching.events(1);
    },
  },
  {
    name: 'watch from a version that is no number is refused',
    async run(k) {
      await k.get('secrets', { watch: true, resourceVersion: 'abc' });
    },
  },
  {
    name: 'watch as PartialObjectMetadata',
    async run(k) {
      const resourceVersion = await make(k, 'a');
      const watching = await k.watch('secrets', { resourceVersion }, partial);
      await make(k, 'b', { x: '1' });
      await k.delete('secrets/b', undefined, {}, quiet);
      await watching.events(2);
    },
  },
  {
    name: 'deleting an object that has a finalizer is MODIFIED, then DELETED',
    async run(k) {
      const resourceVersion = await make(k, 'a');
      const watching = await k.watch('secrets', { resourceVersion });
      await k.mergePatch('secrets/a', { metadata: { finalizers: ['example.com/hold'] } }, {}, quiet);
      await k.delete('secrets/a', undefined, {}, quiet);
      await k.mergePatch('secrets/a', { metadata: { finalizers: null } }, {}, quiet);
      await watching.events(3);
    },
  },
  {
    name: 'watch over all namespaces with a selector',
    async run(k) {
      const resourceVersion = await make(k, 'a');
      const watching = await k.watch('/api/v1/secrets', { resourceVersion, labelSelector: `case=${k.namespace}` });
      await make(k, 'b', { case: k.namespace });
      await watching.events(1);
    },
  },
];
