import type { SealedSecret } from '@signet/api';
import type { Secret } from '@signet/kube/client';
import { describe, expect, test } from 'vitest';
import { good, goodData, liveWith, managed, oldData, opened, owner, patch, sealedWith, skip } from '../testing/objects.ts';
import { decide } from './decide.ts';

// Source: sealed-secrets v0.38, "overwrite" and "patch" mode.
describe('what is written', () => {
  const template = {
    type: 'Opaque',
    metadata: { labels: { app: 'db' }, annotations: { note: 'x' }, finalizers: ['a/b'], name: 'liar', namespace: 'liar' },
  };
  const sealed = sealedWith({ template });
  const foreign = { labels: { theirs: '1' }, data: { ...oldData, other: 'eA==' } };

  function written(live: Secret | undefined, of: SealedSecret = sealed): Secret {
    const decision = decide({ sealed: of, live, opened: good });
    if (!('secret' in decision)) throw new Error(`no write: ${decision.do}`);
    return decision.secret;
  }

  test('create: all of the template, name and namespace of the SealedSecret, one owner', () => {
    expect(written(undefined)).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: 'db',
        namespace: 'web',
        labels: { app: 'db' },
        annotations: { note: 'x' },
        finalizers: ['a/b'],
        ownerReferences: [owner()],
      },
      type: 'Opaque',
      data: goodData,
    });
  });

  test('replace: data, labels, annotations and owners wholesale; at the version that was read; finalizers stay', () => {
    const secret = written(liveWith({ ...foreign, marks: managed }));
    expect(secret.data).toEqual(goodData);
    expect(secret.metadata).toMatchObject({ resourceVersion: '7', uid: 'secret-1', finalizers: ['x/y'] });
    expect(secret.metadata.labels).toEqual({ app: 'db' });
    expect(secret.metadata.annotations).toEqual({ note: 'x' });
    expect(secret.metadata.ownerReferences).toEqual([owner()]);
  });

  test('merge: everything of others stays; no owner', () => {
    const secret = written(liveWith({ ...foreign, marks: patch }));
    expect(secret.data).toEqual({ ...goodData, other: 'eA==' });
    expect(secret.metadata.labels).toEqual({ theirs: '1', app: 'db' });
    expect(secret.metadata.annotations).toEqual({ ...patch, note: 'x' });
    expect(secret.metadata.ownerReferences).toBeUndefined();
    expect(secret.metadata.resourceVersion).toBe('7');
  });

  test('merge into a Secret without data, labels and owners', () => {
    const { data: _, ...bare } = liveWith({ marks: patch });
    expect(written(bare).data).toEqual(goodData);
  });

  test('merge into a managed Secret takes it over and keeps its annotations', () => {
    const secret = written(liveWith({ ...foreign, marks: { ...managed, ...patch } }));
    expect(secret.metadata.ownerReferences).toEqual([owner()]);
    expect(secret.metadata.annotations).toEqual({ ...managed, ...patch, note: 'x' });
    expect(secret.data).toEqual({ ...goodData, other: 'eA==' });
  });

  test('only a merge without ownership is remembered as one', () => {
    const merges = (marks: Record<string, string>): unknown => decide({ sealed, live: liveWith({ marks }), opened: good });
    expect(merges(patch)).toMatchObject({ do: 'merge', merges: true });
    expect(merges({ ...managed, ...patch })).toMatchObject({ do: 'merge', merges: false });
    expect(merges(managed)).toMatchObject({ do: 'replace', merges: false });
  });

  test('skip-set-owner-references: no owner; owners of the template stay', () => {
    const own = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'y' }];
    expect(written(undefined, sealedWith({ template: skip })).metadata.ownerReferences).toEqual([]);
    const withOwn = { metadata: { ...skip.metadata, ownerReferences: own } };
    expect(written(undefined, sealedWith({ template: withOwn })).metadata.ownerReferences).toEqual(own);
  });

  test('type and immutable reach a new Secret', () => {
    const secret = written(undefined, sealedWith({ template: { type: 'kubernetes.io/dockerconfigjson', immutable: true } }));
    expect(secret).toMatchObject({ type: 'kubernetes.io/dockerconfigjson', immutable: true });
  });

  test('an empty type is Opaque, so that nothing differs from what the server made of it', () => {
    const live = liveWith({ owners: [owner()], data: goodData });
    expect(decide({ sealed: sealedWith({ template: { type: '' } }), live, opened: good }).do).toBe('nothing');
  });

  test('an item named __proto__ is an item', () => {
    const secret = decide({ sealed: sealedWith(), live: undefined, opened: opened({ ['__proto__']: 'x' }) });
    expect(Object.entries(('secret' in secret && secret.secret.data) || {})).toEqual([['__proto__', 'eA==']]);
  });
});
