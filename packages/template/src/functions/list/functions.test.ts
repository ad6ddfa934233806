import { describe, expect, test } from 'vitest';
import { outcomeOf } from '../../testing/outcome.ts';

describe('first and last items', () => {
  const rows = [
    ['{{ first (list 1 2 3) }}', '1'],
    ['{{ last (list 1 2 3) }}', '3'],
    ['{{ rest (list 1 2 3) }}', '[2 3]'],
    ['{{ initial (list 1 2 3) }}', '[1 2]'],
    ['{{ first (list) }}', '<no value>'],
    ['{{ last (list) }}', '<no value>'],
    ['{{ rest (list) | toJson }}', 'null'],
    ['{{ initial (list) | toJson }}', 'null'],
    ['{{ rest (list 1) | toJson }}', '[]'],
    ['{{ first (until 3) }}', '0'],
    ['{{ last (splitList "," "a,b") }}', 'b'],
    ['{{ first "str" }}', 'error: Cannot find first on type string'],
    ['{{ mustLast 5 }}', 'error: Cannot find last on type int'],
    ['{{ rest (dict) }}', 'error: Cannot find rest on type map'],
    ['{{ initial 1.5 }}', 'error: Cannot find initial on type float64'],
    ['{{ first nil }}', 'error: runtime error: invalid memory address or nil pointer dereference'],
  ] as const;

  test.each(rows)('%s is %j', (template, expected) => {
    expect(outcomeOf(template)).toBe(expected);
  });
});

describe('adding to lists', () => {
  const rows = [
    ['{{ append (list 1) 2 }}', '[1 2]'],
    ['{{ push (list) nil | toJson }}', '[null]'],
    ['{{ prepend (list 1) (list 2) }}', '[[2] 1]'],
    ['{{ append (splitList "," "a") 1 }}', '[a 1]'],
    ['{{ concat }}', '[]'],
    ['{{ concat (list 1) (until 2) (list) | toJson }}', '[1,0,1]'],
    ['{{ concat (list) | toJson }}', 'null'],
    ['{{ printf "%T" (append (until 1) 1) }}', '[]interface {}'],
    ['{{ append "x" 1 }}', 'error: Cannot push on type string'],
    ['{{ mustPrepend true 1 }}', 'error: Cannot prepend on type bool'],
    ['{{ concat (list 1) "x" }}', 'error: Cannot concat type string as list'],
    ['{{ append nil 1 }}', 'error: runtime error: invalid memory address or nil pointer dereference'],
  ] as const;

  test.each(rows)('%s is %j', (template, expected) => {
    expect(outcomeOf(template)).toBe(expected);
  });
});

describe('choosing items', () => {
  const rows = [
    [
      '{{ uniq (list 1 1 2 "a" "a" 1.0 nil nil (list 1) (list 1) (dict "a" 1) (dict "a" 1) "1") }}',
      '[1 2 a 1 <nil> [1] map[a:1] 1]',
    ],
    ['{{ uniq (until 3) }}', '[0 1 2]'],
    ['{{ uniq (list (float64 "NaN") (float64 "NaN")) }}', '[NaN NaN]'],
    ['{{ without (list 1 2 3 2) 2 }}', '[1 3]'],
    ['{{ without (list 1 2) }}', '[1 2]'],
    ['{{ without (list 1 (list 2)) (list 2) }}', '[1]'],
    ['{{ without (list 1 "1") 1 }}', '[1]'],
    ['{{ without (list 1) 1.0 }}', '[1]'],
    ['{{ has 4 (list 1 2 4) }}', 'true'],
    ['{{ has "4" (list 1 2 4) }}', 'false'],
    ['{{ has nil (list nil) }}', 'true'],
    ['{{ has 1 nil }}', 'false'],
    ['{{ has (dict "a" (list 1)) (list (dict "a" (list 1))) }}', 'true'],
    ['{{ has (int64 1) (list 1) }}', 'false'],
    ['{{ compact (list 1 "" 0 nil "a" false (list) (dict) 0.0 2) }}', '[1 a 2]'],
    ['{{ reverse (list 1 2 3) }}', '[3 2 1]'],
    ['{{ reverse (list) | toJson }}', '[]'],
    ['{{ compact (list) | toJson }}', '[]'],
    ['{{ has 1 "x" }}', 'error: Cannot find has on type string'],
    ['{{ mustUniq 1 }}', 'error: Cannot find uniq on type int'],
    ['{{ without "x" 1 }}', 'error: Cannot find without on type string'],
    ['{{ compact "x" }}', 'error: Cannot compact on type string'],
    ['{{ reverse "x" }}', 'error: Cannot find reverse on type string'],
  ] as const;

  test.each(rows)('%s is %j', (template, expected) => {
    expect(outcomeOf(template)).toBe(expected);
  });
});

describe('parts of lists', () => {
  const rows = [
    ['{{ slice (list 1 2 3 4) 1 }}', '[2 3 4]'],
    ['{{ slice (list 1 2 3 4) 1 3 }}', '[2 3]'],
    ['{{ slice (list 1 2) }}', '[1 2]'],
    ['{{ slice (list) 5 }}', '<no value>'],
    ['{{ slice (list 1 2) 2 }}', '[]'],
    ['{{ slice (list 1 2 3) "1" 2.9 }}', '[2]'],
    ['{{ printf "%T" (slice (until 3) 1) }}', '[]int'],
    ['{{ slice (list 1 2) nil nil }}', '[]'],
    ['{{ slice (list 1 2) 3 }}', 'error: reflect.Value.Slice: slice index out of bounds'],
    ['{{ slice (list 1 2) 1 0 }}', 'error: reflect.Value.Slice: slice index out of bounds'],
    ['{{ slice (list 1 2) -1 }}', 'error: reflect.Value.Slice: slice index out of bounds'],
    ['{{ slice "abc" 1 }}', 'error: list should be type of slice or array but string'],
    ['{{ slice nil }}', 'error: runtime error: invalid memory address or nil pointer dereference'],
    ['{{ chunk 2 (list 1 2 3 4 5) }}', '[[1 2] [3 4] [5]]'],
    ['{{ chunk 5 (list 1 2) }}', '[[1 2]]'],
    ['{{ chunk 1 (list) | toJson }}', '[]'],
    ['{{ printf "%T" (chunk 1 (list 1)) }}', '[][]interface {}'],
    ['{{ chunk -9 (list 1 2) | toJson }}', '[]'],
    ['{{ chunk -2 (list 1) | toJson }}', '[[1]]'],
    ['{{ chunk 0 (list 1) }}', 'error: runtime error: makeslice: len out of range'],
    ['{{ chunk -1 (list 1 2 3) }}', 'error: runtime error: makeslice: len out of range'],
    ['{{ chunk 2 "abc" }}', 'error: Cannot chunk type string'],
    ['{{ tuple 1 "a" nil | toJson }}', '[1,"a",null]'],
    ['{{ list | toJson }}', '[]'],
  ] as const;

  test.each(rows)('%s is %j', (template, expected) => {
    expect(outcomeOf(template)).toBe(expected);
  });
});
