import { readExternalSecret } from '@signet/api';
import { fieldManagerOf } from '@signet/controller/external-secret';
import type { ObjectMeta } from '@signet/kube/client';
import { describe, expect, test } from 'vitest';
import { explain } from './explain.ts';
import type { SecretSeen } from './explain.ts';
import { explanationText } from './explanation-text.ts';
import { literalKeys } from './literal-keys.ts';

const value = (secretKey: string, key = secretKey) => ({ secretKey, remoteRef: { key } });
const es = (spec: object) =>
  readExternalSecret({
    metadata: { name: 'app', namespace: 'web' },
    spec: { secretStoreRef: { name: 'vault' }, ...spec },
  });

/** The metadata of a Secret whose keys were written by these. */
const written = (keys: Readonly<Record<string, readonly string[]>>): ObjectMeta => ({
  name: 'app',
  managedFields: Object.entries(keys).map(([manager, names]) => ({
    manager: manager === 'own' ? fieldManagerOf('app') : manager,
    operation: 'Update',
    fieldsV1: { 'f:data': { '.': {}, ...Object.fromEntries(names.map((name) => [`f:${name}`, {}])) }, 'f:type': {} },
  })),
});

/** Each key as `key there: items / template`, with `?` where only the controller knows. */
function keys(spec: object, secret: SecretSeen): string[] {
  return explain(es(spec), secret, []).keys.map(
    ({ key, isThere, sources, template, templates, isCertain, isForeign, otherManagers }) => {
      const items = sources.map(({ item }) => item.replace('spec.', '')).join('+');
      const made = (template ?? templates.join('|')).replaceAll('spec.target.template.', '');
      return `${key} ${isThere}: ${isForeign ? `foreign ${otherManagers.join()}` : `${items}/${made}${isCertain ? '' : '?'}`}`;
    },
  );
}

