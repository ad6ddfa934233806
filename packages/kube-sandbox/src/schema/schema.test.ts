import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { JsonSchema } from '../kinds/definition.ts';
import { applyDefaults } from './defaults.ts';
import type { FieldError } from './field-error.ts';
import { checkLists } from './list-type.ts';
import { prune } from './prune.ts';
import { checkStructural } from './structural.ts';
import { validate } from './validate.ts';

interface Row {
  readonly name: string;
  readonly do: 'validate' | 'lists' | 'prune' | 'default' | 'structural';
  readonly schema: JsonSchema;
  readonly object?: unknown;
  readonly errors?: readonly FieldError[];
  readonly unknown?: readonly string[];
  readonly expected?: unknown;
}

const rows = JSON.parse(readFileSync(new URL('testdata/schema.json', import.meta.url), 'utf8')) as Row[];
const of = (action: Row['do']): Row[] => rows.filter((row) => row.do === action);
const sorted = (errors: readonly FieldError[] = []): FieldError[] =>
  errors.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** The kind of regular expression error is the engine's own text. */
const anonymous = (errors: readonly FieldError[]): FieldError[] =>
  errors.map((error) => ({ ...error, message: error.message.replace(/(but isn't:).*/, '$1') }));

// Source: the validators of apiextensions-apiserver (testdata/README.md).
describe('outcomes equal those of the API server', () => {
  test.each(of('validate'))('validate: $name', ({ schema, object, errors }) => {
    expect(sorted(validate(schema, object))).toEqual(sorted(errors));
  });

  test.each(of('lists'))('list types: $name', ({ schema, object, errors }) => {
    expect(sorted(checkLists(schema, object))).toEqual(sorted(errors));
  });

  test.each(of('prune'))('prune: $name', ({ schema, object, expected, unknown }) => {
    const rooted: JsonSchema = { ...schema, 'x-kubernetes-embedded-resource': true };
    expect(prune(rooted, object)).toEqual({ value: expected, unknown: unknown ?? [] });
  });

  test.each(of('default'))('default: $name', ({ schema, object, expected }) => {
    expect(applyDefaults(schema, object)).toEqual(expected);
  });

  test.each(of('structural'))('structural: $name', ({ schema, errors }) => {
    expect(sorted(anonymous(checkStructural(schema, 'schema')))).toEqual(sorted(anonymous(errors ?? [])));
  });
});
