// Expected values: what fmt.Sprintf of Go 1.26 makes of the same operands.
import { describe, expect, test } from 'vitest';
import { sprintf } from './fmt.ts';
import { typeOfText } from './type.ts';
import { toGo as utf8 } from './utf8.ts';
import { Bytes } from './value.ts';
import type { Value } from './value.ts';

const bytes = (text: string): Bytes => new Bytes(typeOfText('[]uint8'), text);

describe('strings and bytes', () => {
  test.each<[string, Value[], string]>([
    ['%s|%5s|%-5s|%05s|%.2s', ['hi', 'hi', 'hi', 'hi', 'hello'], 'hi|   hi|hi   |000hi|he'],
    ['%5s|%.1s|%-4s|', [utf8('é'), utf8('éa'), utf8('世界')], '    \xc3\xa9|\xc3\xa9|\xe4\xb8\x96\xe7\x95\x8c  |'],
    ['%3s|%.1s', ['\xff', '\xff\xfe'], '  \xff|\xff'],
    ['%q %+q %#q %#q', ['a"b', utf8('é'), 'ab', 'a`b'], '"a\\"b" "\\u00e9" `ab` "a`b"'],
    ['%q %q', ['\x00\xff\n', utf8('\u00a0\u200b😀')], '"\\x00\\xff\\n" "\\u00a0\\u200b\xf0\x9f\x98\x80"'],
    [
      '%x %X % x %#x % #X %.2x|%8x|%-6x|',
      ['hello', 'hello', 'abc', 'abc', 'abc', 'abcd', 'ab', 'a'],
      '68656c6c6f 68656C6C6F 61 62 63 0x616263 0X61 0X62 0X63 6162|    6162|61    |',
    ],
    ['%v %+v %#v', ['x', 'x', 'x"y'], 'x x "x\\"y"'],
    [
      '%s %x %q %v %d',
      [bytes('abc'), bytes('abc'), bytes('abc'), bytes('abc'), bytes('abc')],
      'abc 616263 "abc" [97 98 99] [97 98 99]',
    ],
    ['%#v %T %t %X', [bytes('ab'), bytes(''), bytes('a'), bytes('\xff')], '[]byte{0x61, 0x62} []uint8 [%!t(uint8=97)] FF'],
    ['%6.3v|%T|%10T|%.3T', ['abcdef', 'a', 1n, 2.5], '   abc|string|       int|flo'],
  ])('%j', (format, values, expected) => {
    expect(sprintf(format, values)).toBe(expected);
  });
});
