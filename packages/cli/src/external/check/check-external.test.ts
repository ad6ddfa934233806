import { describe, expect, test } from 'vitest';
import { checkSource } from '../../check/check-source.ts';
import { checkExternal } from './check-external.ts';

/** What is found in a text, as `line:column severity rule`. */
async function found(text: string): Promise<string[]> {
  const { findings, external, configMaps } = await checkSource({ name: 'a.yaml', text }, { kinds: 'external' });
  const all = [...findings, ...(await checkExternal({ objects: external, configMaps }))];
  return all.map(({ rule, severity, at }) => `${at.line}:${at.column ?? '-'} ${severity} ${rule}`);
}

const head = 'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: app, namespace: web}\nspec:\n';
const items = '  secretStoreRef: {name: vault}\n  data: [{secretKey: user, remoteRef: {key: db}}]\n';
const es = (more = '', name = 'app'): string => `${head.replace('name: app', `name: ${name}`)}${items}${more}`;
const store = (spec: string, kind = 'SecretStore', metadata = 'name: vault, namespace: web'): string =>
  `apiVersion: external-secrets.io/v1\nkind: ${kind}\nmetadata: {${metadata}}\nspec: ${spec}\n`;
const fake = '{provider: {fake: {data: []}}}';
const template = (text: string): string => `  target: {template: {data: {url: '${text}'}}}\n`;
const literal = (...lines: readonly string[]): string =>
  `  target:\n    template:\n      templateFrom:\n      - literal: |\n${lines.map((line) => `          ${line}\n`).join('')}`;

