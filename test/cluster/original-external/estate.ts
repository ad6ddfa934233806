import type { KubeObject, Secret } from '@signet/kube/client';

/** An ExternalSecret as people use it, and what it comes to. */
export interface Plot {
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** The reason of its Ready condition. */
  readonly reason: 'SecretSynced' | 'SecretMissing' | 'SecretDeleted' | 'SecretSyncedError';
  /** Data of a Secret with label `theirs` that stands there before, under the target's name. */
  readonly before?: Readonly<Record<string, string>>;
  /** Data of its target in the end, as text; `chance`: its values are drawn. */
  readonly data: Readonly<Record<string, string>> | 'no Secret' | 'chance';
}

/** What is in the stores `fake` (of the namespace) and `shared` (of the cluster). */
export const stored: Readonly<Record<string, string>> = {
  word: 'first',
  json: '{"user":"u","password":"p<&>","port":5432,"none":"","deep":{"b":1,"a":[true,null]}}',
  more: '{"user":"other"}',
  base64: 'aGVsbG8=',
  strange: '{"a b":"1","c/d":"2"}',
  'db/user': 'u',
  'db/password': 'p',
};

const word = { secretKey: 'word', remoteRef: { key: 'word' } };
const gone = { secretKey: 'gone', remoteRef: { key: 'gone' } };
const json = { extract: { key: 'json' } };
const extracted = { user: 'u', password: 'p<&>', port: '5432', none: '', deep: '{"b":1,"a":[true,null]}' };
const plain = { word: 'first' };
const theirs = { theirs: '1' };

const good = (name: string, spec: Plot['spec'], data: Plot['data'] = plain, more: Partial<Plot> = {}): Plot => ({
  name,
  spec: { data: [word], ...spec },
  reason: 'SecretSynced',
  data,
  ...more,
});

/** A template over `word`. */
const templated = (name: string, template: object, data: Plot['data'], target: object = {}): Plot =>
  good(name, { target: { ...target, template } }, data);

const policies: readonly Plot[] = [
  good('plain', {}),
  good('marked', {}, plain, { labels: { team: 'a' }, annotations: { note: 'b' } }),
  good('renamed', { target: { name: 'under-another-name' } }),
  good('orphan', { target: { creationPolicy: 'Orphan' } }, plain, { labels: { team: 'a' } }),
  good('merged', { target: { creationPolicy: 'Merge' } }, { ...plain, ...theirs }, { before: theirs, labels: { team: 'a' } }),
  good('overlapping', { target: { creationPolicy: 'Merge' } }, plain, { before: { word: 'theirs' } }),
  good('unmerged', { target: { creationPolicy: 'Merge' } }, 'no Secret', { reason: 'SecretMissing' }),
  good('none', { target: { creationPolicy: 'None' } }, 'no Secret'),
  good('none-there', { target: { creationPolicy: 'None' } }, theirs, { before: theirs }),
  good('adopted', {}, plain, { before: theirs }),
  good('immutable', { target: { immutable: true } }, plain, { labels: { team: 'a' } }),
  good('thief', { target: { name: 'plain' } }, plain, { reason: 'SecretSyncedError' }),
  good('broken', { data: [word, gone] }, 'no Secret', { reason: 'SecretSyncedError' }),
  good('deleting', { data: [word, gone], target: { deletionPolicy: 'Delete' } }),
  good('all-gone-deleting', { data: [gone], target: { deletionPolicy: 'Delete' } }, 'no Secret', { reason: 'SecretDeleted' }),
  good('dropping', { data: [word, gone], target: { deletionPolicy: 'Merge' } }),
  good('all-gone-dropping', { data: [gone], target: { creationPolicy: 'Merge', deletionPolicy: 'Merge' } }, theirs, {
    before: theirs,
  }),
  good('once', { refreshPolicy: 'CreatedOnce' }),
  good('on-change', { refreshPolicy: 'OnChange' }),
  good('never-again', { refreshInterval: '0' }),
  good('of-cluster', { secretStoreRef: { name: 'shared', kind: 'ClusterSecretStore' } }),
  // A field manager has at most 128 characters, a label's value 63: from 28 and from 64 on names are written otherwise.
  ...[28, 40, 63, 64, 200].map((length) => good(`long-${length}-`.padEnd(length, 'x'), {}, plain, { labels: { team: 'a' } })),
];

