import { Buffer } from 'node:buffer';
import type { MergeRewrite } from '@signet/api';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rewrite } from './rewrite.ts';

const defaults: MergeRewrite = { into: '', priority: [], priorityPolicy: 'Strict', conflictPolicy: 'Error', strategy: 'Extract' };

function merged(values: Readonly<Record<string, string>>, merge: Partial<MergeRewrite> = {}): Readonly<Record<string, string>> {
  const entries = new Map(Object.entries(values).map(([key, value]) => [key, { value: Buffer.from(value), from: key }]));
  const result = rewrite(entries, [{ merge: { ...defaults, ...merge } }], { tell: () => undefined });
  return Object.fromEntries([...result].map(([key, { value }]) => [key, Buffer.from(value).toString()]));
}

const both = { b: '{"x":"from b","y":"2"}', a: '{"x":"from a","z":"3"}' };
const ignore = { conflictPolicy: 'Ignore' } as const;

// Source: external-secrets v2.9 rewrite.merge.
describe('external acceptance 19: rewrite merge', () => {
  test.each<[name: string, values: Readonly<Record<string, string>>, merge: Partial<MergeRewrite>, expected: object]>([
    ['Extract makes keys of all members and drops the rest', { a: '{"u":"1"}', b: '{"p":"2"}' }, {}, { u: '1', p: '2' }],
    ['keys merge in their order: the last wins', both, ignore, { x: 'from b', y: '2', z: '3' }],
    ['priority wins over all others', both, { ...ignore, priority: ['a'] }, { x: 'from a', y: '2', z: '3' }],
    ['of several priorities the last wins', both, { ...ignore, priority: ['b', 'a'] }, { x: 'from a', y: '2', z: '3' }],
    ['and in the other order the other', both, { ...ignore, priority: ['a', 'b'] }, { x: 'from b', y: '2', z: '3' }],
    [
      'a priority that is missing, IgnoreNotFound',
      { a: '{"x":"1"}' },
      { priority: ['q'], priorityPolicy: 'IgnoreNotFound' },
      { x: '1' },
    ],
    ['null has no members', { a: 'null', b: '{"x":"1"}' }, {}, { x: '1' }],
    ['nothing gives nothing', {}, {}, {}],
    [
      'members that are no text',
      { a: '{"n":1.0,"t":true,"o":{"b":"<"},"l":[1],"e":null}' },
      {},
      { n: '1', t: 'true', o: '{"b":"\\u003c"}', l: '[1]', e: '' },
    ],
    [
      'JSON keeps all keys and adds the object',
      { a: '{"z":"<","u":1}', b: '{"p":[true]}' },
      { strategy: 'JSON', into: 'all' },
      { a: '{"z":"<","u":1}', b: '{"p":[true]}', all: '{"p":[true],"u":1,"z":"<"}' },
    ],
    ['JSON may replace a key that was merged', { a: '{"u":1}' }, { strategy: 'JSON', into: 'a' }, { a: '{"u":1}' }],
    [
      'JSON with conflicts ignored',
      both,
      { ...ignore, strategy: 'JSON', into: 'c' },
      { ...both, c: '{"x":"from b","y":"2","z":"3"}' },
    ],
    ['JSON of nothing', {}, { strategy: 'JSON', into: 'c' }, { c: '{}' }],
    [
      'long numbers keep their digits',
      { a: '{"id":12345678901234567890}' },
      { strategy: 'JSON', into: 'b' },
      { a: '{"id":12345678901234567890}', b: '{"id":12345678901234567890}' },
    ],
  ])('%s', (_, values, merge, expected) => {
    expect(merged(values, merge)).toEqual(expected);
  });

  test.each<[name: string, values: Readonly<Record<string, string>>, merge: Partial<MergeRewrite>, message: string]>([
    ['conflicts, by name', both, {}, 'rewrite[0]: merge: several values have "x"'],
    ['conflicts though one has priority', both, { priority: ['a'] }, 'several values have "x"'],
    ['conflicts under JSON too', both, { strategy: 'JSON', into: 'c' }, 'several values have "x"'],
    ['a priority that is missing, Strict', { a: '{}' }, { priority: ['q'] }, 'priority names the key "q", which is not there'],
    ['a value that is no JSON', { a: 'hunter2' }, {}, 'the value of "a" is not a JSON object'],
    ['a value that is a list', { a: '["hunter2"]' }, {}, 'the value of "a" is not a JSON object'],
    ['JSON without a place to put it', { a: '{}' }, { strategy: 'JSON' }, 'strategy JSON needs "into"'],
  ])('fails for %s', (_, values, merge, message) => {
    expect(() => merged(values, merge)).toThrow(message);
  });

  test('promise 9: no value gets into an error', () => {
    expect(() => merged({ a: '{"x":"hunter2"', b: 'hunter2' })).toThrow(/^(?!.*hunter2)/s);
  });

  test('the order of the store does not matter', () => {
    const values = fc.dictionary(
      fc.constantFrom('a', 'b', 'c', 'd'),
      fc.dictionary(fc.constantFrom('x', 'y'), fc.string()).map((object) => JSON.stringify(object)),
    );
    const priority = fc.subarray(['a', 'b', 'c', 'd']);
    fc.assert(
      fc.property(values, priority, (given, first) => {
        const merge = { ...ignore, priority: first, priorityPolicy: 'IgnoreNotFound' } as const;
        const reversed = Object.fromEntries(Object.entries(given).toReversed());
        expect(merged(reversed, merge)).toEqual(merged(given, merge));
      }),
    );
  });
});
