// Expected values: what fmt.Sprintf of Go 1.26 makes of the same operands.
import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../limits.ts';
import { Budget } from '../run.ts';
import { formatValue, sprintf } from './fmt.ts';
import { anyMapType, anySliceType, anyType, stringMapType, stringType, typeOfText } from './type.ts';
import type { GoType } from './type.ts';
import { anyMap, anySlice, Bytes, GoMap, Integer, Slice, stringSlice, Struct } from './value.ts';
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
const method = (call: () => string) => ({ signature: 'func() string', deterministic: true, call });
const namedType: GoType = {
  text: 'main.named',
  kind: 'struct',
  fields: { A: { type: stringType, read: (inner: string) => inner } },
  methods: { String: (receiver: Struct<string>) => method(() => receiver.inner) },
};
const failingType: GoType = {
  text: '*main.failing',
  kind: 'ptr',
  methods: { Error: (receiver: Struct<string>) => method(() => receiver.inner) },
};
const durationType: GoType = {
  text: 'time.Duration',
  kind: 'int64',
  methods: { String: (receiver: Integer) => method(() => `${receiver.value / 1_000_000_000n}s`) },
};

const cert = (key: Value): Struct => new Struct(certificateType, { cert: 'cert', key });
const certPointer = (key: Value): Struct => new Struct(pointerType, { cert: 'cert', key });
const nilPointer = new Struct(pointerType, null);
const named = (text: string): Struct => new Struct(namedType, text);
const failing = (text: string): Struct => new Struct(failingType, text);
const seconds = (count: bigint): Integer => new Integer(durationType, count * 1_000_000_000n);
const bytes = (text: string): Bytes => new Bytes(typeOfText('[]uint8'), text);
const ints = (...items: bigint[]): Slice => new Slice(typeOfText('[]int'), items);
const stringMap = (entries: [string, string][]): GoMap => new GoMap(stringMapType, new Map(entries));
const nilSlice = new Slice(anySliceType, [], true);
const nilMap = new GoMap(anyMapType, new Map(), true);

describe('composite values and methods', () => {
  test.each<[string, Value[], string]>([
    [
      '%v %+v %#v',
      [anySlice([1n, 'x', null, 1.5, true]), anySlice([]), anySlice([1n, 'x', null, anySlice([2.5])])],
      '[1 x <nil> 1.5 true] [] []interface {}{1, "x", interface {}(nil), []interface {}{2.5}}',
    ],
    ['%d %s', [anySlice([1n, 'x', null]), anySlice([1n, 'x', null])], '[1 %!d(string=x) <nil>] [%!s(int=1) x <nil>]'],
    [
      '%v %v',
      [
        anyMap([
          ['b', 2n],
          ['a', 1n],
        ]),
        anyMap([['z', anyMap([['y', null]])]]),
      ],
      'map[a:1 b:2] map[z:map[y:<nil>]]',
    ],
    [
      '%#v',
      [
        anyMap([
          ['b', null],
          ['a', stringSlice(['q"'])],
        ]),
      ],
      'map[string]interface {}{"a":[]string{"q\\""}, "b":interface {}(nil)}',
    ],
    ['%q %x', [stringSlice(['a b', 'c']), stringSlice(['ab', 'c'])], '["a b" "c"] [6162 63]'],
    ['%5d|%05.1f|%3s', [ints(1n, 22n), anySlice([1.25]), anyMap([['a', 'b']])], '[    1    22]|[001.2]|map[  a:  b]'],
    ['%v %#v %v %#v', [nilSlice, nilSlice, nilMap, nilMap], '[] []interface {}(nil) map[] map[string]interface {}(nil)'],
    [
      '%v %+v %#v',
      [cert('k'), cert('k'), cert(null)],
      '{cert k} {Cert:cert Key:k} main.certificate{Cert:"cert", Key:interface {}(nil)}',
    ],
    [
      '%v %+v %#v %s',
      [certPointer('k'), certPointer(1n), certPointer('k'), nilPointer],
      '&{cert k} &{Cert:cert Key:1} &main.certificate{Cert:"cert", Key:"k"} %!s(*main.certificate=<nil>)',
    ],
    [
      '%v %d %s %#v',
      [anySlice([bytes('ab')]), anySlice([bytes('ab')]), anySlice([bytes('ab')]), anySlice([bytes('ab')])],
      '[[97 98]] [[97 98]] [ab] []interface {}{[]uint8{0x61, 0x62}}',
    ],
    [
      '%s %v %d %q %x %#v',
      [named('n'), named('n'), named('n'), named('n'), named('n'), named('n')],
      'n n {%!d(string=n)} "n" 6e main.named{A:"n"}',
    ],
    ['%v %s %d', [failing('boom'), anySlice([failing('boom')]), seconds(1n)], 'boom [boom] 1000000000'],
    ['%v %5v|%q %x %T', [seconds(1n), seconds(1n), seconds(1n), seconds(1n), seconds(1n)], '1s    1s|"1s" 3173 time.Duration'],
    ['%t %d', [anySlice([named('n')]), stringMap([['a', 'b']])], '[{%!t(string=n)}] map[%!d(string=a):%!d(string=b)]'],
    [
      '%T %T %T %T',
      [anyMap([]), stringSlice([]), certPointer(1n), bytes('')],
      'map[string]interface {} []string *main.certificate []uint8',
    ],
  ])('%j', (format, values, expected) => {
    expect(sprintf(format, values)).toBe(expected);
  });

  test('what is printed has the same address everywhere', () => {
    expect(sprintf('%p %v', [anySlice([]), anySlice([certPointer(1n)])])).toBe('0xc000010000 [0xc000010000]');
    expect(sprintf('%p', [nilMap])).toBe('0x0');
  });

  test('a map within itself ends at a limit', () => {
    const map = anyMap([]);
    map.entries.set('self', map);
    expect(() => formatValue(map)).toThrow(/exceeds the limit of 1000 levels of depth/);
  });

  test('a small value that prints without end ends at a limit', () => {
    let value: Value = 'x';
    for (let i = 0; i < 60; i++) value = anySlice([value, value]);
    expect(() => formatValue(value, new Budget(defaultLimits))).toThrow(/exceeds the limit of/);
  });
});
