import { describe, expect, test } from 'vitest';
import { acceptanceTests, carrying, checklists, testsIn } from './acceptance.ts';
import type { Checklist } from './acceptance.ts';

describe.each(Object.keys(checklists) as Checklist[])('the acceptance checklist of %s', (of) => {
  const tests = acceptanceTests();

  test.each(checklists[of])('acceptance item %i has a test of its name', (item) => {
    expect(carrying(tests, of, item).map(({ file }) => file)).not.toEqual([]);
  });

  test('no test carries a number that is not on the list', () => {
    expect(tests.filter((test) => test.of === of && !checklists[of].includes(test.item))).toEqual([]);
  });
});

test('names are found after test, describe and each, with one number or more', () => {
  const source = [
    "test('acceptance 1: a', () => {});",
    "describe('acceptance 2: acceptance 3: b', () => {});",
    "] as const)('acceptance 4: %s', async () => {});",
    '// acceptance 5: said only',
    "test('6: of old', () => {});",
    "test('external acceptance 7: c', () => {});",
    "describe('external acceptance 8', () => {});",
  ].join('\n');
  expect(testsIn('x.test.ts', source).map(({ of, item }) => `${of} ${item}`)).toEqual([
    'sealed-secrets 1',
    'sealed-secrets 2',
    'sealed-secrets 3',
    'sealed-secrets 4',
    'external-secrets 7',
  ]);
});
