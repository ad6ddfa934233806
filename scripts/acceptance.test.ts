import { describe, expect, test } from 'vitest';
import { acceptanceTests, items, testsIn } from './acceptance.ts';

describe('the acceptance checklist', () => {
  const tests = acceptanceTests();

  test.each(items)('acceptance item %i has a test of its name', (item) => {
    expect(tests.filter((one) => one.item === item).map(({ file }) => file)).not.toEqual([]);
  });

  test('no test carries a number that is not on the list', () => {
    expect(tests.filter(({ item }) => !items.includes(item))).toEqual([]);
  });
});

test('names are found after test, describe and each, with one number or more', () => {
  const source = [
    "test('acceptance 1: a', () => {});",
    "describe('acceptance 2: acceptance 3: b', () => {});",
    "] as const)('acceptance 4: %s', async () => {});",
    '// acceptance 5: said only',
    "test('6: of old', () => {});",
  ].join('\n');
  expect(testsIn('x.test.ts', source).map(({ item }) => item)).toEqual([1, 2, 3, 4]);
});
