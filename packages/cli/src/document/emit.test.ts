import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { emitJson } from './emit-json.ts';
import { emitYaml } from './emit-yaml.ts';
import { readDocument } from './read-document.ts';
import { jsonOf } from './tree.ts';
import type { Json } from './tree.ts';

const plain = (value: Json): unknown => {
  if (value instanceof Map)
    return Object.fromEntries([...(value as ReadonlyMap<string, Json>)].map(([key, one]) => [key, plain(one)]));
  return Array.isArray(value) ? value.map((one) => plain(one as Json)) : value;
};

const string = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom(
      'a',
      ' ',
      '\n',
      '\t',
      ':',
      '#',
      '-',
      "'",
      '"',
      '\\',
      '{',
      ']',
      '0',
      '.',
      '_',
      'e',
      '\r',
      '\u2028',
      '\uFEFF',
      '\u0085',
    ),
  }),
  fc.constantFrom(
    'no',
    'y',
    '0777',
    '1:30',
    '2024-01-01',
    '<<',
    '=',
    '~',
    '---',
    '...',
    '- a',
    'a: b',
    'a #b',
    '%a',
    '@a',
    '!a',
    '*a',
    '&a',
    '? a',
    'null',
    '1e3',
    '0x1',
    '.5',
  ),
);
const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json; map: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    string,
    fc.boolean(),
    fc.constant(null),
    fc.bigInt(-(2n ** 60n), 2n ** 60n),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('map'),
  ),
  map: fc.array(fc.tuple(string, tie('value')), { maxLength: 4 }).map((entries): Json => new Map(entries)),
})).map;

describe('emitYaml', () => {
  test('is read back as it was by our reader and by YAML 1.2 readers', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = emitYaml(value);
        const piece = { kind: 'yaml', start: 0, end: text.length } as const;
        expect(plain(jsonOf(readDocument({ name: 'test', text }, piece).tree))).toEqual(plain(value));
        expect(parse(text, { version: '1.2', intAsBigInt: true, schema: 'core' })).toEqual(plain(value));
      }),
      { numRuns: 1500 },
    );
  });

  test('never writes a line that separates documents', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(emitYaml(value)).not.toMatch(/^(?:---|\.\.\.)/m);
      }),
    );
  });

  test.each<[string, string]>([
    ['plain', 'plain\n'],
    ['true', '"true"\n'],
    ['0777', '"0777"\n'],
    ['a: b', "'a: b'\n"],
    ['', '""\n'],
    ['it\u0000', '"it\\u0000"\n'],
  ])('%j', (value, expected) => expect(emitYaml(value)).toBe(expected));

  test('lists stand at the column of their key, texts of several lines as blocks', () => {
    const value = new Map<string, Json>([
      [
        'list',
        [
          'a/b',
          new Map([
            ['k', 'v'],
            ['l', 'w'],
          ]),
        ],
      ],
      ['key10', 'x\ny\n'],
      ['key2', new Map()],
    ]);
    expect(emitYaml(value)).toBe('key2: {}\nkey10: |\n  x\n  y\nlist:\n- a/b\n- k: v\n  l: w\n');
  });
});

describe('emitJson', () => {
  test('is JSON that means the same', () => {
    fc.assert(
      fc.property(json, (value) => {
        const numbers = (_: string, one: unknown): unknown => (typeof one === 'bigint' ? Number(one) : one);
        expect(JSON.parse(emitJson(value))).toEqual(JSON.parse(JSON.stringify(plain(value), numbers)));
      }),
    );
  });

  test('keeps the order of keys and escapes what HTML would read', () => {
    expect(
      emitJson(
        new Map<string, Json>([
          ['b', '<&>'],
          ['a', []],
          ['c', new Map([['d', 1n]])],
        ]),
      ),
    ).toBe('{\n  "b": "\\u003c\\u0026\\u003e",\n  "a": [],\n  "c": {\n    "d": 1\n  }\n}\n');
  });
});
