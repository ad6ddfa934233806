import { isSignetError } from '@signet/errors';
import { expect, test } from 'vitest';
import type { Limits } from '../limits.ts';
import { compile } from '../template.ts';
import { sampleDot, sampleFunctions } from './testing/sample.ts';

function limitOf(text: string, limits: Partial<Limits>): string {
  try {
    compile(text, { name: 'k', functions: sampleFunctions, limits }).render(sampleDot);
  } catch (error) {
    if (isSignetError(error) && error.code === 'SIGNET_TEMPLATE_LIMIT') return error.message;
    throw error;
  }
  return 'none';
}

test.each<readonly [template: string, limits: Partial<Limits>, says: string]>([
  ['x'.repeat(11), { templateBytes: 10 }, 'template: k: exceeds the limit of 10 bytes of template'],
  ['x'.repeat(10), { templateBytes: 10 }, 'none'],
  ['x'.repeat(11), { outputBytes: 10 }, 'template: k: exceeds the limit of 10 bytes of output'],
  [
    '{{ "12345678901" }}',
    { outputBytes: 10 },
    'template: k:1:3: executing "k" at <{{"…"}}>: exceeds the limit of 10 bytes of output',
  ],
  ['{{ "1234567890" }}', { outputBytes: 10 }, 'none'],
  ['{{ range 9223372036854775807 }}{{ end }}', {}, 'template: k:1:9: executing "k" at <…>: exceeds the limit of 1000000 steps'],
  [
    '{{ range 100 }}{{ range 100 }}{{ end }}{{ end }}',
    { steps: 1000 },
    'template: k:1:24: executing "k" at <…>: exceeds the limit of 1000 steps',
  ],
  ['{{ range 10 }}{{ . }}{{ end }}', { steps: 100 }, 'none'],
  [
    '{{ $x := "x" }}{{ range 100 }}{{ $x = print $x $x }}{{ end }}',
    { steps: 100_000_000 },
    'template: k:1:47: executing "k" at <$x>: exceeds the limit of 67108864 bytes of intermediate values',
  ],
  [
    '{{ define "r" }}{{ template "r" }}{{ end }}{{ template "r" }}',
    { depth: 50 },
    'template: k:1:28: executing "…" at <{{template "…"}}>: exceeds the limit of 50 levels of depth',
  ],
  [`{{ ${'('.repeat(201)}1${')'.repeat(201)} }}`, {}, 'template: k:1: exceeds the limit of 200 levels of nesting'],
  [`{{ ${'('.repeat(200)}1${')'.repeat(200)} }}`, {}, 'none'],
  ['{{ if .x }}'.repeat(201), {}, 'template: k:1: exceeds the limit of 200 levels of nesting'],
  [`{{ if .e }}${'{{ else if .e }}'.repeat(900)}{{ end }}`, {}, 'none'],
  [`{{ if .e }}${'{{ else if .e }}'.repeat(1100)}{{ end }}`, {}, 'template: k:1: exceeds the limit of 200 levels of nesting'],
  [`{{ print${' 1'.repeat(50_000)} }}`, {}, 'template: k:1: exceeds the limit of 100000 tokens'],
  [`{{/* 1 2 3 */}} 1 2 3 `.repeat(40_000), {}, 'none'],
  ['{{ $a := 1 }}'.repeat(1000), {}, 'template: k:1: exceeds the limit of 1000 variables'],
])('%.60s with %j', (text, limits, says) => {
  expect(limitOf(text, limits)).toBe(says);
});

test('recursion through deep nesting ends with the limit too, not with the machine', () => {
  const deep = `{{ define "r" }}${'{{ if 1 }}'.repeat(190)}{{ template "r" }}${'{{ end }}'.repeat(190)}{{ end }}{{ template "r" }}`;
  expect(limitOf(deep, {})).toMatch(/: exceeds the limit of 1000 levels of depth$/);
});
