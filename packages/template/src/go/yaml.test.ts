import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../limits.ts';
import { Budget } from '../run.ts';
import { unmarshal } from './json.ts';
import { toGo, toText } from './utf8.ts';
import { anyMap, anySlice } from './value.ts';
import type { Value } from './value.ts';
import { marshalYaml, unmarshalJson, unmarshalMap, unmarshalStrings, unmarshalStringsNoting } from './yaml.ts';
import { YamlError } from './yaml-error.ts';

// Source of all expectations: what sigs.k8s.io/yaml 1.6 (go.yaml.in/yaml/v2) makes of the same texts.

const budget = (): Budget => new Budget(defaultLimits);
const errorOf = (work: () => unknown): YamlError => {
  try {
    work();
  } catch (error) {
    if (error instanceof YamlError) return error;
    throw error;
  }
  throw new Error('it did not fail');
};

describe('scalars are those of YAML 1.1', () => {
  test.each([
    // text -> in a map of anything, in a map of strings
    ['yes', true, 'true'],
    ['No', false, 'false'],
    ['on', true, 'true'],
    ['y', true, 'true'],
    ['~', null, ''],
    ['', null, ''],
    ['"yes"', 'yes', 'yes'],
    ['0x1f', 31, '31'],
    ['0777', 511, '511'],
    ['0o17', 15, '15'],
    ['08', 8, '8'],
    ['1_000', 1000, '1000'],
    ['1.10', 1.1, '1.1'],
    ['1e3', 1000, '1000'],
    ['.5', 0.5, '0.5'],
    ['1e999', '1e999', '1e999'],
    ['123456789.123', 123456789.123, '1.2345679e+08'],
    ['18446744073709551615', 2 ** 64, '18446744073709551615'],
    ['12:30:45', '12:30:45', '12:30:45'],
    ['2001-01-01', '2001-01-01', '2001-01-01'],
    ['!!str 12', '12', '12'],
    ['!!float 3', 3, '3'],
    ['!<tag:yaml.org,2002:str> 1', '1', '1'],
    ['!!binary aGk=', 'hi', 'hi'],
    ['x # comment', 'x', 'x'],
    ["'it''s\n\n  b'", "it's\nb", "it's\nb"],
    ['"x\\\n  y\\u00e9\\x41"', 'xyéA', 'xyéA'],
    ['|\n  1\n   2\n\n', '1\n 2\n', '1\n 2\n'],
    ['>-\n  f\n  g\n\n  h\n', 'f g\nh', 'f g\nh'],
  ] as const)('a: %s', (text, value, string) => {
    expect(unmarshalJson(toGo(`a: ${text}`), budget())).toEqual({ a: value });
    expect(unmarshalStrings(toGo(`a: ${text}`), budget())).toEqual(new Map([['a', toGo(string)]]));
  });

  test.each([
    ['n: 1', { false: 1 }],
    ['1: a', { '1': 'a' }],
    ['1.50: a', { '1.5': 'a' }],
    ['? a\n: b', { a: 'b' }],
    ['a: 1\na: 2', { a: 2 }],
    ['a: &x {k: v}\nb: *x', { a: { k: 'v' }, b: { k: 'v' } }],
    ['a: &x {k: v, z: 0}\nc:\n  <<: *x\n  z: 1', { a: { k: 'v', z: 0 }, c: { k: 'v', z: 1 } }],
    ['c:\n  z: 1\n  <<: {z: 0}', { c: { z: 0 } }], // a merge wins over what stands before it
    ['a: [1, {b: c}, [], d: e]', { a: [1, { b: 'c' }, [], { d: 'e' }] }],
    ['a:\n- 1\n- - 2\n', { a: [1, [2]] }],
    ['---\na: 1\n---\nb: 2', { a: 1 }],
    ['{a, b: }', { a: null, b: null }],
  ])('%j', (text, expected) => {
    expect(unmarshalJson(text, budget())).toEqual(expected);
  });

  test('an empty document is an empty map', () => {
    expect(unmarshalMap('', budget()).entries.size).toBe(0);
    expect(unmarshalStrings('# nothing', budget()).size).toBe(0);
  });
});

