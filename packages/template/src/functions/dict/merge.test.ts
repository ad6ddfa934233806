import { describe, expect, test } from 'vitest';
import { outcomeOf } from '../../testing/outcome.ts';

describe('merging', () => {
  const rows = [
    ['{{ merge (dict "a" 1) (dict "a" 2 "b" 3) (dict "b" 4 "c" 5) }}', 'map[a:1 b:3 c:5]'],
    ['{{ mergeOverwrite (dict "a" 1) (dict "a" 2 "b" 3) (dict "b" 4) }}', 'map[a:2 b:4]'],
    [
      '{{ merge (dict "a" "" "b" 0 "c" false "d" nil "e" (list) "f" (dict)) (dict "a" 1 "b" 2 "c" 3 "d" 4 "e" 5 "f" 6) }}',
      'map[a:1 b:2 c:3 d:4 e:5 f:6]',
    ],
    ['{{ merge (dict) (dict "a" nil) | toJson }}', '{}'],
    ['{{ mergeOverwrite (dict "a" 1) (dict "a" nil) | toJson }}', '{"a":null}'],
    ['{{ mergeOverwrite (dict "a" 1) (dict "a" "") | toJson }}', '{"a":""}'],
    ['{{ merge (dict "a" (dict "x" 1)) (dict "a" (dict "x" 2 "y" 3)) | toJson }}', '{"a":{"x":1,"y":3}}'],
    ['{{ mergeOverwrite (dict "a" (dict "x" 1 "z" 0)) (dict "a" (dict "x" 2)) | toJson }}', '{"a":{"x":2,"z":0}}'],
    ['{{ merge (dict "a" (dict "x" 1)) (dict "a" 5) | toJson }}', '{"a":{"x":1}}'],
    ['{{ merge (dict "a" 5) (dict "a" (dict "x" 1)) | toJson }}', '{"a":5}'],
    ['{{ mergeOverwrite (dict "a" (dict "x" 1)) (dict "a" 5) | toJson }}', '{"a":5}'],
    ['{{ mergeOverwrite (dict "a" 5) (dict "a" (dict "x" 1)) | toJson }}', '{"a":{"x":1}}'],
    ['{{ merge (dict "l" (list 1)) (dict "l" (list 2 3)) | toJson }}', '{"l":[1]}'],
    ['{{ mergeOverwrite (dict "l" (list 1)) (dict "l" (list)) | toJson }}', '{"l":[]}'],
    ['{{ merge (dict "l" (list)) (dict "l" (list 2)) | toJson }}', '{"l":[2]}'],
    ['{{ $a := dict "n" (dict) }}{{ $b := merge (dict) $a }}{{ $_ := set $b.n "x" 1 }}{{ $a }}', 'map[n:map[x:1]]'],
    ['{{ $d := dict "a" 1 }}{{ $_ := merge $d (dict "b" 2) }}{{ $d }}', 'map[a:1 b:2]'],
    [
      '{{ mustMerge (dict "a" (split "," "x")) (dict "a" (dict "_1" 5)) }}',
      'error: reflect.Value.SetMapIndex: value of type interface {} is not assignable to type string',
    ],
  ] as const;

  test.each(rows)('%s is %j', (template, expected) => {
    expect(outcomeOf(template)).toBe(expected);
  });
});