describe('an ExternalSecret: where each finding is', () => {
  // Lines 1-4 are the head, 5 the store, 6 the data; what a row adds begins in line 7.
  test.each<[string, string, string[]]>([
    ['as it should be', es(), []],
    ['v1beta1 means the same', es().replace('io/v1', 'io/v1beta1'), []],
    ['v1alpha1 is gone', es().replace('io/v1', 'io/v1alpha1'), ['1:13 error schema']],
    ['a kind of the same name elsewhere', es().replace('external-secrets.io', 'kubernetes-client.io'), []],
    [
      'in a List',
      `kind: List\napiVersion: v1\nitems:\n- ${es('  nope: 1\n').trim().replaceAll('\n', '\n  ')}\n`,
      ['10:5 error unknown-field'],
    ],
    ['in the second document', `a: b\n---\n${es('  nope: 1\n')}`, ['9:3 error unknown-field']],
    ['without a name', es().replace('name: app, ', ''), ['3:11 error schema']],
    ['with a name that cannot be one', es('', 'App_1'), ['3:18 error schema']],
    ['a field that was misspelt', es('  refreshIntervall: 1h\n'), ['7:3 error unknown-field']],
    ['a field deep inside', es('  dataFrom: [{extract: {key: a, propery: b}}]\n'), ['7:33 error unknown-field']],
    ['a field at the top', `${es()}Spec: {}\n`, ['7:1 error unknown-field']],
    ['labels are free', es().replace('namespace: web', 'namespace: web, labels: {a: b}'), []],
    ['labels are text', es().replace('namespace: web', 'namespace: web, labels: {a: 1}'), ['3:51 error schema']],
    ['a number where text is wanted', es('  refreshInterval: 5\n'), ['7:20 error schema']],
    ['no data at all', `${head}  refreshInterval: 1h\n`, ['5:3 error schema']],
    ['no spec at all', head.replace('spec:\n', ''), ['1:1 error schema']],
    ['a secretKey twice', `${head}  data:\n${'  - {secretKey: a, remoteRef: {key: x}}\n'.repeat(2)}`, ['7:17 error key-twice']],
    [
      'a secretKey twice where the last one wins',
      `${head}  target: {deletionPolicy: Merge}\n  data:\n${'  - {secretKey: a, remoteRef: {key: x}}\n'.repeat(2)}`,
      ['8:17 warning key-twice'],
    ],
    ['a pattern of another engine', es("  dataFrom: [{find: {name: {regexp: '(?=x)'}}}]\n"), ['7:37 error regexp']],
    [
      'a pattern of a rewrite',
      es("  dataFrom: [{extract: {key: a}, rewrite: [{regexp: {source: '(', target: ''}}]}]\n"),
      ['7:62 error regexp'],
    ],
    [
      'a schedule that is none',
      es("  syncWindows: {kind: deny, windows: [{schedule: '61 * * * *', duration: 1h}]}\n"),
      ['7:50 error schedule'],
    ],
    ['a schedule', es("  syncWindows: {kind: deny, windows: [{schedule: '@daily', duration: 1h}]}\n"), []],
    ['an interval of 0', es('  refreshInterval: "0"\n'), ['7:20 warning refresh-never']],
    ['an interval of 0 of what is fetched once', es('  refreshInterval: "0"\n  refreshPolicy: CreatedOnce\n'), []],
    ['deletion', es('  target: {deletionPolicy: Delete}\n'), ['7:28 warning deletion']],
    [
      'an optional item that is none',
      es().replace('namespace: web', "namespace: web, annotations: {signet.dev/optional: 'user, pw'}"),
      ['3:74 warning optional-unknown'],
    ],
    ['a key twice in one mapping', es('  data: []\n'), ['7:- warning unreadable']],
    ['what cannot be read', es('  a: {{ .Values.a }}\n'), ['7:- warning unreadable']],
    ['a Secret is not its affair', 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {a: b}\n', []],
  ])('%s', async (_, text, expected) => {
    expect(await found(text)).toEqual(expected);
  });
});

describe('templates', () => {
  test.each<[string, string, string[]]>([
    ['one that parses', es(template('{{ .user }}')), []],
    ['one that does not', es(template('{{ if }}')), ['7:35 error template-syntax']],
    ['a function of nobody', es(template('{{ .user | upcase }}')), ['7:35 error template-syntax']],
    ['a value of no item', es(template('{{ .usr }}')), ['7:35 warning template-variable']],
    ['a value inside with may be of something else', es(template('{{ with .user }}{{ .x }}{{ end }}')), []],
    ['with dataFrom nobody knows', es(`  dataFrom: [{extract: {key: a}}]\n${template('{{ .other }}')}`), []],
    [
      'a label is a template too',
      es("  target: {template: {metadata: {labels: {a: '{{ .b }}'}}}}\n"),
      ['7:46 warning template-variable'],
    ],
    [
      'a transform',
      es("  dataFrom: [{extract: {key: a}, rewrite: [{transform: {template: '{{ x }}'}}]}]\n"),
      ['7:67 error template-syntax'],
    ],
    ['the line of a block literal', es(literal('a: "x"', 'b: "{{ .nope }}"')), ['12:11 warning template-variable']],
    [
      'words of YAML 1.1',
      es(literal('a: yes', 'b: 0x1f', 'c: 1.10', 'd: ~', 'e: true', 'f: 5432', "g: 'no'")),
      ['11:11 warning literal-yaml', '12:11 warning literal-yaml', '13:11 warning literal-yaml', '14:11 warning literal-yaml'],
    ],
    [
      'an action without quotes',
      es(literal('a: {{ .user }}', 'b: {{ .user | toJson }}', 'c: "{{ .user }}"', 'd: x{{ .user }}')),
      ['11:11 warning literal-yaml'],
    ],
    [
      'a key that the ConfigMap beside it does not have',
      `${es('  target: {template: {templateFrom: [{configMap: {name: texts, items: [{key: b}]}}]}}\n')}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: texts}\ndata: {a: b}\n`,
      ['7:- error template-source'],
    ],
    [
      'a ConfigMap that is elsewhere',
      es('  target: {template: {templateFrom: [{configMap: {name: texts, items: [{key: b}]}}]}}\n'),
      [],
    ],
  ])('%s', async (_, text, expected) => {
    expect(await found(text)).toEqual(expected);
  });
});

describe('stores, and what objects of the same files say of each other', () => {
  const join = (...texts: readonly string[]): string => texts.join('---\n');
  test.each<[string, string, string[]]>([
    ['a store', store(fake), []],
    ['two providers', store('{provider: {fake: {}, vault: {}}}'), ['4:18 error schema']],
    ['a provider that Signet does not have', store('{provider: {gcpsm: {}}}'), ['4:19 warning provider-unsupported']],
    ['a provider that nobody has', store('{provider: {vualt: {}}}'), ['4:19 warning provider-unsupported']],
    ['a provider that is not content', store("{provider: {fake: {data: [{key: '', value: s3cret}]}}}"), ['4:39 error provider']],
    [
      'promise 10: credentials of another namespace',
      store('{provider: {vault: {server: "https://v", auth: {tokenSecretRef: {name: t, key: t, namespace: other}}}}}'),
      ['4:100 error provider'],
    ],
    ['a field of no store', store('{provider: {fake: {data: []}}, retry: 3}'), ['4:38 error unknown-field']],
    ['its store beside it', join(es(), store(fake)), []],
    [
      'only a note: another store',
      join(es(), store(fake, 'SecretStore', 'name: other, namespace: web')),
      ['5:19 note store-reference'],
    ],
    [
      'a store of a like name',
      join(es(), store(fake, 'SecretStore', 'name: valt, namespace: web')),
      ['5:19 warning store-reference'],
    ],
    [
      'a store of another namespace',
      join(es(), store(fake, 'SecretStore', 'name: vault, namespace: b')),
      ['5:19 warning store-reference'],
    ],
    ['a store of another kind', join(es(), store(fake, 'ClusterSecretStore', 'name: vault')), ['5:19 warning store-reference']],
    [
      'a cluster store for others',
      join(
        es().replace('{name: vault}', '{name: vault, kind: ClusterSecretStore}'),
        store('{conditions: [{namespaces: [prod]}], provider: {fake: {data: []}}}', 'ClusterSecretStore', 'name: vault'),
      ),
      ['5:19 error store-denied'],
    ],
    [
      'a cluster store by labels, which only the cluster knows',
      join(
        es().replace('{name: vault}', '{name: vault, kind: ClusterSecretStore}'),
        store(
          '{conditions: [{namespaceSelector: {matchLabels: {a: b}}}], provider: {fake: {data: []}}}',
          'ClusterSecretStore',
          'name: vault',
        ),
      ),
      [],
    ],
    ['one Secret of two', join(es(), es('  target: {name: app}\n', 'two')), ['14:18 error target-twice']],
    ['one Secret of two that merge', join(es(), es('  target: {name: app, creationPolicy: Merge}\n', 'two')), []],
    ['the same object twice', join(es(), es()), ['8:- error duplicate']],
  ])('%s', async (_, text, expected) => {
    expect(await found(text)).toEqual(expected);
  });
});
