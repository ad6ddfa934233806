import { calls, resultsOf, templates } from './case.ts';
import type { Topic } from './case.ts';
import { anything } from './values.ts';

/** Sprig's functions on defaults, types and failures. */
export const flow: readonly Topic[] = [
  calls('empty typeOf kindOf not deepEqual ternary', anything),
  calls('default', ['"d"', 'nil'], anything),
  calls('ternary', ['"yes"'], ['"no"'], ['true', 'false', '1', '""', 'nil', '(eq 1 1)']),
  calls(
    'typeIs',
    ['"string"', '"int"', '"[]interface {}"', '"map[string]interface {}"', '"time.Time"', '"<nil>"', '"*semver.Version"'],
    anything,
  ),
  calls('typeIsLike', ['"semver.Version"', '"string"', '"*string"'], ['"a"', '(semver "1.0.0")', 'nil', '1']),
  calls('kindIs', ['"string"', '"int"', '"slice"', '"map"', '"struct"', '"ptr"', '"invalid"', '"bool"'], anything),
  calls(
    'deepEqual',
    ['1', '"a"', 'nil', '(list 1)', '(dict "a" 1)', '(list)'],
    ['1', '1.0', '"a"', 'nil', '(list 1)', '(list (int64 1))', '(dict "a" 1)', '(list)', '(dict)'],
  ),
  calls('fail', ['""', '"it broke"', '5', 'nil']),
  resultsOf('defaults of several', [
    'default 1',
    'default 1 2 3',
    'default',
    'default "d" (dict).a',
    'default "d" .missing',
    '.missing | default "d"',
    '.empty | default "d"',
    '.str | default "d"',
    'ternary 1 2',
    'empty',
    'typeOf',
    'coalesce .missing .empty .str',
    '(fail "x")',
    '"x" | fail',
  ]),
  templates('flow in use', [
    '{{ if empty .empty }}e{{ else }}f{{ end }}',
    '{{ if fail "no" }}x{{ end }}',
    'before {{ fail "no" }} after',
    '{{ or .empty (fail "no") }}',
    '{{ and .empty (fail "no") }}',
    '{{ or .str (fail "no") }}',
    '{{ ternary "a" "b" (eq .num "42") }}',
    '{{ eq .num "42" | ternary "a" "b" }}',
    '{{ .missing | default .str | upper }}',
    '{{ if kindIs "map" . }}map{{ end }}',
    '{{ typeOf . }}',
    '{{ typeOf $ }}',
    '{{ typeOf .str }}',
    '{{ typeOf .missing }}',
    '{{ kindOf (index . "missing") }}',
  ]),
];
