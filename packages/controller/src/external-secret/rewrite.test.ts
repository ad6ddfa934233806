import { Buffer } from 'node:buffer';
import type { Rewrite } from '@signet/api';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rewrite } from './rewrite.ts';

interface Result {
  readonly values: Readonly<Record<string, string>>;
  readonly from: Readonly<Record<string, string | undefined>>;
  readonly warnings: readonly string[];
}

function rewritten(values: Readonly<Record<string, string>>, ...steps: Rewrite[]): Result {
  const warnings: string[] = [];
  const entries = new Map(Object.entries(values).map(([key, value]) => [key, { value: Buffer.from(value), from: key }]));
  const result = rewrite(entries, steps, { tell: (warning) => warnings.push(warning) });
  return {
    values: Object.fromEntries([...result].map(([key, { value }]) => [key, Buffer.from(value).toString()])),
    from: Object.fromEntries([...result].map(([key, { from }]) => [key, from])),
    warnings,
  };
}

const regexp = (source: string, target: string): Rewrite => ({ regexp: { source, target } });
const transform = (template: string): Rewrite => ({ transform: { template } });

// Source: external-secrets v2.9 rewrite.regexp; the expressions themselves are compared with Go in go-oracle/.
describe('external acceptance 19: rewrite regexp', () => {
  test.each<[name: string, steps: readonly Rewrite[], keys: readonly string[]]>([
    ['takes a prefix off', [regexp('^prod/', '')], ['db/user', 'db/pass']],
    ['replaces every match', [regexp('/', '_')], ['prod_db_user', 'prod_db_pass']],
    ['refers to groups', [regexp('(.*)/(.*)/(.*)', '$3.$2')], ['user.db', 'pass.db']],
    ['$1x is the group named 1x: empty', [regexp('prod/(\\w+)/', '$1x-')], ['-user', '-pass']],
    ['${1}x is group 1', [regexp('prod/(\\w+)/', '${1}x-')], ['dbx-user', 'dbx-pass']],
    ['steps follow each other', [regexp('^prod/', ''), regexp('/', '.'), regexp('^', 'my-')], ['my-db.user', 'my-db.pass']],
    ['without a match nothing changes', [regexp('staging', '')], ['prod/db/user', 'prod/db/pass']],
  ])('%s', (_, steps, keys) => {
    const { values, warnings } = rewritten({ 'prod/db/user': 'u', 'prod/db/pass': 'p' }, ...steps);
    expect(values).toEqual({ [keys[0] ?? '']: 'u', [keys[1] ?? '']: 'p' });
    expect(warnings).toEqual([]);
  });

  test('an expression that is none names its step, in the words of Go', () => {
    expect(() => rewritten({ a: '1' }, regexp('a', 'b'), regexp('(', ''))).toThrow(/^rewrite\[1\]: .*missing closing \)/);
  });

  test('keys with line breaks and of other scripts arrive whole', () => {
    expect(rewritten({ 'a\nb': '1', 'ä😀': '2' }, regexp('[\\n😀]', '_')).values).toEqual({ a_b: '1', ä_: '2' });
  });
});

// Source: external-secrets v2.9 rewrite.transform.
describe('external acceptance 19: rewrite transform', () => {
  test.each<[name: string, template: string, key: string]>([
    ['reads the key as .value', '{{ .value | upper }}_1', 'DB-PASSWORD_1'],
    ['has the functions of templates', '{{ .value | replace "-" "_" | trimPrefix "db_" }}', 'password'],
    ['a name that is missing is no error', '{{ .value }}{{ .nope }}', 'db-password<no value>'],
    ['may drop the key', '', ''],
  ])('%s', (_, template, key) => {
    expect(rewritten({ 'db-password': 'x' }, transform(template)).values).toEqual({ [key]: 'x' });
  });

  test.each([
    ['cannot be read', '{{ .value '],
    ['calls what there is not', '{{ env "HOME" }}'],
    ['fails', '{{ fail "no" }}'],
  ])('a template that %s names its step', (_, template) => {
    expect(() => rewritten({ a: '1' }, transform(template))).toThrow(/^rewrite\[0\]: template: transform:/);
  });

  test('promise 10: many keys together keep to the limits of one template', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`key-${index}`, 'x']));
    expect(() => rewritten(many, transform('{{ range until 20000 }}{{ end }}'))).toThrow(/rewrite\[0\]: .*exceeds the limit/);
  });
});

describe('two keys that get the same name', () => {
  test('the last in the order of keys is kept, and it is told', () => {
    const { values, from, warnings } = rewritten({ b: '2', a: '1', c: '3' }, regexp('[ab]', 'x'));
    expect(values).toEqual({ x: '2', c: '3' });
    expect(from).toEqual({ x: 'b', c: 'c' });
    expect(warnings).toEqual(['rewrite[0] gives "a" and "b" the same key "x": the last one is kept']);
  });

  test('those that are dropped need no telling', () => {
    expect(rewritten({ a: '1', b: '2' }, transform('')).warnings).toEqual([]);
  });

  test('what is kept never depends on the order in which the store gave them', () => {
    const keys = fc.uniqueArray(fc.string({ unit: fc.constantFrom('a', 'b', 'ä', '😀', '\uffff') }), { minLength: 1 });
    fc.assert(
      fc.property(keys, fc.constantFrom(regexp('[ab]', 'x'), transform('{{ .value | trunc 1 }}')), (given, step) => {
        const inOrder = rewritten(Object.fromEntries(given.map((key) => [key, key])), step);
        const reversed = rewritten(Object.fromEntries(given.toReversed().map((key) => [key, key])), step);
        expect(reversed).toEqual(inOrder);
      }),
    );
  });
});