// Order and precedence: external-secrets v2.9. dataFrom in order, data wins; template.data wins over templateFrom, which wins over fetched keys.
describe('where a key comes from', () => {
  test.each<[string, object, SecretSeen, string[]]>([
    ['an item of data', { data: [value('a')] }, written({ own: ['a'] }), ['a yes: data[0]/']],
    ['the last of two items', { data: [value('a', 'x'), value('a', 'y')] }, written({ own: ['a'] }), ['a yes: data[1]/']],
    [
      'data before dataFrom',
      { data: [value('a')], dataFrom: [{ extract: { key: 'k' } }] },
      written({ own: ['a', 'b'] }),
      ['a yes: data[0]/', 'b yes: dataFrom[0]/'],
    ],
    [
      'one of several dataFrom',
      { dataFrom: [{ extract: { key: 'k' } }, { find: { name: { regexp: 'x' } } }] },
      written({ own: ['a'] }),
      ['a yes: dataFrom[0]+dataFrom[1]/?'],
    ],
    ['a key that is not there', { data: [value('a'), value('b')] }, written({ own: ['a'] }), ['a yes: data[0]/', 'b no: data[1]/']],
    ['a Secret that may not be read', { data: [value('a')] }, 'forbidden', ['a unknown: data[0]/']],
    [
      'a template and what it reads',
      { data: [value('a'), value('b')], target: { template: { data: { u: '{{ .b }}' } } } },
      written({ own: ['u'] }),
      ['u yes: data[1]/data.u'],
    ],
    [
      'a template that reads what dataFrom gives',
      { data: [value('a')], dataFrom: [{ extract: { key: 'k' } }], target: { template: { data: { u: '{{ .x }}' } } } },
      written({ own: ['u'] }),
      ['u yes: dataFrom[0]/data.u'],
    ],
    [
      'a template that takes everything',
      { data: [value('a'), value('b')], target: { template: { data: { all: '{{ . | toJson }}' } } } },
      written({ own: ['all'] }),
      ['all yes: data[0]+data[1]/data.all?'],
    ],
    [
      'merged with what was fetched',
      { data: [value('a')], target: { template: { mergePolicy: 'Merge', data: { a: '{{ .a }}!', c: 'x' } } } },
      written({ own: ['a', 'c'] }),
      ['a yes: data[0]/data.a', 'c yes: /data.c'],
    ],
    [
      'metadata alone leaves the values as they are',
      { data: [value('a')], target: { template: { metadata: { labels: { x: 'y' } } } } },
      written({ own: ['a'] }),
      ['a yes: data[0]/'],
    ],
    [
      'a literal that makes keys of its own',
      {
        data: [value('a')],
        target: { template: { templateFrom: [{ literal: '{{ range $k, $v := . }}{{ $k }}: x\n{{ end }}' }] } },
      },
      written({ own: ['z'] }),
      ['z yes: data[0]/templateFrom[0].literal'],
    ],
    [
      'templates for labels give no keys',
      { data: [value('a')], target: { template: { data: { u: 'x' }, templateFrom: [{ literal: 'l: x', target: 'Labels' }] } } },
      written({ own: ['u'] }),
      ['u yes: /data.u'],
    ],
    [
      'a key of somebody else',
      { data: [value('a')] },
      written({ own: ['a'], helm: ['b'] }),
      ['a yes: data[0]/', 'b yes: foreign helm'],
    ],
    ['a key that somebody else wrote last', { data: [value('a')] }, written({ kubectl: ['a'] }), ['a yes: data[0]/']],
    [
      'a generator',
      { dataFrom: [{ sourceRef: { generatorRef: { kind: 'Password', name: 'pw' } } }] },
      written({ own: ['p'] }),
      ['p yes: dataFrom[0]/'],
    ],
    [
      'managedFields of nonsense',
      { data: [value('a')] },
      { managedFields: [null, 1, { manager: 1 }, { manager: 'x', fieldsV1: [] }] },
      ['a no: data[0]/'],
    ],
  ])('%s', (_, spec, secret, expected) => {
    expect(keys(spec, secret)).toEqual(expected);
  });

  test('a store of an item, a generator, and no store at all', () => {
    const items = explain(
      es({
        secretStoreRef: undefined,
        data: [{ ...value('a'), sourceRef: { storeRef: { kind: 'ClusterSecretStore', name: 'shared' } } }, value('b')],
        dataFrom: [{ sourceRef: { generatorRef: { kind: 'UUID', name: 'id' } } }],
      }),
      'missing',
      [],
    ).items.map(({ item, from, takes }) => `${item} ${from ?? '-'} ${takes}`);
    expect(items).toEqual([
      'spec.dataFrom[0] UUID/id generate',
      'spec.data[0] ClusterSecretStore/shared value',
      'spec.data[1] - value',
    ]);
  });
});

test('a cause is told once, and what is tried again is said to be', () => {
  const message = 'spec.data[0] (key "a"): does not exist';
  const conditions = [
    { type: 'Ready', status: 'False' as const, reason: 'SecretSyncedError', message },
    { type: 'Reconciling', status: 'True' as const, reason: 'Retrying', message },
  ];
  const text = explanationText(explain({ ...es({ data: [value('a')] }), status: { conditions } }, 'missing', []), 0);
  expect(text.split(message)).toHaveLength(2);
  expect(text).toMatch(/^Reconciling +True {2}Retrying$/m);
  expect(text).toContain('tried again until it succeeds');
});

test('text from the cluster moves no cursor', () => {
  const hostile = {
    ...es({ data: [value('a')] }),
    status: { conditions: [{ type: 'Ready', status: 'False' as const, message: 'x\u001B[2Jy\nz' }] },
  };
  const text = explanationText(explain(hostile, 'missing', []), 0);
  expect(text).toContain('x [2Jy z');
  expect(text).not.toContain('\u001B');
});

test.each([
  ['a: x\nb: y', ['a', 'b'], true],
  ['"a": x\n# c: d\n  inner: z', ['a'], true],
  ['{{ .k }}: x\na: y', ['a'], false],
  ['a: {{ range . }}x{{ end }}', ['a'], true],
  ['{{- range $k, $v := . }}\n{{ $k }}: {{ $v }}\n{{- end }}', [], false],
  ['{a: b}', [], false],
])('keys of %j', (text, expected, isComplete) => {
  expect(literalKeys(text)).toEqual({ keys: expected, isComplete });
});
