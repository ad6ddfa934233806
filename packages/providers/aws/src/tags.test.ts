import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasTags, tagDocument } from './tags.ts';

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

test('tags are JSON as Go writes it: keys sorted by bytes, <, > and & escaped', () => {
  const tags = [
    { Key: 'b', Value: '<&>' },
    { Key: 'Z', Value: 'say "hi"' },
    { Key: 'a', Value: 'ü' },
  ];
  expect(textOf(tagDocument(tags, 'db').value(undefined))).toBe(String.raw`{"Z":"say \"hi\"","a":"ü","b":"\u003c\u0026\u003e"}`);
});

test('no tags are an empty object', () => {
  expect(textOf(tagDocument(undefined, 'db').value(undefined))).toBe('{}');
});

test('property: every tag is a property, whatever its name and value', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.dictionary(text, text, { minKeys: 1, noNullPrototype: true }), (tags) => {
      const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      const document = tagDocument(list, 'db');
      for (const [key, value] of Object.entries(tags)) expect(textOf(document.value(key))).toBe(value);
      expect(JSON.parse(textOf(document.value(undefined)))).toEqual(tags);
    }),
  );
});

test.each([
  [{}, true],
  [{ env: 'prod' }, true],
  [{ env: 'pro' }, false],
  [{ env: 'prod', team: 'web' }, true],
  [{ env: 'web' }, false],
  [{ other: 'prod' }, false],
])('%j asked of env=prod, team=web: %s', (asked, expected) => {
  const tags = [
    { Key: 'env', Value: 'prod' },
    { Key: 'team', Value: 'web' },
  ];
  expect(hasTags(tags, asked)).toBe(expected);
});
