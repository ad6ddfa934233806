import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Secret } from '@signet/kube/client';
import { createdByHash, dataHash, fieldManagerOf } from './marks.ts';
import { isSameSecret, wantedSecret } from './target-secret.ts';
import { resolveTemplates } from './templates.ts';
import type { ReadTemplateSource } from './templates.ts';
import { created, dataOf, external, fetched, foreign, making, owner, readFrom, textsOf } from './testing/target-objects.ts';
import type { Draft } from './testing/target-objects.ts';
import type { Making } from './target-secret.ts';

// Source of the rules: external-secrets v2.9, sections "mutation" and "creationPolicy".

const hashKey = 'reconcile.external-secrets.io/data-hash';
const managedLabel = { 'reconcile.external-secrets.io/managed': 'true' };

async function wanted(draft: Draft, more: Partial<Making> = {}, read: ReadTemplateSource = readFrom()): Promise<Secret> {
  const es = external(draft);
  return (await wantedSecret(making({ es, groups: await resolveTemplates(es, read), ...more }))).secret;
}

describe('marks', () => {
  test('external acceptance 1: the hash is that of the data, for Owner', async () => {
    const secret = await wanted({}, { data: fetched({ foo: 'value1', bar: 'value2' }) });
    expect(secret.metadata.annotations).toEqual({ [hashKey]: '1bed8bcbcb4547ffe19a19cd47d9078e84aa6598266d86b99f992d64' });
    expect(secret.metadata.labels).toEqual({
      ...managedLabel,
      'reconcile.external-secrets.io/created-by': createdByHash('web', 'db'),
    });
    expect(secret.metadata.ownerReferences).toEqual([owner()]);
    expect(secret.metadata.name).toBe('db'); // external acceptance 3: the name is the ExternalSecret's own
    expect(secret.type).toBe('Opaque');
  });

  test('external acceptance 1: the hash is that of all data, kept keys too, for Merge', async () => {
    const live = foreign({ data: dataOf({ foo: 'value1' }) });
    const secret = await wanted({ target: { creationPolicy: 'Merge' } }, { live, data: fetched({ bar: 'value2' }) });
    expect(secret.metadata.annotations?.[hashKey]).toBe(dataHash(fetched({ foo: 'value1', bar: 'value2' })));
    expect(secret.metadata.labels).toEqual(managedLabel);
    expect(secret.metadata).not.toHaveProperty('ownerReferences');
  });

  test.each(['Orphan', 'Merge', 'CreateOrMerge'])('leaving Owner for %s takes owner and label off', async (creationPolicy) => {
    const live = created(await wanted({}));
    const job = owner({ apiVersion: 'batch/v1', kind: 'Job', uid: 'uid-2' });
    const loose = owner({ controller: false, uid: 'uid-3' });
    live.metadata.ownerReferences = [job, loose, owner()];
    const secret = await wanted({ target: { creationPolicy } }, { live });
    expect(secret.metadata.ownerReferences).toEqual([job, loose]);
    expect(secret.metadata.labels).toEqual(managedLabel);
  });

  test('a target of an ExternalSecret that was made again gets its new uid', async () => {
    const live = foreign({ metadata: { ownerReferences: [owner({ uid: 'old', apiVersion: 'external-secrets.io/v1beta1' })] } });
    expect((await wanted({}, { live })).metadata.ownerReferences).toEqual([owner()]);
  });
});

describe('labels and annotations', () => {
  const marked = { labels: { team: 'a' }, annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } };

  test('external acceptance 6: without a template those of the ExternalSecret are copied, all of them', async () => {
    const secret = await wanted(marked);
    expect(secret.metadata.labels).toMatchObject(marked.labels);
    expect(secret.metadata.annotations).toMatchObject(marked.annotations);
  });

  test('external acceptance 6: a template replaces that, and its values are rendered', async () => {
    const metadata = { labels: { by: '{{ .password }}' }, annotations: { note: 'n' }, finalizers: ['x/y'] };
    const secret = await wanted({ ...marked, target: { template: { metadata } } });
    expect(secret.metadata.labels).toMatchObject({ by: 'hunter2' });
    expect(secret.metadata.labels).not.toHaveProperty('team');
    expect(Object.keys(secret.metadata.annotations ?? {})).toEqual(['note', hashKey]);
    expect(secret.metadata.finalizers).toEqual(['x/y']);
  });

  test('external acceptance 6: outdated ones that we own go, those of others stay', async () => {
    const live = created(await wanted({ labels: { stale: 'x', team: 'a' }, annotations: { stale: 'x' } }));
    live.metadata.labels = { ...live.metadata.labels, theirs: 'b' };
    live.metadata.annotations = { ...live.metadata.annotations, theirs: 'b' };
    live.metadata.finalizers = ['theirs/finalizer'];
    const { metadata } = await wanted({ labels: { team: 'b' } }, { live });
    expect(metadata.labels).toMatchObject({ team: 'b', theirs: 'b' });
    expect([...Object.keys(metadata.labels ?? {}), ...Object.keys(metadata.annotations ?? {})]).not.toContain('stale');
    expect(metadata.annotations).toMatchObject({ theirs: 'b' });
    expect(metadata.finalizers).toEqual(['theirs/finalizer']);
  });

  test('external acceptance 3: outdated ones go for long names too', async () => {
    const name = 'a-name-of-more-than-twenty-eight-characters';
    const live = created(await wanted({ name, labels: { stale: 'x' } }), fieldManagerOf(name));
    expect((await wanted({ name }, { live })).metadata.labels).not.toHaveProperty('stale');
  });
});

