import { readFileSync } from 'node:fs';
import { isSignetError } from '@signet/errors';
import type { SignetError } from '@signet/errors';
import { describe, expect, test } from 'vitest';
import { compile } from '../template.ts';
import type { CompileOptions } from '../template.ts';
import { saysTheSame } from './testing/go-said.ts';
import { sampleDot, sampleFunctions } from './testing/sample.ts';

/** Templates and what Go 1.26 makes of them under the name `main`, with the dot and the functions of `testing/sample.ts`. */
interface Cases {
  readonly refused: readonly (readonly [template: string, error: string])[];
  readonly failing: readonly (readonly [template: string, missingKey: MissingKey, error: string])[];
  readonly rendered: readonly (readonly [template: string, missingKey: MissingKey, output: string])[];
}
type MissingKey = NonNullable<CompileOptions['missingKey']>;

const cases = JSON.parse(readFileSync(new URL('testing/go-cases.json', import.meta.url), 'utf8')) as Cases;

function render(text: string, missingKey: MissingKey = 'default'): string {
  const template = compile(text, { name: 'main', functions: sampleFunctions, missingKey });
  return Buffer.from(template.render(sampleDot)).toString('utf8');
}

function failureOf(work: () => unknown): SignetError {
  try {
    work();
  } catch (error) {
    if (isSignetError(error)) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('as Go', () => {
  test.each(cases.rendered)('%j with missingkey=%s', (text, missingKey, output) => {
    expect(render(text, missingKey)).toBe(output);
  });

  test.each(cases.refused)('%j is refused', (text, said) => {
    const { message, code } = failureOf(() => compile(text, { name: 'main', functions: sampleFunctions }));
    expect([message, code]).toEqual([expect.toSatisfy((ours: string) => saysTheSame(said, ours)), 'SIGNET_TEMPLATE_PARSE']);
  });

  test.each(cases.failing)('%j with missingkey=%s fails', (text, missingKey, said) => {
    const { message, code } = failureOf(() => render(text, missingKey));
    expect([message, code]).toEqual([expect.toSatisfy((ours: string) => saysTheSame(said, ours)), 'SIGNET_TEMPLATE_EXECUTE']);
  });
});

describe('what an error shows', () => {
  test.each([
    ['{{ "hunter2" "hunter2" }}', 'template: main:1:3: executing "main" at <"…">: can\'t give argument to non-function "…"'],
    ['{{ fails `hunter2` }}', 'template: main:1:3: executing "main" at <fails `…`>: error calling fails: failed on it'],
    ['{{ str 31337 }}', 'template: main:1:7: executing "main" at <…>: expected string; found …'],
    ["{{ str 'h' }}", 'template: main:1:7: executing "main" at <…>: expected string; found …'],
    ['{{ template "hunter2" }}', 'template: main:1:12: executing "main" at <{{template "…"}}>: template "…" not defined'],
    [
      '{{ define "hunter2" }}{{ .x.y }}{{ end }}{{ template "hunter2" . }}',
      'template: main:1:27: executing "…" at <.x.y>: can\'t evaluate field y in type interface {}',
    ],
    ['{{ index .l 31337 }}', 'template: main:1:3: executing "main" at <index .l …>: error calling index: index out of range: …'],
    ['{{ range .x }}{{ end }}', 'template: main:1:9: executing "main" at <.x>: range can\'t iterate over …'],
    [
      '{{ eq .l .l }}',
      'template: main:1:3: executing "main" at <eq .l .l>: error calling eq: non-comparable type …: []interface {}',
    ],
  ])('%s', (text, message) => {
    expect(failureOf(() => render(text)).message).toBe(message);
  });

  test.each([
    ['{{ .x "hunter2', 'template: main:1: unterminated quoted string'],
    ['{{ .x }}{{ else }}hunter2', 'template: main:1: unexpected {{else}}'],
    ['{{ 31337x }}', 'template: main:1: bad number syntax: "…"'],
    ['{{ template 31337 }}', 'template: main:1: unexpected "…" in template clause'],
    ['{{ .x"hunter2" }}', "template: main:1: bad character U+0022 '\"'"],
    ['{{ "a" | "hunter2hunter2" }}', 'template: main:1: non executable command in pipeline stage 2'],
    ['{{ if }}', 'template: main:1: missing value for if'],
    ['{{ "a""hunter2hunter2" }}', 'template: main:1: unexpected "…"... in operand'],
    ["{{ 'hunter2' }}", 'template: main:1: malformed character constant: …'],
    ['{{define "hunter2"}}a{{end}}{{define "hunter2"}}b{{end}}', 'template: main:1: template: multiple definition of template "…"'],
    ['a\n{{ nope }}', 'template: main:2: function "nope" not defined'],
  ])('%j', (text, message) => {
    const error = failureOf(() => compile(text, { name: 'main', functions: sampleFunctions }));
    expect(error.message).toBe(message);
    expect(error.at).toEqual({ key: 'main', line: Number(/main:(\d+)/.exec(message)?.[1]) });
  });

  test('a long context is cut', () => {
    const { message } = failureOf(() => render(`{{ fails (print${' .x'.repeat(1000)}) | fails }}`));
    expect(message.length).toBeLessThan(700);
  });

  test('the place of a failure is given apart from its text', () => {
    expect(failureOf(() => render('a\nb {{ .x.y }}')).at).toEqual({ key: 'main', line: 2 });
  });
});

test('a mistake of ours in a function shows its kind and no value', () => {
  const functions = {
    broken: { signature: 'func(string) string', deterministic: true, call: () => BigInt('hunter2') as unknown as string },
  };
  const { message, code } = failureOf(() => compile('{{ broken "hunter2" }}', { name: 'main', functions }).render(null));
  expect([message, code]).toEqual([
    'template: main:1:3: executing "main" at <broken "…">: error calling broken: internal error (SyntaxError)',
    'SIGNET_TEMPLATE_EXECUTE',
  ]);
});
