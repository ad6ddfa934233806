import { describe, expect, test } from 'vitest';
import { base64Fault } from './base64.ts';
import { compareVersions } from './custom.ts';
import { humanDuration } from './duration.ts';
import { parseJsonPath } from './json-path.ts';
import { labelValueFaults, nameFaults, qualifiedNameFaults } from './names.ts';

// Source: Kubernetes documentation, "Versions in CustomResourceDefinitions": version priority.
test('versions by preference', () => {
  const shuffled = ['foo1', 'v11alpha2', 'v1', 'v3beta1', 'v10', 'v12alpha1', 'v11beta2', 'v2', 'foo10', 'v10beta3'];
  const expected = ['v10', 'v2', 'v1', 'v11beta2', 'v10beta3', 'v3beta1', 'v12alpha1', 'v11alpha2', 'foo1', 'foo10'];
  expect(shuffled.sort(compareVersions)).toEqual(expected);
});

// Source: how kubectl prints ages.
test.each([
  [0, '0s'],
  [119, '119s'],
  [120, '2m'],
  [125, '2m5s'],
  [600, '10m'],
  [3 * 3600, '3h'],
  [3 * 3600 + 60, '3h1m'],
  [9 * 3600, '9h'],
  [48 * 3600, '2d'],
  [50 * 3600, '2d2h'],
  [9 * 86400, '9d'],
  [3 * 365 * 86400, '3y'],
  [-5, '<invalid>'],
])('%d seconds is %s', (seconds, expected) => {
  expect(humanDuration(seconds * 1000)).toBe(expected);
});

describe('JSONPath of printer columns', () => {
  const object = {
    a: {
      'b.c': 1,
      list: [
        { type: 'Ready', status: 'True' },
        { type: 'Other', status: 'False' },
      ],
    },
  };
  test.each([
    ['.a.list[0].status', ['True']],
    ['.a.list[*].type', ['Ready', 'Other']],
    ['.a.list[?(@.type=="Other")].status', ['False']],
    ["['a']['b.c']", [1]],
    ['.a.b\\.c', [1]],
    ['.a.nothing', []],
    ['.a.list[7].status', []],
  ])('%s', (path, expected) => {
    expect(parseJsonPath(path)?.(object)).toEqual(expected);
  });
  test('a path outside the subset is none', () => {
    expect(parseJsonPath('.a[1:2]')).toBeUndefined();
  });
});

// Source: RFC 1123 and the Kubernetes documentation, "Object Names and IDs", "Labels and Selectors".
describe('names', () => {
  test.each([
    ['a.b-c', 'subdomain', true],
    ['A', 'subdomain', false],
    ['-a', 'subdomain', false],
    ['a..b', 'subdomain', false],
    ['x'.repeat(253), 'subdomain', true],
    ['x'.repeat(254), 'subdomain', false],
    ['a.b', 'label', false],
    ['x'.repeat(64), 'label', false],
    ['1a', 'label', true],
    ['system:node', 'path', true],
    ['a/b', 'path', false],
    ['..', 'path', false],
  ] as const)('%s as %s: %s', (name, rule, good) => {
    expect(nameFaults(name, rule).length === 0).toBe(good);
  });
  test.each([
    ['app', true],
    ['example.com/App_1', true],
    ['/x', false],
    ['a/b/c', false],
    ['example.com/', false],
    ['-x', false],
    ['x'.repeat(64), false],
  ])('key %s: %s', (key, good) => {
    expect(qualifiedNameFaults(key).length === 0).toBe(good);
  });
  test.each([
    ['', true],
    ['a_b.c-d', true],
    ['-a', false],
    ['x'.repeat(64), false],
  ])('label value %s: %s', (value, good) => {
    expect(labelValueFaults(value).length === 0).toBe(good);
  });
});

// Source: Go's encoding/base64 CorruptInputError, run by hand on these inputs.
test.each([
  ['', undefined],
  ['YQ==', undefined],
  ['YW\nI=\n', undefined],
  ['YWJj', undefined],
  ['!!', 0],
  ['YWJj!A==', 4],
  ['YQ', 0],
  ['YWJjYQ', 4],
  ['Y===', 1],
  ['YQ=', 0],
])('base64 %j breaks at %s', (text, expected) => {
  expect(base64Fault(text)).toBe(expected);
});
