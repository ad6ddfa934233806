import { describe, expect, test } from 'vitest';
import type { ConformanceCase } from './conformance-case.ts';
import { judge } from './conformance-case.ts';
import { differences } from './differences.ts';
import type { Json } from './normalize.ts';
import { Normalizer } from './normalize.ts';

const one = '11111111-1111-4111-8111-111111111111';
const two = '22222222-2222-4222-8222-222222222222';
const now = Date.parse('2026-05-01T12:00:00Z');

function normalized(...values: Json[]): Json[] {
  const normalizer = new Normalizer(now);
  return values.map((value) => normalizer.normalize(value));
}

// What the suite rests on: only what differs by nature may become equal.
describe('what differs by nature becomes a mark', () => {
  test('the same uid is the same mark everywhere, another uid is another', () => {
    const [object, event] = normalized({ metadata: { uid: one } }, { message: `of ${one}`, [`k:{"uid":"${two}"}`]: {} });
    expect(object).toEqual({ metadata: { uid: '<uid 1>' } });
    expect(event).toEqual({ message: 'of <uid 1>', 'k:{"uid":"<uid 2>"}': {} });
  });

  test('a resourceVersion that stayed stays, one that changed changes', () => {
    const version = (resourceVersion: string): Json => ({ metadata: { resourceVersion } });
    const [first, same, other] = normalized(version('17'), version('17'), version('18'));
    expect(first).toEqual(same);
    expect(first).not.toEqual(other);
  });

  test('a random name is a mark of its length, also where it is mentioned', () => {
    expect(normalized({ metadata: { generateName: 'job-', name: 'job-x7k2p' } }, { message: 'job-x7k2p is gone' })).toEqual([
      { metadata: { generateName: 'job-', name: 'job-<5 random 1>' } },
      { message: 'job-<5 random 1> is gone' },
    ]);
  });

  test('times of today become marks, times the case chose stay', () => {
    expect(normalized({ a: '2026-05-01T11:59:59Z', b: '2020-01-01T00:00:00Z', c: '2026-05-01T11:59:59.123456Z' })).toEqual([
      { a: '<time>', b: '2020-01-01T00:00:00Z', c: '<time with fraction>' },
    ]);
  });

  test('numbers, text, null and empty things stay', () => {
    const value: Json = { number: 7, text: 'k8s.io/v1', nothing: null, list: [], map: {}, version: 'v1' };
    expect(normalized(value)).toEqual([value]);
  });
});

describe('differences', () => {
  const rows: readonly (readonly [real: Json, sandbox: Json, at: readonly string[]])[] = [
    [{ a: 1 }, { a: 1 }, []],
    [{ a: 1 }, { a: '1' }, ['a']],
    [{ a: {} }, {}, ['a']],
    [{ a: null }, {}, ['a']],
    [{ a: [] }, { a: {} }, ['a']],
    [{ a: [1, 2] }, { a: [1] }, ['a.1']],
    [{ a: { b: [{ c: 1, d: 1 }] } }, { a: { b: [{ c: 2, d: 2 }] } }, ['a.b.0.c', 'a.b.0.d']],
  ];

  test.each(rows)('%j against %j', (real, sandbox, at) => {
    expect(differences(real, sandbox).map((leaf) => leaf.at)).toEqual(at);
  });
});

describe('judging', () => {
  const declared: ConformanceCase = {
    name: 'a case',
    differs: [{ at: /^b/, because: 'it is so' }],
    run: () => Promise.resolve(),
  };

  test('a declared difference passes, another does not, and one that is none any more is named', () => {
    expect(judge(declared, differences({ a: 1, b: 1 }, { a: 1, b: 2 }))).toEqual({ unexpected: [], stale: [] });
    expect(judge(declared, differences({ a: 1, b: 1 }, { a: 2, b: 2 })).unexpected).toEqual(['a\n    real    1\n    sandbox 2']);
    expect(judge(declared, []).stale).toEqual(['^b: it is so']);
  });
});
