import type { Secret } from '@signet/kube/client';
import { describe, expect, test } from 'vitest';
import { decided, own, synced, told } from './testing/decisions.ts';
import { dataOf, fetched, foreign, textsOf } from './testing/target-objects.ts';
import type { Draft } from './testing/target-objects.ts';

// Source of the rules: external-secrets v2.9, "mutation" and "admission rules"; differences are those that decide.ts names.

describe('immutable', () => {
  const frozen = async (draft: Draft = {}): Promise<Secret> => ({ ...(await own(draft)), immutable: true });

  test('external acceptance 10: a frozen Secret of new data is refused, and not touched', async () => {
    const decision = await decided({}, { live: await frozen(), data: fetched({ password: 'new' }) });
    expect(told(decision)).toEqual([
      'refuse',
      'SecretSyncedError',
      'could not update secret, target is immutable: delete the Secret "db" to have it made anew',
    ]);
    expect(decision).toMatchObject({ permanent: true, mendedBy: 'target' });
  });

  test('external acceptance 10: with target.immutable what is there stays, whatever is fetched', async () => {
    const live = await frozen();
    expect(told(await decided({ target: { immutable: true } }, { live, data: fetched({ password: 'new' }) }))).toEqual([
      'nothing',
      ...synced,
    ]);
  });

  test('external acceptance 10: a deleted one is made again', async () => {
    expect(await decided({ target: { immutable: true } })).toMatchObject({ do: 'create', secret: { immutable: true } });
  });

  test('labels of a frozen Secret are written', async () => {
    const decision = await decided({ labels: { team: 'b' } }, { live: await frozen() });
    expect(decision).toMatchObject({ do: 'replace', secret: { metadata: { labels: { team: 'b' } } } });
  });
});

describe('type', () => {
  const target = { template: { type: 'kubernetes.io/basic-auth' } };

  test('of a Secret of ours is changed by making it anew', async () => {
    const live = await own();
    const decision = await decided({ target }, { live });
    expect(told(decision)).toEqual(['recreate', ...synced]);
    expect(decision).toMatchObject({ instead: live, secret: { type: 'kubernetes.io/basic-auth' } });
    expect('secret' in decision && decision.secret.metadata).not.toHaveProperty('uid');
    expect('secret' in decision && decision.secret.metadata).not.toHaveProperty('resourceVersion');
  });

  test.each([
    ['that is not ours', {}, foreign(), true],
    ['when that is switched off', {}, undefined, false],
    ['of an orphan', { creationPolicy: 'Orphan' }, undefined, true],
  ])('is refused %s', async (_, policy, given, recreates) => {
    const live = given ?? (await own({ target: policy }));
    const decision = await decided({ target: { ...target, ...policy } }, { live, recreates });
    expect(told(decision)[2]).toBe(
      'could not update secret: the Secret "db" has type "Opaque" and should have "kubernetes.io/basic-auth", which cannot be changed: delete it to have it made anew',
    );
    expect(decision).toMatchObject({ permanent: true, mendedBy: 'target' });
  });

  const name = 'kubernetes.io/service-account.name';
  const token = 'kubernetes.io/service-account-token';
  test.each([
    ['a bootstrap token', { type: 'bootstrap.kubernetes.io/token' }],
    ['a token of a named ServiceAccount', { type: token, metadata: { annotations: { [name]: 'default' } } }],
    [
      'a token that takes annotations from templates',
      { type: token, templateFrom: [{ literal: 'a: b' }, { literal: 'a: b', target: 'ANNOTATIONS' }] },
    ],
  ])('external acceptance 14: %s is refused', async (_, template) => {
    const decision = await decided({ target: { template } });
    expect(told(decision)[2]).toMatch(/^could not update secret: spec\.target\.template\.type: /);
    expect(decision).toHaveProperty('permanent', true);
  });

  test.each([
    ['a token that is named by nobody', { type: token, data: { extra: 'x' } }],
    ['the annotation on another type', { metadata: { annotations: { [name]: 'default' } } }],
  ])('external acceptance 14: %s is not', async (_, template) => {
    expect((await decided({ target: { template } })).do).toBe('create');
  });

  test('external acceptance 14: nor is a token that is there already given another ServiceAccount', async () => {
    const live = foreign({ type: token, metadata: { annotations: { [name]: 'poor' } } });
    const draft = { target: { creationPolicy: 'Merge' }, annotations: { [name]: 'rich' } };
    expect((await decided(draft, { live })).do).toBe('refuse');
    expect((await decided({ target: { creationPolicy: 'Merge' } }, { live })).do).toBe('replace');
  });
});

describe('templates', () => {
  test('external acceptance 27: an error leaves the Secret as it is', async () => {
    const template = { data: { a: '{{ .missing }}' } };
    const decision = await decided({ target: { template } }, { live: await own() });
    expect(decision).toMatchObject({ do: 'refuse', permanent: true, mendedBy: 'templates' });
    expect(told(decision)[2]).toMatch(/^could not update secret: spec\.target\.template\.data: .*key a.*missing/);
  });

  test('external acceptance 25: a ConfigMap that is missing is named by its field', async () => {
    const template = { templateFrom: [{ configMap: { name: 'gone', items: [{ key: 'a' }] } }] };
    expect(told(await decided({ target: { template } }))).toEqual([
      'refuse',
      'SecretSyncedError',
      'could not update secret: spec.target.template.templateFrom[0].configMap: ConfigMap "gone" does not exist',
    ]);
  });

  test('are not read where nothing is written', async () => {
    const template = { templateFrom: [{ configMap: { name: 'gone', items: [{ key: 'a' }] } }] };
    expect((await decided({ target: { creationPolicy: 'None', template } })).do).toBe('nothing');
  });

  test('external acceptance 26: unquoted YAML that came out as something else is told', async () => {
    const decision = await decided({ target: { template: { templateFrom: [{ literal: 'flag: yes' }] } } });
    expect(decision).toMatchObject({ do: 'create', secret: { data: dataOf({ flag: 'true' }) } });
    expect('warnings' in decision && decision.warnings.join()).toContain('spec.target.template.templateFrom[0].literal');
  });

  test('external acceptance 26: a docker config and a key file', async () => {
    const template = {
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': '{"auths":{"r.example":{"auth":"{{ printf "%s:%s" .user .password | b64enc }}"}}}' },
    };
    const decision = await decided({ target: { template } }, { data: fetched({ user: 'ann', password: 'pw' }) });
    expect('secret' in decision && textsOf(decision.secret)).toEqual({
      '.dockerconfigjson': '{"auths":{"r.example":{"auth":"YW5uOnB3"}}}', // base64 of ann:pw
    });
  });

  test('a Secret that would be too large is refused with its size', async () => {
    const decision = await decided({}, { data: new Map([['a', new Uint8Array(1024 * 1024 + 1)]]) });
    expect(told(decision)[2]).toBe('could not update secret: its data would be 1048577 bytes, and a Secret holds at most 1048576');
    expect((await decided({}, { data: new Map([['a', new Uint8Array(1024 * 1024)]]) })).do).toBe('create');
  });

  test('which made which key is told by names', async () => {
    const template = { mergePolicy: 'Merge', data: { made: '{{ .password }}' } };
    const decision = await decided({ target: { template } });
    expect('origins' in decision && [...decision.origins]).toEqual([['made', 'spec.target.template.data']]);
  });
});
