import type { KubeObject } from '@signet/kube/client';
import { describe, expect, test } from 'vitest';
import { decideResource } from './decide-resource.ts';
import type { ObservedResource, ResourceDecision } from './decide-resource.ts';
import { contentHash, isResourceValid } from './resource-content.ts';
import { createdByHash, fieldManagerOf, hashOf } from './marks.ts';
import { decided as decidedSecret } from './testing/decisions.ts';
import { external, fetched, owner, readFrom } from './testing/target-objects.ts';

// Source of the rules: external-secrets v2.9, target.manifest; differences are those that generic-target.ts names.

const configMap = { manifest: { apiVersion: 'v1', kind: 'ConfigMap' } };
const site = { manifest: { apiVersion: 'example.com/v1', kind: 'Site' } };
const texts = { kind: 'ConfigMap', metadata: { name: 'texts' }, data: { site: '[{"host": "{{ .host }}"}]' } };

async function decided(target: object, more: Partial<ObservedResource> = {}): Promise<ResourceDecision> {
  const observed = {
    es: external({ target, labels: { team: 'a' } }),
    data: fetched({ host: 'a.example' }),
    live: undefined,
    now: () => 0,
    allowsGenericTargets: true,
    ...more,
  };
  return decideResource(observed, readFrom(texts));
}
function madeBy(decision: ResourceDecision): KubeObject {
  if (decision.do !== 'create' && decision.do !== 'replace')
    throw new Error(`something is written, not: ${JSON.stringify(decision)}`);
  return decision.object;
}
/** As the API server answers to its creation, with what it adds. */
function live(object: KubeObject, added: object = {}): KubeObject {
  const { data = {}, metadata } = object;
  const names = (map: unknown): object => Object.fromEntries(Object.keys(map as object).map((key) => [`f:${key}`, {}]));
  const fieldsV1 = {
    'f:data': names(data),
    'f:metadata': { 'f:labels': names(metadata.labels), 'f:annotations': names(metadata.annotations) },
  };
  const managedFields = [{ manager: fieldManagerOf('db'), operation: 'Update', fieldsV1 }];
  return { ...object, ...added, metadata: { ...metadata, uid: 'u', resourceVersion: '7', managedFields } };
}
const messageOf = (decision: ResourceDecision): string => (decision.do === 'refuse' ? decision.message : decision.told.message);

describe('a ConfigMap', () => {
  test('has what was fetched as text, and the marks', async () => {
    const decision = await decided(configMap);
    expect(decision).toMatchObject({ do: 'create', told: { ready: true, reason: 'ResourceSynced' } });
    expect(madeBy(decision)).toMatchObject({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'db',
        namespace: 'web',
        labels: { team: 'a', 'reconcile.external-secrets.io/managed': 'true' },
        ownerReferences: [owner()],
      },
      data: { host: 'a.example' },
    });
    expect(madeBy(decision).metadata.annotations).toEqual({
      'reconcile.external-secrets.io/data-hash': hashOf('map[host:a.example]'), // what Go prints of a map of texts
    });
  });

  test('has the label of its maker with Owner only', async () => {
    const label = 'reconcile.external-secrets.io/created-by';
    expect(madeBy(await decided(configMap)).metadata.labels).toHaveProperty([label], createdByHash('web', 'db'));
    expect(madeBy(await decided({ ...configMap, creationPolicy: 'Orphan' })).metadata.labels).not.toHaveProperty([label]);
  });

  test.each([
    ['Replace', { url: 'https://a.example' }],
    ['Merge', { url: 'https://a.example', host: 'a.example' }],
  ])('external acceptance 24: mergePolicy %s and what was fetched', async (mergePolicy, expected) => {
    const template = { mergePolicy, data: { url: 'https://{{ .host }}' } };
    expect(madeBy(await decided({ ...configMap, template }))['data']).toEqual(expected);
  });

  test('is not written when it is as it should be', async () => {
    expect((await decided(configMap, { live: live(madeBy(await decided(configMap))) })).do).toBe('nothing');
  });

  test('of which somebody changed a key, or added one, is put right', async () => {
    const made = madeBy(await decided(configMap));
    for (const data of [{ host: 'b' }, { host: 'a.example', more: '1' }, {}]) {
      expect(madeBy(await decided(configMap, { live: live({ ...made, data }) }))['data']).toEqual({ host: 'a.example' });
      expect(isResourceValid(external(), live({ ...made, data }))).toBe(false);
    }
    expect(isResourceValid(external(), live(made))).toBe(true);
  });

  test.each(['Merge', 'CreateOrMerge'])('keeps keys of others with %s, and loses own stale ones', async (creationPolicy) => {
    const target = { ...configMap, creationPolicy };
    const first = madeBy(
      await decided({ ...target, creationPolicy: 'CreateOrMerge' }, { data: fetched({ host: 'a', stale: 'x' }) }),
    );
    const edited = { ...live(first), data: { ...(first['data'] as object), theirs: '1' } };
    expect(madeBy(await decided(target, { live: edited }))['data']).toEqual({ host: 'a.example', theirs: '1' });
  });

  test('does not take values that are no text', async () => {
    const decision = await decided(configMap, { data: new Map([['bin', Uint8Array.of(0xff)]]) });
    expect(messageOf(decision)).toBe(
      'could not update resource: spec.target: the value of "bin" is no text, and a ConfigMap holds text',
    );
  });
});