const sources: readonly Plot[] = [
  good('extracted', { data: [], dataFrom: [json] }, extracted),
  good('overlaid', { dataFrom: [json, { extract: { key: 'more' } }] }, { ...extracted, user: 'other', ...plain }),
  good('property', { data: [{ secretKey: 'one', remoteRef: { key: 'json', property: 'deep.b' } }] }, { one: '1' }),
  good(
    'found',
    {
      data: [],
      dataFrom: [{ find: { name: { regexp: '^db/' } }, rewrite: [{ regexp: { source: '^db/(.*)$', target: 'db_$1' } }] }],
    },
    { db_user: 'u', db_password: 'p' },
  ),
  good(
    'converted',
    { data: [], dataFrom: [{ extract: { key: 'strange', conversionStrategy: 'Unicode' } }] },
    { a_U0020_b: '1', c_U002f_d: '2' },
  ),
  good(
    'transformed',
    { data: [], dataFrom: [{ extract: { key: 'more' }, rewrite: [{ transform: { template: 'my-{{ .value | upper }}' } }] }] },
    { 'my-USER': 'other' },
  ),
  good('decoded', { data: [{ secretKey: 'a', remoteRef: { key: 'base64', decodingStrategy: 'Base64' } }] }, { a: 'hello' }),
  good(
    'generated',
    { data: [], refreshPolicy: 'CreatedOnce', dataFrom: [{ sourceRef: { generatorRef: { kind: 'UUID', name: 'uuid' } } }] },
    'chance',
  ),
];

const templates: readonly Plot[] = [
  templated('rendered', { data: { url: 'db://{{ .word }}', copy: '{{ .word | upper }}' } }, { url: 'db://first', copy: 'FIRST' }),
  templated('rendered-beside', { mergePolicy: 'Merge', data: { url: 'db://{{ .word }}' } }, { url: 'db://first', ...plain }),
  templated(
    'dressed',
    { metadata: { labels: { team: '{{ .word }}' }, annotations: { note: 'b' }, finalizers: ['example.com/hold'] } },
    plain,
  ),
  templated('bare', {}, plain),
  templated(
    'typed',
    { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': '{"auths":{"{{ .word }}":{}}}' } },
    {
      '.dockerconfigjson': '{"auths":{"first":{}}}',
    },
  ),
  templated('from-map', { templateFrom: [{ configMap: { name: 'texts', items: [{ key: 'url' }] } }] }, { url: 'pg://first' }),
  templated(
    'from-secret',
    { templateFrom: [{ secret: { name: 'texts', items: [{ key: 'all', templateAs: 'KeysAndValues' }] } }] },
    {
      a: 'first',
      b: '1.5',
      c: 'true',
    },
  ),
  templated(
    'literal',
    { templateFrom: [{ literal: 'x: "{{ .word }}"' }, { target: 'Labels', literal: 'shape: round' }] },
    { x: 'first' },
  ),
  templated('annotating', { templateFrom: [{ target: 'Annotations', literal: 'note: "{{ .word }}"' }] }, {}),
  templated('immutably', { data: { url: '{{ .word }}' } }, { url: 'first' }, { immutable: true }),
  templated(
    'merging',
    { data: { url: '{{ .word }}' }, metadata: { labels: { team: 'a' } } },
    { url: 'first' },
    { creationPolicy: 'Orphan' },
  ),
];

/** Every way in which people use ExternalSecrets that both controllers know. */
export const plots: readonly Plot[] = [...policies, ...sources, ...templates];

/** The name of the Secret. */
export function targetOf({ name, spec }: Plot): string {
  return (spec['target'] as { name?: string } | undefined)?.name ?? name;
}

const v1 = 'external-secrets.io/v1';
const provider = (values: Readonly<Record<string, string>>): object => ({
  fake: { data: Object.entries(values).map(([key, value]) => ({ key, value })) },
});

/** The stores of a namespace, and what templates and items refer to. */
export function surroundings(namespace: string): KubeObject[] {
  const texts = { url: 'pg://{{ .word }}', all: 'a: "{{ .word }}"\nb: 1.50\nc: yes\n' };
  return [
    { apiVersion: v1, kind: 'SecretStore', metadata: { name: 'fake', namespace }, spec: { provider: provider(stored) } },
    { apiVersion: v1, kind: 'ClusterSecretStore', metadata: { name: 'shared' }, spec: { provider: provider(stored) } },
    { apiVersion: 'generators.external-secrets.io/v1alpha1', kind: 'UUID', metadata: { name: 'uuid', namespace }, spec: {} },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'texts', namespace }, data: texts },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'texts', namespace }, stringData: texts },
  ] as KubeObject[];
}

/** The store of a namespace with other values. */
export function storeWith(namespace: string, values: Readonly<Record<string, string>>): object {
  return { apiVersion: v1, kind: 'SecretStore', metadata: { name: 'fake', namespace }, spec: { provider: provider(values) } };
}

/** Secrets that stand there before. */
export function standing(namespace: string): Secret[] {
  return plots.flatMap((plot) =>
    plot.before ? [{ metadata: { namespace, name: targetOf(plot), labels: { theirs: 'a' } }, data: base64(plot.before) }] : [],
  );
}

/** The ExternalSecret of a plot. Its interval is written as the original writes it back. */
export function externalSecret(namespace: string, { name, spec, labels, annotations }: Plot): object {
  const metadata = { name, namespace, ...(labels && { labels }), ...(annotations && { annotations }) };
  const store = { name: 'fake', kind: 'SecretStore' };
  return { apiVersion: v1, kind: 'ExternalSecret', metadata, spec: { refreshInterval: '1h0m0s', secretStoreRef: store, ...spec } };
}

function base64(data: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'utf8').toString('base64')]));
}
