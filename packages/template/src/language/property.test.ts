import { isSignetError } from '@signet/errors';
import { array, assert, constantFrom, oneof, pre, property, string, tuple, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { compile } from '../template.ts';
import { sampleDot, sampleFunctions } from './testing/sample.ts';

const words = [
  '{{',
  '}}',
  '{{- ',
  ' -}}',
  '"',
  '`',
  "'",
  '(',
  ')',
  '|',
  ' ',
  '.',
  '$x',
  ':=',
  '=',
  ',',
  '\n',
  '/*',
  '*/',
  '\\',
  'end',
  'else',
  'if ',
  'range ',
  'with ',
]
  .concat([
    'define ',
    'template ',
    'block ',
    'break',
    'continue',
    'nil',
    'true',
    '0x1F',
    "'a'",
    '1e3',
    '1+2i',
    '-',
    '_',
    '.x',
    '.m.a',
    '"a"',
    'print',
    'and',
    'index',
    'é',
    '\0',
    '\xff',
  ])
  .concat([
    '{{ end }}',
    '{{ else }}',
    '{{ if .x }}',
    '{{ range .l }}',
    '{{ with .m }}',
    '{{ define "q" }}',
    '{{ template "q" . }}',
  ]);

const soup = array(oneof(constantFrom(...words), string({ maxLength: 3 })), { maxLength: 25 }).map((parts) => parts.join(''));
const bytes = uint8Array({ maxLength: 60 });

/** Runs what may fail in our way only. @returns the error, if any */
function settle(work: () => unknown): Error | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (isSignetError(error)) return error;
    throw error;
  }
}

test('whatever the text is, it renders or fails with an error of ours', () => {
  assert(
    property(oneof(soup, bytes), (text) => {
      settle(() => compile(text, { functions: sampleFunctions, limits: { steps: 10_000 } }).render(sampleDot));
    }),
    { numRuns: 3000 },
  );
});

test('text without actions comes out as it went in, byte by byte', () => {
  assert(
    property(bytes, (text) => {
      pre(!Buffer.from(text).includes('{{'));
      expect(Buffer.from(compile(text).render(null))).toEqual(Buffer.from(text));
    }),
  );
});

test('values come out as they went in, byte by byte, whatever stands around them', () => {
  assert(
    property(
      bytes,
      string().filter((text) => !text.includes('{')),
      (value, around) => {
        const output = compile(`${around}{{ .v }}${around}`).render(new Map([['v', value]]));
        expect(Buffer.from(output)).toEqual(
          Buffer.concat([Buffer.from(around.toWellFormed()), value, Buffer.from(around.toWellFormed())]),
        );
      },
    ),
  );
});

test('no error shows a literal or a value', () => {
  const secret = 'hunter2';
  const literal = constantFrom(`"${secret}"`, `\`${secret}\``, '.v', '$x', `(print "${secret}")`, `(list "${secret}" .v)`);
  const call = constantFrom(
    'len',
    'index',
    'slice',
    'eq',
    'lt',
    'printf',
    'str',
    'i64',
    'fails',
    'join',
    'call',
    'template',
    'range',
    'and',
    '.v',
    '',
  );
  const action = tuple(call, array(literal, { minLength: 1, maxLength: 3 })).map(
    ([name, operands]) => `{{ ${name} ${operands.join(' ')} }}`,
  );
  assert(
    property(array(oneof(action, soup), { maxLength: 4 }), (actions) => {
      const error = settle(() =>
        compile(`{{ $x := .v }}${actions.join('')}`, { functions: sampleFunctions }).render(new Map([['v', secret]])),
      );
      expect(String(error)).not.toContain(secret);
    }),
    { numRuns: 2000 },
  );
});