describe('errors have the words of Go', () => {
  const json = 'error unmarshaling JSON: while decoding JSON: json: cannot unmarshal';
  test.each([
    ['- a', `${json} array into Go value of type map[string]interface {}`],
    ['x', `${json} string into Go value of type map[string]interface {}`],
    [': bad: yaml: [', 'yaml: did not find expected key'],
    ['not yaml: [', 'yaml: line 1: did not find expected node content'],
    ['a: [1, 2', "yaml: line 1: did not find expected ',' or ']'"],
    ['a: {b', "yaml: line 1: did not find expected ',' or '}'"],
    ['a: b: c', 'yaml: mapping values are not allowed in this context'],
    ['a:\n  - b\n c: d', 'yaml: line 2: did not find expected key'],
    ['\ta: 1', 'yaml: found character that cannot start any token'],
    ["a: 'x", 'yaml: found unexpected end of stream'],
    ['k: {}\n[', "yaml: line 3: could not find expected ':'"],
    ['%YAML 1.2\n---\na: 1', 'yaml: found incompatible YAML document'],
    ['a: \x7f', 'yaml: control characters are not allowed'],
    ['a: \xff', 'yaml: invalid leading UTF-8 octet'],
    ['a: \x7f\xff', 'yaml: control characters are not allowed'],
    ['a: \xff\x7f', 'yaml: invalid leading UTF-8 octet'],
    ['\xfe\xff\0', 'yaml: incomplete UTF-16 character'],
    ['\xff\xfe\0\xdc', 'yaml: unexpected low surrogate area'],
    ['\xff\xfe\0\xd8', 'yaml: incomplete UTF-16 surrogate pair'],
    ['\xff\xfe\0\xd8a\0', 'yaml: expected low surrogate area'],
    ['\xff\xfe\x01\0', 'yaml: control characters are not allowed'],
    ['a: .inf', 'json: unsupported value: +Inf'],
    ['a: !!binary "?"', 'yaml: !!binary value contains invalid base64 data'],
  ])('%j', (text, expected) => {
    expect(errorOf(() => unmarshalMap(text, budget())).text).toBe(
      expected.startsWith('error') ? expected : `error converting YAML to JSON: ${expected}`,
    );
  });

  test.each([
    ['a: !!int foo', 'cannot decode !!str `foo` as a !!int', 'cannot decode !!str `…` as a !!int'],
    ['a: *pass', "unknown anchor 'pass' referenced", "unknown anchor '…' referenced"],
    ['a: &x [*x]', "anchor 'x' value contains itself", "anchor '…' value contains itself"],
    ['[a]: 1', 'invalid map key: []interface {}{"a"}', 'invalid map key: …'],
  ])('%j quotes the document only where nobody is shown it', (text, full, shown) => {
    const error = errorOf(() => unmarshalMap(text, budget()));
    expect(error.text).toBe(`error converting YAML to JSON: yaml: ${full}`);
    expect(error.message).toBe(`error converting YAML to JSON: yaml: ${shown}`);
  });

  test('a map of strings holds no maps and no lists', () => {
    expect(errorOf(() => unmarshalStrings('a: {b: c}', budget())).message).toBe(`${json} object into Go value of type string`);
    expect(errorOf(() => unmarshalStrings('a: [b]', budget())).message).toBe(`${json} array into Go value of type string`);
  });
});

describe('what a document may cost', () => {
  test('aliases of aliases are refused as Go refuses them', () => {
    const lines = ['a0: &a0 [x,x,x,x,x,x,x,x,x]'];
    for (let i = 1; i < 9; i++) lines.push(`a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(',')}]`);
    expect(errorOf(() => unmarshalMap(lines.join('\n'), budget())).message).toContain('document contains excessive aliasing');
  });

  test('depth has a limit', () => {
    expect(() => unmarshalMap(`a: ${'['.repeat(5000)}`, budget())).toThrow(
      expect.objectContaining({ code: 'SIGNET_TEMPLATE_LIMIT' }),
    );
    expect(() => unmarshalMap('- '.repeat(5000), budget())).toThrow(expect.objectContaining({ code: 'SIGNET_TEMPLATE_LIMIT' }));
  });
});

