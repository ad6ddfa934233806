import { configMaps, isApiError, namespaces, secrets } from '@signet/kube/client';
import type { Secret } from '@signet/kube/client';
import { beforeAll, describe, expect, test } from 'vitest';
import { useControlPlane } from '../../../../test/control-plane/use-control-plane.ts';
import { decide } from './decide.ts';
import type { Decision, Observed } from './decide.ts';
import { decideResource } from './decide-resource.ts';
import { fieldManagerOf, isTargetValid } from './marks.ts';
import { dataOf, external, fetched, making, readFrom, textsOf } from './testing/target-objects.ts';
import type { Draft } from './testing/target-objects.ts';

// The decisions are carried out at a real API server, which has the last word on what a write changes.

const plane = useControlPlane({ controllerManager: false });
beforeAll(async () => {
  await plane().admin.create(namespaces, { metadata: { name: 'web' } });
});

/** A Secret of one name and what is decided and done about it. */
function target(name: string): {
  read(): Promise<Secret | undefined>;
  /** Decides, and carries it out. */
  bring(draft: Draft, more?: Partial<Observed>): Promise<Decision>;
  edit(change: (live: Secret) => Secret): Promise<Secret>;
} {
  const { admin } = plane();
  const fieldManager = fieldManagerOf(name);
  const key = { namespace: 'web', name };
  const read = async (): Promise<Secret | undefined> =>
    admin.get(secrets, key).catch((error: unknown) => {
      if (isApiError(error) && error.status === 404) return undefined;
      throw error;
    });
  const act = async (decision: Decision): Promise<void> => {
    if (decision.do === 'create') await admin.create(secrets, decision.secret, { fieldManager });
    if (decision.do === 'replace') await admin.replace(secrets, decision.secret, { fieldManager });
    if (decision.do === 'recreate' || decision.do === 'delete') await admin.delete(secrets, key);
    if (decision.do === 'recreate') await admin.create(secrets, decision.secret, { fieldManager });
  };
  return {
    read,
    async bring(draft, more) {
      const decision = await decide(making({ es: external({ ...draft, name }), live: await read(), ...more }), readFrom());
      await act(decision);
      return decision;
    },
    async edit(change) {
      const live = await read();
      if (!live) throw new Error(`there is no Secret ${name} to edit`);
      return admin.replace(secrets, change(live), { fieldManager: 'somebody' });
    },
  };
}

describe('what was written is as it should be', () => {
  const metadata = { labels: { team: '{{ .password }}' }, annotations: { note: 'n' }, finalizers: ['example.com/hold'] };
  test.each<readonly [string, Draft, Partial<Observed>]>([
    ['owner', { labels: { team: 'a' }, annotations: { note: 'n' } }, {}],
    ['orphan', { target: { creationPolicy: 'Orphan' } }, {}],
    ['create-or-merge', { target: { creationPolicy: 'CreateOrMerge' } }, {}],
    ['immutable', { target: { immutable: true } }, {}],
    [
      'templates',
      { target: { template: { type: 'kubernetes.io/basic-auth', metadata, data: { username: '{{ .password }}' } } } },
      {},
    ],
    ['no-keys', { target: { deletionPolicy: 'Merge' } }, { data: fetched({}) }],
    ['chance', { target: { template: { data: { generated: '{{ randAlphaNum 20 }}' } } } }, {}],
    ['a-name-of-more-than-twenty-eight-characters', { labels: { team: 'a' } }, {}],
  ])('external acceptance 7: %s: the second time nothing is written', async (name, draft, more) => {
    const { bring, read } = target(name);
    expect((await bring(draft, more)).do).toBe('create');
    const live = await read();
    expect(isTargetValid(external({ ...draft, name }), live)).toBe(true);
    expect((await bring(draft, more)).do).toBe('nothing');
    expect((await read())?.metadata.resourceVersion).toBe(live?.metadata.resourceVersion);
  });
});

