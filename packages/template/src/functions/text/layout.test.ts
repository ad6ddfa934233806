import { describe, expect, test } from 'vitest';
import { outcomeOf } from '../../testing/outcome.ts';

describe('lines and repetition', () => {
  const rows = [
    ['{{ repeat 3 "ab" }}', 'ababab'],
    ['{{ repeat 0 "x" }}', ''],
    ['{{ repeat 9 "" }}', ''],
    ['{{ repeat -1 "x" }}', 'error: strings: negative Repeat count'],
    ['{{ indent 2 "a\\nb\\n" }}', '  a\n  b\n  '],
    ['{{ indent 0 "a\\nb" }}', 'a\nb'],
    ['{{ nindent 2 "a\\n\\nb" }}', '\n  a\n  \n  b'],
    ['{{ indent 2 "" }}', '  '],
    ['{{ indent -1 "x" }}', 'error: strings: negative Repeat count'],
    ['{{ replace " " "-" "a b  c" }}', 'a-b--c'],
    ['{{ replace "" "-" "éx" }}', '-é-x-'],
    ['{{ replace "a" "$&$1" "cab" }}', 'c$&$1b'],
    ['{{ replace "" "" "x" }}', 'x'],
    ['{{ replace "aa" "a" "aaaaa" }}', 'aaa'],
    ['{{ replace "x" "" "axbx" }}', 'ab'],
    ['{{ printf "%q" (replace "" "-" .bad) }}', '"-a-\\xff-é-\\x85- -B-"'],
    ['{{ wrap 10 "the quick brown fox jumps" }}', 'the quick\nbrown fox\njumps'],
    ['{{ wrap 3 "abcdef gh   ij" }}', 'abcdef\ngh \n ij'],
    ['{{ wrap 0 "ab c" }}', 'ab\nc'],
    ['{{ wrap -5 "ab c d" }}', 'ab\nc\nd'],
    ['{{ wrap 5 "" }}', ''],
    ['{{ wrap 80 "  leading and trailing  " }}', '  leading and trailing  '],
    ['{{ wrapWith 5 "\\t" "Hello World foo" }}', 'Hello\tWorld\tfoo'],
    ['{{ wrapWith 4 "|" "abcdefghij" }}', 'abcd|efgh|ij'],
    ['{{ wrapWith 2 "" "abcd" }}', 'ab\ncd'],
    ['{{ wrapWith 3 "|" "ééé" | printf "%q" }}', '"é\\xc3|\\xa9é"'],
  ] as const;

  test.each(rows)('%s is %j', (template, expected) => {
    expect(outcomeOf(template)).toBe(expected);
  });
});
