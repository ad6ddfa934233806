// Expected values: what encoding/json of Go 1.26 makes of the same values; a bar stands before an error.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../limits.ts';
import { Budget } from '../run.ts';
import { GoError, goError } from './error.ts';
import { marshal, unmarshal } from './json.ts';
import { anyMapType, anySliceType, anyType, stringMapType, stringType, typeOfText } from './type.ts';
import type { GoType } from './type.ts';
import { toGo as utf8 } from './utf8.ts';
import { anyMap, anySlice, Bytes, Complex, GoMap, Integer, Slice, Struct } from './value.ts';
import type { Value } from './value.ts';

const certificateType: GoType = {
  text: 'main.certificate',
  kind: 'struct',
  fields: {
    Cert: { type: stringType, read: (inner: { cert: string }) => inner.cert },
    Key: { type: anyType, read: (inner: { key: Value }) => inner.key },
  },
};
const pointerType: GoType = { text: '*main.certificate', kind: 'ptr', elem: certificateType };
const cert = (key: Value): Struct => new Struct(certificateType, { cert: 'cert', key });
const certPointer = (key: Value): Struct => new Struct(pointerType, { cert: 'cert', key });
const nilPointer = new Struct(pointerType, null);
const int = (type: string, value: bigint): Integer => new Integer(typeOfText(type), value);
const seconds = (count: bigint): Integer => int('int64', count * 1_000_000_000n);
const bytes = (text: string): Bytes => new Bytes(typeOfText('[]uint8'), text);
const stringMap = (entries: [string, string][]): GoMap => new GoMap(stringMapType, new Map(entries));
const nilSlice = new Slice(anySliceType, [], true);
const nilMap = new GoMap(anyMapType, new Map(), true);

function outcome(run: () => string): string {
  try {
    return run();
  } catch (error) {
    if (error instanceof GoError) return `|${error.message}`;
    throw error;
  }
}

