import { describe, expect, test } from 'vitest';
import { outcomeOf } from '../../testing/outcome.ts';

const big = '{{ $big := repeat 1000000 "aB" }}';
const again = (call: string): string => `${big}{{ range until 100000 }}{{ $_ := ${call} }}{{ end }}`;

/** Promise: a tenant's bomb ends with a named limit. What each of these makes is small, or is counted before it is made. */
describe('a bomb ends with a limit', () => {
  const rows = [
    // template                                         limit
    ['{{ repeat 999999999999 "x" }}', 'bytes of intermediate values'],
    ['{{ repeat 9223372036854775807 "xx" }}', 'bytes of intermediate values'],
    ['{{ indent 99999999999 "x" }}', 'bytes of intermediate values'],
    ['{{ indent 10000 (repeat 10000 "a\\n") }}', 'bytes of intermediate values'],
    [`${big}{{ replace "a" $big (repeat 100 "a") }}`, 'bytes of intermediate values'],
    [`${big}{{ replace "a" $big $big }}`, 'steps'],
    [`${big}{{ replace "" $big $big }}`, 'bytes of intermediate values'],
    [`${big}{{ wrapWith 1 $big $big }}`, 'steps'],
    [`${big}{{ join $big (until 1000) }}`, 'bytes of intermediate values'],
    [`${big}{{ splitList "" $big }}`, 'steps'],
    [`${big}{{ snakecase $big }}`, 'steps'],
    [again('contains "x" $big'), 'steps'],
    [
      `${big}{{ $part := print (repeat 5000 "a") "b" }}{{ $as := repeat 1000000 "a" }}{{ range until 100000 }}{{ $_ := contains $part $as }}{{ end }}`,
      'steps',
    ],
    [again('hasPrefix $big $big'), 'steps'],
    [again('replace "a" "b" $big'), 'steps'],
    [again('trim (repeat 1000000 " ")'), 'steps'],
    [again('trimAll "ab" $big'), 'steps'],
    [again('title $big'), 'steps'],
    [again('initials $big'), 'steps'],
    [again('b64dec $big'), 'steps'],
    [again('b32dec $big'), 'steps'],
    [again('nospace $big'), 'steps'],
    [again('quote $big'), 'steps'],
    [again('quote (print $big $.bad)'), 'steps'],
    [again('shuffle $big'), 'steps'],
    ['{{ until 9223372036854775807 }}', 'steps'],
    ['{{ untilStep -9223372036854775808 9223372036854775807 1 }}', 'steps'],
    ['{{ seq 1 9223372036854775806 }}', 'steps'],
    ['{{ $l := until 100000 }}{{ range $l }}{{ $_ := has "x" $l }}{{ end }}', 'steps'],
    ['{{ $l := until 100000 }}{{ range $l }}{{ $_ := append $l 1 }}{{ end }}', 'bytes of intermediate values'],
    ['{{ $l := list }}{{ range until 2000 }}{{ $l = append $l (list .) }}{{ end }}{{ uniq $l }}', 'steps'],
  ] as const;

  test.each(rows)('%s: %s', (template, limit) => {
    expect(outcomeOf(template)).toMatch(new RegExp(`exceeds the limit of \\d+ ${limit}$`));
  });

  // Go's int wraps round at the end of such a row, and it never ends: it has the numbers that there are.
  test.each([
    ['{{ untilStep 9223372036854775800 9223372036854775807 9223372036854775807 }}', '[9223372036854775800]'],
    ['{{ seq 1 9223372036854775807 }}', ''],
  ])('%s is %j', (template, expected) => {
    expect(outcomeOf(template)).toBe(expected);
  });
});
