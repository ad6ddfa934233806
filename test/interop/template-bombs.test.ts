import { isSignetError } from '@signet/errors';
import { compile, externalSecretsFunctions } from '@signet/template';
import { describe, expect, test } from 'vitest';
import { bombs } from './template-oracle/bombs.ts';

// Templates come from tenants. One that would run for ever or fill the memory must end with a limit that has a name.

/** How compiling and rendering ends: the code of the error, or the number of bytes. */
function endOf(template: string, data: Readonly<Record<string, string>> = {}): string {
  try {
    const rendered = compile(template, { functions: externalSecretsFunctions }).render(new Map(Object.entries(data)));
    return `${rendered.length} bytes`;
  } catch (error) {
    if (!isSignetError(error)) return String(error);
    // The clock is only the net below: what has a limit of its own must not need it.
    return error.message.endsWith('milliseconds of work') ? error.message : error.code;
  }
}

describe('a bomb ends with a limit', () => {
  test.each(Object.entries(bombs))('%s', (_name, template) => {
    expect(endOf(template)).toBe('SIGNET_TEMPLATE_LIMIT');
  });

  test('a template of 10 MB', () => {
    expect(endOf(`{{ "${'x'.repeat(10 << 20)}" }}`)).toBe('SIGNET_TEMPLATE_LIMIT');
    expect(endOf('x'.repeat(10 << 20))).toBe('SIGNET_TEMPLATE_LIMIT');
  });

  test('an expression nested deep', () => {
    // Go has no limit for parentheses; such a template is refused before the stack of the parser ends.
    expect(endOf(`{{ ${'('.repeat(100_000)}1${')'.repeat(100_000)} }}`)).toBe('SIGNET_TEMPLATE_LIMIT');
    expect(endOf(`${'{{ if 1 }}'.repeat(50_000)}${'{{ end }}'.repeat(50_000)}`)).toBe('SIGNET_TEMPLATE_LIMIT');
  });

  test('data put out over and over', () => {
    expect(endOf('{{ range until 100 }}{{ $.x }}{{ end }}', { x: 'x'.repeat(100_000) })).toBe('SIGNET_TEMPLATE_LIMIT');
  });
});

describe('what could break a parser or an encoder ends as in Go, or better', () => {
  const hazards: Readonly<Record<string, readonly [template: string, end: string]>> = {
    // Go's encoder finds the cycle, and Sprig makes an empty text of its error.
    'a dictionary in itself, as JSON': ['{{ $x := dict }}{{ $_ := set $x "x" $x }}{{ toJson $x }}', '0 bytes'],
    // Go's process ends with a stack overflow.
    'a dictionary in itself, as YAML': ['{{ $x := dict }}{{ $_ := set $x "x" $x }}{{ toYaml $x }}', '0 bytes'],
    'lists nested deep, from JSON': [
      '{{ mustFromJson (print (repeat 100000 "[") (repeat 100000 "]")) }}',
      'SIGNET_TEMPLATE_EXECUTE',
    ],
    'lists nested deep, from YAML': [
      '{{ hasKey (fromYaml (print (repeat 100000 "[") (repeat 100000 "]"))) "Error" }}',
      'SIGNET_TEMPLATE_LIMIT',
    ],
    'a deep regular expression': [
      '{{ mustRegexMatch (print (repeat 10000 "(") (repeat 10000 ")")) "a" }}',
      'SIGNET_TEMPLATE_EXECUTE',
    ],
    'a large regular expression': ['{{ mustRegexMatch "((a{100}){100}){100}" "a" }}', 'SIGNET_TEMPLATE_EXECUTE'],
  };
  test.each(Object.entries(hazards))('%s', (_name, [template, end]) => {
    expect(endOf(template)).toBe(end);
  });
});

describe('what a Secret can hold is far from the limits', () => {
  test.each([
    ['a megabyte of text less a little', '{{ .x }}', { x: 'x'.repeat(1_000_000) }, '1000000 bytes'],
    ['10,000 lines', '{{ range until 10000 }}{{ . }}\n{{ end }}', {}, '48890 bytes'],
    [
      'a large value in base64, decoded and indented',
      '{{ .x | b64enc | b64dec | indent 4 | len }}',
      { x: 'line\n'.repeat(50_000) },
      '6 bytes',
    ],
    ['a list of 1,000', '{{ $x := list }}{{ range 1000 }}{{ $x = append $x . }}{{ end }}{{ len $x }}', {}, '4 bytes'],
  ] as const)('%s', (_name, template, data, end) => {
    expect(endOf(template, data)).toBe(end);
  });
});