describe('a kind of somebody else', () => {
  const template = {
    templateFrom: [
      { literal: 'replicas: 2', target: 'spec' },
      { configMap: { name: 'texts', items: [{ key: 'site' }] }, target: 'spec.sites' },
    ],
  };

  test('external acceptance 25: is put together by paths', async () => {
    const object = madeBy(await decided({ ...site, template }));
    expect(object['spec']).toEqual({ replicas: 2, sites: [{ host: 'a.example' }] });
  });

  test('external acceptance 26: delimiters of choice', async () => {
    const named = { templateFrom: [{ literal: 'host: << .host >>', target: 'spec' }] };
    const object = madeBy(await decided({ ...site, template: named }, { delimiters: ['<<', '>>'] }));
    expect(object['spec']).toEqual({ host: 'a.example' });
  });

  test('without a template has what was fetched in spec.data', async () => {
    expect(madeBy(await decided(site))['spec']).toEqual({ data: { host: 'a.example' } });
  });

  test('is not written because of defaults that the API server filled in', async () => {
    const target = { ...site, template };
    const made = madeBy(await decided(target));
    const defaulted = live(made, { spec: { ...(made['spec'] as object), paused: false }, status: { ready: true } });
    expect((await decided(target, { live: defaulted })).do).toBe('nothing');
  });

  test.each([
    ['a list that is longer', [{ host: 'a.example' }, { host: 'b' }]],
    ['a list that is shorter', []],
    ['another value', [{ host: 'b' }]],
    ['another form', { host: 'a.example' }],
    ['nothing', null],
  ])('is put right when somebody made it %s', async (_, sites) => {
    const target = { ...site, template };
    const made = madeBy(await decided(target));
    const edited = { ...live(made), spec: { ...(made['spec'] as object), sites } };
    expect((await decided(target, { live: edited })).do).toBe('replace');
  });

  test('that has nothing in it may be left without spec', async () => {
    const target = { ...site, deletionPolicy: 'Merge' };
    const { spec: _, ...bare } = live(madeBy(await decided(target, { data: fetched({}) })));
    expect((await decided(target, { data: fetched({}), live: bare })).do).toBe('nothing');
  });

  test('is written when something is asked for no more', async () => {
    const made = madeBy(await decided({ ...site, template }));
    const less = { ...site, template: { templateFrom: template.templateFrom.slice(0, 1) } };
    expect(madeBy(await decided(less, { live: live(made) }))['spec']).toEqual({ replicas: 2 });
  });

  test.each([
    ['metadata.namespace', '"kube-system"', 'metadata.namespace'],
    ['metadata.name', '"other"', 'metadata.name'],
    ['kind', '"ClusterRoleBinding"', 'kind'],
    ['apiVersion', '"v1"', 'apiVersion'],
    ['metadata.ownerReferences', '[]', 'metadata.ownerReferences'],
  ])('promise 10: a template does not make it another object by %s', async (target, text, field) => {
    const template = { templateFrom: [{ literal: text, target }] };
    expect(messageOf(await decided({ ...site, template }))).toBe(
      `could not update resource: spec.target: a template may not change ${field}`,
    );
  });
});

