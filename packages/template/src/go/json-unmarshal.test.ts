// Expected values: what json.Unmarshal of Go 1.26 makes of the same texts, printed with %#v; behind a bar the error.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GoError } from './error.ts';
import { sprintf } from './fmt.ts';
import { unmarshal, UnmarshalError, unmarshalMap } from './json.ts';
import { anyMapType } from './type.ts';
import { isAscii } from './utf8.ts';
import { GoMap } from './value.ts';
import type { Value } from './value.ts';

/** The value and the error: Go returns both. */
function outcome(run: () => Value, nothing: Value): string {
  try {
    return sprintf('%#v', [run()]);
  } catch (error) {
    if (error instanceof GoError)
      return `${sprintf('%#v', [error instanceof UnmarshalError ? error.value : nothing])}|${error.message}`;
    throw error;
  }
}

describe('reading JSON', () => {
  test.each([
    [
      '{"a": [1, 2.5, "x", true, false, null, {}, []]}',
      'map[string]interface {}{"a":[]interface {}{1, 2.5, "x", true, false, interface {}(nil), map[string]interface {}{}, []interface {}{}}}',
    ],
    [' \t\r\n1 ', '1'],
    ['"a\\u0041\\n\\/\\"\\\\\\b\\f\\r\\t"', '"aA\\n/\\"\\\\\\b\\f\\r\\t"'],
    ['"\\ud83d\\ude00 \\ud800 \\udc00 \\ud800\\u0041"', '"\xf0\x9f\x98\x80 \xef\xbf\xbd \xef\xbf\xbd \xef\xbf\xbdA"'],
    ['"\xff\xc3\xa9\x7f"', '"\xef\xbf\xbd\xc3\xa9\\x7f"'],
    ['{"k":1,"k":{"x":2},"K":3}', 'map[string]interface {}{"K":3, "k":map[string]interface {}{"x":2}}'],
    ['{"__proto__":1,"":2}', 'map[string]interface {}{"":2, "__proto__":1}'],
    ['-0', '-0'],
    ['1e-400', '0'],
    ['1e999', '<nil>|json: cannot unmarshal number … into Go value of type float64'],
    ['[1e999, 2]', '[]interface {}{interface {}(nil), 2}|json: cannot unmarshal number … into Go value of type float64'],
    ['12345678901234567890', '1.2345678901234567e+19'],
    ['', '<nil>|unexpected end of JSON input'],
    [' ', '<nil>|unexpected end of JSON input'],
    ['{', '<nil>|unexpected end of JSON input'],
    ['[', '<nil>|unexpected end of JSON input'],
    ['"abc', '<nil>|unexpected end of JSON input'],
    ['"\\', "<nil>|invalid character '…' in string escape code"],
    ['"\\u12', "<nil>|invalid character '…' in \\u hexadecimal character escape"],
    ['{"a"', '<nil>|unexpected end of JSON input'],
    ['{"a":', '<nil>|unexpected end of JSON input'],
    ['{"a":1', '<nil>|unexpected end of JSON input'],
    ['[1,', '<nil>|unexpected end of JSON input'],
    ['tru', "<nil>|invalid character '…' in literal … (expecting '…')"],
    ['nul', "<nil>|invalid character '…' in literal … (expecting '…')"],
    ['trux', "<nil>|invalid character '…' in literal … (expecting '…')"],
    ['x', "<nil>|invalid character '…' looking for beginning of value"],
    ["'", "<nil>|invalid character '…' looking for beginning of value"],
    ['-', "<nil>|invalid character '…' in numeric literal"],
    ['-x', "<nil>|invalid character '…' in numeric literal"],
    ['1.', "<nil>|invalid character '…' after decimal point in numeric literal"],
    ['1.x', "<nil>|invalid character '…' after decimal point in numeric literal"],
    ['1e', "<nil>|invalid character '…' in exponent of numeric literal"],
    ['1e+', "<nil>|invalid character '…' in exponent of numeric literal"],
    ['1ex', "<nil>|invalid character '…' in exponent of numeric literal"],
    ['01', "<nil>|invalid character '…' after top-level value"],
    ['+1', "<nil>|invalid character '…' looking for beginning of value"],
    ['.5', "<nil>|invalid character '…' looking for beginning of value"],
    ['[1 2]', "<nil>|invalid character '…' after array element"],
    ['[1,]', "<nil>|invalid character '…' looking for beginning of value"],
    ['[,]', "<nil>|invalid character '…' looking for beginning of value"],
    ['{1:2}', "<nil>|invalid character '…' looking for beginning of object key string"],
    ['{,}', "<nil>|invalid character '…' looking for beginning of object key string"],
    ['{"a" 1}', "<nil>|invalid character '…' after object key"],
    ['{"a":1 "b":2}', "<nil>|invalid character '…' after object key:value pair"],
    ['{"a":1,}', "<nil>|invalid character '…' looking for beginning of object key string"],
    ['1 2', "<nil>|invalid character '…' after top-level value"],
    ['{} x', "<nil>|invalid character '…' after top-level value"],
    ['"\x01"', "<nil>|invalid character '…' in string literal"],
    ['"\\x"', "<nil>|invalid character '…' in string escape code"],
    ['"\\u12x4"', "<nil>|invalid character '…' in \\u hexadecimal character escape"],
    ['\xef\xbb\xbf1', "<nil>|invalid character '…' looking for beginning of value"],
    ['NaN', "<nil>|invalid character '…' looking for beginning of value"],
  ])('%j', (text, expected) => {
    expect(outcome(() => unmarshal(text), null)).toBe(expected);
  });

  test.each([
    ['{"a":1}', 'map[string]interface {}{"a":1}'],
    ['null', 'map[string]interface {}(nil)'],
    ['1', 'map[string]interface {}(nil)|json: cannot unmarshal number into Go value of type map[string]interface {}'],
    ['"x"', 'map[string]interface {}(nil)|json: cannot unmarshal string into Go value of type map[string]interface {}'],
    ['[1]', 'map[string]interface {}(nil)|json: cannot unmarshal array into Go value of type map[string]interface {}'],
    ['true', 'map[string]interface {}(nil)|json: cannot unmarshal bool into Go value of type map[string]interface {}'],
    ['1e999', 'map[string]interface {}(nil)|json: cannot unmarshal number into Go value of type map[string]interface {}'],
    ['{"a":1e999}', 'map[string]interface {}{"a":interface {}(nil)}|json: cannot unmarshal number … into Go value of type float64'],
    ['{', 'map[string]interface {}(nil)|unexpected end of JSON input'],
  ])('into a map: %j', (text, expected) => {
    expect(outcome(() => unmarshalMap(text), new GoMap(anyMapType, new Map(), true))).toBe(expected);
  });

  test('levels nest 10,000 deep and no deeper', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(unmarshal(nested(10_000))).not.toBeNull();
    expect(() => unmarshal(nested(10_001))).toThrow('exceeded max depth');
    expect(() => unmarshal('{"a":'.repeat(20_000))).toThrow('exceeded max depth');
  });

  test('a long string with escapes is read', () => {
    expect(unmarshal(`"${'a\\n'.repeat(500_000)}"`)).toHaveLength(1_000_000);
  });

  const pieces = fc.array(
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '\\',
      '\\n',
      '\\u0041',
      '1',
      '-',
      '0',
      '.5',
      'e3',
      'true',
      'null',
      'fals',
      ' ',
      '\n',
      '\x01',
    ),
    { maxLength: 8 },
  );

  test('accepts what JSON.parse accepts, with the same value, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          pieces.map((all) => all.join('')),
          fc.json(),
          fc
            .tuple(fc.json(), fc.nat(), fc.constantFrom('', '"', ',', '}', '\\'))
            .map(([text, at, extra]) => text.slice(0, at % (text.length + 1)) + extra + text.slice((at % (text.length + 1)) + 1)),
        ),
        (text) => {
          // A number out of range is an error here.
          fc.pre(isAscii(text) && !/e\+?\d{3}/i.test(text) && !text.includes('\\u'));
          expect(read(() => plain(unmarshal(text)))).toEqual(read(() => JSON.parse(text) as unknown));
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** What was read, or that nothing could be. */
function read(reading: () => unknown): unknown {
  try {
    return { value: reading() };
  } catch (error) {
    if (error instanceof GoError || error instanceof SyntaxError) return 'no JSON';
    throw error;
  }
}

function plain(value: Value): unknown {
  if (value instanceof GoMap) return Object.fromEntries([...value.entries].map(([key, item]) => [key, plain(item)]));
  return typeof value === 'object' && value !== null && 'items' in value ? (value.items as readonly Value[]).map(plain) : value;
}
