import { expect, test } from 'vitest';
import { compile } from '../template.ts';

test.each([
  // template                                               -> names it reads of its data
  ['text', []],
  ['{{ .a }}{{ .b.c }}', ['a', 'b']],
  ['{{ $.a }}{{ $x := .b }}{{ $x }}', ['a', 'b']],
  ['{{ if .a }}{{ with .b }}{{ .c }}{{ else }}{{ .d }}{{ end }}{{ end }}', ['a', 'b', 'c', 'd']],
  ['{{ range .a }}x{{ else }}{{ print (.b) }}{{ end }}', ['a', 'b']],
  ['{{ define "x" }}{{ .in }}{{ end }}{{ template "x" .out }}', ['in', 'out']],
  ['{{ (printf "%s" .a) | print .b }}', ['a', 'b']],
  ['{{ .é }}', ['é']],
])('%s reads %j', (text, names) => {
  expect([...(compile(text).reads ?? ['everything'])].toSorted()).toEqual(names);
});

test.each(['{{ . }}', '{{ $ }}', '{{ range . }}x{{ end }}', '{{ index . "a" }}', '{{ template "x" . }}{{ define "x" }}{{ end }}'])(
  '%s may read everything',
  (text) => {
    expect(compile(text).reads).toBeUndefined();
  },
);
