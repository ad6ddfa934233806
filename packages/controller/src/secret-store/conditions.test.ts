import type { StoreCondition } from '@signet/api';
import { describe, expect, test } from 'vitest';
import { looksAtLabels, mayUse, unreadable } from './conditions.ts';
import { selects } from './label-selector.ts';
import type { LabelSelector } from './label-selector.ts';

const condition = (given: Partial<StoreCondition>): StoreCondition => ({ namespaces: [], namespaceRegexes: [], ...given });
const prod = { name: 'web', labels: { env: 'prod', tier: 'front' } };

// Source: external-secrets v2.9, spec.conditions of a ClusterSecretStore: entries are ORed, and so are the parts of one.
describe('external acceptance 37: conditions of a cluster store', () => {
  const rows: readonly (readonly [string, readonly StoreCondition[], boolean])[] = [
    ['none: every namespace', [], true],
    ['its name', [condition({ namespaces: ['web'] })], true],
    ['one of several names', [condition({ namespaces: ['other', 'web'] })], true],
    ['other names', [condition({ namespaces: ['other', 'we', 'webs'] })], false],
    ['all of its labels', [condition({ namespaceSelector: { matchLabels: { env: 'prod', tier: 'front' } } })], true],
    ['some of its labels', [condition({ namespaceSelector: { matchLabels: { env: 'prod' } } })], true],
    ['a label it lacks beside one it has', [condition({ namespaceSelector: { matchLabels: { env: 'prod', a: 'b' } } })], false],
    ['a selector without requirements', [condition({ namespaceSelector: {} })], true],
    ['a regular expression, unanchored', [condition({ namespaceRegexes: ['e'] })], true],
    ['an anchored one that fits', [condition({ namespaceRegexes: ['^w.b$'] })], true],
    ['an anchored one that does not', [condition({ namespaceRegexes: ['^w$'] })], false],
    ['the second of two', [condition({ namespaceRegexes: ['nope', 'web'] })], true],
    ['one that cannot be read', [condition({ namespaceRegexes: ['('] })], false],
    ['parts of one entry are ORed', [condition({ namespaces: ['other'], namespaceRegexes: ['^web$'] })], true],
    [
      'entries are ORed',
      [condition({ namespaces: ['other'] }), condition({ namespaceSelector: { matchLabels: { env: 'prod' } } })],
      true,
    ],
    ['an entry that says nothing takes nothing', [condition({})], false],
    ['no entry fits', [condition({ namespaces: ['a'] }), condition({ namespaceRegexes: ['^b'] })], false],
  ];

  test.each(rows)('%s', (_, conditions, allowed) => {
    expect(mayUse(conditions, prod)).toBe(allowed);
  });
});

test('a hostile expression is answered in linear time', () => {
  expect(mayUse([condition({ namespaceRegexes: ['(a+)+$'] })], { name: `${'a'.repeat(62)}!`, labels: {} })).toBe(false);
});

test('names the expressions that cannot be read', () => {
  const conditions = [condition({ namespaceRegexes: ['a'] }), condition({ namespaceRegexes: ['b', '(?=c)'] })];
  expect(unreadable(conditions)).toEqual(['spec.conditions[1].namespaceRegexes[1]']);
});

test('knows when labels play a part', () => {
  expect(looksAtLabels([condition({ namespaces: ['a'] })])).toBe(false);
  expect(looksAtLabels([condition({}), condition({ namespaceSelector: {} })])).toBe(true);
});

// Source: Kubernetes API reference, LabelSelectorRequirement.
describe('label selectors', () => {
  const expression = (key: string, operator: string, values?: readonly string[]): LabelSelector => ({
    matchExpressions: [{ key, operator, ...(values && { values }) }],
  });
  const rows: readonly (readonly [string, LabelSelector, boolean])[] = [
    ['In, one of them', expression('env', 'In', ['dev', 'prod']), true],
    ['In, none of them', expression('env', 'In', ['dev']), false],
    ['In, label missing', expression('zone', 'In', ['a']), false],
    ['NotIn, one of them', expression('env', 'NotIn', ['prod']), false],
    ['NotIn, none of them', expression('env', 'NotIn', ['dev']), true],
    ['NotIn, label missing', expression('zone', 'NotIn', ['a']), true],
    ['Exists', expression('env', 'Exists'), true],
    ['Exists, label missing', expression('zone', 'Exists'), false],
    ['Exists, a name every object has', expression('toString', 'Exists'), false],
    ['DoesNotExist', expression('env', 'DoesNotExist'), false],
    ['DoesNotExist, label missing', expression('zone', 'DoesNotExist'), true],
    ['an operator that is not known', expression('env', 'Gt', ['a']), false],
    ['labels and expressions are ANDed', { matchLabels: { env: 'prod' }, ...expression('tier', 'In', ['back']) }, false],
  ];

  test.each(rows)('%s', (_, selector, expected) => {
    expect(selects(selector, prod.labels)).toBe(expected);
  });
});
