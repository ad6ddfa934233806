import { describe, expect, test } from 'vitest';
import { externalSecretsFunctions, sealedSecretsFunctions } from './sets.ts';
import { compile } from './template.ts';

// Controllers keep the value of a template that varies, and render all others at each reconcile: a function that is taken for one
// that does not vary must not look at the clock or draw a number, whatever its arguments.

const data = new Map(
  Object.entries({ text: 'zqxj', number: '73', json: '{"a": 1}', version: '1.2.3', time: '2024-01-02', zone: 'Europe/Berlin' }),
);
const operands = [
  ...[...data.keys()].map((key) => `.${key}`),
  '73',
  '-7.5',
  'nil',
  'true',
  '(list .text 1)',
  '(dict .text 1)',
  '(toDate "2006" "2024")',
  '(atoi .number)',
  '(int64 0)',
  '$',
];

/** True when a template has asked for time or chance. */
function varies(template: string, functions: typeof sealedSecretsFunctions): boolean {
  let hasAsked = false;
  const now = (): number => {
    hasAsked = true;
    return 0;
  };
  const random = (length: number): Uint8Array => {
    hasAsked = true;
    return new Uint8Array(length);
  };
  try {
    compile(template, { functions, limits: { steps: 50_000, slow: 2 } }).render(data, { now, random });
  } catch {
    // A call that fails may have asked before.
  }
  return hasAsked;
}

describe.each([
  ['sealed-secrets', sealedSecretsFunctions],
  ['external-secrets', externalSecretsFunctions],
])('the functions of %s', (_set, functions) => {
  const fixed = Object.keys(functions).filter((name) => functions[name]?.deterministic);
  test.each(fixed)('%s asks for neither time nor chance', (name) => {
    const parameters = functions[name]?.signature.match(/^func\((.*?)\) /)?.[1]?.split(', ') ?? [];
    const asking = Array.from({ length: 40 }, (_, round) => {
      const given = parameters.map((_type, i) => operands[(round * (2 * i + 1) + 3 * i) % operands.length] ?? '');
      return `{{ ${name} ${given.join(' ')} }}`;
    }).filter((template) => varies(template, functions));
    expect(asking).toEqual([]);
  });
});

test.each([
  '{{ define "x" }}{{ now }}{{ end }}',
  '{{ call now }}',
  '{{ $x := 1 }}{{ if false }}{{ $x = randAlpha 3 }}{{ end }}',
  '{{ now.Format "2006" }}',
  '{{ (now).Year }}',
  '{{ with dict "a" (uuidv4) }}{{ .a }}{{ end }}',
  '{{ "2006" | date }}',
  '{{ range list (list (htmlDate "")) }}{{ end }}',
  '{{ block "x" (bcrypt "a") }}{{ end }}',
  '{{ if 1 }}{{ else if eq 1 2 }}{{ else }}{{ shuffle "ab" }}{{ end }}',
  '{{ template "x" now }}',
])('%s varies', (text) => {
  expect(compile(text).isDeterministic).toBe(false);
});
