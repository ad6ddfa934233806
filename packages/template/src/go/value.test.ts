import { describe, expect, test } from 'vitest';
import { anySliceType, anyType, intType, int64Type, stringMapType, stringType, typeOfText } from './type.ts';
import { anyMap, anySlice, box, Bytes, GoMap, Integer, Slice, Struct, typeOf } from './value.ts';
import type { Value } from './value.ts';

describe('values', () => {
  test.each<[Value, string | undefined]>([
    ['a', 'string'],
    [1n, 'int'],
    [1, 'float64'],
    [true, 'bool'],
    [null, undefined],
    [anyMap([]), 'map[string]interface {}'],
    [anySlice([]), '[]interface {}'],
    [new Integer(int64Type, 1n), 'int64'],
  ])('the type of value %# is %s', (value, expected) => {
    expect(typeOf(value)?.text).toBe(expected);
  });

  test('keys come in the order of their bytes', () => {
    const map = anyMap(['b', '\xc3\xa9', 'a', 'B', '10', '9', ''].map((key) => [key, null]));
    expect(map.sortedKeys()).toEqual(['', '10', '9', 'B', 'a', 'b', '\xc3\xa9']);
  });

  test('what is bare becomes a value of its declared type', () => {
    expect(box(stringType, 'a')).toBe('a');
    expect(box(intType, 1n)).toBe(1n);
    expect(box(anyType, 1n)).toBe(1n);
    expect(box(int64Type, 1n)).toEqual(new Integer(int64Type, 1n));
    const list = anySlice([1n]);
    expect(box(anySliceType, list)).toBe(list);
    const type = typeOfText('reflect.Value');
    expect(box(type, { a: 1 })).toEqual(new Struct(type, { a: 1 }));
  });

  test('nothing becomes the nil of its declared type', () => {
    const pointer = { text: '*main.thing', kind: 'ptr' } as const;
    expect(box(anyType, null)).toBeNull();
    expect(box(anySliceType, undefined)).toEqual(new Slice(anySliceType, [], true));
    expect(box(stringMapType, null)).toEqual(new GoMap(stringMapType, new Map(), true));
    expect(box(typeOfText('[]uint8'), null)).toEqual(new Bytes(typeOfText('[]uint8'), '', true));
    expect(box(pointer, null)).toEqual(new Struct(pointer, null));
  });
});