describe('with other writers', () => {
  test('external acceptance 7: merging keeps their keys, overwrites conflicting ones, and takes back only its own', async () => {
    const { bring, read, edit } = target('merged');
    await plane().admin.create(secrets, {
      metadata: { name: 'merged', namespace: 'web' },
      data: dataOf({ theirs: '1', password: 'old' }),
    });
    const draft = { target: { creationPolicy: 'Merge', deletionPolicy: 'Merge' } };
    await bring(draft, { data: fetched({ password: 'new', more: '2' }) });
    expect(textsOf((await read())!)).toEqual({ theirs: '1', password: 'new', more: '2' });
    await edit((live) => ({ ...live, data: { ...live.data, ...dataOf({ later: '3' }) } }));
    await bring(draft, { data: fetched({ more: '2' }) });
    expect(textsOf((await read())!)).toEqual({ theirs: '1', later: '3', more: '2' });
    expect((await bring(draft, { data: fetched({ more: '2' }) })).do).toBe('nothing');
    await bring(draft, { data: fetched({}) });
    expect(textsOf((await read())!)).toEqual({ theirs: '1', later: '3' }); // external acceptance 13
  });

  test('external acceptance 1: a change of data is put right, with the hash it had', async () => {
    const { bring, read, edit } = target('tampered');
    await bring({});
    const hash = (await read())?.metadata.annotations;
    const edited = await edit((live) => ({ ...live, data: dataOf({ password: 'changed', more: '1' }) }));
    expect(isTargetValid(external({ name: 'tampered' }), edited)).toBe(false);
    expect((await bring({})).do).toBe('replace');
    expect(textsOf((await read())!)).toEqual({ password: 'hunter2' });
    expect((await read())?.metadata.annotations).toEqual(hash);
  });

  test('a write after another, which was not seen, is refused by the API server', async () => {
    const { bring, read, edit } = target('raced');
    await bring({});
    const stale = await read();
    await edit((live) => ({ ...live, data: dataOf({ password: 'changed' }) }));
    await expect(bring({ labels: { team: 'b' } }, { live: stale })).rejects.toMatchObject({ status: 409 });
  });
});

describe('what the API server will not change', () => {
  test('a type is changed by making the Secret anew, and what was rendered once moves over', async () => {
    const { bring, read } = target('retyped');
    const data = { password: '{{ randAlphaNum 20 }}', username: 'u' };
    await bring({ target: { template: { data } } });
    const before = await read();
    expect((await bring({ target: { template: { type: 'kubernetes.io/basic-auth', data } } })).do).toBe('recreate');
    expect((await read())?.type).toBe('kubernetes.io/basic-auth');
    expect((await read())?.data).toEqual(before?.data);
  });

  test('external acceptance 10: a frozen Secret keeps its data; deleted, it is made again', async () => {
    const { bring, read } = target('frozen');
    await bring({ target: { immutable: true } });
    const data = fetched({ password: 'new' });
    expect((await bring({ target: { immutable: true } }, { data })).do).toBe('nothing');
    expect((await bring({}, { data })).do).toBe('refuse');
    expect(textsOf((await read())!)).toEqual({ password: 'hunter2' });
    await plane().admin.delete(secrets, { namespace: 'web', name: 'frozen' });
    expect((await bring({ target: { immutable: true } }, { data })).do).toBe('create');
  });
});

test('a ConfigMap by manifest: written once, merged, and stale keys taken back', async () => {
  const { admin } = plane();
  const manifest = { apiVersion: 'v1', kind: 'ConfigMap' };
  const es = external({ target: { manifest, creationPolicy: 'CreateOrMerge' } });
  const key = { namespace: 'web', name: 'db' };
  const fieldManager = fieldManagerOf('db');
  const observed = { es, now: () => 0, allowsGenericTargets: true };
  const first = await decideResource({ ...observed, data: fetched({ a: '1', stale: 'x' }), live: undefined }, readFrom());
  if (first.do !== 'create') throw new Error(`it is created, not: ${first.do}`);
  const made = await admin.create(configMaps, first.object, { fieldManager });
  expect((await decideResource({ ...observed, data: fetched({ a: '1', stale: 'x' }), live: made }, readFrom())).do).toBe('nothing');
  const edited = await admin.replace(
    configMaps,
    { ...made, data: { ...(made['data'] as object), theirs: '2' } },
    { fieldManager: 'somebody' },
  );
  const second = await decideResource({ ...observed, data: fetched({ a: '1' }), live: edited }, readFrom());
  if (second.do !== 'replace') throw new Error(`it is replaced, not: ${second.do}`);
  await admin.replace(configMaps, second.object, { fieldManager });
  expect((await admin.get(configMaps, key)).data).toEqual({ a: '1', theirs: '2' });
});
