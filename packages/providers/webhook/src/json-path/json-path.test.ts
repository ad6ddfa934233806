import { goText, parseJson } from '@signet/provider/json';
import { describe, expect, test } from 'vitest';
import { findByPath, TooMuchWork } from './evaluate.ts';
import { JsonPathSyntaxError, readJsonPath } from './syntax.ts';

const document = String.raw`{
  "a": {"b": [1, {"c": "x"}, [2, 3]], "my-key": "dash", "é": 1.5}, "s": "text", "n": null, "t": true, "e": [],
  "list": [{"name": "ann", "age": 3, "on": true}, {"name": "bob", "age": 5}, {"name": "cy", "age": 7, "deep": {"name": "d"}}],
  "0": "zero", "sp ace": "sp", "q'uote": "q", "x.y": "dotted"
}`;

/** What a path finds: one value, a list in brackets, `nothing`, or `refused`. */
function found(path: string, json: string = document): string {
  const root = parseJson(json);
  if (!root) throw new Error('not JSON');
  try {
    const result = findByPath(root, readJsonPath(path));
    if (!result) return 'nothing';
    return 'one' in result ? goText(result.one) : `[${result.many.map(goText).join('; ')}]`;
  } catch (error) {
    if (error instanceof JsonPathSyntaxError) return 'refused';
    throw error;
  }
}

// The first values of these are what PaesslerAG/jsonpath 0.1.1 finds.
describe('as the peer', () => {
  test.each([
    ['$.a.b[0]', '1'],
    ['$.a.b[1].c', 'x'],
    ['$.a.b[2][1]', '3'],
    ['$.a.b[9]', 'nothing'],
    [`$.a['b'][0]`, '1'],
    ['$.a["b"][0]', '1'],
    ['$["a"]["my-key"]', 'dash'],
    ['$.a.é', '1.5'],
    [`$["q'uote"]`, 'q'],
    ['$.x.y', 'nothing'],
    ['$.s', 'text'],
    ['$.n', ''],
    ['$.t', 'true'],
    ['$.e', '[]'],
    ['$.e[0]', 'nothing'],
    ['$.absent', 'nothing'],
    ['$.s.absent', 'nothing'],
    ['$.list[*].name', '[ann; bob; cy]'],
    ['$.list.*.name', '[ann; bob; cy]'],
    ['$..name', '[ann; bob; cy; d]'],
    ['$..absent', '[]'],
    ['$.list[0,2].name', '[ann; cy]'],
    ['$.list[1:].name', '[bob; cy]'],
    ['$.list[1:2].name', '[bob]'],
    ['$.list[:2].name', '[ann; bob]'],
    ['$.list[-1:].name', '[cy]'],
    ['$.list[::2].name', '[ann; cy]'],
    ['$.list[?(@.name == "bob")].age', '[5]'],
    ['$.list[?@.name=="bob"].age', '[5]'],
    ['$.list[?(@.name != "ann")].name', '[bob; cy]'],
    ['$.list[?(@.on)].name', '[ann]'],
    ['$.list[?(@.on == true)].name', '[ann]'],
    ['$.list[?(@.deep.name == "d")].age', '[7]'],
    ['$.list[?(@.age == $.list[1].age)].name', '[bob]'],
    ['$.list[?(@.name == "zed")].name', '[]'],
    ['$.list.name', 'nothing'],
    ['$.list[0].', 'refused'],
    ['$.', 'refused'],
    ['$[', 'refused'],
    ['.list', 'refused'],
    ['a.b[0]', '1'],
    ['$.a.b[1]["c"]', 'x'],
    ['$.list[0].name.x', 'nothing'],
  ])('%s finds %s', (path, expected) => {
    expect(found(path)).toBe(expected);
  });
});

describe('more than the peer, as people write it', () => {
  test.each([
    ['$.a.b[-1]', '[2,3]'],
    ['$.a.my-key', 'dash'],
    [`$['sp ace']`, 'sp'],
    [`$['x.y']`, 'dotted'],
    [`$.list[0]['name','age']`, '[ann; 3]'],
    [`$.list[?(@.name == 'bob')].age`, '[5]'],
    ['$.list[?(@.age > 3)].name', '[bob; cy]'],
    ['$.list[?(@.age >= 3 && @.age < 6)].name', '[ann; bob]'],
    ['$.list[?(@.age > 6 || @.name == "ann")].name', '[ann; cy]'],
    ['$.list[?(!@.on)].name', '[bob; cy]'],
    ['$.list[?(@.name =~ "^b")].age', 'refused'],
    ['$.list[?(@.age + 1 == 4)]', 'refused'],
  ])('%s finds %s', (path, expected) => {
    expect(found(path)).toBe(expected);
  });
});

test('promise 10: what a path may look at is limited, and so is how it nests', () => {
  const deep = '['.repeat(300) + ']'.repeat(300);
  expect(() => found('$..*..*..*..*', deep)).toThrow(TooMuchWork);
  expect(found(`$[?(${'('.repeat(5000)}@${')'.repeat(5000)})]`)).toBe('refused');
  expect(found(`$[?(${'!'.repeat(5000)}@)]`)).toBe('refused');
});