describe('writing JSON', () => {
  test.each<[Value, string]>([
    [null, 'null'],
    [true, 'true'],
    [-5n, '-5'],
    [int('uint64', 18446744073709551615n), '18446744073709551615'],
    ['plain', '"plain"'],
    ['<a href="x">&\\/\'</a>', '"\\u003ca href=\\"x\\"\\u003e\\u0026\\\\/\'\\u003c/a\\u003e"'],
    ['\x00\b\f\n\r\t\x1f\x7f', '"\\u0000\\b\\f\\n\\r\\t\\u001f\x7f"'],
    ['\xff\xc3', '"\\ufffd\\ufffd"'],
    [utf8('é\u2028\u2029\ufffd😀'), '"\xc3\xa9\\u2028\\u2029\xef\xbf\xbd\xf0\x9f\x98\x80"'],
    [bytes('any carnal pleas'), '"YW55IGNhcm5hbCBwbGVhcw=="'],
    [bytes(''), '""'],
    [anySlice([]), '[]'],
    [nilSlice, 'null'],
    [anySlice([1n, 'x', null, anySlice([2.5])]), '[1,"x",null,[2.5]]'],
    [anyMap([]), '{}'],
    [nilMap, 'null'],
    [
      anyMap([
        ['b', 1n],
        ['a', 2n],
        ['B', 3n],
        ['<', null],
      ]),
      '{"\\u003c":null,"B":3,"a":2,"b":1}',
    ],
    [stringMap([['k', 'v']]), '{"k":"v"}'],
    [cert('k'), '{"Cert":"cert","Key":"k"}'],
    [certPointer(anySlice([])), '{"Cert":"cert","Key":[]}'],
    [nilPointer, 'null'],
    [seconds(1n), '1000000000'],
    [NaN, '|json: unsupported value: NaN'],
    [anySlice([Infinity]), '|json: unsupported value: +Inf'],
    [-Infinity, '|json: unsupported value: -Inf'],
    [new Complex(1, 2), '|json: unsupported type: complex128'],
    [anyMap([['a', new Complex(1, 2)]]), '|json: unsupported type: complex128'],
  ])('%#: %s', (value, expected) => {
    expect(outcome(() => marshal(value))).toBe(expected);
  });

  test.each<[number, string]>([
    [0, '0'],
    [-0, '-0'],
    [1.5, '1.5'],
    [100, '100'],
    [1e20, '100000000000000000000'],
    [1e21, '1e+21'],
    [1.5e300, '1.5e+300'],
    [1e-6, '0.000001'],
    [1e-7, '1e-7'],
    [-2.5e-10, '-2.5e-10'],
    [0.1, '0.1'],
    [123456789, '123456789'],
    [5e-324, '5e-324'],
  ])('the number %d', (value, expected) => {
    expect(marshal(value)).toBe(expected);
  });

  test.each<[string, string, Value, string]>([
    [
      '',
      '  ',
      anyMap([
        ['b', anySlice([1n, anySlice([])])],
        ['a', anyMap([])],
        ['c', 'x:,{}[]"'],
      ]),
      '{\n  "a": {},\n  "b": [\n    1,\n    []\n  ],\n  "c": "x:,{}[]\\""\n}',
    ],
    ['>', '\t', anySlice([1n, anyMap([['k', null]])]), '[\n>\t1,\n>\t{\n>\t\t"k": null\n>\t}\n>]'],
    ['', '', anySlice([1n, 2n]), '[\n1,\n2\n]'],
    ['', '  ', 'x', '"x"'],
  ])('indented by %j %j', (prefix, indent, value, expected) => {
    expect(marshal(value, { prefix, indent })).toBe(expected);
  });

  test('HTML stays as it is when asked for', () => {
    expect(marshal(anyMap([['<a&b>', '<a&b>']]), { escapeHtml: false })).toBe('{"<a&b>":"<a&b>"}');
  });

  test('a nil []byte is null', () => {
    expect(marshal(new Bytes(typeOfText('[]uint8'), '', true))).toBe('null');
  });

  test('a type may write itself, and may refuse to', () => {
    const method = (call: () => Bytes) => ({ signature: 'func() ([]uint8, error)', deterministic: true, call });
    const moment: GoType = {
      text: 'main.moment',
      kind: 'struct',
      methods: { MarshalJSON: (receiver: Struct<number>) => method(() => bytes(`"${receiver.inner}s"`)) },
    };
    expect(marshal(anySlice([new Struct(moment, 5)]))).toBe('["5s"]');
    const word: GoType = {
      text: '*main.word',
      kind: 'ptr',
      methods: { MarshalText: (receiver: Struct<string>) => method(() => bytes(receiver.inner)) },
    };
    expect(marshal(anySlice([new Struct(word, '<"'), new Struct(word, null)]))).toBe('["\\u003c\\"",null]');
    const never: GoType = {
      text: 'main.never',
      kind: 'struct',
      methods: {
        MarshalJSON: () =>
          method(() => {
            throw goError`no year`;
          }),
      },
    };
    expect(outcome(() => marshal(new Struct(never, 1)))).toBe('|json: error calling MarshalJSON for type main.never: no year');
  });

  test('a map within itself is an error, as in Go', () => {
    const map = anyMap([]);
    map.entries.set('self', map);
    expect(outcome(() => marshal(map))).toBe('|json: unsupported value: encountered a cycle via map[string]interface {}');
  });

  test('shared parts that unfold without end, and deep indentation, end at a limit', () => {
    let value: Value = 'x';
    for (let i = 0; i < 60; i++) value = anySlice([value, value]);
    expect(() => marshal(value, { budget: new Budget(defaultLimits) })).toThrow(/exceeds the limit of/);
    expect(() =>
      marshal(anySlice([1n]), { indent: ' '.repeat(2000), budget: new Budget({ ...defaultLimits, workBytes: 1000 }) }),
    ).toThrow(/exceeds the limit of/);
  });

  const key = fc.string({ unit: 'binary-ascii' });
  const { value: json } = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      key,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value')).map(anySlice),
      fc.array(fc.tuple(key, tie('value'))).map(anyMap),
    ),
  }));

  test('what is written reads back as the same value, compact or indented', () => {
    fc.assert(
      fc.property(json, fc.constantFrom('', '  ', '\t'), fc.boolean(), (value, indent, escapeHtml) => {
        const compact = marshal(value, { escapeHtml });
        expect(marshal(unmarshal(compact), { escapeHtml })).toBe(compact);
        const indented = marshal(value, { indent, escapeHtml });
        expect(marshal(unmarshal(indented), { escapeHtml })).toBe(compact);
        expect(JSON.stringify(JSON.parse(indented))).toBe(JSON.stringify(JSON.parse(compact)));
      }),
    );
  });
});
