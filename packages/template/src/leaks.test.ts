import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { externalSecretsFunctions, sealedSecretsFunctions } from './sets.ts';
import { compile } from './template.ts';

// Errors go to events and logs: nothing of an error may hold a value or a literal, whichever function is called however wrong.

const data = new Map(
  Object.entries({
    text: 'zqxjzqxj',
    number: '7351973519',
    negative: '-7351973519',
    json: '{"a": zqxj',
    yaml: 'zqxj: zqxj\n  zqxj: [',
    pem: '-----BEGIN PRIVATE KEY-----\nenpxeGp6cXhq\n-----END PRIVATE KEY-----\n',
    url: 'zqxj://zqxj:zqxj@zqxj:zqxj/zqxj%zz',
    date: '2024-73-19zqxj',
    duration: '73519zqxj',
    expression: 'zqxj{73519}(',
    version: '7.3.5-01zqxj',
    jwk: '{"kty":"EC","crv":"zqxj","x":"zqxj","y":"zqxj"}',
  }),
);
const fields = [...data.keys()].map((key) => `.${key}`);
const anything = [
  ...fields,
  '"zqxj"',
  '`zqxj`',
  '73519',
  '-73519',
  '73519.5',
  '(atoi .number)',
  '(int64 .negative)',
  '(list .text .number)',
  '(dict .text .number)',
  'true',
  'nil',
  '$',
];
const forms = [
  '{{ CALL }}',
  '{{ index (CALL) "zqxj" 73519 }}',
  '{{ (CALL).Foo }}',
  '{{ eq (CALL) 73519 "zqxj" }}',
  '{{ (CALL) 73519 }}',
];
const canaries = ['zqxj', '73519', 'enpxeg'];

/** Everything that can be seen of what a template throws. */
function traceOf(template: string, functions: typeof sealedSecretsFunctions): string {
  try {
    compile(template, { name: 'k', functions, limits: { steps: 50_000, slow: 0 } }).render(data);
    return '';
  } catch (error) {
    return [inspect(error, { depth: null, showHidden: true }), JSON.stringify(error), String(error)].join('\n').toLowerCase();
  }
}

describe.each([
  ['sealed-secrets', sealedSecretsFunctions],
  ['external-secrets', externalSecretsFunctions],
])('the functions of %s', (_set, functions) => {
  test.each(Object.keys(functions))('%s shows no value and no literal in its errors', (name) => {
    const parameters = functions[name]?.signature.match(/^func\((.*?)\) /)?.[1]?.split(', ') ?? [];
    const shows: string[] = [];
    for (let round = 0; round < 40; round++) {
      const operands = parameters.map((type, i) => {
        const pool = type.startsWith('string') && round % 4 > 0 ? fields : anything;
        return pool[(round * (2 * i + 1) + 5 * i) % pool.length] ?? '';
      });
      const call = `${name} ${(round % 10 === 9 ? operands.slice(1) : operands).join(' ')}`;
      const template = (forms[round % 3 === 0 ? (round / 3) % forms.length : 0] ?? '').replace('CALL', () => call);
      const trace = traceOf(template, functions);
      if (canaries.some((canary) => trace.includes(canary))) shows.push(`${template}: ${trace}`);
    }
    expect(shows).toEqual([]);
  });
});
