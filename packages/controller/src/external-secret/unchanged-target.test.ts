import { readExternalSecret } from '@signet/api';
import type { ExternalSecret } from '@signet/api';
import { expect, test } from 'vitest';
import { told } from './ready.ts';
import type { Written } from './target-room.ts';
import { UnchangedTarget } from './unchanged-target.ts';

const calm = new AbortController().signal;
const produced = { uid: 's', resourceVersion: '7' };
const words = { reason: told.synced.reason, message: told.synced.message };

/** A room whose Secret is in version 7 after each write. */
function room(): {
  readonly target: UnchangedTarget;
  readonly live: { uid: string; resourceVersion: string; deletionTimestamp?: string };
  readonly writes: () => number;
} {
  let writes = 0;
  const live = { ...produced };
  const inner = {
    standing: async () => undefined,
    remove: async () => undefined,
    write: async (): Promise<Written> => {
      writes += 1;
      Object.assign(live, produced);
      return { did: 'replace', ...words, produced, binding: 'app', events: [], warnings: [] };
    },
  };
  return { target: new UnchangedTarget(inner, { metadata: async () => live }), live, writes: () => writes };
}

function app(spec: object = {}, metadata: object = {}): ExternalSecret {
  return readExternalSecret({ metadata: { namespace: 'web', name: 'app', uid: 'u', generation: 1, ...metadata }, spec });
}

async function write(target: UnchangedTarget, es: ExternalSecret, values: Readonly<Record<string, string>>): Promise<Written> {
  const data = new Map(Object.entries(values).map(([key, value]) => [key, Buffer.from(value)]));
  return target.write(es, { data, missing: [], origins: new Map(), warnings: ['a word'] }, async () => undefined, calm);
}

test('what was made of the very same and is untouched is not even read', async () => {
  const { target, writes } = room();
  await write(target, app(), { a: '1', b: '2' });
  const again = await write(target, app(), { b: '2', a: '1' });
  expect(again).toEqual({ did: 'nothing', ...words, produced, binding: 'app', events: [], warnings: ['a word'] });
  expect(writes()).toBe(1);
});

const rows: readonly (readonly [what: string, es: ExternalSecret, values: Readonly<Record<string, string>>])[] = [
  ['another value', app(), { a: '2' }],
  ['another key', app(), { b: '1' }],
  ['a further value', app(), { a: '1', b: '' }],
  ['the same bytes, divided otherwise', app(), { a: '', b: '1' }],
  ['another generation', app({}, { generation: 2 }), { a: '1' }],
  ['a label', app({}, { labels: { team: 'web' } }), { a: '1' }],
  ['an object that was made anew', app({}, { uid: 'other' }), { a: '1' }],
];
test.each(rows)('%s is looked at in full', async (_, es, values) => {
  const { target, writes } = room();
  await write(target, app(), { a: '1' });
  await write(target, es, values);
  expect(writes()).toBe(2);
});

test.each([
  ['an edit', { resourceVersion: '8' }],
  ['a Secret that was made anew', { uid: 'other' }],
  ['a deletion', { deletionTimestamp: '2026-01-01T00:00:00Z' }],
])('%s is looked at in full', async (_, change) => {
  const { target, live, writes } = room();
  await write(target, app(), { a: '1' });
  Object.assign(live, change);
  await write(target, app(), { a: '1' });
  expect(writes()).toBe(2);
});

test.each([
  ['a template', app({ target: { template: { data: { a: '{{ now }}' } } } }), { a: '1' }],
  ['a Secret of others', app({ target: { creationPolicy: 'Merge' } }), { a: '1' }],
  ['nothing at its source', app(), {}],
])('%s is looked at each time', async (_, es, values) => {
  const { target, writes } = room();
  await write(target, es, values);
  await write(target, es, values);
  expect(writes()).toBe(2);
});

test('an object that is gone is forgotten', async () => {
  const { target, writes } = room();
  await write(target, app(), { a: '1' });
  target.forget({ namespace: 'web', name: 'app' });
  await write(target, app(), { a: '1' });
  expect(writes()).toBe(2);
});
