import { describe, expect, test } from 'vitest';
import { outcomeOf } from '../../testing/outcome.ts';

describe('between values, text and lists', () => {
  const rows = [
    ['{{ quote "a" 1 nil true "" }}', '"a" "1" "true" ""'],
    ['{{ quote }}', ''],
    ['{{ quote nil }}', ''],
    ['{{ quote "\\"\\\\\\n\\t\\x00é\\u200b😀" }}', '"\\"\\\\\\n\\t\\x00é\\u200b😀"'],
    ['{{ quote .bad }}', '"a\\xffé\\x85 B"'],
    ['{{ quote (list 1 "a" nil) (dict "b" 1.5) }}', '"[1 a <nil>]" "map[b:1.5]"'],
    ['{{ squote "a\'b" 1 nil true }}', "'a'b' '1' 'true'"],
    ['{{ squote }}', ''],
    ['{{ cat "hello" 1 nil true 2.50 }}', 'hello 1 true 2.5'],
    ['{{ cat "" "a" "" }}', ' a '],
    ['{{ cat }}', ''],
    ['{{ cat " x\\n" }}', ' x\n'],
    ['{{ toString 1 }}', '1'],
    ['{{ toString 1.5e30 }}', '1.5e+30'],
    ['{{ toString nil }}', '<nil>'],
    ['{{ toString (list 1 "a") }}', '[1 a]'],
    ["{{ toString 'a' }}", '97'],
    ['{{ toString 1e-7 }}', '1e-07'],
    ['{{ toStrings (list 1 nil "a" true 1.5) }}', '[1 a true 1.5]'],
    ['{{ len (toStrings nil) }}', '0'],
    ['{{ toStrings "x" }}', '[x]'],
    ['{{ toStrings (until 3) }}', '[0 1 2]'],
    ['{{ toStrings (dict "a" 1) }}', '[map[a:1]]'],
    ['{{ split "," "a,b,,c" }}', 'map[_0:a _1:b _2: _3:c]'],
    ['{{ split "" "aé" }}', 'map[_0:a _1:é]'],
    ['{{ split "," "" }}', 'map[_0:]'],
    ['{{ (split "$" "foo$bar")._1 }}', 'bar'],
    ['{{ splitn "," 2 "a,b,c" }}', 'map[_0:a _1:b,c]'],
    ['{{ splitn "," 0 "a" }}', 'map[]'],
    ['{{ splitn "," -1 "a,b" }}', 'map[_0:a _1:b]'],
    ['{{ splitn "" 2 "aéb" }}', 'map[_0:a _1:éb]'],
    ['{{ splitn "," 1 "a,b" }}', 'map[_0:a,b]'],
    ['{{ splitList "," "a,b,," | toJson }}', '["a","b","",""]'],
    ['{{ splitList "" "aéb" | toJson }}', '["a","é","b"]'],
    ['{{ splitList "" "" | toJson }}', '[]'],
    ['{{ splitList "x" "" | toJson }}', '[""]'],
    ['{{ join "," (list 1 "a" true nil 2.5) }}', '1,a,true,2.5'],
    ['{{ join "," "single" }}', 'single'],
    ['{{ join "," nil }}', ''],
    ['{{ join "-" (list) }}', ''],
    ['{{ join "-" (until 3) }}', '0-1-2'],
    ['{{ join "-" 5 }}', '5'],
    ['{{ sortAlpha (list "b" "a" 10 9 nil "É" "Z") | join "," }}', '10,9,Z,a,b,É'],
    ['{{ sortAlpha 5 }}', '[5]'],
    ['{{ sortAlpha nil }}', '[<nil>]'],
    ['{{ $l := splitList "," "c,b,a" }}{{ $s := sortAlpha $l }}{{ $l }}', '[a b c]'],
    ['{{ $l := list "c" "b" }}{{ $s := sortAlpha $l }}{{ $l }}', '[c b]'],
  ] as const;

  test.each(rows)('%s is %j', (template, expected) => {
    expect(outcomeOf(template)).toBe(expected);
  });
});
