import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { externalSecretProblems, secretStoreProblems } from './index.ts';
import type { FieldProblem } from './index.ts';
import { admissionCases } from './testing/admission-cases.ts';

const problemsOf = (kind: string, object: unknown): readonly FieldProblem[] =>
  kind === 'ExternalSecret' ? externalSecretProblems(object) : secretStoreProblems(object);

describe('admission, judged without a cluster', () => {
  const rows = admissionCases.map((row) => [row.kind, row.title, row.refused.join(', ') || 'admitted', row] as const);

  test.each(rows)('%s: %s -> %s', (kind, _, __, { spec, refused, says = '' }) => {
    const problems = problemsOf(kind, { spec });
    expect(problems.map(({ field }) => field)).toEqual(refused);
    for (const { message } of problems) expect(message).toContain(says);
  });

  test('every problem is named, in the order of the fields', () => {
    const spec = {
      data: [{ secretKey: 'a/b', remoteRef: {} }],
      refreshInterval: 'soon',
      target: { creationPolicy: 'None', deletionPolicy: 'Merge' },
    };
    const problems = externalSecretProblems({ spec });
    expect(problems.map(({ field, message }) => ({ field, message }))).toEqual([
      { field: 'spec.refreshInterval', message: 'has to be a duration such as 1h30m or 15s, or 0' },
      {
        field: 'spec.target',
        message: 'deletionPolicy Merge does not go with creationPolicy None: there is no Secret to merge with',
      },
      { field: 'spec.data[0].secretKey', message: 'has to match ^[-._a-zA-Z0-9]+$' },
      { field: 'spec.data[0].remoteRef.key', message: 'is required' },
    ]);
  });

  test('a field is also told step by step, for keys with dots', () => {
    const spec = { data: [{ secretKey: 'a', remoteRef: { key: 'b' } }], target: { template: { data: { 'a.b': 1 } } } };
    expect(externalSecretProblems({ spec })).toEqual([
      {
        field: 'spec.target.template.data.a.b',
        path: ['spec', 'target', 'template', 'data', 'a.b'],
        message: 'has to be text',
      },
    ]);
    expect(externalSecretProblems({ spec: { data: [null] } })[0]?.path).toEqual(['spec', 'data', 0]);
  });

  test('a value is never part of a message', () => {
    const canary = 'c4nary';
    const spec = {
      data: [{ secretKey: `${canary}/`, remoteRef: { key: [canary], decodingStrategy: canary } }],
      refreshInterval: canary,
      target: { creationPolicy: canary, template: { data: { a: [canary] }, templateFrom: [{ target: canary }] } },
    };
    const problems = externalSecretProblems({ spec });
    expect(problems.length).toBeGreaterThan(4);
    expect(JSON.stringify(problems)).not.toContain(canary);
  });

  test('nothing throws, whatever JSON comes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (object, spec) => {
        for (const kind of ['ExternalSecret', 'SecretStore'])
          for (const value of [object, { spec }]) expect(Array.isArray(problemsOf(kind, value))).toBe(true);
      }),
    );
  });

  test('a configuration of any depth is left to its provider', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(9000)}1${'}'.repeat(9000)}`) as unknown;
    expect(secretStoreProblems({ spec: { provider: { newcomer: deep } } })).toEqual([]);
  });
});
