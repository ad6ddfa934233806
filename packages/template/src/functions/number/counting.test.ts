import { describe, expect, test } from 'vitest';
import { outcomeOf } from '../../testing/outcome.ts';

describe('rows of numbers', () => {
  const rows = [
    ['{{ until 5 }}', '[0 1 2 3 4]'],
    ['{{ until 0 }}', '[]'],
    ['{{ until -3 }}', '[0 -1 -2]'],
    ['{{ untilStep 0 10 3 }}', '[0 3 6 9]'],
    ['{{ untilStep 10 0 -3 }}', '[10 7 4 1]'],
    ['{{ untilStep 0 10 -1 }}', '[]'],
    ['{{ untilStep 0 10 0 }}', '[]'],
    ['{{ untilStep 5 5 1 }}', '[]'],
    ['{{ untilStep 3 -1 1 }}', '[]'],
    ['{{ printf "%T" (until 1) }}', '[]int'],
    ['{{ seq }}', ''],
    ['{{ seq 5 }}', '1 2 3 4 5'],
    ['{{ seq -3 }}', '1 0 -1 -2 -3'],
    ['{{ seq 0 }}', '1 0'],
    ['{{ seq 2 5 }}', '2 3 4 5'],
    ['{{ seq 2 -2 }}', '2 1 0 -1 -2'],
    ['{{ seq 0 2 10 }}', '0 2 4 6 8 10'],
    ['{{ seq 0 2 9 }}', '0 2 4 6 8'],
    ['{{ seq 0 -2 -5 }}', '0 -2 -4'],
    ['{{ seq 0 -1 5 }}', ''],
    ['{{ seq 5 1 0 }}', ''],
    ['{{ seq 3 1 3 }}', '3'],
    ['{{ seq 3 -1 3 }}', ''],
    ['{{ seq 1 0 5 }}', ''],
    ['{{ seq 1 2 3 4 }}', ''],
  ] as const;

  test.each(rows)('%s is %j', (template, expected) => {
    expect(outcomeOf(template)).toBe(expected);
  });
});