describe('data', () => {
  // creationPolicy -> what is left of { theirs, password: old } when password is fetched
  test.each([
    ['Owner', { password: 'hunter2' }],
    ['Orphan', { password: 'hunter2' }],
    ['CreateOrMerge', { theirs: 'a', password: 'hunter2' }],
    ['Merge', { theirs: 'a', password: 'hunter2' }],
  ])('external acceptance 7: %s and keys of others', async (creationPolicy, expected) => {
    const live = foreign({ data: dataOf({ theirs: 'a', password: 'old' }) });
    expect(textsOf(await wanted({ target: { creationPolicy } }, { live }))).toEqual(expected);
  });

  test.each(['Owner', 'Orphan', 'CreateOrMerge', 'Merge'])(
    'own keys that are fetched no more go with %s',
    async (creationPolicy) => {
      const target = { creationPolicy };
      const live = created(await wanted({ target }, { data: fetched({ a: '1', stale: '2' }) }));
      expect(textsOf(await wanted({ target }, { live, data: fetched({ a: '1' }) }))).toEqual({ a: '1' });
    },
  );

  const texts = { kind: 'ConfigMap', metadata: { name: 'texts' }, data: { a: 'from-map', b: 'from-map' } };
  const templateFrom = [{ configMap: { name: 'texts', items: [{ key: 'a' }, { key: 'b' }] } }];

  // what the template has besides { a: '0', b: '0', c: '0' } that is fetched -> data
  test.each([
    ['data over templateFrom, fetched keys are dropped', { data: { a: 'own' }, templateFrom }, { a: 'own', b: 'from-map' }],
    [
      'mergePolicy Merge keeps fetched keys',
      { data: { a: 'own' }, templateFrom, mergePolicy: 'Merge' },
      { a: 'own', b: 'from-map', c: '0' },
    ],
    ['a template of metadata only keeps them', { metadata: { labels: { l: '1' } } }, { a: '0', b: '0', c: '0' }],
    ['a template of a type only keeps them', { type: 'example.com/x' }, { a: '0', b: '0', c: '0' }],
    ['later templateFrom wins', { templateFrom: [...templateFrom, { literal: 'b: later' }] }, { a: 'from-map', b: 'later' }],
  ])('external acceptance 24: %s', async (_, template, expected) => {
    const secret = await wanted({ target: { template } }, { data: fetched({ a: '0', b: '0', c: '0' }) }, readFrom(texts));
    expect(textsOf(secret)).toEqual(expected);
  });

  test('external acceptance 24: a key that left the template goes, also where others keep theirs', async () => {
    const target = (data: object): object => ({ creationPolicy: 'Merge', template: { data } });
    const live = created(await wanted({ target: target({ a: '1', stale: '2' }) }));
    expect(textsOf(await wanted({ target: target({ a: '1' }) }, { live }))).toEqual({ a: '1' });
  });

  test.each(['Labels', 'labels', 'LABELS'])('external acceptance 25: target %s in any case', async (target) => {
    const secret = await wanted({ target: { template: { templateFrom: [{ literal: 'by: "{{ .password }}"', target }] } } });
    expect(secret.metadata.labels).toMatchObject({ by: 'hunter2' });
    expect(textsOf(secret)).toEqual({});
  });

  test.each(['Spec', 'data.nested', 'metadata.labels'])('external acceptance 25: a Secret has no target %s', async (target) => {
    const template = { templateFrom: [{ literal: 'a: 1', target }] };
    await expect(wanted({ target: { template } })).rejects.toThrow(`a Secret has no template target "${target}"`);
  });

  test('external acceptance 25: rendered values are decoded by valuesDecodingStrategy', async () => {
    const template = { templateFrom: [{ literal: 'bin: "{{ .b }}"', valuesDecodingStrategy: 'Base64' }] };
    const secret = await wanted({ target: { template } }, { data: fetched({ b: 'AP8=' }) });
    expect(secret.data).toEqual({ bin: 'AP8=' });
  });

  test('external acceptance 26: a wrong template is told by field, key and place, without the value', async () => {
    const template = { data: { a: '{{ .password | nope }}' } };
    await expect(wanted({ target: { template } })).rejects.toThrow(/^spec\.target\.template\.data: .*at key a: .*nope/);
    const missing = { data: { a: '{{ .missing }}' } };
    await expect(wanted({ target: { template: missing } })).rejects.toThrow(/^spec\.target\.template\.data: .*key a: .*missing/);
  });

  test('external acceptance 26: delimiters of choice, in data, documents and metadata', async () => {
    const template = {
      data: { a: '<< .password >> {{ .password }}' },
      templateFrom: [{ literal: 'b: << .password >>' }],
      metadata: { labels: { l: '<< .password >>' } },
    };
    const secret = await wanted({ target: { template } }, { delimiters: ['<<', '>>'] });
    expect(textsOf(secret)).toEqual({ a: 'hunter2 {{ .password }}', b: 'hunter2' });
    expect(secret.metadata.labels?.['l']).toBe('hunter2');
  });

  test('all templates of an object have its limits together', async () => {
    // Each takes 600,000 of 1,000,000 steps.
    const text = '{{ range until 300000 }}{{ . }}{{ end }}';
    const both = { data: { a: text }, metadata: { labels: { b: text } } };
    await expect(wanted({ target: { template: { data: { a: '{{ range until 30 }}{{ . }}{{ end }}' } } } })).resolves.toBeDefined();
    await expect(wanted({ target: { template: both } })).rejects.toThrow('exceeds the limit');
  });
});

