import { describe, expect, test } from 'vitest';
import { checkBinding, labelOf, otherScopes, parseScope, scopeAnnotations, scopeOf, scopes } from './binding.ts';
import type { Binding } from './binding.ts';

const web: Binding = { scope: 'strict', namespace: 'web', name: 'db' };
const nsWide = 'sealedsecrets.bitnami.com/namespace-wide';
const clWide = 'sealedsecrets.bitnami.com/cluster-wide';

describe('acceptance 1: scope as a text', () => {
  test.each(scopes)('%s', (scope) => expect(parseScope(scope)).toBe(scope));
  test('the empty text is strict', () => expect(parseScope('')).toBe('strict'));
  test.each(['Strict', 'cluster', 'toString', ' strict'])('%j is refused', (text) => {
    expect(() => parseScope(text)).toThrow(
      expect.objectContaining({ code: 'SIGNET_SEAL_SCOPE', message: 'must be one of: strict, namespace-wide, cluster-wide' }),
    );
  });
});

describe('acceptance 2: scope in annotations', () => {
  const rows = [
    [undefined, 'strict'],
    [{}, 'strict'],
    [{ [nsWide]: 'true' }, 'namespace-wide'],
    [{ [clWide]: 'true' }, 'cluster-wide'],
    [{ [nsWide]: 'true', [clWide]: 'true' }, 'cluster-wide'],
    [{ [nsWide]: 'true', [clWide]: 'false' }, 'namespace-wide'],
    [{ [clWide]: 'TRUE' }, 'strict'],
    [{ [clWide]: 'true ' }, 'strict'],
    [{ [nsWide]: '' }, 'strict'],
  ] as const;
  test.each(rows)('%j -> %s', (annotations, scope) => expect(scopeOf(annotations)).toBe(scope));
  test.each(scopes)('%s comes back from its annotations', (scope) => expect(scopeOf(scopeAnnotations(scope))).toBe(scope));
});

test('acceptance 2: the label is namespace/name, namespace, or nothing', () => {
  const text = (binding: Binding): string => new TextDecoder().decode(labelOf(binding));
  expect(text(web)).toBe('web/db');
  expect(text({ ...web, scope: 'namespace-wide' })).toBe('web');
  expect(text({ ...web, scope: 'cluster-wide' })).toBe('');
  expect([...labelOf({ ...web, namespace: 'ü' })]).toEqual([0xc3, 0xbc, 0x2f, 0x64, 0x62]);
});

describe('places that can be sealed for', () => {
  const rows: Binding[] = [
    web,
    { scope: 'namespace-wide', namespace: 'web', name: '' },
    { scope: 'cluster-wide', namespace: '', name: '' },
  ];
  test.each(rows)('%j', (binding) => expect(() => checkBinding(binding)).not.toThrow());
});

describe('an incomplete place cannot be sealed for', () => {
  const rows: [Binding, string][] = [
    [{ ...web, name: '' }, 'name'],
    [{ ...web, namespace: '' }, 'namespace'],
    [{ ...web, name: 'a/b' }, 'name'],
    [{ scope: 'namespace-wide', namespace: '', name: 'db' }, 'namespace'],
    [{ scope: 'namespace-wide', namespace: 'a/b', name: 'db' }, 'namespace'],
  ];
  test.each(rows)('%j', (binding, field) => {
    expect(() => checkBinding(binding)).toThrow(`cannot seal in ${binding.scope} scope: the ${field} is empty or contains a slash`);
  });
});

test('the other scopes of a place', () => {
  expect(otherScopes(web).map(({ scope }) => scope)).toEqual(['namespace-wide', 'cluster-wide']);
});
