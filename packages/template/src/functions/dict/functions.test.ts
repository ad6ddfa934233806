import { describe, expect, test } from 'vitest';
import { outcomeOf } from '../../testing/outcome.ts';

describe('maps', () => {
  const rows = [
    ['{{ dict "a" 1 "b" }}', 'map[a:1 b:]'],
    ['{{ dict 1 2 nil 3 true 4 }}', 'map[1:2 <nil>:3 true:4]'],
    ['{{ dict }}', 'map[]'],
    ['{{ dict "a" 1 "a" 2 }}', 'map[a:2]'],
    ['{{ $d := dict "a" 1 }}{{ $e := set $d "b" 2 }}{{ $d }} {{ unset $d "a" }} {{ $e }}', 'map[a:1 b:2] map[b:2] map[b:2]'],
    ['{{ get (dict "a" nil) "a" }}', '<no value>'],
    ['{{ get (dict) "a" }}', ''],
    ['{{ hasKey (dict "a" nil) "a" }}', 'true'],
    ['{{ hasKey (dict) "a" }}', 'false'],
    ['{{ pluck "a" (dict "a" 1) (dict "b" 2) (dict "a" nil) }}', '[1 <nil>]'],
    ['{{ pluck "a" }}', '[]'],
    ['{{ keys (dict "b" 1 "a" 2) (dict "a" 3) | sortAlpha }}', '[a a b]'],
    ['{{ keys | toJson }}', '[]'],
    ['{{ values (dict "a" 1) }}', '[1]'],
    ['{{ values (dict) | toJson }}', '[]'],
    ['{{ pick (dict "a" 1 "b" 2) "a" "z" }}', 'map[a:1]'],
    ['{{ omit (dict "a" 1 "b" 2) "a" "z" }}', 'map[b:2]'],
    ['{{ pick (dict "a" 1) }}', 'map[]'],
    ['{{ omit (dict "a" 1) }}', 'map[a:1]'],
    ['{{ dig "a" "b" "none" (dict "a" (dict "b" 1)) }}', '1'],
    ['{{ dig "a" "z" "none" (dict "a" (dict)) }}', 'none'],
    ['{{ dig "a" "none" (dict "a" nil) }}', '<no value>'],
    ['{{ dig "a" nil (dict) }}', '<no value>'],
    ['{{ dig "a" "b" "none" (dict "a" "x") }}', 'error: interface conversion: interface {} is string, not map[string]interface {}'],
    ['{{ dig "a" "b" "none" (dict "a" nil) }}', 'error: interface conversion: interface {} is nil, not map[string]interface {}'],
    ['{{ dig "a" "b" }}', 'error: dig needs at least three arguments'],
    ['{{ dig 1 "b" (dict) }}', 'error: interface conversion: interface {} is int, not string'],
    ['{{ dig "a" "b" 5 }}', 'error: interface conversion: interface {} is int, not map[string]interface {}'],
    ['{{ dig nil "b" (dict) }}', 'error: interface conversion: interface {} is nil, not string'],
  ] as const;

  test.each(rows)('%s is %j', (template, expected) => {
    expect(outcomeOf(template)).toBe(expected);
  });
});