describe('rules', () => {
  test.each([
    [
      'when they are not allowed',
      configMap,
      false,
      'invalid generic target: generic targets are disabled. Enable with --unsafe-allow-generic-targets flag',
    ],
    [
      'without a kind',
      { manifest: { apiVersion: 'v1', kind: '' } },
      true,
      'invalid generic target: target.manifest.kind is required',
    ],
    [
      'without an apiVersion',
      { manifest: { apiVersion: '', kind: 'A' } },
      true,
      'invalid generic target: target.manifest.apiVersion is required',
    ],
  ])('generic targets are refused %s', async (_, target, allowsGenericTargets, message) => {
    const decision = await decided(target, { allowsGenericTargets });
    expect(decision).toMatchObject({ do: 'refuse', message, permanent: true });
  });

  test('no Secret is made in the place of another kind', async () => {
    expect(await decidedSecret({ target: configMap })).toMatchObject({
      do: 'refuse',
      message: 'invalid generic target: a ConfigMap is not a Secret',
    });
  });

  test.each([
    ['None', {}, 'ResourceSynced'],
    ['Merge', {}, 'ResourceMissing'],
  ])('%s creates nothing', async (creationPolicy, more, reason) => {
    expect(await decided({ ...configMap, creationPolicy }, more)).toMatchObject({ do: 'nothing', told: { reason } });
  });

  const none = { data: fetched({}) };
  test('nothing left at the sources: Retain keeps it, Delete deletes what is ours, and nothing of others', async () => {
    const ours = live(madeBy(await decided(configMap)));
    const theirs = { ...ours, metadata: { name: 'db', namespace: 'web', uid: 'u' } };
    const deleting = { ...configMap, deletionPolicy: 'Delete' };
    expect(await decided(configMap, { ...none, live: ours })).toMatchObject({ do: 'nothing', told: { reason: 'ResourceSynced' } });
    expect(await decided(deleting, { ...none, live: ours })).toMatchObject({ do: 'delete', told: { reason: 'ResourceDeleted' } });
    expect(await decided(deleting, { ...none })).toMatchObject({ do: 'nothing', told: { reason: 'ResourceDeleted' } });
    expect(messageOf(await decided(deleting, { ...none, live: theirs }))).toBe(
      'could not delete resource: the ConfigMap "db" was not made by this ExternalSecret',
    );
    expect((await decided(deleting, { live: ours })).do).toBe('nothing'); // there is something left
    expect((await decided({ ...deleting, creationPolicy: 'Orphan' }, { ...none, live: ours })).do).toBe('refuse');
  });

  test.each([
    [
      'another ExternalSecret',
      owner({ name: 'other' }),
      'target is owned by another ExternalSecret: "other" owns the ConfigMap "db"',
    ],
    [
      'a Job',
      owner({ apiVersion: 'batch/v1', kind: 'Job', name: 'j' }),
      'failed to take ownership of target secret: Job "j" controls the ConfigMap "db"',
    ],
  ])('external acceptance 12: what %s controls is left alone', async (_, controller, message) => {
    const object = { kind: 'ConfigMap', metadata: { name: 'db', namespace: 'web', ownerReferences: [controller] } };
    const decision = await decided(configMap, { live: object });
    expect(decision).toMatchObject({ do: 'refuse', reason: 'ResourceSyncedError', message });
  });

  test('external acceptance 14: a Secret by manifest has the rules of Secrets', async () => {
    const secret = { manifest: { apiVersion: 'v1', kind: 'Secret' } };
    const decision = await decided({ ...secret, template: { type: 'bootstrap.kubernetes.io/token' } });
    expect(decision.do).toBe('refuse');
    expect(madeBy(await decided(secret))).toMatchObject({
      kind: 'Secret',
      data: { host: Buffer.from('a.example').toString('base64') },
    });
  });

  test('an error of a template is told by its field', async () => {
    const decision = await decided({ ...site, template: { data: { a: '{{ .nope }}' } } });
    expect(messageOf(decision)).toMatch(/^could not update resource: spec\.target\.template\.data: .*nope/);
  });
});

test('contentHash is that of the text Go prints', () => {
  const spec = { b: [1, 'x', null, true], a: { c: {} } };
  expect(contentHash({ kind: 'Site', metadata: {}, spec })).toBe(hashOf('map[a:map[c:map[]] b:[1 x <nil> true]]'));
});
