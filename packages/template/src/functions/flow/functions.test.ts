import { describe, expect, test } from 'vitest';
import { outcomeOf } from '../../testing/outcome.ts';

describe('choices', () => {
  const rows = [
    ['{{ default "d" "" }}', 'd'],
    ['{{ default "d" "x" }}', 'x'],
    ['{{ default "d" 0 }}', 'd'],
    ['{{ default "d" 0.0 }}', 'd'],
    ['{{ default "d" false }}', 'd'],
    ['{{ default "d" nil }}', 'd'],
    ['{{ default "d" (list) }}', 'd'],
    ['{{ default "d" (dict) }}', 'd'],
    ['{{ default "d" }}', 'd'],
    ['{{ default "d" "" "y" }}', 'd'],
    ['{{ default nil "x" }}', 'x'],
    ['{{ default "d" (float64 "NaN") }}', 'NaN'],
    ['{{ default "d" "0" }}', '0'],
    ['{{ empty "" }}', 'true'],
    ['{{ empty " " }}', 'false'],
    ['{{ empty 0 }}', 'true'],
    ['{{ empty nil }}', 'true'],
    ['{{ empty (int64 0) }}', 'true'],
    ['{{ empty false }}', 'true'],
    ['{{ empty (list nil) }}', 'false'],
    ['{{ empty (dict "a" nil) }}', 'false'],
    ['{{ empty now }}', 'false'],
    ['{{ empty 0i }}', 'true'],
    ['{{ empty 1i }}', 'false'],
    ['{{ coalesce 0 "" nil "a" "b" }}', 'a'],
    ['{{ coalesce }}', '<no value>'],
    ['{{ coalesce 0 false }}', '<no value>'],
    ['{{ all }}', 'true'],
    ['{{ all 1 "a" }}', 'true'],
    ['{{ all 1 0 }}', 'false'],
    ['{{ any }}', 'false'],
    ['{{ any 0 "" }}', 'false'],
    ['{{ any 0 1 }}', 'true'],
    ['{{ ternary "y" "n" true }}', 'y'],
    ['{{ ternary "y" "n" false }}', 'n'],
    ['{{ true | ternary 1 2 }}', '1'],
  ] as const;

  test.each(rows)('%s is %j', (template, expected) => {
    expect(outcomeOf(template)).toBe(expected);
  });
});

describe('types and kinds', () => {
  const rows = [
    ['{{ typeOf "a" }}', 'string'],
    ['{{ typeOf 1 }}', 'int'],
    ['{{ typeOf 1.5 }}', 'float64'],
    ['{{ typeOf nil }}', '<nil>'],
    ['{{ typeOf (list) }}', '[]interface {}'],
    ['{{ typeOf (dict) }}', 'map[string]interface {}'],
    ['{{ typeOf (until 1) }}', '[]int'],
    ['{{ typeOf (split "" "") }}', 'map[string]string'],
    ['{{ typeOf (int64 1) }}', 'int64'],
    ['{{ typeOf now }}', 'time.Time'],
    ["{{ typeOf 'a' }}", 'int'],
    ['{{ typeOf 1i }}', 'complex128'],
    ['{{ kindOf "a" }}', 'string'],
    ['{{ kindOf 1 }}', 'int'],
    ['{{ kindOf 1.5 }}', 'float64'],
    ['{{ kindOf nil }}', 'invalid'],
    ['{{ kindOf (list) }}', 'slice'],
    ['{{ kindOf (dict) }}', 'map'],
    ['{{ kindOf now }}', 'struct'],
    ["{{ kindOf 'a' }}", 'int'],
    ['{{ kindOf true }}', 'bool'],
    ['{{ kindOf 1i }}', 'complex128'],
    ['{{ typeIs "string" "a" }}', 'true'],
    ['{{ typeIs "int" 1.0 }}', 'false'],
    ['{{ typeIs "<nil>" nil }}', 'true'],
    ['{{ typeIsLike "time.Time" now }}', 'true'],
    ['{{ typeIsLike "string" 1 }}', 'false'],
    ['{{ typeIsLike "semver.Version" (semver "1.2.3") }}', 'true'],
    ['{{ typeIs "semver.Version" (semver "1.2.3") }}', 'false'],
    ['{{ kindIs "ptr" (semver "1.2.3") }}', 'true'],
    ['{{ kindIs "invalid" nil }}', 'true'],
  ] as const;

  test.each(rows)('%s is %j', (template, expected) => {
    expect(outcomeOf(template)).toBe(expected);
  });
});

describe('deep comparison and copies', () => {
  const rows = [
    ['{{ deepEqual (list 1 (dict "a" nil)) (list 1 (dict "a" nil)) }}', 'true'],
    ['{{ deepEqual 1 1.0 }}', 'false'],
    ['{{ deepEqual (list) (rest (list)) }}', 'false'],
    ['{{ deepEqual nil nil }}', 'true'],
    ['{{ deepEqual (float64 "NaN") (float64 "NaN") }}', 'false'],
    ['{{ deepEqual (dict "a" 1) (dict "b" 1) }}', 'false'],
    ['{{ deepEqual (until 1) (list 0) }}', 'false'],
    ['{{ deepEqual "a" "a" }}', 'true'],
    ['{{ deepEqual (semver "1.2.3") (semver "1.2.3") }}', 'true'],
    ['{{ $l := list (float64 "NaN") }}{{ deepEqual $l $l }}', 'true'],
    [
      '{{ $a := dict "x" (dict "y" (list 1)) }}{{ $b := deepCopy $a }}{{ $_ := set $b.x "z" 1 }}{{ $a }} {{ $b }} {{ deepCopy "x" }} {{ deepCopy (rest (list)) | toJson }} {{ printf "%T" (deepCopy (until 1)) }}',
      'map[x:map[y:[1]]] map[x:map[y:[1] z:1]] x null []int',
    ],
    ['{{ deepCopy nil }}', 'error: reflect: call of reflect.Value.Type on zero Value'],
    ['{{ mustDeepCopy nil }}', 'error: reflect: call of reflect.Value.Type on zero Value'],
  ] as const;

  test.each(rows)('%s is %j', (template, expected) => {
    expect(outcomeOf(template)).toBe(expected);
  });
});

describe('fail', () => {
  test('fails without showing its message, which may hold a secret', () => {
    expect(outcomeOf('{{ fail "boom" }}')).toBe('error: …');
  });
});

describe('values that hold themselves', () => {
  const self = '{{ $d := dict }}{{ $_ := set $d "d" $d }}';
  const deep = '{{ $d := dict }}{{ range until 1100 }}{{ $d = dict "d" $d }}{{ end }}';

  test.each([
    `${self}{{ deepCopy $d }}`,
    `${self}{{ $e := dict }}{{ $_ := set $e "d" $e }}{{ deepEqual $d $e }}`,
    `${self}{{ $e := dict }}{{ $_ := set $e "d" $e }}{{ merge $d $e }}`,
    `${deep}{{ deepCopy $d }}`,
    `${deep}{{ $e := dict }}{{ range until 1100 }}{{ $e = dict "d" $e }}{{ end }}{{ has $e (list $d) }}`,
  ])('%s ends at the limit of depth', (template) => {
    expect(outcomeOf(template)).toContain('exceeds the limit of 1000 levels of depth');
  });

  test('are equal to themselves', () => {
    expect(outcomeOf(`${self}{{ deepEqual $d $d }}`)).toBe('true');
  });
});