describe('type', () => {
  test('is that of the template, else the live one, else Opaque', async () => {
    const live = foreign({ type: 'example.com/x' });
    expect((await wanted({}, { live })).type).toBe('example.com/x');
    expect((await wanted({ target: { template: { type: 'kubernetes.io/tls' } } }, { live })).type).toBe('kubernetes.io/tls');
    expect((await wanted({ target: { template: {} } })).type).toBe('Opaque');
  });
});

describe('immutable', () => {
  const target = { immutable: true };

  test('external acceptance 9: creates and freezes', async () => {
    const secret = await wanted({ target: { ...target, creationPolicy: 'CreateOrMerge' } });
    expect(secret.immutable).toBe(true);
    expect(textsOf(secret)).toEqual({ password: 'hunter2' });
  });

  test('external acceptance 10: what is there already stays as it is', async () => {
    const live = foreign({ data: dataOf({ password: 'first' }), metadata: { labels: { theirs: 'b' } } });
    const secret = await wanted({ target, labels: { team: 'a' } }, { live });
    expect(textsOf(secret)).toEqual({ password: 'first' });
    expect(secret.immutable).toBe(true);
    expect(secret.metadata.annotations?.[hashKey]).toBe(dataHash(fetched({ password: 'first' })));
    expect(Object.keys(secret.metadata.labels ?? {}).toSorted()).toEqual([
      'reconcile.external-secrets.io/created-by',
      'reconcile.external-secrets.io/managed',
      'theirs',
    ]);
  });

  test('external acceptance 11: without immutable the target is written over', async () => {
    expect(textsOf(await wanted({}, { live: foreign({ data: dataOf({ password: 'first' }) }) }))).toEqual({ password: 'hunter2' });
  });
});

describe('a second time', () => {
  const key = fc.stringMatching(/^[a-z][a-z0-9._-]{0,8}$/);
  const map = fc.dictionary(key, fc.string({ maxLength: 8 }), { maxKeys: 4 });
  const drafts = fc.record({
    labels: map,
    annotations: map,
    target: fc.record(
      {
        creationPolicy: fc.constantFrom('Owner', 'Orphan', 'Merge', 'CreateOrMerge'),
        immutable: fc.boolean(),
        template: fc.record(
          {
            type: fc.constantFrom('Opaque', 'example.com/x'),
            mergePolicy: fc.constantFrom('Replace', 'Merge'),
            metadata: fc.record({ labels: map.map(plain), annotations: map.map(plain) }, { requiredKeys: [] }),
            data: fc.dictionary(
              key,
              fc.constantFrom('x', '{{ len . }}', '{{ randAlphaNum 9 }}', '{{ range $k, $v := . }}{{ $k }}{{ end }}'),
            ),
          },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: ['creationPolicy'] },
    ),
  });
  function plain(texts: Record<string, string>): Record<string, string> {
    return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text.replaceAll('{', '')]));
  }

  test('there is nothing to do', async () => {
    await fc.assert(
      fc.asyncProperty(drafts, map, async (draft, values) => {
        const keyed = (of: Uint8Array): string => Buffer.from(of).toString('base64url');
        const first = await wanted(draft, { data: fetched(values), keyed });
        const live = created(first);
        const second = await wanted(draft, { data: fetched(values), live, keyed });
        expect(second.data).toEqual(live.data);
        expect(isSameSecret(live, second)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('keys of others survive Merge and CreateOrMerge, own stale ones go, whatever was fetched', async () => {
    const policy = fc.constantFrom('Merge', 'CreateOrMerge');
    await fc.assert(
      fc.asyncProperty(policy, map, map, map, async (creationPolicy, before, after, theirs) => {
        const target = { creationPolicy };
        const live = created(await wanted({ target }, { data: fetched(before) }));
        const others = Object.fromEntries(Object.entries(theirs).map(([name, value]) => [`T${name}`, value]));
        live.data = { ...live.data, ...dataOf(others) };
        const secret = await wanted({ target }, { live, data: fetched(after) });
        expect(textsOf(secret)).toEqual({ ...after, ...others });
      }),
    );
  });
});
