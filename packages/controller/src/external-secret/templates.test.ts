import { describe, expect, test } from 'vitest';
import { resolveTemplates, templateSourcesOf } from './templates.ts';
import { dataOf, external, readFrom } from './testing/target-objects.ts';

const configMap = {
  kind: 'ConfigMap',
  metadata: { name: 'texts', namespace: 'web' },
  data: { 'app.conf': 'user={{ .user }}', all: 'a: 1' },
};
const secret = { kind: 'Secret', metadata: { name: 'hidden', namespace: 'web' }, data: dataOf({ token: 't={{ .token }}' }) };
const withFrom = (...templateFrom: object[]): ReturnType<typeof external> => external({ target: { template: { templateFrom } } });

// Source of the rules: external-secrets v2.9, fields of target.template.
describe('resolveTemplates', () => {
  test('external acceptance 25: takes configMap, secret and literal of each entry, in this order', async () => {
    const es = withFrom(
      {
        literal: 'x: {{ .x }}',
        secret: { name: 'hidden', items: [{ key: 'token' }] },
        configMap: { name: 'texts', items: [{ key: 'app.conf' }, { key: 'all', templateAs: 'KeysAndValues' }] },
        target: 'labels',
        valuesDecodingStrategy: 'Base64',
      },
      { literal: 'y: 1' },
    );
    const groups = await resolveTemplates(es, readFrom(configMap, secret));
    expect(groups.map(({ field, scope, texts }) => [field, scope, texts])).toEqual([
      ['spec.target.template.templateFrom[0].configMap.items[0]', 'Values', { 'app.conf': 'user={{ .user }}' }],
      ['spec.target.template.templateFrom[0].configMap.items[1]', 'KeysAndValues', { all: 'a: 1' }],
      ['spec.target.template.templateFrom[0].secret.items[0]', 'Values', { token: 't={{ .token }}' }],
      ['spec.target.template.templateFrom[0].literal', 'KeysAndValues', { literal: 'x: {{ .x }}' }],
      ['spec.target.template.templateFrom[1].literal', 'KeysAndValues', { literal: 'y: 1' }],
    ]);
    expect(groups[0]).toMatchObject({ target: 'labels', decodingStrategy: 'Base64' });
    expect(groups[4]).toMatchObject({ target: 'Data', decodingStrategy: 'None' });
  });

  test('external acceptance 24: template.data comes after templateFrom, then labels and annotations', async () => {
    const template = {
      data: { a: '1' },
      metadata: { labels: { l: '2' }, annotations: { n: '3' } },
      templateFrom: [{ literal: 'a: 0' }],
    };
    const groups = await resolveTemplates(external({ target: { template } }), readFrom());
    expect(groups.map(({ target, texts }) => [target, texts])).toEqual([
      ['Data', { literal: 'a: 0' }],
      ['Data', { a: '1' }],
      ['Labels', { l: '2' }],
      ['Annotations', { n: '3' }],
    ]);
  });

  test.each([
    [
      'an object that is missing',
      { configMap: { name: 'gone', items: [{ key: 'a' }] } },
      'spec.target.template.templateFrom[0].configMap: ConfigMap "gone" does not exist',
    ],
    [
      'a key that is missing',
      { secret: { name: 'hidden', items: [{ key: 'token' }, { key: 'nope' }] } },
      'spec.target.template.templateFrom[0].secret.items[1]: Secret "hidden" has no key "nope"',
    ],
  ])('names %s by its field', async (_, entry, message) => {
    await expect(resolveTemplates(withFrom(entry), readFrom(configMap, secret))).rejects.toThrow(message);
  });

  test('reads an object once', async () => {
    const reads: string[] = [];
    const entry = { configMap: { name: 'texts', items: [{ key: 'all' }] } };
    await resolveTemplates(withFrom(entry, entry), async (kind, name) => {
      reads.push(`${kind}/${name}`);
      return configMap;
    });
    expect(reads).toEqual(['ConfigMap/texts']);
  });

  test('takes 500 entries and items at most, and reads nothing for more', async () => {
    const entries = (count: number): object[] => Array.from({ length: count }, () => ({ literal: 'a: 1' }));
    expect(await resolveTemplates(withFrom(...entries(500)), readFrom())).toHaveLength(500);
    const items = Array.from({ length: 500 }, () => ({ key: 'a' }));
    const read = async (): Promise<never> => Promise.reject(new Error('it is read'));
    await expect(resolveTemplates(withFrom({ configMap: { name: 'texts', items } }), read)).rejects.toThrow(
      'spec.target.template.templateFrom: 501 entries and items exceed the limit of 500',
    );
  });

  test('has no engine but v2', async () => {
    const es = external({ target: { template: { engineVersion: 'v1' } } });
    await expect(resolveTemplates(es, readFrom())).rejects.toThrow('there is no template engine "v1"');
  });

  test('without a template there are none', async () => {
    expect(await resolveTemplates(external(), readFrom())).toEqual([]);
  });
});

test('templateSourcesOf names the objects that templates stand in', () => {
  const es = withFrom({ configMap: { name: 'texts', items: [] }, secret: { name: 'hidden', items: [] } }, { literal: '' });
  expect(templateSourcesOf(es)).toEqual([
    { kind: 'ConfigMap', name: 'texts' },
    { kind: 'Secret', name: 'hidden' },
  ]);
  expect(templateSourcesOf(external())).toEqual([]);
});
