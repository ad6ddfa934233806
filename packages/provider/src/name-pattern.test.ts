import { expect, test } from 'vitest';
import { namePattern } from './name-pattern.ts';

test.each([
  ['db', 'my-db-1', true],
  ['^db$', 'db', true],
  ['^db$', 'db-1', false],
  ['(?i)DB', 'db', true],
  ['[[:alpha:]]+-\\d', 'db-1', true],
  ['', 'anything', true],
])('%s in %s: %s', (regexp, name, expected) => {
  expect(namePattern(regexp)(name)).toBe(expected);
});

test.each(['(?=x)', '(a', '(a)\\1', '[z-a]'])('%s is refused', (regexp) => {
  expect(() => namePattern(regexp)).toThrow(expect.objectContaining({ code: 'SIGNET_PROVIDER_INVALID_CONFIG' }) as Error);
});

test('promise 10: a pattern that would take other engines for ever is done at once', () => {
  expect(namePattern('^(a+)+$')(`${'a'.repeat(10_000)}!`)).toBe(false);
});
