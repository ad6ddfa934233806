import { describe, expect, test } from 'vitest';
import { defineType, int64Type, typeOfText } from '../../go/type.ts';
import type { GoType } from '../../go/type.ts';
import { Integer, Struct, anyMap } from '../../go/value.ts';
import type { Value } from '../../go/value.ts';
import { sampleFunctions } from '../../language/testing/sample.ts';
import { compile } from '../../template.ts';
import { fn } from '../function.ts';
import { escapeHtml, escapeQuery, escapeScript } from './escape.ts';

const pointType: GoType = defineType({
  text: 'builtin_test.Point',
  kind: 'struct',
  fields: {
    X: { type: int64Type, read: (inner: { x: bigint }) => inner.x },
    Any: { type: typeOfText('interface {}'), read: () => 'boxed' },
  },
  unexported: ['hidden'],
  methods: {
    Plus: (point: Struct<{ x: bigint }>) =>
      fn('func(int64, ...int64) int64', (_run, first, ...others) => others.reduce((a, b) => a + b, point.inner.x + first)),
    Pair: () => fn('func() string', () => 'never called'),
    String: (point: Struct<{ x: bigint }>) => fn('func() string', () => `<${point.inner.x}>`),
  },
});
const pointerType: GoType = defineType({ text: '*builtin_test.Bare', kind: 'ptr', elem: typeOfText('int'), fields: {} });
const functionType = typeOfText('func(string, ...uint8) string');

const point = new Struct(pointType, { x: 7n });
const dot: Value = anyMap([
  ['p', point],
  ['same', new Struct(pointType, { x: 7n })],
  ['other', new Struct(pointType, { x: 8n })],
  ['nil', new Struct(pointerType, null)],
  ['ptr', new Struct(pointerType, {})],
  [
    'f',
    new Struct(
      functionType,
      fn('func(string, ...uint8) string', (_run, text, ...numbers) => `${text}${numbers.join('+')}`),
    ),
  ],
  ['i64', new Integer(int64Type, 5n)],
]);

function render(text: string): string {
  return Buffer.from(compile(text, { name: 'k', functions: sampleFunctions }).render(dot)).toString('utf8');
}

describe('structs, pointers and functions as values', () => {
  test.each([
    // template                                            -> output
    ['{{ .p }}', '<7>'],
    ['{{ .p.X }} {{ .p.Any }} {{ printf "%T" .p.X }}', '7 boxed int64'],
    ['{{ .p.Plus 1 }} {{ .p.Plus 1 2 3 }} {{ .p.X | .p.Plus }} {{ (.p).Plus 2 }}', '8 13 14 9'],
    ['{{ $p := .p }}{{ $p.Plus 1 }}{{ $p.X }}', '87'],
    ['{{ eq .p .same }} {{ eq .p .other }} {{ eq .p nil }} {{ eq .nil nil }}', 'true false false true'],
    ['{{ if .p }}yes{{ end }}{{ if .nil }}yes{{ else }}no{{ end }}', 'yesno'],
    ['{{ call .f "a" }} {{ call .f "a" 1 .i64 }} {{ "z" | call .f }}', 'a a1+5 z'],
    ['{{ eq .i64 5 }} {{ lt .i64 6 }} {{ index (list 1 2 3 4 5 6) .i64 }} {{ range .i64 }}{{ . }}{{ end }}', 'true true 6 01234'],
  ])('%s', (text, output) => {
    expect(render(text)).toBe(output);
  });

  // Go's words for each, with values hidden.
  test.each([
    ['{{ .p.Y }}', "can't evaluate field Y in type interface {}"],
    ['{{ (.p).Y }}', "can't evaluate field Y in type builtin_test.Point"],
    ['{{ .p.hidden }}', 'hidden is an unexported field of struct type interface {}'],
    ['{{ .p.X 1 }}', 'X has arguments but cannot be invoked as function'],
    ['{{ .p.Plus }}', 'wrong number of args for Plus: want at least 1 got 0'],
    ['{{ .p.Plus "a" }}', 'expected integer; found "…"'],
    ['{{ .f }}', "can't print {{.f}} of type func(string, ...uint8) string"],
    ['{{ call .f }}', 'error calling call: wrong number of args for .f: got 0 want at least 1'],
    ['{{ call .f 1 }}', 'error calling call: arg 0: value has type int; should be string'],
    ['{{ call .f nil }}', 'error calling call: arg 0: value is nil; should be of type string'],
    ['{{ call .p }}', 'error calling call: non-function .p of type builtin_test.Point'],
    ['{{ eq .p .i64 }}', 'error calling eq: incompatible types for comparison: builtin_test.Point and int64'],
    ['{{ len .nil }}', 'error calling len: len of nil pointer'],
    ['{{ index .nil 1 }}', 'error calling index: index of nil pointer'],
    ['{{ len .ptr }}', 'error calling len: len of type int'],
    ['{{ index .ptr 1 }}', "error calling index: can't index item of type int"],
    ['{{ slice .ptr 1 }}', "error calling slice: can't slice item of type int"],
    ['{{ slice .nil }}', 'error calling slice: slice of nil pointer'],
  ])('%s', (text, message) => {
    expect(() => render(text)).toThrow(message);
  });
});

describe('escapers', () => {
  test.each([
    ['a"\'&<>\0b', 'a&#34;&#39;&amp;&lt;&gt;\xef\xbf\xbdb'],
    ['plain', 'plain'],
    ['&amp;', '&amp;amp;'],
  ])('html %j', (text, escaped) => {
    expect(escapeHtml(text)).toBe(escaped);
  });

  test.each([
    ['\\\'"<>&=', '\\\\\\\'\\"\\u003C\\u003E\\u0026\\u003D'],
    ['a\nb\0\x7f', 'a\\u000Ab\\u0000\x7f'],
    ['h\xc3\xa9', 'h\xc3\xa9'],
    ['\xe2\x80\xa8', '\\u2028'],
    ['\xff', '\xff'],
  ])('js %j', (text, escaped) => {
    expect(escapeScript(text)).toBe(escaped);
  });

  test.each([
    ['a b+/?', 'a+b%2B%2F%3F'],
    ['~_.-', '~_.-'],
    ['h\xc3\xa9\0', 'h%C3%A9%00'],
  ])('urlquery %j', (text, escaped) => {
    expect(escapeQuery(text)).toBe(escaped);
  });
});