test('what came out otherwise than it was written is noted by its key', () => {
  const text = 'a: yes\nb: "yes"\nn: x\nc: 1.10\nd: 12\ne: ~\nf:\ng: 2001-01-01\nh: !!str 012\n';
  expect(unmarshalStringsNoting(text, budget()).coercions).toEqual([
    { key: 'a', written: 'a', what: 'value', kind: 'bool' },
    { key: 'false', written: 'n', what: 'key', kind: 'bool' },
    { key: 'c', written: 'c', what: 'value', kind: 'float' },
    { key: 'e', written: 'e', what: 'value', kind: 'null' },
  ]);
});

describe('writing', () => {
  const long = 'word '.repeat(30).trim();
  test.each([
    ['yes', '"yes"'],
    ['1', '"1"'],
    ['0x1f', '"0x1f"'],
    ['~', '"~"'],
    ['', '""'],
    ['a b', 'a b'],
    [' a', "' a'"],
    ['- a', "'- a'"],
    ['-a', '-a'],
    ['a: b', "'a: b'"],
    ['a:b', 'a:b'],
    ['a #b', "'a #b'"],
    ["'a", "'''a'"],
    ['%a', "'%a'"],
    ['a\nb', '|-\n  a\n  b'],
    ['a\nb\n', '|\n  a\n  b'],
    ['\na', '|2-\n\n  a'],
    ['a \nb', String.raw`"a \nb"`],
    ['a\tb', String.raw`"a\tb"`],
    ['é', 'é'],
    ['😀', String.raw`"\U0001F600"`],
    ['\ufeffa', String.raw`"\uFEFF\x61"`],
    ['\x1b[0m', String.raw`"\e[0m"`],
    ['12:30', '"12:30"'],
    ['2001-01-01', '"2001-01-01"'],
    ['2001-13-01', '2001-13-01'],
    ['0o8', '0o8'],
    [long, `${'word '.repeat(17).trim()}\n  ${'word '.repeat(13).trim()}`],
  ])('%j', (text, expected) => {
    expect(toText(marshalYaml(toGo(text), budget()))).toBe(`${expected}\n`);
  });

  test.each<[Value, string]>([
    [
      anyMap([
        ['b', 1n],
        ['a', anySlice([anyMap([['x', null]]), anySlice([true, 1.5])])],
        ['c', anyMap([])],
        ['d', anySlice([])],
      ]),
      'a:\n- x: null\n- - true\n  - 1.5\nb: 1\nc: {}\nd: []\n',
    ],
    [
      anyMap([
        ['k10', 1],
        ['k9', 2],
        ['yes', 'on'],
        ['A', 'multi\nline\n'],
      ]),
      'A: |\n  multi\n  line\nk9: 2\nk10: 1\n"yes": "on"\n',
    ],
    [anyMap([['x'.repeat(129), 1n]]), `? ${'x'.repeat(129)}\n: 1\n`],
    [1e21, '1e+21\n'],
    [12345678901, '12345678901\n'],
    [null, 'null\n'],
  ])('%#', (value, expected) => {
    expect(marshalYaml(value, budget())).toBe(expected);
  });

  test('a key that JSON holds and YAML does not find again is an error', () => {
    expect(() => marshalYaml(anyMap([['x'.repeat(1100), 1n]]), budget())).toThrow(YamlError);
  });
});

test('what is written is read again as it was', () => {
  const yamlText = fc.string({ unit: 'binary' }).filter((text) => !/[\x7f-\x9f\ufffe\uffff]/.test(text));
  const pieces = fc.constantFrom(
    'yes',
    '1',
    ' ',
    '\n',
    '\t',
    ': ',
    '- ',
    '#',
    "'",
    '"',
    '\\',
    'word word word word word word word',
    'é',
    '😀',
    '\u2028',
    '~',
    '0x1f',
  );
  const text = fc.oneof(
    yamlText,
    fc.array(pieces).map((parts) => parts.join('')),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      tie('list'),
      tie('map'),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }),
    map: fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  }));
  fc.assert(
    fc.property(value, (original) => {
      const json = JSON.stringify(original);
      const written = marshalYaml(unmarshal(toGo(json)), budget());
      expect(JSON.stringify(unmarshalJson(written, budget())), toText(written)).toBe(JSON.stringify(sorted(JSON.parse(json))));
    }),
    { numRuns: 30 },
  );
});

/** The same with keys in the order of their bytes, in which JSON from Go has them. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, sorted(each)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (toGo(a) < toGo(b) ? -1 : 1)));
}
