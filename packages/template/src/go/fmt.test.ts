// Expected values: what fmt.Sprint and fmt.Sprintln of Go 1.26 make of the same operands.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatValue, sprint, sprintf, sprintln } from './fmt.ts';
import { stringType, typeOfText } from './type.ts';
import type { GoType } from './type.ts';
import { anyMap, anySlice, Bytes, Struct } from './value.ts';
import type { Value } from './value.ts';

const bytes = (text: string): Bytes => new Bytes(typeOfText('[]uint8'), text);
const namedType: GoType = {
  text: 'main.named',
  kind: 'struct',
  fields: { A: { type: stringType, read: (inner: string) => inner } },
  methods: {
    String: (receiver: Struct<string>) => ({ signature: 'func() string', deterministic: true, call: () => receiver.inner }),
  },
};
const named = (text: string): Struct => new Struct(namedType, text);

describe('printing', () => {
  test.each<[Value[], string]>([
    [['a', 1n, 2n, 'b', 'c', 3.5, null, null], 'a1 2bc3.5 <nil> <nil>'],
    [[1n, true, 'x', false, 2n], '1 truexfalse 2'],
    [[named('n'), named('m'), 1n], 'n m 1'],
    [['a', bytes('b'), bytes('c'), 'd'], 'a[98] [99]d'],
  ])('sprint %#', (values, expected) => {
    expect(sprint(values)).toBe(expected);
  });

  test.each<[Value[], string]>([
    [['a', 1n, 2n, 'b', 'c', 3.5, null, null], 'a 1 2 b c 3.5 <nil> <nil>\n'],
    [[1n, true, 'x', false, 2n], '1 true x false 2\n'],
    [[named('n'), named('m'), 1n], 'n m 1\n'],
    [['a', bytes('b'), bytes('c'), 'd'], 'a [98] [99] d\n'],
  ])('sprintln %#', (values, expected) => {
    expect(sprintln(values)).toBe(expected);
  });

  test('no operands', () => {
    expect(sprint([])).toBe('');
    expect(sprintln([])).toBe('\n');
  });

  test.each<[Value, string]>([
    ['a\xff', 'a\xff'],
    [-7n, '-7'],
    [1e21, '1e+21'],
    [true, 'true'],
    [null, '<nil>'],
    [
      anyMap([
        ['b', anySlice([1n, null])],
        ['a', 'x'],
      ]),
      'map[a:x b:[1 <nil>]]',
    ],
  ])('as an action puts it out: %#', (value, expected) => {
    expect(formatValue(value)).toBe(expected);
  });

  const leaf = fc.oneof(
    fc.string({ unit: 'binary-ascii' }),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
  );

  test('a value, %v of it and sprint of it are the same', () => {
    fc.assert(
      fc.property(fc.oneof(leaf, fc.array(leaf).map(anySlice)), (value) => {
        expect(sprintf('%v', [value])).toBe(formatValue(value));
        expect(sprint([value])).toBe(formatValue(value));
      }),
    );
  });

  test('no format and no operands make it throw, and text without % stays as it is', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^(?:%[-+# 0]?[0-9.*]?[[\]12]?[a-zA-Z%!]|[a-z ])*$/),
        fc.array(leaf, { maxLength: 4 }),
        (format, values) => {
          const made = sprintf(format, values);
          expect(made === format || format.includes('%') || values.length > 0).toBe(true);
        },
      ),
    );
  });

  test('a padded text is as wide as asked, and the same text inside', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]*$/), fc.integer({ min: 0, max: 80 }), fc.boolean(), (text, width, left) => {
        const made = sprintf(`%${left ? '-' : ''}*s`, [BigInt(width), text]);
        expect(made).toBe(left ? text.padEnd(width) : text.padStart(width));
      }),
    );
  });
});
